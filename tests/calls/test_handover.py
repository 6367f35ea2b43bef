"""The same customer goes on at another device, by a link that works once."""

import re
from functools import partial

import pytest
from django.core.signing import TimestampSigner
from django.test import Client
from django.urls import reverse

from calls.models import Call
from calls.services import handover as service
from calls.services.end_call import hang_up
from calls.services.handover import offer_handover, read_token, use_handover
from calls.states import Side
from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.core.errors import DomainError
from merchants.access import scope_of_customer
from merchants.scope import entered
from tests.calls.peers import customer_side, merchant_side, outside
from tests.calls.test_races import at_once, won
from tests.factories.calls import fresh, make_live_call, make_ringing_call, set_call, trail
from tests.factories.merchants import scope_of_member
from tests.factories.people import make_customer

database = pytest.mark.usefixtures("db")


def client_of(customer=None, *, strict: bool = False) -> Client:
    client = Client(enforce_csrf_checks=strict)
    if customer is not None:
        client.cookies[COOKIE] = cookie_for(customer)
    return client


def link(call: Call) -> str:
    answer = client_of(call.customer).post(reverse("api-call-handover", args=[call.code]))
    assert answer.status_code == 200, answer.content
    return answer.json()["url"]


def path_of(url: str, settings) -> str:
    assert url.startswith(f"{settings.ORIGIN}/c/")
    return url.removeprefix(settings.ORIGIN)


def token_of(call: Call) -> str:
    with entered(scope_of_customer(call.customer)):
        return offer_handover(call.code)[0]


def end(call: Call) -> None:
    with entered(scope_of_member(call.member_hint)):
        hang_up(call.code, side=Side.MERCHANT)


# -- the link ------------------------------------------------------------------------------


@database
@pytest.mark.proves("C16", "INV-A5")
def test_link_comes_with_a_code_to_scan_that_runs_nothing():
    call = make_live_call()
    answer = client_of(call.customer).post(reverse("api-call-handover", args=[call.code]))
    body = answer.json()
    assert set(body) == {"url", "qr", "expires_at"}
    assert answer["Cache-Control"] == "no-store"
    assert body["qr"].startswith("<svg viewBox=")
    assert set(re.findall(r"<(\w+)", body["qr"])) == {"svg", "path"}
    for word in ("style", "script", "href", "onload"):
        assert word not in body["qr"]
    assert str(call.customer.pk) not in body["url"]


@database
@pytest.mark.proves("INV-A5", "INV-T3")
def test_link_is_made_by_the_customer_of_the_call_only():
    call = make_live_call()
    member = Client()
    member.force_login(call.member_hint.user)
    for client in (Client(), client_of(make_customer()), member):
        for code in (call.code, "0" * 22):
            answer = client.post(reverse("api-call-handover", args=[code]))
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    strict = client_of(call.customer, strict=True)
    assert strict.post(reverse("api-call-handover", args=[call.code])).status_code == 403
    end(call)
    answer = client_of(call.customer).post(reverse("api-call-handover", args=[call.code]))
    assert (answer.status_code, answer.json()["code"]) == (409, "call_over")


@database
@pytest.mark.proves("C16", "INV-A5")
def test_looking_at_the_link_changes_nothing_and_using_it_leads_to_the_call(settings):
    call = make_live_call()
    path, phone = path_of(link(call), settings), Client()
    for _ in range(2):
        page = phone.get(path)
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "strict-origin"
        assert COOKIE not in page.cookies
        assert "Lena" in page.content.decode()
    assert fresh(call).handover_epoch == 0
    used = phone.post(path)
    assert (used.status_code, used["Location"]) == (302, f"/c/{call.code}/")
    assert "no-store" in used["Cache-Control"]
    assert used.cookies[COOKIE]["httponly"]
    assert phone.get(f"/c/{call.code}/").status_code == 200
    assert len(trail(subject_id=call.pk, action="call.handed_over")) == 1
    again = phone.post(path)
    assert (again.status_code, again["Location"]) == (302, f"/c/{call.code}/"), "already here"


@database
@pytest.mark.proves("INV-A5")
def test_link_works_once_and_takes_the_others_of_its_time_with_it(settings):
    call = make_live_call()
    first, second = (path_of(link(call), settings) for _ in range(2))
    assert Client().post(first).status_code == 302
    for path in (first, second):
        for method in ("get", "post"):
            answer = getattr(Client(), method)(path)
            assert answer.status_code == 409
            assert "handover_used" in answer.content.decode()
            assert COOKIE not in answer.cookies
    assert Client().post(path_of(link(call), settings)).status_code == 302


@database
@pytest.mark.proves("INV-A5")
def test_any_changed_bit_is_refused():
    call = make_live_call()
    token = token_of(call)
    for place in range(len(token)):
        changed = token[:place] + chr(ord(token[place]) ^ 1) + token[place + 1 :]
        with pytest.raises(DomainError, match="not_found"):
            read_token(call.code, changed)
    assert read_token(call.code, token).customer_id == call.customer.pk


@database
@pytest.mark.proves("INV-A5", "INV-T10")
def test_link_of_one_call_or_purpose_opens_no_other(settings):
    call, other = make_live_call(), make_live_call()
    token = token_of(call)
    answer = Client().get(reverse("call-continue", args=[other.code, token]))
    assert answer.status_code == 404
    value = token.rsplit(":", 2)[0]
    for salt in ("visavis.calls.handover", "visavis.accounts.customer", ""):
        forged = TimestampSigner(salt=salt or None).sign(value)
        assert Client().get(reverse("call-continue", args=[call.code, forged])).status_code == 404


@database
@pytest.mark.proves("INV-A5")
def test_link_is_dead_after_five_minutes_and_after_the_call(settings, monkeypatch):
    call = make_live_call()
    path = path_of(link(call), settings)
    monkeypatch.setattr(service, "LIFE", -service.LIFE)
    answer = Client().post(path)
    assert answer.status_code == 409
    assert "handover_expired" in answer.content.decode()
    monkeypatch.undo()
    end(call)
    for method in ("get", "post"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 409
        assert "call_over" in answer.content.decode()
        assert COOKIE not in answer.cookies


@database
@pytest.mark.proves("INV-A5")
def test_using_the_link_needs_the_pages_own_token(settings):
    call = make_live_call()
    path, phone = path_of(link(call), settings), client_of(strict=True)
    assert phone.post(path).status_code == 403
    page = phone.get(path).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    assert phone.post(path, {"csrfmiddlewaretoken": token}).status_code == 302


@database
@pytest.mark.proves("C16")
def test_browser_of_another_customer_is_told_what_going_on_costs(settings):
    call = make_live_call()
    path, other = path_of(link(call), settings), client_of(make_customer())
    assert "used by another customer" in other.get(path).content.decode()
    assert "used by another customer" not in Client().get(path).content.decode()
    assert other.post(path).status_code == 302
    assert other.get(f"/c/{call.code}/").status_code == 200


@database
@pytest.mark.proves("INV-A5")
def test_many_tries_from_one_address_are_too_fast(settings):
    settings.HANDOVERS_PER_MINUTE_OF_ADDRESS = 3
    call = make_live_call()
    url = reverse("call-continue", args=[call.code, "x:y:z"])
    answers = [Client().get(url).status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]
    answer = client_of(call.customer).post(reverse("api-call-handover", args=[call.code]))
    assert (answer.status_code, answer.json()["code"]) == (429, "too_fast")


@database
def test_customer_who_still_waits_may_go_on_elsewhere_too(settings):
    call = make_ringing_call()
    assert Client().post(path_of(link(call), settings)).status_code == 302


# -- both devices --------------------------------------------------------------------------


@pytest.mark.usefixtures("tidy_sockets")
@pytest.mark.proves("C16", "INV-C14")
async def test_new_device_takes_the_seat_and_the_old_one_can_no_longer_write(settings):
    call = await outside(make_live_call)()
    old, merchant = await customer_side(call), await merchant_side(call)
    await outside(_go_on)(call, settings)
    new = await customer_side(call)
    assert await old.closed() == 4409
    assert (await merchant.hear("peer.joined"))["role"] == "customer"
    await old.say("call.hang_up")
    assert (await new.ask("text.say", op="op-12345", text="hier"))["number"] == 1
    assert (await outside(fresh)(call)).state == "live"


def _go_on(call: Call, settings) -> None:
    assert Client().post(path_of(link(call), settings)).status_code == 302


# -- at once -------------------------------------------------------------------------------


def use(call: Call, token: str) -> str:
    with entered(scope_of_customer(call.customer)):
        use_handover(read_token(call.code, token))
    return "taken"


@database
@pytest.mark.proves("INV-A5", "INV-C11")
def test_two_devices_that_use_the_link_at_once_have_one_winner():
    for _ in range(5):
        call = make_live_call()
        tokens = [token_of(call), token_of(call)] * 2
        results = at_once(*(partial(use, call, token) for token in tokens))
        assert won(results) == ["taken"]
        assert {r.code for r in results if isinstance(r, DomainError)} == {"handover_used"}
        assert fresh(call).handover_epoch == 1


@database
@pytest.mark.proves("INV-A5")
def test_control_without_the_lock_both_devices_win(monkeypatch):
    from threading import Barrier

    call, met = make_live_call(), Barrier(2)

    def unlocked(code):
        found = Call.objects.get(code=code)
        met.wait(10)
        return found

    monkeypatch.setattr(service, "locked_call", unlocked)
    results = at_once(*(partial(use, call, token_of(call)) for _ in range(2)))
    assert won(results) == ["taken", "taken"]


@database
@pytest.mark.proves("INV-A5")
def test_link_dies_with_the_call_whichever_comes_first():
    for _ in range(5):
        call = make_live_call()
        token = token_of(call)
        results = at_once(partial(use, call, token), partial(end, call))
        assert fresh(call).state == "completed"
        assert results[0] == "taken" or results[0].code == "call_over"
    set_call(call, handover_epoch=0)
    with pytest.raises(DomainError, match="call_over"):
        use(call, token)
