"""The call socket: two sides and a stranger; signals reach the current peer and nobody else."""

import pytest

from calls.models import Call
from calls.services.answer_call import decline_call
from calls.services.end_call import cancel_call
from calls.states import CallState
from calls.tasks import sweep_calls
from marketplace.accounts.audit import SYSTEM
from marketplace.core import sockets
from merchants.access import scope_of_customer
from merchants.models import Member
from merchants.roles import Role
from merchants.scope import entered, operator_scope
from tests.calls.peers import Peer, both, cookies, customer_side, desk, merchant_side, outside
from tests.calls.sdp import HOST, LOCAL, RELAY, SRFLX, sdp
from tests.factories.calls import (
    ago,
    fresh,
    make_accepted_call,
    make_live_call,
    make_ringing_call,
    set_call,
)
from tests.factories.merchants import make_member, scope_of_member
from tests.factories.people import make_customer, make_user

pytestmark = pytest.mark.usefixtures("tidy_sockets")
accepted = outside(make_accepted_call)
ringing = outside(make_ringing_call)
live = outside(make_live_call)
row = outside(fresh)
write = outside(set_call)


def offer(generation: int = 1, text: str | None = None, kind: str = "offer") -> dict:
    return {"generation": generation, "description": {"type": kind, "sdp": text or sdp()}}


def trickle(candidate: str, generation: int = 1) -> dict:
    found = {"candidate": candidate, "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "x"}
    return {"generation": generation, "candidate": found}


@pytest.mark.proves("P5.2", "P1.4")
async def test_customer_waits_is_answered_and_both_learn_of_each_other():
    call = await ringing(page="Jasmine tea")
    customer, open_desk = await customer_side(call), await desk(call.member_hint)
    snapshot = customer.snapshot
    assert (snapshot["state"], snapshot["role"], snapshot["peer_present"]) == (
        "ringing",
        "customer",
        False,
    )
    assert snapshot["merchant"]["handle"] == call.member_hint.merchant.handle
    assert snapshot["ice"] == {"servers": [], "policy": "all", "life": 600}
    await open_desk.ask("call.accept", call=call.code)
    told = await customer.hear("call.accepted")
    assert told.pop("answered_at") == (await row(call)).answered_at.isoformat()
    assert told == {"type": "call.accepted", "member_name": call.member_hint.user.name}
    merchant = await merchant_side(call)
    assert (merchant.snapshot["state"], merchant.snapshot["peer_present"]) == ("accepted", True)
    assert merchant.snapshot["customer_name"] == "Lena"
    assert (await customer.hear("peer.joined"))["role"] == "merchant"
    await merchant.close()
    assert (await customer.hear("peer.left"))["role"] == "merchant"


@pytest.mark.proves("P1.6", "INV-C8")
async def test_signals_reach_the_other_side_only():
    call, other = await accepted(), await accepted()
    stranger_customer, stranger_merchant = await customer_side(other), await merchant_side(other)
    await stranger_customer.hear("peer.joined")
    open_desk = await desk(call.member_hint, online=False)
    async with both(call) as (customer, merchant):
        assert (await customer.ask("signal.describe", **offer()))["type"] == "ok"
        described = await merchant.hear("signal.described")
        assert (described["generation"], described["description"]["type"]) == (1, "offer")
        assert "a=fingerprint:sha-256" in described["description"]["sdp"]
        assert (await merchant.ask("signal.describe", **offer(kind="answer")))["type"] == "ok"
        assert (await customer.hear("signal.described"))["description"]["type"] == "answer"
        await merchant.ask("signal.trickle", **trickle(HOST))
        trickled = await customer.hear("signal.trickled")
        assert trickled["candidate"]["sdpMid"] == "0"
        assert "192.168.7.31" in trickled["candidate"]["candidate"]
        assert (await customer.ask("signal.trickle", generation=1, candidate=None))["type"] == "ok"
        assert (await merchant.hear("signal.trickled"))["candidate"] is None
        await customer.ask("media.change", microphone=True, camera=False)
        changed = await merchant.hear("media.changed")
        assert (changed["microphone"], changed["camera"]) == (True, False)
        for quiet in (stranger_customer, stranger_merchant, open_desk, customer, merchant):
            assert await quiet.silent(0.1), quiet.frames


@pytest.mark.proves("INV-C9", "P1.2")
async def test_in_relay_mode_nothing_the_peer_gets_holds_a_real_address(settings):
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:203.0.113.1:3478"], "s3cret"
    call = await accepted()
    await outside(_make_relayed)(call)
    async with both(call) as (customer, merchant):
        assert customer.snapshot["ice"]["policy"] == "relay"
        text = sdp(*(f"a={candidate}" for candidate in (HOST, SRFLX, LOCAL, RELAY)))
        for speaker, hearer in ((merchant, customer), (customer, merchant)):
            await speaker.ask("signal.describe", **offer(text=text))
            for candidate in (HOST, SRFLX, LOCAL):
                reply = await speaker.ask("signal.trickle", **trickle(candidate))
                assert reply["dropped"] is True
            assert (await speaker.ask("signal.trickle", **trickle(RELAY)))["type"] == "ok"
            heard = [await hearer.hear("signal.described"), await hearer.hear("signal.trickled")]
            assert "203.0.113.1" in str(heard)
            for secret in ("192.168.7.31", "198.51.100.31", ".local"):
                assert secret not in str(heard)
            assert await hearer.silent(0.1)
        seen = str(customer.snapshot) + str(customer.frames)
        assert call.endpoint_hint.address not in seen


def _make_relayed(call: Call) -> None:
    with entered(operator_scope(SYSTEM)):
        Call.objects.filter(pk=call.pk).update(mode="relay", address="203.0.113.1")


@pytest.mark.proves("INV-A9")
async def test_relay_credentials_are_for_open_calls_and_bound_to_side_and_call(settings):
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:203.0.113.1:3478"], "s3cret"
    call = await accepted()
    async with both(call) as (customer, merchant):
        reply = await customer.ask("ice.refresh")
        assert reply["servers"][0]["username"].endswith(f":{call.code}-customer")
        reply = await merchant.ask("ice.refresh")
        assert reply["servers"][0]["username"].endswith(f":{call.code}-merchant")
        await customer.ask("call.hang_up")
        assert (await merchant.ask("ice.refresh"))["servers"] == []
    assert (await customer_side(call)).snapshot["ice"]["servers"] == []


@pytest.mark.proves("INV-T4", "INV-T3")
async def test_strangers_and_colleagues_are_refused_alike_for_foreign_and_unknown_calls():
    call = await accepted()
    guest = await outside(lambda: cookies(customer=make_customer()))()
    stranger = await outside(lambda: cookies(user=make_user()))()
    other = await outside(lambda: cookies(user=make_accepted_call().member_hint.user))()
    merchant = call.member_hint.merchant
    colleague = await outside(lambda: cookies(user=make_member(merchant, Role.OWNER).user))()
    for code in (call.code, "0" * 22):
        for cookie in ("", guest, other):
            assert await Peer(f"/ws/calls/{code}/customer/", cookie=cookie).refused() == 4404
        assert await Peer(f"/ws/calls/{code}/merchant/", cookie=guest).refused() == 4401
        for cookie in (stranger, other):
            assert await Peer(f"/ws/calls/{code}/merchant/", cookie=cookie).refused() == 4404
    assert await Peer(f"/ws/calls/{call.code}/merchant/", cookie=colleague).refused() == 4403
    assert (await row(call)).merchant_seat == 0


@pytest.mark.proves("INV-T4")
async def test_nobody_joins_as_merchant_before_answering_or_after_losing_the_right():
    call = await ringing()
    mine = await outside(lambda: cookies(user=call.member_hint.user))()
    path = f"/ws/calls/{call.code}/merchant/"
    assert await Peer(path, cookie=mine).refused() == 4403
    answered = await accepted()
    mine = await outside(lambda: cookies(user=answered.member_hint.user))()
    await outside(_deactivate)(answered.member_hint)
    assert await Peer(f"/ws/calls/{answered.code}/merchant/", cookie=mine).refused() == 4404


def _deactivate(member: Member) -> None:
    with entered(scope_of_member(member)):
        Member.objects.filter(pk=member.pk).update(is_active=False)


@pytest.mark.proves("INV-T4")
async def test_frames_on_a_refused_socket_have_no_effect(settings):
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:203.0.113.1:3478"], "s3cret"
    call = await accepted()
    merchant = call.member_hint.merchant
    colleague = await outside(lambda: cookies(user=make_member(merchant).user))()
    peer = await Peer(f"/ws/calls/{call.code}/merchant/", cookie=colleague).open()
    for kind in ("ice.refresh", "call.hang_up", "call.connected"):
        await peer.say(kind)
    assert (await peer.socket.receive_output(2))["type"] == "websocket.close"
    assert await peer.socket.receive_nothing(0.2)
    assert (await row(call)).state == "accepted"


@pytest.mark.proves("P1.5")
async def test_each_ending_is_told_to_the_waiting_customer_and_the_desk():
    for end, kind, reason in (
        (_decline, "call.declined", "busy"),
        (_time_out, "call.missed", "not_answered"),
        (None, "call.cancelled", "caller_cancelled"),
    ):
        call = await ringing()
        customer = await customer_side(call)
        open_desk = await desk(call.member_hint, online=False)
        if end is None:
            assert (await customer.ask("call.cancel"))["state"] == "cancelled"
        else:
            await outside(end)(call)
        assert (await customer.hear(kind))["reason"] == reason
        assert (await open_desk.hear(kind))["call"] == call.code
        again = await customer.ask("call.cancel")
        assert again.get("state") == "cancelled" or again["code"] == "call_over"


def _decline(call):
    with entered(scope_of_member(call.member_hint)):
        decline_call(call.code, reason="busy")


def _time_out(call):
    set_call(call, ring_until=ago(1))
    sweep_calls()


@pytest.mark.proves("P1.4", "P1.5")
async def test_live_and_hang_up_are_told_to_both():
    call = await accepted()
    async with both(call) as (customer, merchant):
        assert (await customer.ask("call.connected"))["state"] == "live"
        assert (await merchant.ask("call.connected"))["state"] == "live"
        await merchant.hear("call.live")
        await merchant.ask("call.hang_up")
        for side in (customer, merchant):
            ended = await side.hear("call.ended")
            assert (ended["state"], ended["reason"], ended["by"]) == (
                "completed",
                "hung_up",
                "merchant",
            )
        late = await customer.ask("signal.describe", **offer())
        assert (late["code"], late["data"]) == ("call_over", {"state": "completed"})
        assert (await customer.ask("call.hang_up"))["state"] == "completed"
    assert (await row(call)).ended_by == "merchant"


async def test_side_may_only_do_what_is_its_own():
    call = await accepted()
    async with both(call) as (customer, merchant):
        assert (await merchant.ask("call.cancel"))["code"] == "forbidden"
        assert (await customer.ask("call.cancel"))["code"] == "move_forbidden"
        assert (await customer.ask("call.accept", call=call.code))["code"] == "message_unknown"


async def test_signals_before_the_answer_go_nowhere():
    call = await ringing()
    customer = await customer_side(call)
    for kind, data in (
        ("signal.describe", offer()),
        ("signal.trickle", trickle(HOST)),
        ("media.change", {"microphone": True, "camera": True}),
        ("signal.restart", {"generation": 1}),
    ):
        assert (await customer.ask(kind, **data))["code"] == "call_not_answered"


@pytest.mark.proves("INV-C7")
async def test_restart_tells_both_and_older_signals_have_no_effect():
    call = await live()
    async with both(call) as (customer, merchant):
        reply = await customer.ask("signal.restart", generation=1)
        assert reply["generation"] == 2
        for side in (customer, merchant):
            assert (await side.hear("signal.restarted"))["generation"] == 2
        assert (await merchant.ask("signal.restart", generation=1))["generation"] == 2
        stale = await merchant.ask("signal.describe", **offer(generation=1))
        assert (stale["code"], stale["data"]) == ("generation_stale", {"generation": 2})
        stale = await merchant.ask("signal.trickle", **trickle(HOST, generation=1))
        assert stale["code"] == "generation_stale"
        assert await customer.silent(0.1)
        assert (await merchant.ask("signal.describe", **offer(generation=2)))["type"] == "ok"
        assert (await customer.hear("signal.described"))["generation"] == 2


@pytest.mark.proves("INV-C14", "C16")
async def test_second_tab_takes_over_and_the_first_is_closed_and_mute():
    call = await live()
    async with both(call) as (first, merchant):
        second = await customer_side(call)
        assert second.snapshot["peer_present"] is True
        assert await first.closed() == 4409
        assert (await merchant.hear("peer.joined"))["role"] == "customer"
        await first.say("signal.describe", **offer())
        await first.say("call.hang_up")
        assert await merchant.silent(0.2)
        await second.ask("signal.describe", **offer())
        assert (await merchant.hear("signal.described"))["description"]["type"] == "offer"
        await first.close()
        assert await merchant.silent(0.2), "the old tab's leaving is not the side's leaving"
    assert (await row(call)).state == "live"


@pytest.mark.proves("INV-C14")
async def test_lost_take_over_is_noticed_at_the_heartbeat(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    call = await live()
    customer = await customer_side(call)
    await write(call, customer_seat=7)
    assert await customer.closed() == 4409


@pytest.mark.proves("INV-C14")
async def test_old_tab_that_has_not_heard_yet_cannot_end_the_call():
    call = await live()
    customer = await customer_side(call)
    await write(call, customer_seat=7)
    assert (await customer.ask("call.hang_up"))["code"] == "taken_over"
    assert (await row(call)).state == "live"


@pytest.mark.proves("P1.6", "INV-C10")
async def test_lost_announcement_heals_with_the_heartbeat(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    call = await live()
    customer = await customer_side(call)
    await write(call, generation=5)
    assert (await customer.hear("call.snapshot"))["generation"] == 5
    beat = await customer.hear("heartbeat")
    assert set(beat) == {"type", "state", "generation", "peer_present", "lines"}
    await write(call, state="completed", ended_at=call.answered_at, end_reason="hung_up")
    while (await customer.hear("call.snapshot"))["state"] != "completed":
        pass


@pytest.mark.proves("C16", "INV-C10")
async def test_reload_shows_the_call_as_it_was():
    call = await live()
    async with both(call) as (customer, merchant):
        await customer.close()
        await merchant.hear("peer.left")
        again = await customer_side(call)
        assert (again.snapshot["state"], again.snapshot["peer_present"]) == ("live", True)
        assert again.snapshot["member_name"] == call.member_hint.user.name
        await merchant.hear("peer.joined")
        await merchant.close()
        once_more = await merchant_side(call)
        assert once_more.snapshot["peer_present"] is True
    ended = await ringing()
    await outside(_cancel)(ended)
    late = await customer_side(ended)
    assert (late.snapshot["state"], late.snapshot["end_reason"]) == (
        "cancelled",
        "caller_cancelled",
    )


def _cancel(call):
    with entered(scope_of_customer(call.customer)):
        cancel_call(call.code)


@pytest.mark.proves("INV-C10")
async def test_call_that_a_side_is_gone_from_fails_and_one_both_are_back_in_goes_on():
    call, kept = await live(), await live()
    async with both(call):
        pass
    old = {"requested_at": ago(99), "answered_at": ago(90), "live_at": ago(90)}
    await write(call, **old, customer_seen_at=ago(31))
    await write(kept, **old, customer_seen_at=ago(31), merchant_seen_at=ago(31))
    sides = await merchant_side(call), await customer_side(kept), await merchant_side(kept)
    assert [side.snapshot["state"] for side in sides] == ["live"] * 3
    await outside(sweep_calls)()
    assert (await row(call)).state == CallState.FAILED
    assert (await row(kept)).state == CallState.LIVE


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("signal.describe", offer(text="v=0\r\n"), "signal_refused"),
        ("signal.describe", offer(text=sdp(sections=4)), "signal_refused"),
        ("signal.describe", offer(text=sdp("a=x\ry")), "signal_refused"),
        ("signal.describe", offer(kind="rollback"), "message_malformed"),
        ("signal.describe", {"generation": 1}, "message_malformed"),
        ("signal.describe", {**offer(), "to": "everybody"}, "message_malformed"),
        ("signal.describe", offer(generation=0), "message_malformed"),
        ("signal.trickle", trickle("candidate:evil"), "signal_refused"),
        ("signal.trickle", trickle("candidate:" + "1" * 300), "message_malformed"),
        ("signal.trickle", {"generation": 1}, "message_malformed"),
        ("media.change", {"microphone": "yes", "camera": True}, "message_malformed"),
        ("signal.restart", {"generation": "1"}, "message_malformed"),
        ("form.edit", {}, "message_unknown"),
    ],
)
@pytest.mark.proves("INV-C13", "INV-C8")
async def test_bad_signal_is_refused_with_a_code_and_reaches_nobody(kind, data, code):
    call = await accepted()
    async with both(call) as (customer, merchant):
        reply = await customer.ask(kind, **data)
        assert (reply["type"], reply["code"]) == ("error", code)
        assert "192.168" not in str(reply), "no address in an error"
        assert await merchant.silent(0.1)
        assert (await customer.ask("ping"))["type"] == "pong"


@pytest.mark.proves("INV-C13")
async def test_description_over_the_limit_is_refused_and_one_at_the_limit_passes():
    call = await accepted()
    async with both(call) as (customer, merchant):
        filler = "a=fmtp:97 " + "x" * 2000
        text = sdp(*[filler] * 14)
        assert 29_000 < len(text) < 32 * 1024
        assert (await customer.ask("signal.describe", **offer(text=text)))["type"] == "ok"
        await merchant.hear("signal.described")
        long = sdp(*[filler] * 16)
        assert len(long) > 32 * 1024
        reply = await customer.ask("signal.describe", **offer(text=long))
        assert reply["code"] == "message_malformed"
        await customer.send(text="x" * (40 * 1024 + 1))
        assert await customer.closed() == 1009


@pytest.mark.proves("INV-C13")
async def test_candidates_beyond_the_limit_are_refused_until_the_media_are_rebuilt():
    call = await live()
    async with both(call) as (customer, merchant):
        for _ in range(64):
            assert (await customer.ask("signal.trickle", **trickle(RELAY)))["type"] == "ok"
        reply = await customer.ask("signal.trickle", **trickle(RELAY))
        assert (reply["code"], reply["data"]) == (
            "signal_refused",
            {"reason": "too_many_candidates"},
        )
        await merchant.ask("signal.restart", generation=1)
        await customer.hear("signal.restarted")
        reply = await customer.ask("signal.trickle", **trickle(RELAY, generation=2))
        assert reply["type"] == "ok"
