"""The keys of a state folder, and how they reach the parts."""

import re

import pytest

from marketplace.launcher import keys
from marketplace.launcher.parts import Parts
from marketplace.launcher.places import Places
from marketplace.launcher.servers import Addresses
from payments.sandbox.__main__ import read_arguments

pytestmark = pytest.mark.unit


def test_key_is_made_once_of_plain_characters_and_kept_from_others(tmp_path):
    places = Places(tmp_path / "state")
    places.state.mkdir()
    made = keys.key(places, "webhook")
    assert re.fullmatch("[0-9a-f]{64}", made)
    assert keys.key(places, "webhook") == made
    assert keys.key(places, "django") != made
    assert places.keys.stat().st_mode & 0o777 == 0o600


def test_secret_that_begins_with_a_dash_reaches_the_sandbox(tmp_path):
    """A start failed over it once: one in 64 keys of the earlier alphabet began with a dash."""
    places = Places(tmp_path / "state")
    places.state.mkdir()
    keys.write(places.keys, {"webhook": "-dash"})
    parts = Parts(places, {}, Addresses(app="x", owner="y"), "unix:///x", 8000, 8400)
    words = parts.sandbox().command
    arguments = words[words.index("payments.sandbox") + 1 :]
    assert read_arguments(arguments).webhook_secret == "-dash"
