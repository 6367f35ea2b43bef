"""Three things we sign: the customer's cookie, the link to another device, the key in a mail. Each
opens what it is for, and nothing else.
"""

import io
import logging
from itertools import product

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calls.models import Callback
from calls.request_keys import key_of
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.guests import COOKIE, cookie_for
from merchants.scope import entered, operator_scope
from tests.factories.calls import set_call
from tests.security.rows import Rows
from tests.security.words import leaks
from tests.security.world import NOBODYS_CODE, World, token_of

pytestmark = pytest.mark.proves("INV-A5", "INV-T10")
STRANGERS = ("anonymous", "customer_other", "owner_own", "owner_other", "operator")


def callback_of(world: World, which: str) -> Callback:
    with entered(operator_scope(SYSTEM)):
        return Callback.objects.get(pk=world.around[which].callback.pk)


def signed(world: World, which: str) -> dict[str, str]:
    """Everything we sign for the customer of `which`."""
    deal = world.deals[which]
    return {
        "cookie": cookie_for(deal.customer),
        "handover": token_of(deal),
        "key": key_of(callback_of(world, which)),
        # As another product of ours could sign it: our key, a purpose of its own.
        "other": signing.dumps({"customer": str(deal.customer.id), "epoch": 0}, salt="x"),
    }


def tries(world: World, which: str, value: str) -> dict[str, int]:
    """What each place that takes something signed makes of `value`."""
    call, request = world.calls[which], world.callbacks[which]
    guest = Client()
    guest.cookies[COOKIE] = value
    link = reverse("call-continue", args=[call, value])
    return {
        "cookie": guest.get(reverse("call", args=[call])).status_code,
        "handover": Client().get(link).status_code,
        "key": Client().get(reverse("request", args=[request]), {"key": value}).status_code,
    }


def test_each_is_good_for_its_own_purpose_only(world):
    for purpose, value in signed(world, "own").items():
        found = tries(world, "own", value)
        assert {place for place, status in found.items() if status == 200} == {purpose} - {"other"}
        refused = {place: status for place, status in found.items() if place != purpose}
        closed = {"cookie": 404, "handover": 404, "key": 410}
        assert refused == {place: closed[place] for place in refused}


@pytest.mark.parametrize("purpose", ["handover", "key"])
def test_none_opens_what_is_somebody_elses(world, purpose):
    """Of another customer at the same merchant, of one at another, and of nobody."""
    value, rows = signed(world, "own")[purpose], Rows()
    codes = world.calls if purpose == "handover" else world.callbacks
    # The other customer's own browser is led to their own call or request, whatever it holds.
    for which, role in product(("other", "foreign", "none"), ("anonymous", *STRANGERS[2:])):
        for answer in answers(world.people[role].client, purpose, codes[which], value):
            assert answer.status_code in {404, 410}, (which, role)
            assert COOKIE not in answer.cookies
    assert rows.changed() == set()


def answers(client: Client, purpose: str, code: str, value: str) -> list:
    """Looking, and pressing the button."""
    if purpose == "handover":
        path = reverse("call-continue", args=[code, value])
        return [client.get(path), client.post(path)]
    looked = client.get(reverse("request", args=[code]), {"key": value})
    return [looked, client.post(reverse("request-open", args=[code]), {"key": value})]


@pytest.mark.parametrize("purpose", ["handover", "key"])
def test_every_changed_bit_is_refused(world, purpose, settings):
    settings.HANDOVERS_PER_MINUTE_OF_ADDRESS = 10**6
    value, rows, client = signed(world, "own")[purpose], Rows(), Client()
    code = world.calls["own"] if purpose == "handover" else world.callbacks["own"]
    asked = 0
    for place, char in enumerate(value):
        for bit in range(7):
            other = chr(ord(char) ^ (1 << bit))
            if other in "/?#%\\" or not other.isprintable():
                continue  # another address, or none
            answer = answers(client, purpose, code, value[:place] + other + value[place + 1 :])[1]
            assert answer.status_code in {404, 410}, (place, bit)
            asked += 1
    assert asked > 300
    assert rows.changed() == set()
    assert answers(client, purpose, code, value)[1].status_code == 302, "control: the right one"


@pytest.mark.parametrize("purpose", ["handover", "key"])
def test_right_one_makes_its_holder_that_customer_once(world, purpose):
    """Whoever holds it: it is the proof. The page says so, and holds no words but the customer's."""
    value = signed(world, "own")[purpose]
    code = world.calls["own"] if purpose == "handover" else world.callbacks["own"]
    own = world.people["customer_own"]
    for role in STRANGERS:
        looked = answers_get(world.people[role].client, purpose, code, value)
        assert looked.status_code == 200
        assert leaks(looked.content, own.reads) == []
        # the address holds the token: no other site may learn it, and no cache keep it
        assert looked["Referrer-Policy"] == "strict-origin"
        assert "no-store" in looked["Cache-Control"]
    taker, late = Client(), Client()
    (_look, taken), (_look, again) = (
        answers(taker, purpose, code, value),
        answers(late, purpose, code, value),
    )
    assert taken.status_code == 302
    assert taken["Location"] in {f"/c/{code}/", f"/r/{code}/"}
    assert again.status_code in {409, 410}
    assert COOKIE not in again.cookies
    assert taker.get(reverse("order-page", args=[world.orders["own"]])).status_code == 200
    assert taker.get(reverse("order-page", args=[world.orders["other"]])).status_code == 404


def answers_get(client: Client, purpose: str, code: str, value: str):
    if purpose == "handover":
        return client.get(reverse("call-continue", args=[code, value]))
    return client.get(reverse("request", args=[code]), {"key": value})


def test_browser_of_another_customer_is_told_what_opening_costs(world):
    """Else somebody could make others go on as them, and read what they order."""
    for purpose, code in (("handover", world.calls["own"]), ("key", world.callbacks["own"])):
        value = signed(world, "own")[purpose]
        told = b"This browser was used by another customer"
        other = answers_get(world.people["customer_other"].client, purpose, code, value)
        assert told in other.content
        assert told not in answers_get(Client(), purpose, code, value).content


def test_key_dies_with_the_address_it_was_mailed_to(world):
    """Typed wrong and put right: whoever got the first mail opens nothing."""
    key, code = signed(world, "own")["key"], world.callbacks["own"]
    path = reverse("leave-request", args=[world.a.handle])
    client = world.people["customer_own"].client
    said = {"name": "x", "email": world.around["own"].callback.email, "content": "x"}
    assert client.post(path, said).status_code == 302
    assert answers_get(Client(), "key", code, key).status_code == 200, "control: the same address"
    assert client.post(path, {**said, "email": "x@example.com"}).status_code == 302
    for answer in answers(Client(), "key", code, key):
        assert answer.status_code == 410
        assert COOKIE not in answer.cookies


def test_link_of_a_call_that_has_ended_opens_nothing(world):
    token, code = signed(world, "own")["handover"], world.calls["own"]
    set_call(world.deals["own"].talk.call, state="completed", ended_at=timezone.now())
    rows = Rows()
    for answer in answers(Client(), "handover", code, token):
        assert answer.status_code == 409
        assert COOKIE not in answer.cookies
    assert rows.changed() == set()


def test_nothing_signed_for_nobody_is_an_error(world):
    """Right signature, contents that make no sense."""
    for odd in ("", "a.b", "0" * 32 + ".x", "é", "x" * 5000, "null"):
        for salt in (f"visavis.calls.handover.{NOBODYS_CODE}", "visavis.calls.request"):
            value = signing.TimestampSigner(salt=salt).sign(odd)
            for purpose in ("handover", "key"):
                for answer in answers(Client(), purpose, NOBODYS_CODE, value):
                    assert answer.status_code in {404, 410}, (odd, salt, purpose)


def test_no_token_stays_in_the_log(world):
    """Refused addresses are logged; one that could still be used must not be read there."""
    token, out = signed(world, "own")["handover"], io.StringIO()
    (handler,) = (h for h in logging.getLogger().handlers if h.get_name() == "console")
    before = handler.setStream(out)
    try:
        strict = Client(enforce_csrf_checks=True)
        link = reverse("call-continue", args=[world.calls["own"], token])
        assert strict.post(link).status_code == 403
    finally:
        handler.setStream(before)
    assert "/continue/…/" in out.getvalue(), "control: it is logged"
    assert token not in out.getvalue()
    assert answers(Client(), "handover", world.calls["own"], token)[1].status_code == 302, "control"
