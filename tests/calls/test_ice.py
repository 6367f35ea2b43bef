"""Relay credentials: what coturn accepts, bound to a call, short-lived."""

import base64
import hashlib
import hmac

import pytest

from calls.ice import IceSettings, credentials, ice
from calls.models import Call
from calls.selectors import ice_for
from calls.states import TERMINAL, CallState, Side

OFFER = IceSettings(turn_urls=["turn:relay.example:3478"], turn_secret="s3cret", life=3600)


@pytest.mark.proves("INV-A9")
def test_credentials_are_the_hmac_of_expiry_and_user_and_live_ten_minutes_at_most():
    made = credentials(secret="s3cret", user="code-customer", now=1_000, life=3600)
    assert made.username == "1600:code-customer"
    digest = hmac.new(b"s3cret", made.username.encode(), hashlib.sha1).digest()
    assert made.credential == base64.b64encode(digest).decode()
    assert credentials(secret="s3cret", user="u", now=0, life=60).username == "60:u"


@pytest.mark.proves("INV-C9")
def test_relay_mode_leaves_no_other_way():
    found = ice(OFFER, call_code="abc", side="merchant", relay_only=True, now=0)
    assert found["policy"] == "relay"
    assert found["servers"][0]["username"] == "600:abc-merchant"


def test_direct_mode_without_a_relay_has_no_servers():
    none = IceSettings(turn_urls=(), turn_secret="")
    found = ice(none, call_code="abc", side="customer", relay_only=False, now=0)
    assert found == {"servers": [], "policy": "all", "life": 600}


@pytest.mark.proves("INV-A9")
@pytest.mark.parametrize("state", list(CallState))
def test_login_is_given_while_it_rings_and_while_people_talk_and_never_else(settings, state):
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:203.0.113.1:3478"], "s3cret"
    found = ice_for(Call(code="abc", state=state, mode="relay"), Side.CUSTOMER)
    needless = state in TERMINAL or state == CallState.QUEUED
    assert [server["username"][-13:] for server in found["servers"]] == (
        [] if needless else [":abc-customer"]
    )
