"""The pages and the socket of a request to be called back, and the key in a mailed link."""

import re
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from calls.errors import RequestKeyError
from calls.models import Callback
from calls.request_keys import key_of, read_key
from calls.services import use_request_key as key_module
from calls.services.use_request_key import use_request_key
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.accounts.models import Customer
from marketplace.core.errors import DomainError
from merchants.roles import Role
from merchants.scope import entered, operator_scope
from tests.calls.test_races import at_once, won
from tests.factories.calls import make_endpoint, make_ringing_call, set_call, trail
from tests.factories.merchants import change_merchant, make_member, make_merchant
from tests.factories.people import make_customer
from tests.factories.requests import (
    REACH,
    Reach,
    mails,
    make_ready,
    make_request,
    say_ready,
    set_request,
)
from tests.orders.peers import Peer, _guest, _session_of, refused, work

pytestmark = pytest.mark.usefixtures("db")
LEFT = {"name": "Lena", "email": "lena@example.com", "phone": "", "content": "Tea", "call": ""}


def as_customer(customer: Customer) -> Client:
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer)
    return client


def as_member(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def rows() -> list[Callback]:
    with entered(operator_scope(SYSTEM)):
        return list(Callback.objects.order_by("created_at"))


def start(merchant) -> str:
    return f"/m/{merchant.handle}/request/"


def page(asked) -> str:
    return f"/r/{asked.code}/"


def desk(asked) -> str:
    return f"/desk/{asked.merchant.handle}/requests/{asked.code}/"


def text(response) -> str:
    return response.content.decode()


# -- leaving -------------------------------------------------------------------------------


@pytest.mark.proves("C14", "C15", "C22")
def test_stranger_leaves_a_request_becomes_a_guest_and_is_led_to_it():
    merchant, client = make_merchant(), Client()
    assert client.get(start(merchant)).status_code == 200
    assert Customer.objects.count() == 0  # looking makes nobody a guest
    answer = client.post(start(merchant), LEFT)
    (row,) = rows()
    assert (answer.status_code, answer["Location"]) == (302, f"/r/{row.code}/")
    assert COOKIE in answer.cookies
    shown = client.get(answer["Location"])
    assert shown.status_code == 200
    assert "Waiting" in text(shown)
    assert "lena@example.com" in text(shown)
    assert re.search(r'data-socket="/ws/forms/\w{22}/customer/"', text(shown))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": ""}, "Leave an e-mail address or a phone number."),
        ({"email": "lena@"}, "valid email"),
        ({"email": "", "phone": "12"}, "Enter the whole number."),
        ({"phone": "call me"}, "A phone number has figures"),
        ({"content": "x\x07"}, "characters that cannot be used"),
        ({"name": "x" * 81}, "at most 80"),
    ],
)
def test_what_cannot_be_left_is_said_at_its_field_and_kept_nowhere(wrong, words):
    merchant, client = make_merchant(), Client()
    answer = client.post(start(merchant), {**LEFT, **wrong})
    assert answer.status_code == 400
    assert words in text(answer)
    assert (rows(), Customer.objects.count()) == ([], 0)


def test_own_open_request_is_led_to_or_changed():
    asked = make_request()
    client = as_customer(asked.customer)
    assert client.get(start(asked.merchant))["Location"] == page(asked)
    shown = text(client.get(f"{start(asked.merchant)}?change=1"))
    assert REACH.email in shown
    client.post(f"{start(asked.merchant)}?change=1", {**LEFT, "email": "new@example.com"})
    assert [row.email for row in rows()] == ["new@example.com"]
    assert asked.form.fields["contact.email"]["value"] == "new@example.com"


@pytest.mark.proves("C15")
def test_request_after_a_missed_call_says_so_and_a_foreign_call_says_nothing():
    call = make_ringing_call()
    merchant = call.member_hint.merchant
    set_call(call, state="missed", ended_at=timezone.now(), end_reason="not_answered")
    as_customer(call.customer).post(start(merchant), {**LEFT, "call": call.code})
    as_customer(make_customer()).post(start(merchant), {**LEFT, "call": call.code})
    assert [row.cause for row in rows()] == ["not_answered", ""]


def test_merchant_who_is_not_live_takes_no_requests():
    merchant = make_merchant()
    change_merchant(merchant, state="suspended")
    assert Client().get(start(merchant))["Location"] == f"/m/{merchant.handle}/"
    assert Client().post(start(merchant), LEFT).status_code == 302
    assert rows() == []
    assert Client().get("/m/nobody-here/request/").status_code == 404


def test_one_address_leaves_only_so_many_requests_an_hour(settings):
    settings.CALLBACKS_PER_HOUR_OF_ADDRESS = 2
    answers = [Client().post(start(make_merchant()), LEFT).status_code for _ in range(3)]
    assert answers == [302, 302, 429]
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post(start(make_merchant()), LEFT).status_code == 302


@pytest.mark.proves("INV-F13")
def test_markup_in_a_request_is_text_on_every_page():
    nasty = "<script>alert(1)</script>"
    merchant = make_merchant()
    client = Client()
    client.post(start(merchant), {**LEFT, "name": nasty, "content": nasty})
    (row,) = rows()
    member = make_member(merchant)
    for shown in (
        client.get(f"/r/{row.code}/"),
        client.get(f"{start(merchant)}?change=1"),
        as_member(member).get(f"/desk/{merchant.handle}/requests/{row.code}/"),
    ):
        assert nasty not in text(shown)


# -- the customer's page -------------------------------------------------------------------


@pytest.mark.proves("C14")
def test_page_says_who_is_ready_and_leads_to_the_call():
    asked = make_ready()
    shown = text(as_customer(asked.customer).get(page(asked)))
    assert f"{asked.member.user.name} is ready for your call." in shown
    assert f'href="/m/{asked.merchant.handle}/call/?callback={asked.code}"' in shown
    set_request(
        asked,
        ready_at=timezone.now() - timedelta(hours=1),
        ready_until=timezone.now() - timedelta(seconds=1),
    )
    assert "callback=" not in text(as_customer(asked.customer).get(page(asked)))


def test_withdrawn_request_is_closed_and_says_so():
    asked = make_request()
    client = as_customer(asked.customer)
    assert client.post(f"{page(asked)}withdraw/")["Location"] == page(asked)
    assert (asked.row.state, asked.row.close_reason) == ("closed", "withdrawn")
    assert "You have withdrawn your request." in text(client.get(page(asked)))


@pytest.mark.proves("INV-T3", "INV-T2")
def test_request_is_nobody_elses():
    asked, other = make_ready(), make_request()
    for client in (Client(), as_customer(other.customer), as_member(asked.member)):
        assert client.get(page(asked)).status_code == 404
        assert client.post(f"{page(asked)}withdraw/").status_code == 404
    assert asked.row.state == "ready"


# -- the desk's page -----------------------------------------------------------------------


@pytest.mark.proves("C15")
def test_desk_shows_the_request_with_its_live_form_and_masked_reach():
    asked = make_request(cause="busy")
    shown = text(as_member(asked.member).get(desk(asked)))
    assert "Lena" in shown
    assert "Called while everybody was busy." in shown
    assert f'data-socket="/ws/forms/{asked.form.code}/merchant/"' in shown
    assert "l•••@example.com" in shown
    assert "Go online at your desk first" in shown


@pytest.mark.proves("C14")
def test_desk_says_ready_takes_it_back_and_closes():
    asked = make_request()
    client = as_member(asked.member)
    refused_page = client.post(desk(asked), {"action": "ready"})
    assert (refused_page.status_code, asked.row.state) == (409, "waiting")
    make_endpoint(asked.member)
    assert client.post(desk(asked), {"action": "ready"})["Location"] == desk(asked)
    assert asked.row.state == "ready"
    assert "stay reachable" in text(client.get(desk(asked)))
    client.post(desk(asked), {"action": "not_ready"})
    assert asked.row.state == "waiting"
    client.post(desk(asked), {"action": "close", "reason": "not_reached"})
    assert (asked.row.state, asked.row.close_reason) == ("closed", "not_reached")
    assert client.post(desk(asked), {"action": "ready"}).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [{}, {"action": "other"}, {"action": "close"}, {"action": "close", "reason": "withdrawn"}],
)
def test_desk_refuses_what_it_does_not_know(wrong):
    asked = make_request()
    assert as_member(asked.member).post(desk(asked), wrong).status_code == 400
    assert asked.row.state == "waiting"


@pytest.mark.proves("INV-T2", "INV-T3")
def test_desk_page_is_for_the_merchants_members():
    asked, other = make_request(), make_request()
    assert Client().get(desk(asked)).status_code == 302
    for member in (other.member, make_member(make_merchant(), Role.AGENT)):
        assert as_member(member).get(desk(asked)).status_code == 404
        foreign = f"/desk/{member.merchant.handle}/requests/{asked.code}/"
        assert as_member(member).get(foreign).status_code == 404
        assert as_member(member).post(foreign, {"action": "ready"}).status_code == 404
    assert as_member(make_member(asked.merchant, Role.AGENT)).get(desk(asked)).status_code == 200


# -- the key in the mail -------------------------------------------------------------------


def link(asked) -> str:
    (found,) = re.findall(r"https?://\S+", mails()[-1].text)
    return found.split("testserver")[1]


@pytest.mark.proves("C14", "INV-A5")
def test_mailed_link_opens_the_request_on_another_device_by_one_press():
    asked = make_ready()
    phone = Client()
    shown = phone.get(link(asked))
    assert shown.status_code == 200
    assert shown["Referrer-Policy"] == "strict-origin"
    assert COOKIE not in shown.cookies
    key = link(asked).split("key=")[1]
    from urllib.parse import unquote

    answer = phone.post(f"{page(asked)}open/", {"key": unquote(key)})
    assert (answer.status_code, answer["Location"]) == (302, page(asked))
    assert "is ready for your call" in text(phone.get(page(asked)))
    # the same link again, on this device: straight to the page, the key gone from the address
    assert phone.get(link(asked))["Location"] == page(asked)
    assert [entry.action for entry in trail(action="callback.key_used")] == ["callback.key_used"]


@pytest.mark.proves("INV-A5")
def test_looking_at_a_link_any_number_of_times_uses_nothing_up():
    asked = make_ready()
    for _ in range(3):
        assert Client().get(link(asked)).status_code == 200
        assert Client().head(link(asked)).status_code == 200


@pytest.mark.proves("INV-A5")
def test_key_works_once():
    asked = make_ready()
    key = key_of(asked.row)
    assert Client().post(f"{page(asked)}open/", {"key": key}).status_code == 302
    again = Client().post(f"{page(asked)}open/", {"key": key})
    assert again.status_code == 410
    assert COOKIE not in again.cookies
    assert "This link no longer works" in text(again)
    assert Client().get(f"{page(asked)}?key={key}").status_code == 410


@pytest.mark.proves("INV-A5")
def test_key_ends_with_its_promise():
    asked = make_ready()
    key = key_of(asked.row)
    set_request(
        asked,
        ready_at=timezone.now() - timedelta(hours=1),
        ready_until=timezone.now() - timedelta(seconds=1),
    )
    assert Client().post(f"{page(asked)}open/", {"key": key}).status_code == 410
    say_ready(asked)  # a new promise has a new key
    assert Client().post(f"{page(asked)}open/", {"key": key}).status_code == 410
    assert Client().post(f"{page(asked)}open/", {"key": key_of(asked.row)}).status_code == 302


@pytest.mark.proves("INV-A5")
def test_any_changed_character_is_refused():
    asked = make_ready()
    key = key_of(asked.row)
    for place in range(0, len(key), 3):
        other = "A" if key[place] != "A" else "B"
        with pytest.raises(RequestKeyError):
            read_key(key[:place] + other + key[place + 1 :], code=asked.code)


@pytest.mark.proves("INV-A5", "INV-T10")
def test_key_of_another_request_purpose_or_salt_is_refused():
    asked, other = make_ready(), make_ready()
    with pytest.raises(RequestKeyError):
        read_key(key_of(other.row), code=asked.code)
    value = {
        "for": "request",
        "customer": asked.customer.id.hex,
        "callback": asked.code,
        "epoch": 1,
    }
    salt = "visavis.calls.request"
    assert read_key(signing.dumps(value, salt=salt), code=asked.code).epoch == 1
    for wrong in (
        signing.dumps(value, salt="visavis.accounts.customer"),
        signing.dumps({**value, "for": "order"}, salt=salt),
        signing.dumps("text", salt=salt),
        cookie_for(asked.customer),
        "",
        "x" * 5000,
    ):
        with pytest.raises(RequestKeyError):
            read_key(wrong, code=asked.code)
    forged = {**value, "customer": other.customer.id.hex}
    with pytest.raises(RequestKeyError):
        use_request_key(read_key(signing.dumps(forged, salt=salt), code=asked.code))


@pytest.mark.proves("INV-T3", "INV-A5")
def test_refused_key_says_the_same_whether_the_request_exists():
    asked = make_ready()
    known = Client().get(f"{page(asked)}?key=nonsense")
    unknown = Client().get(f"/r/{'0' * 22}/?key=nonsense")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert Client().get(f"/r/{'0' * 22}/").status_code == 404


def use(asked, key) -> str:
    use_request_key(read_key(key, code=asked.code))
    return "used"


@pytest.mark.proves("INV-A12", "INV-A5")
def test_key_used_many_times_at_once_opens_once():
    asked = make_ready()
    key = key_of(asked.row)
    assert won(at_once(*[partial(use, asked, key)] * 20)) == ["used"]


@pytest.mark.proves("INV-A12")
def test_control_without_the_lock_a_key_opens_twice(monkeypatch):
    asked, met = make_ready(), Barrier(2)
    key = key_of(asked.row)

    def unlocked(code):
        found = Callback.objects.select_related("merchant").get(code=code)
        met.wait(10)
        return found

    monkeypatch.setattr(key_module, "locked_callback", unlocked)
    results = at_once(*[partial(use, asked, key)] * 2)
    assert not [error for error in results if isinstance(error, DomainError)]


@pytest.mark.proves("INV-A11")
def test_changes_need_a_csrf_token():
    asked = make_ready()
    key = key_of(asked.row)
    for client, url, data in (
        (as_customer(asked.customer), f"{page(asked)}withdraw/", {}),
        (Client(), f"{page(asked)}open/", {"key": key}),
        (Client(), start(asked.merchant), LEFT),
        (as_member(asked.member), desk(asked), {"action": "close", "reason": "reached"}),
    ):
        client.handler.enforce_csrf_checks = True
        assert client.post(url, data).status_code == 403
    assert asked.row.state == "ready"


# -- the socket ----------------------------------------------------------------------------


class StandPeer(Peer):
    """The socket of a request's page."""

    snapshot_type = "callback.snapshot"


async def customer_at(asked, customer=None) -> StandPeer:
    cookie = await work(_guest, customer or asked.customer)
    return StandPeer(f"/ws/requests/{asked.code}/customer/", cookie)


async def member_at(asked, user=None) -> StandPeer:
    cookie = await work(_session_of, user or asked.member.user)
    return StandPeer(f"/ws/requests/{asked.code}/merchant/", cookie)


@pytest.mark.proves("C14", "C15")
async def test_open_page_hears_that_somebody_is_ready(layer):
    asked = await work(make_request)
    customer, member = (
        await (await customer_at(asked)).open(),
        await (await member_at(asked)).open(),
    )
    assert customer.snapshot["callback"]["state"] == "waiting"
    await work(make_ready, asked)
    for peer in (customer, member):
        heard = (await peer.hear("callback.changed"))["callback"]
        assert (heard["state"], heard["ready"]["member"]) == ("ready", asked.member.user.name)
    answer = await customer.say("callback.sync")
    assert answer["callback"] == heard


@pytest.mark.proves("INV-T4", "INV-T5")
async def test_strangers_hear_nothing_of_a_request(layer):
    asked, other = await work(make_request), await work(make_request)
    bystander = await (await customer_at(other)).open()
    at_desk = await (await member_at(other)).open()
    for peer in (
        await customer_at(asked, other.customer),
        await member_at(asked, other.member.user),
        StandPeer(f"/ws/requests/{'0' * 22}/customer/", await work(_guest, asked.customer)),
    ):
        assert await peer.refusal() == 4404
    await work(make_ready, asked)
    assert await bystander.quiet() == []
    assert await at_desk.quiet() == []


async def test_lost_announcement_heals_at_a_heartbeat(layer, monkeypatch):
    from calls.consumers import request as consumer
    from marketplace.core import sockets

    asked = await work(make_request)
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(consumer, "LOOK_EVERY_BEATS", 1)
    customer = await (await customer_at(asked)).open()
    await work(set_request, asked, state="expired")  # nobody says so
    assert (await customer.hear("callback.snapshot"))["callback"]["state"] == "expired"
    await customer.close()


@pytest.mark.proves("C15")
async def test_desk_hears_of_a_request_left_and_may_say_ready_there(layer):
    asked = await work(make_request)
    cookie = await work(_session_of, asked.member.user)
    at_desk = Peer(f"/ws/desk/{asked.merchant.handle}/", cookie)
    at_desk.snapshot_type = "desk.snapshot"
    await at_desk.open()
    await work(
        make_request,
        asked.merchant,
        await work(make_customer),
        reach=Reach(name="Bo", phone="12345"),
    )
    heard = (await at_desk.hear("callback.left"))["callback"]
    assert (heard["customer_name"], heard["reach"], heard["state"]) == (
        "Bo",
        ["12•••45"],
        "waiting",
    )
    assert heard["url"] == f"/desk/{asked.merchant.handle}/requests/{heard['code']}/"
    assert (await refused(at_desk.say("callback.ready", callback=asked.code))).code == (
        "ready_not_at_desk"
    )
    await work(make_endpoint, asked.member)
    answer = await at_desk.say("callback.ready", callback=asked.code)
    assert answer["callback"]["state"] == "ready"
    assert (await at_desk.hear("callback.changed"))["callback"]["code"] == asked.code
