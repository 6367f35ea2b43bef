"""What a waiting caller, the desks and the call request say of the queue."""

import pytest
from django.test import Client

from calls.services.end_call import hang_up
from calls.services.request_call import request_call
from calls.states import Side
from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.core import sockets
from merchants.scope import entered
from tests.calls.peers import customer_side, desk, outside
from tests.factories.calls import fresh, hinted, make_live_call, published, set_call
from tests.factories.merchants import change_merchant, make_member, scope_of_member
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("tidy_sockets")


@outside
def talking():
    return make_live_call()


@outside
def ask(member, name: str = ""):
    customer = make_customer(name=name)
    call, _new = request_call(customer, handle=member.merchant.handle, address=published(member))
    return hinted(call, customer, member, None)


@outside
def end(call) -> None:
    with entered(scope_of_member(call.member_hint)):
        hang_up(call.code, side=Side.MERCHANT)


@pytest.mark.proves("C2")
async def test_caller_sees_the_place_its_changes_and_the_ring():
    live = await talking()
    first, second = await ask(live.member_hint), await ask(live.member_hint)
    one, two = await customer_side(first), await customer_side(second)
    assert (one.snapshot["state"], two.snapshot["state"]) == ("queued", "queued")
    assert one.snapshot["queue"] == {"position": 1, "estimate_seconds": None}
    assert two.snapshot["queue"] == {"position": 2, "estimate_seconds": None}
    await end(live)
    rang = await one.hear("call.rang")
    assert rang == {
        "type": "call.rang",
        "ring_until": (await outside(fresh)(first)).ring_until.isoformat(),
    }
    moved = await two.hear("call.queued")
    assert moved == {"type": "call.queued", "position": 1, "estimate_seconds": None}
    assert (await one.ask("call.cancel"))["state"] == "cancelled"
    assert (await two.hear("call.rang"))["ring_until"]


@pytest.mark.proves("C2")
async def test_caller_who_leaves_by_the_socket_makes_the_others_move_up():
    live = await talking()
    first, second = await ask(live.member_hint), await ask(live.member_hint)
    one, two = await customer_side(first), await customer_side(second)
    assert (await one.ask("call.cancel"))["state"] == "cancelled"
    assert (await one.hear("call.cancelled"))["reason"] == "left_queue"
    assert (await two.hear("call.queued"))["position"] == 1


@pytest.mark.proves("C2", "P1.6")
async def test_place_that_was_not_announced_comes_with_the_heartbeat(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr("calls.services.queue.announce_place", lambda _place: None)
    live = await talking()
    first, second = await ask(live.member_hint), await ask(live.member_hint)
    two = await customer_side(second)
    assert two.snapshot["queue"]["position"] == 2
    one = await customer_side(first)
    await one.ask("call.cancel")
    assert (await two.hear("call.queued"))["position"] == 1


@pytest.mark.proves("M3", "M4")
async def test_every_desk_sees_who_waits_and_only_free_ones_ring():
    live = await talking()
    member = live.member_hint
    colleague = await outside(make_member)(member.merchant)
    mine = await desk(member, address=live.endpoint_hint.address)
    idle = await desk(colleague, online=False)
    call = await ask(member, "Lena")
    for peer in (mine, idle):
        told = (await peer.hear("call.queued"))["call"]
        assert (told["code"], told["state"], told["customer_name"]) == (
            call.code,
            "queued",
            "Lena",
        )
    later = await desk(member, online=False)
    assert [(c["code"], c["state"]) for c in later.snapshot["calls"]] == [(call.code, "queued")]
    reply = await idle.ask("desk.go_online", device="Phone")
    assert reply["type"] == "ok"
    assert (await idle.hear("call.rang"))["call"]["code"] == call.code
    assert (await mine.hear("desk.snapshot"))["calls"] == [], "it rings at another desk now"


@pytest.mark.proves("M3")
async def test_free_member_takes_a_call_out_of_the_queue_by_the_socket():
    live = await talking()
    member = live.member_hint
    first, second = await ask(member), await ask(member)
    colleague = await outside(make_member)(member.merchant)
    peer = await desk(colleague)
    assert (await outside(fresh)(first)).state == "ringing"
    waiting = await customer_side(second)
    reply = await peer.ask("call.accept", call=second.code)
    assert (reply["type"], reply["call"]) == ("ok", second.code)
    assert (await waiting.hear("call.accepted"))["member_name"] == colleague.user.name


@outside
def post(member, customer):
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer)
    body = {"merchant": member.merchant.handle, "address": published(member)}
    return client.post("/api/v1/calls/", body, content_type="application/json")


@pytest.mark.proves("C2")
async def test_call_request_tells_place_and_estimate_and_a_full_queue_that_it_is_full():
    live = await talking()
    member, customer = live.member_hint, await outside(make_customer)()
    await outside(change_merchant)(member.merchant, queue_length=1)
    answer = await post(member, customer)
    body = answer.json()
    assert answer.status_code == 201
    assert body == {
        "call": body["call"],
        "url": f"/c/{body['call']}/",
        "state": "queued",
        "position": 1,
        "estimate_seconds": None,
    }
    again = await post(member, customer)
    assert (again.status_code, again.json()) == (200, body)
    full = await post(member, await outside(make_customer)())
    assert (full.status_code, full.json()["code"]) == (409, "merchant_busy")
    assert full.json()["data"]["can_queue"] is True
    await outside(set_call)(live, state="completed", ended_at=live.answered_at)
    rung = await post(member, customer)
    assert rung.json()["state"] == "queued", "only a wake-up or the sweep makes it ring"
