"""The page's list of what a customer can be asked for is the server's."""

import json
import subprocess

import pytest

from marketplace.launcher.places import ROOT
from orders.fields import FIELDS, REQUESTABLE

MODULE = ROOT / "orders" / "static" / "orders" / "js" / "field-groups.js"


@pytest.mark.proves("C6", "M7")
def test_page_and_server_ask_for_the_same_fields():
    read = f"console.log(JSON.stringify((await import('{MODULE.as_uri()}')).ASKABLE))"
    told = subprocess.run(  # fixed words only
        ["node", "--input-type=module", "-e", read], capture_output=True, text=True, check=True
    )
    groups = json.loads(told.stdout)
    assert {key for keys in groups.values() for key in keys} == REQUESTABLE
    for group, keys in groups.items():
        assert [key for key in FIELDS if FIELDS[key].group == group and key in REQUESTABLE] == keys
