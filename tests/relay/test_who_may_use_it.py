"""Who may use the relay: participants of a call, for ten minutes, each a bounded share."""

import os
import subprocess
import time
from contextlib import ExitStack

import pytest

from calls.ice import LONGEST_LIFE, IceSettings, credentials, ice
from tests.relay.coturn import SECRET, START
from tests.relay.turn_client import TurnClient, TurnError

UNAUTHORISED, QUOTA = 401, 486
SHARE = 24


def code_of_refusal(coturn, username: str, password: str) -> int | None:
    """Try to allocate; None when it was granted."""
    with TurnClient(coturn.server, username, password) as client:
        try:
            client.allocate()
        except TurnError as error:
            return error.code
    return None


def of_the_site(coturn, *, call: str, side: str, now: int | None = None) -> tuple[str, str]:
    """What the site puts into the snapshot of one side of a call."""
    offer = IceSettings(turn_urls=[coturn.urls], turn_secret=coturn.secret)
    moment = int(time.time()) if now is None else now
    made = ice(offer, call_code=call, side=side, relay_only=True, now=moment)["servers"][0]
    return made["username"], made["credential"]


@pytest.mark.proves("INV-A9", "A9")
def test_credentials_of_the_site_are_taken(coturn):
    for side in ("customer", "merchant"):
        assert code_of_refusal(coturn, *of_the_site(coturn, call="c4ll", side=side)) is None


@pytest.mark.proves("INV-A9")
def test_credentials_name_call_and_side_and_last_ten_minutes_at_most(coturn):
    now = int(time.time())
    username, _password = of_the_site(coturn, call="c4ll", side="customer", now=now)
    expiry, user = username.split(":")
    assert user == "c4ll-customer"
    assert int(expiry) == now + LONGEST_LIFE == now + 600
    longer = credentials(secret=coturn.secret, user="c4ll-customer", now=now, life=86400)
    assert longer.username == username


@pytest.mark.proves("INV-A9")
def test_expired_credentials_are_refused(coturn):
    gone = of_the_site(
        coturn, call="c4ll", side="customer", now=int(time.time()) - LONGEST_LIFE - 5
    )
    assert code_of_refusal(coturn, *gone) == UNAUTHORISED


@pytest.mark.proves("INV-A9")
def test_credentials_of_another_secret_are_refused(coturn):
    foreign = credentials(secret="x" * 64, user="c4ll-customer", now=int(time.time()), life=600)
    assert code_of_refusal(coturn, foreign.username, foreign.credential) == UNAUTHORISED


@pytest.mark.proves("INV-A9")
@pytest.mark.parametrize(
    "tamper",
    [
        lambda expiry, user: f"{int(expiry) + 86400}:{user}",
        lambda expiry, _user: f"{expiry}:0ther-customer",
        lambda expiry, _user: f"{expiry}:c4ll-merchant",
        lambda expiry, _user: expiry,
        lambda _expiry, user: user,
    ],
    ids=["longer life", "another call", "the other side", "nobody", "no time"],
)
def test_tampered_user_names_are_refused(coturn, tamper):
    username, password = of_the_site(coturn, call="c4ll", side="customer")
    changed = tamper(*username.split(":"))
    assert code_of_refusal(coturn, changed, password) == UNAUTHORISED


def test_nobody_without_a_password_gets_in(coturn):
    for username, password in (("", ""), ("guest", "guest")):
        assert code_of_refusal(coturn, username, password) == UNAUTHORISED


@pytest.mark.proves("INV-A9")
def test_one_side_of_a_call_gets_its_share_and_no_more(coturn):
    with ExitStack() as stack:
        for number in range(SHARE):
            # the share belongs to the user, not to one password: a fresh stamp changes nothing
            login = of_the_site(coturn, call="full", side="customer", now=int(time.time()) + number)
            client = stack.enter_context(TurnClient(coturn.server, *login))
            client.allocate()
        again = of_the_site(coturn, call="full", side="customer")
        assert code_of_refusal(coturn, *again) == QUOTA
        other = of_the_site(coturn, call="full", side="merchant")
        assert code_of_refusal(coturn, *other) is None


def test_start_refuses_an_ipv6_address_and_a_short_secret(tmp_path):
    for wrong, words in (
        ({"RELAY_ADDRESS": "2001:db8::1"}, "IPv4"),
        ({"RELAY_ADDRESS": ""}, "IPv4"),
        ({"TURN_SECRET": "short"}, "32 characters"),
        ({"TURN_REALM": ""}, "TURN_REALM"),
    ):
        assert words in refusal(tmp_path, wrong)


def refusal(folder, wrong: dict[str, str]) -> str:
    right = {"RELAY_ADDRESS": "127.0.0.1", "TURN_REALM": "relay.test", "TURN_SECRET": SECRET}
    done = subprocess.run(
        [str(START)],
        env=os.environ | {"RUNTIME_DIRECTORY": str(folder)} | right | wrong,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 1
    return done.stderr
