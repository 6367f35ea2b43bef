"""A running call passes from one member to a colleague: one outcome, and the old tab is mute."""

import asyncio

import pytest

from calls.models import Call, Transfer
from calls.services import transfer as service
from calls.services.take_seat import take_seat
from calls.services.transfer import (
    offer_transfer,
)
from calls.states import Side
from calls.tasks import sweep_transfers
from marketplace.accounts.audit import SYSTEM
from marketplace.core import sockets
from marketplace.core.errors import DomainError
from merchants.models import Member
from merchants.roles import Role
from merchants.scope import entered, operator_scope
from tests.calls.peers import Peer, both, cookies, customer_side, desk, merchant_side, outside
from tests.calls.sdp import sdp
from tests.calls.transfers import (
    accept,
    hang,
    offered,
    state_of,
    two_members,
)
from tests.factories.calls import (
    ago,
    fresh,
    make_accepted_call,
    make_endpoint,
    make_live_call,
    make_ringing_call,
    trail,
)
from tests.factories.merchants import make_member, make_merchant, scope_of_member

sockets_test = pytest.mark.usefixtures("tidy_sockets")
live = outside(make_live_call)
row = outside(fresh)
member_of = outside(make_member)


# -- who could take it ---------------------------------------------------------------------


@sockets_test
@pytest.mark.proves("M15")
async def test_colleagues_are_listed_with_what_they_are_doing():
    call = await live()
    merchant = call.member_hint.merchant
    free, busy, away, gone = [await member_of(merchant) for _ in range(4)]
    await outside(make_endpoint)(free)
    await outside(make_accepted_call)(member=busy)
    await outside(_deactivate)(gone)
    await live()  # of another merchant
    tab = await merchant_side(call)
    listed = (await tab.ask("colleagues.list"))["colleagues"]
    assert {(one["member"], one["state"]) for one in listed} == {
        (str(free.pk), "free"),
        (str(busy.pk), "busy"),
        (str(away.pk), "away"),
    }
    assert {one["name"] for one in listed} == {m.user.name for m in (free, busy, away)}


def _deactivate(member: Member) -> None:
    with entered(scope_of_member(member)):
        Member.objects.filter(pk=member.pk).update(is_active=False)


@sockets_test
@pytest.mark.proves("M15", "INV-T4")
async def test_only_the_member_who_has_the_call_may_offer_it():
    call, other = await live(), await live()
    colleague = await member_of(call.member_hint.merchant)
    customer = await customer_side(call)
    for kind, data in (
        ("colleagues.list", {}),
        ("transfer.offer", {"member": str(colleague.pk)}),
        ("transfer.withdraw", {"transfer": "0" * 22}),
    ):
        assert (await customer.ask(kind, **data))["code"] == "forbidden"
    cookie = await outside(cookies)(user=colleague.user)
    path = f"/ws/calls/{call.code}/merchant/"
    assert await Peer(path, cookie=cookie).refused() == 4403
    with pytest.raises(DomainError, match="forbidden"):
        await outside(_offer_as)(call, colleague, other.member_hint)


def _offer_as(call: Call, member: Member, to: Member) -> None:
    with entered(scope_of_member(member)):
        offer_transfer(call.code, member=member, seat=0, to=to.pk)


@sockets_test
@pytest.mark.proves("M15", "INV-T4", "INV-T3")
async def test_offer_goes_to_active_colleagues_of_the_same_merchant_who_are_free():
    call = await live()
    merchant = call.member_hint.merchant
    away, gone, busy = [await member_of(merchant) for _ in range(3)]
    await outside(_deactivate)(gone)
    await outside(make_endpoint)(gone)
    await outside(make_accepted_call)(member=busy)
    stranger = (await outside(make_ringing_call)()).member_hint
    tab = await merchant_side(call)
    for to, code, data in (
        (away.pk, "colleague_unavailable", {"state": "away"}),
        (busy.pk, "colleague_unavailable", {"state": "busy"}),
        (gone.pk, "not_found", {}),
        (stranger.pk, "not_found", {}),
        (call.member_hint.pk, "not_found", {}),
    ):
        reply = await tab.ask("transfer.offer", member=str(to))
        assert (reply["code"], reply["data"]) == (code, data)
    malformed = await tab.ask("transfer.offer", member="-" * 36)
    assert malformed["code"] == "message_malformed"
    long = await tab.ask("transfer.offer", member=str(away.pk), note="x" * 501)
    assert long["code"] == "message_malformed"


# -- taken over ----------------------------------------------------------------------------


@sockets_test
@pytest.mark.proves("M15")
async def test_offer_is_shown_on_the_colleagues_desks_with_the_note_and_nowhere_else():
    call = await live()
    colleague = await member_of(call.member_hint.merchant)
    other_desk = await desk(await member_of(call.member_hint.merchant))
    open_desk = await desk(colleague)
    await other_desk.silent(0.1)
    other_desk.frames.clear()
    async with both(call) as (customer, tab):
        ack = await tab.ask("transfer.offer", member=str(colleague.pk), note=" Big tin\x00 ")
        shown = (await open_desk.hear("transfer.offered"))["transfer"]
        assert shown == {
            "code": ack["transfer"],
            "call": call.code,
            "customer_name": "Lena",
            "from": call.member_hint.user.name,
            "note": "Big tin",
            "until": ack["until"],
        }
        for side in (customer, tab):
            told = await side.hear("transfer.offered")
            assert told == {"type": "transfer.offered", "to": colleague.user.name}
        assert await other_desk.silent(0.1), "only the colleague's desks are asked"
        late_desk = await desk(colleague, online=False)
        assert late_desk.snapshot["transfers"] == [shown]


@sockets_test
@pytest.mark.proves("M15", "C16", "INV-C14")
async def test_colleague_takes_over_and_the_customer_learns_who_it_is():
    call = await live()
    colleague = await member_of(call.member_hint.merchant)
    open_desk = await desk(colleague)
    async with both(call) as (customer, old):
        await customer.ask("text.say", op="op-12345", text="Ist die grosse Dose da?")
        offer = await outside(offered)(call, colleague, note="Big tin")
        taken = await open_desk.ask("transfer.accept", transfer=offer.code)
        handle = call.member_hint.merchant.handle
        assert (taken["call"], taken["url"]) == (call.code, f"/desk/{handle}/c/{call.code}/")
        told = {"type": "call.transferred", "member_name": colleague.user.name, "generation": 2}
        assert await customer.hear("call.transferred") == told
        assert await old.hear("call.transferred") == told
        assert await old.closed() == 4409
        for side in (customer, open_desk):
            assert (await side.hear("transfer.closed"))["state"] == "accepted"
        new = await merchant_side(call, member=colleague)
        assert (new.snapshot["generation"], new.snapshot["note_for_merchant"]) == (2, "Big tin")
        assert [text["text"] for text in new.snapshot["texts"]] == ["Ist die grosse Dose da?"]
        await customer.hear("peer.joined")
        stale = await new.ask("signal.describe", generation=1, description=_offer())
        assert stale["code"] == "generation_stale"
        await new.ask("signal.describe", generation=2, description=_offer())
        assert (await customer.hear("signal.described"))["generation"] == 2
        again = await customer_side(call)
        assert "note_for_merchant" not in again.snapshot
        assert "Big tin" not in f"{customer.frames}{again.snapshot}", "for the colleague only"


@pytest.mark.proves("M15")
def test_taking_over_is_in_the_row_and_in_the_trail(db):
    call, colleague, endpoint = two_members()
    accept(offered(call, colleague), colleague, endpoint)
    now = fresh(call)
    assert (now.state, now.member_id, now.endpoint_id) == ("live", colleague.pk, endpoint.pk)
    assert (now.member_name, now.generation) == (colleague.user.name, 2)
    told = trail(subject_id=call.pk, action="call.transferred")
    assert told[0].data == {"from": str(call.member_hint.pk), "to": str(colleague.pk)}


def _offer() -> dict:
    return {"type": "offer", "sdp": sdp()}


@sockets_test
@pytest.mark.proves("INV-C14", "M15")
async def test_old_tab_that_has_not_heard_yet_neither_writes_nor_ends_nor_comes_back(monkeypatch):
    monkeypatch.setattr(service, "announce_transferred", lambda _call: None)
    call, colleague = await live(), None
    colleague = await member_of(call.member_hint.merchant)
    endpoint = await outside(make_endpoint)(colleague)
    async with both(call) as (_customer, old):
        offer = await outside(offered)(call, colleague)
        await outside(accept)(offer, colleague, endpoint)
        for kind, data in (
            ("text.say", {"op": "op-12345", "text": "x"}),
            ("text.sync", {"after": 0}),
            ("ice.refresh", {}),
            ("call.hang_up", {}),
            ("signal.restart", {"generation": 1}),
        ):
            assert (await old.ask(kind, **data))["code"] == "taken_over", kind
        assert (await old.ask("transfer.offer", member=str(colleague.pk)))["code"] == "forbidden"
    cookie = await outside(cookies)(user=call.member_hint.user)
    path = f"/ws/calls/{call.code}/merchant/"
    assert await Peer(path, cookie=cookie).refused() == 4403
    assert (await row(call)).state == "live"


@pytest.mark.proves("INV-C14")
def test_tab_of_the_former_member_that_opens_meanwhile_gets_no_seat(db):
    call, colleague, endpoint = two_members()
    offer = offered(call, colleague)
    accept(offer, colleague, endpoint)
    former = call.member_hint
    with entered(scope_of_member(former)), pytest.raises(DomainError, match="taken_over"):
        take_seat(call.code, Side.MERCHANT, member=former)
    with entered(scope_of_member(colleague)):
        assert take_seat(call.code, Side.MERCHANT, member=colleague).merchant_seat == 2


@sockets_test
@pytest.mark.proves("M15", "INV-C10")
async def test_lost_announcements_heal_with_the_heartbeat(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(service, "announce_transferred", lambda _call: None)
    monkeypatch.setattr(service, "announce_offered", lambda _offer: None)
    call = await live()
    colleague = await member_of(call.member_hint.merchant)
    open_desk = await desk(colleague)
    async with both(call) as (customer, old):
        offer = await outside(offered)(call, colleague)
        while not (await open_desk.hear("desk.snapshot"))["transfers"]:
            pass
        assert (await open_desk.ask("transfer.accept", transfer=offer.code))["type"] == "ok"
        assert await old.closed() == 4409
        while (await customer.hear("call.snapshot"))["generation"] != 2:
            pass


@sockets_test
@pytest.mark.proves("M15")
async def test_form_goes_on_with_the_colleague():
    from orders.services.open_form import open_form

    def form_as(call: Call, member: Member):
        with entered(scope_of_member(member)):
            return open_form(Call.objects.select_related("merchant").get(pk=call.pk)).code

    call = await live()
    colleague = await member_of(call.member_hint.merchant, Role.AGENT)
    before = await outside(form_as)(call, call.member_hint)
    endpoint = await outside(make_endpoint)(colleague)
    await outside(accept)(await outside(offered)(call, colleague), colleague, endpoint)
    assert await outside(form_as)(call, colleague) == before


# -- not taken over ------------------------------------------------------------------------


@sockets_test
@pytest.mark.proves("M15")
async def test_declined_withdrawn_and_late_offers_leave_the_call_where_it_is():
    call = await live()
    colleague = await member_of(call.member_hint.merchant)
    other = await member_of(call.member_hint.merchant)
    await outside(make_endpoint)(other)
    open_desk = await desk(colleague)
    async with both(call) as (customer, tab):
        for end in ("declined", "withdrawn", "expired"):
            ack = await tab.ask("transfer.offer", member=str(colleague.pk))
            repeat = await tab.ask("transfer.offer", member=str(colleague.pk))
            assert (repeat["transfer"], repeat["until"]) == (ack["transfer"], ack["until"])
            busy = await tab.ask("transfer.offer", member=str(other.pk))
            assert (busy["code"], busy["data"]) == ("transfer_open", {"transfer": ack["transfer"]})
            if end == "declined":
                await open_desk.ask("transfer.decline", transfer=ack["transfer"])
            elif end == "withdrawn":
                reply = await tab.ask("transfer.withdraw", transfer=ack["transfer"])
                assert reply["state"] == "withdrawn"
            else:
                await outside(_make_late)(ack["transfer"])
                late = await open_desk.ask("transfer.accept", transfer=ack["transfer"])
                assert (late["code"], late["data"]) == ("transfer_over", {"state": "expired"})
                await outside(sweep_transfers)()
            for side in (customer, tab, open_desk):
                assert (await side.hear("transfer.closed"))["state"] == end
            over = await open_desk.ask("transfer.accept", transfer=ack["transfer"])
            assert (over["code"], over["data"]) == ("transfer_over", {"state": end})
    now = await row(call)
    assert (now.member_id, now.generation) == (call.member_hint.pk, 1)


def _make_late(code: str) -> None:
    with entered(operator_scope(SYSTEM)):
        Transfer.objects.filter(code=code).update(until=ago(1))


@sockets_test
@pytest.mark.proves("M15", "INV-T4", "INV-T3")
async def test_offer_is_nobody_elses_to_take_or_refuse():
    call, stranger_call = await live(), await live()
    merchant = call.member_hint.merchant
    colleague, third = await member_of(merchant), await member_of(merchant)
    await outside(make_endpoint)(colleague)
    offer = await outside(offered)(call, colleague)
    offline = await desk(colleague, online=False)
    for peer in (await desk(third), await desk(stranger_call.member_hint)):
        for kind in ("transfer.accept", "transfer.decline"):
            for code in (offer.code, "0" * 22):
                reply = await peer.ask(kind, transfer=code)
                assert (reply["code"], reply["data"]) == ("not_found", {})
    reply = await offline.ask("transfer.accept", transfer=offer.code)
    assert reply["code"] == "endpoint_offline"
    tab = await merchant_side(stranger_call)
    assert (await tab.ask("transfer.withdraw", transfer=offer.code))["code"] == "not_found"
    assert await outside(state_of)(offer) == "offered"


@sockets_test
@pytest.mark.proves("M15")
async def test_hang_up_closes_the_offer_at_the_desk_at_once_and_in_the_row_with_the_sweep():
    call = await live()
    colleague = await member_of(call.member_hint.merchant)
    open_desk = await desk(colleague)
    offer = await outside(offered)(call, colleague)
    await open_desk.hear("transfer.offered")
    await outside(hang)(call)
    closed = await open_desk.hear("transfer.closed")
    assert (closed["transfer"], closed["state"]) == (offer.code, "withdrawn")
    late = await open_desk.ask("transfer.accept", transfer=offer.code)
    assert late["code"] == "call_over"
    await outside(sweep_transfers)()
    assert await outside(state_of)(offer) == "withdrawn"


@pytest.mark.proves("M15")
def test_call_that_only_rings_cannot_be_handed_over(db):
    call = make_ringing_call()
    colleague = make_member(call.member_hint.merchant)
    with pytest.raises(DomainError, match="forbidden"):
        offered(call, colleague)


@pytest.mark.proves("M15", "INV-C4")
def test_colleague_who_answered_another_call_meanwhile_cannot_take_this_one(db):
    call, colleague, endpoint = two_members()
    offer = offered(call, colleague)
    make_accepted_call(member=colleague)
    with pytest.raises(DomainError, match="endpoint_busy"):
        accept(offer, colleague, endpoint)
    assert fresh(call).member_id == call.member_hint.pk


@pytest.mark.proves("M15", "INV-T11")
def test_offer_of_another_merchant_is_seen_by_nobody_else(db):
    call, colleague, _endpoint = two_members()
    offered(call, colleague)
    stranger = make_member(make_merchant())
    with entered(scope_of_member(stranger)):
        assert Transfer.objects.count() == 0


@sockets_test
@pytest.mark.proves("INV-C13")
async def test_desk_hears_no_more_of_an_offer_than_its_own():
    call = await live()
    colleague = await member_of(call.member_hint.merchant)
    await outside(make_endpoint)(colleague)
    own_desk = await desk(call.member_hint, online=False)
    await outside(offered)(call, colleague)
    await asyncio.sleep(0)
    assert await own_desk.silent(0.2)
