"""Relay credentials: what coturn accepts, bound to a call, short-lived."""

import base64
import hashlib
import hmac

import pytest

from calls.ice import IceSettings, credentials, ice

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
    assert found == {"servers": [], "policy": "all"}
