"""At which desks a call rings, and when: first stage, all desks, promises, members who talk."""

import asyncio

import pytest

from calls.models import Endpoint
from calls.services.request_call import request_call
from marketplace.accounts.audit import SYSTEM
from marketplace.core import sockets
from merchants.roles import Role
from merchants.scope import entered, operator_scope
from tests.calls.peers import desk, outside
from tests.calls.test_refusals import ready
from tests.factories.calls import ago, fresh, published, set_call
from tests.factories.merchants import make_member, make_merchant
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("tidy_sockets")
HERE, THERE = "198.51.100.7", "203.0.113.20"


@outside
def people(count: int = 2, **fields):
    merchant = make_merchant(**fields)
    return [make_member(merchant, Role.AGENT) for _ in range(count)]


@outside
def ring(member, customer=None, **wanted):
    call, _new = request_call(
        customer or make_customer(),
        handle=member.merchant.handle,
        address=published(member),
        **wanted,
    )
    return call


async def shown(peer) -> list[tuple[str, str]]:
    """What a desk shows after it has been told that something changed."""
    snapshot = await peer.hear("desk.snapshot")
    return [(call["code"], call["state"]) for call in snapshot["calls"]]


@pytest.mark.proves("P1.1", "M4")
async def test_in_direct_mode_the_named_address_rings_first_and_then_all(settings):
    settings.CALL_LONGEST_RING_SECONDS = 3
    one, two = await people()
    near, also_near, far = (
        await desk(one, address=HERE),
        await desk(two, address=HERE),
        await desk(two, address=THERE),
    )
    call = await ring(one)
    for peer in (near, also_near):
        assert (await peer.hear("call.rang"))["call"]["code"] == call.code
    assert await far.silent(0.3), "another address waits for the second stage"
    assert await shown(far) == [(call.code, "ringing")], "its own timer told it"
    row = await outside(fresh)(call)
    assert row.widen_at is not None
    assert row.state == "ringing"


@pytest.mark.proves("P1.1", "M4")
async def test_desk_that_opens_in_the_first_stage_waits_and_in_the_second_rings():
    (member,) = await people(1)
    await desk(member, address=HERE)
    call = await ring(member)
    late = await desk(member, address=THERE)
    assert await late.silent()
    await outside(set_call)(call, widen_at=ago(1))
    later = await desk(member, address=THERE)
    assert await shown(later) == [(call.code, "ringing")]
    same = await desk(member, address=HERE)
    assert await shown(same) == [(call.code, "ringing")]


@pytest.mark.proves("P1.1", "M4", "INV-C9")
async def test_in_relay_mode_all_desks_ring_from_the_start(settings):
    settings.TURN_URLS, settings.RELAY_ADDRESS = ["turn:203.0.113.1"], "203.0.113.1"
    one, two = await people(media_mode="relay")
    desks = [await desk(one, address=HERE), await desk(two, address=THERE)]
    call = await ring(one)
    for peer in desks:
        assert (await peer.hear("call.rang"))["call"]["code"] == call.code
    assert call.widen_at is None


@pytest.mark.proves("C14")
async def test_promise_rings_at_that_members_desks_first_wherever_they_are(settings):
    settings.CALL_LONGEST_RING_SECONDS = 3
    one, two = await people()
    first, second = await desk(one, address=HERE), await desk(two, address=THERE)
    customer = await outside(make_customer)()
    code = await outside(ready)(two, customer)
    call = await ring(one, customer, callback=code)
    assert (await second.hear("call.rang"))["call"]["code"] == call.code
    assert await first.silent(0.3)
    assert await shown(first) == [(call.code, "ringing")]


@pytest.mark.proves("M4", "INV-C4")
async def test_member_who_talks_at_one_desk_rings_at_none(settings):
    one, two = await people()
    first, other, colleague = [await desk(member, address=HERE) for member in (one, one, two)]
    busy = await ring(one)
    await first.ask("call.accept", call=busy.code)
    call = await ring(one)
    assert (await colleague.hear("call.rang"))["call"]["code"] == busy.code
    assert (await colleague.hear("call.rang"))["call"]["code"] == call.code
    for peer in (first, other):
        codes = [frame["call"]["code"] for frame in peer.frames if frame["type"] == "call.rang"]
        assert call.code not in codes
        assert (await peer.ask("call.accept", call=call.code))["code"] == "endpoint_busy"


@pytest.mark.proves("M4", "P1.3")
async def test_second_call_falls_silent_at_the_desks_of_who_answers_the_first_and_comes_back():
    from calls.services.end_call import hang_up
    from calls.states import Side
    from tests.factories.merchants import scope_of_member

    (member,) = await people(1)
    first, other = await desk(member, address=HERE), await desk(member, address=HERE)
    taken, left = await ring(member), await ring(member)
    await first.ask("call.accept", call=taken.code)
    assert await shown(other) == []

    @outside
    def end():
        with entered(scope_of_member(member)):
            hang_up(taken.code, side=Side.MERCHANT)

    await end()
    assert await shown(other) == [(left.code, "ringing")]


@pytest.mark.proves("M4")
async def test_desk_that_is_not_online_hears_no_ring():
    (member,) = await people(1)
    await desk(member, address=HERE)
    idle = await desk(member, online=False, address=HERE)
    call = await ring(member)
    assert await idle.silent()
    online = await idle.ask("desk.go_online", device="Phone")
    assert online["type"] == "ok"
    assert await shown(idle) == [(call.code, "ringing")]
    await idle.ask("desk.go_offline")
    assert await shown(idle) == []


@pytest.mark.proves("P1.6")
async def test_second_stage_that_the_timer_missed_comes_with_the_heartbeat(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    (member,) = await people(1)
    await desk(member, address=HERE)
    far = await desk(member, address=THERE)
    call = await ring(member)
    await asyncio.sleep(0.2)
    await outside(set_call)(call, widen_at=ago(1))
    assert await shown(far) == [(call.code, "ringing")]


@pytest.mark.proves("P1.1")
async def test_nobody_waits_for_a_first_stage_in_which_no_desk_is_free():
    one, two = await people()
    near, far = await desk(one, address=HERE), await desk(two, address=THERE)
    busy = await ring(one)
    await near.ask("call.accept", call=busy.code)
    call = await ring(one)
    assert (await far.hear("call.rang"))["call"]["code"] == call.code
    assert call.widen_at is None


@pytest.mark.proves("P1.5", "M4")
async def test_decline_at_one_desk_ends_the_call_for_all_in_either_stage():
    one, two = await people()
    near, far = await desk(one, address=HERE), await desk(two, address=THERE)
    call = await ring(one)
    await near.ask("call.decline", call=call.code)
    assert (await far.hear("call.declined"))["call"] == call.code
    assert (await outside(fresh)(call)).state == "declined"


async def test_desks_hear_that_another_has_come_or_gone():
    one, two = await people()
    watcher = await desk(one, online=False)
    other = await desk(two, address=HERE)
    await watcher.hear("endpoints.changed")
    await other.ask("desk.go_offline")
    await watcher.hear("endpoints.changed")
    with_row = await outside(_count)()
    assert with_row == 1


def _count() -> int:
    with entered(operator_scope(SYSTEM)):
        return Endpoint.objects.count()
