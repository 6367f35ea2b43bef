"""The desk socket: who is let in, what rings where, what is refused."""

import json

import pytest

from calls.consumers import desk as desk_module
from calls.models import Call, Endpoint, PublishedAddress
from calls.services.request_call import request_call
from calls.tasks import sweep_calls
from marketplace.accounts.audit import SYSTEM
from marketplace.core import sockets
from merchants.roles import Role
from merchants.scope import entered, operator_scope
from tests.calls.peers import Peer, cookies, desk, outside
from tests.factories.calls import ago, fresh, published, set_call
from tests.factories.merchants import make_member, make_merchant
from tests.factories.people import make_customer, make_user

pytestmark = pytest.mark.usefixtures("tidy_sockets")


@outside
def people(count: int = 1):
    merchant = make_merchant()
    return [make_member(merchant, Role.AGENT) for _ in range(count)]


@outside
def ring(member, **fields) -> Call:
    call, _new = request_call(
        make_customer(**fields),
        handle=member.merchant.handle,
        address=published(member),
        page="Jasmine tea",
    )
    return call


@outside
def endpoints() -> list[Endpoint]:
    with entered(operator_scope(SYSTEM)):
        return list(Endpoint.objects.order_by("created_at"))


@pytest.mark.proves("INV-C15", "P1.1")
async def test_going_online_once_more_leaves_no_moment_without_anybody_at_the_desk():
    (member,) = await people()
    open_desk = await desk(member)
    assert (await open_desk.ask("desk.go_online", device="Counter"))["type"] == "ok"
    before, now = await endpoints()
    assert now.expires_at > before.expires_at
    assert before.expires_at >= now.created_at, "the old one left before the new one was there"


@pytest.mark.proves("P1.1", "M3", "M4")
async def test_call_rings_at_every_desk_of_the_merchant_and_at_no_strangers_desk():
    member, colleague = await people(2)
    (stranger,) = await people()
    desks = [await desk(member), await desk(colleague), await desk(stranger)]
    call = await ring(member, name="Lena")
    for open_desk in desks[:2]:
        frame = await open_desk.hear("call.rang")
        summary = frame["call"]
        assert summary.pop("requested_at") < summary.pop("ring_until")
        assert summary == {
            "code": call.code,
            "state": "ringing",
            "customer_name": "Lena",
            "page": "Jasmine tea",
            "waiting_seconds": 0,
            "seen_before": False,
            "callback": None,
        }
    assert await desks[2].silent()


@pytest.mark.proves("P1.3", "M4")
async def test_one_answer_silences_the_other_desks():
    member, colleague = await people(2)
    first, second = await desk(member), await desk(colleague)
    call = await ring(member)
    reply = await first.ask("call.accept", call=call.code)
    assert reply["type"] == "ok"
    assert reply["url"] == f"/desk/{member.merchant.handle}/c/{call.code}/"
    frame = await second.hear("call.accepted")
    assert frame == {
        "type": "call.accepted",
        "call": call.code,
        "member": member.user.name,
        "endpoint": first.endpoint["endpoint"],
    }
    late = await second.ask("call.accept", call=call.code)
    assert (late["type"], late["code"]) == ("error", "call_taken")


@pytest.mark.proves("P1.5")
async def test_decline_time_out_and_repeat_reach_all_desks():
    member, colleague = await people(2)
    first, second = await desk(member), await desk(colleague)
    call = await ring(member)
    for _ in range(2):
        assert (await first.ask("call.decline", call=call.code, reason="busy"))["type"] == "ok"
    for open_desk in (first, second):
        frame = await open_desk.hear("call.declined")
        assert (frame["call"], frame["reason"]) == (call.code, "busy")
    due = await ring(member)
    await outside(set_call)(due, ring_until=ago(1))
    await outside(sweep_calls)()
    for open_desk in (first, second):
        assert (await open_desk.hear("call.missed"))["call"] == due.code


@pytest.mark.proves("INV-T4")
async def test_call_of_another_merchant_can_be_neither_accepted_nor_declined():
    (member,) = await people()
    (stranger,) = await people()
    mine, theirs = await desk(member), await desk(stranger)
    call = await ring(member)
    for kind in ("call.accept", "call.decline"):
        foreign = await theirs.ask(kind, call=call.code)
        unknown = await theirs.ask(kind, call="0" * 22)
        assert {**foreign, "id": 0} == {**unknown, "id": 0}
        assert foreign["code"] == "not_found"
    await mine.hear("call.rang")
    assert await mine.silent()
    assert (await outside(fresh)(call)).state == "ringing"


@pytest.mark.proves("INV-T4", "INV-T3", "INV-A10")
async def test_only_members_who_may_answer_are_let_in():
    (member,) = await people()
    handle = member.merchant.handle
    stranger = await outside(lambda: cookies(user=make_user()))()
    guest = await outside(lambda: cookies(customer=make_customer()))()
    mine = await outside(lambda: cookies(user=member.user))()
    assert await Peer(f"/ws/desk/{handle}/").refused() == 4401
    assert await Peer(f"/ws/desk/{handle}/", cookie=guest).refused() == 4401
    assert await Peer(f"/ws/desk/{handle}/", cookie=stranger).refused() == 4404
    assert await Peer("/ws/desk/nobody/", cookie=stranger).refused() == 4404
    origin = await Peer(f"/ws/desk/{handle}/", cookie=mine, origin="http://evil.example").refused()
    assert origin == 4403


@pytest.mark.proves("INV-T4")
async def test_frames_sent_on_a_refused_socket_have_no_effect():
    (member,) = await people()
    stranger = await outside(lambda: cookies(user=make_user()))()
    peer = await Peer(f"/ws/desk/{member.merchant.handle}/", cookie=stranger).open()
    await peer.say("desk.go_online", device="x")
    output = [await peer.socket.receive_output(timeout=2)]
    assert output[0]["type"] == "websocket.close"
    assert await peer.socket.receive_nothing(0.2)
    assert await endpoints() == []


@pytest.mark.proves("INV-C15", "INV-C15")
async def test_endpoint_carries_the_address_the_server_sees_and_goes_with_the_socket():
    (member,) = await people()
    peer = await desk(member, online=False, address="2001:db8::7", x_forwarded_for="1.2.3.4")
    assert (peer.snapshot["endpoint"], peer.snapshot["address"]) == (None, None)
    online = await peer.ask("desk.go_online", device="Counter")
    assert (online["address"], online["mode"], online["mode_reason"]) == (
        "2001:db8::7",
        "direct",
        "chosen",
    )
    (row,) = await endpoints()
    assert (row.address, row.device, row.code) == ("2001:db8::7", "Counter", online["endpoint"])
    await peer.close()
    (row,) = await endpoints()
    assert row.expires_at <= ago(0)


async def test_proxy_we_trust_may_name_the_address(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    (member,) = await people()
    peer = await desk(member, address="10.0.0.1", x_forwarded_for="6.6.6.6, 198.51.100.20")
    assert peer.endpoint["address"] == "198.51.100.20"


@pytest.mark.proves("INV-C9")
async def test_in_relay_mode_the_desk_is_told_the_relays_address(settings):
    settings.TURN_URLS, settings.RELAY_ADDRESS = ["turn:203.0.113.1"], "203.0.113.1"
    member = await outside(lambda: make_member(make_merchant(media_mode="relay")))()
    peer = await desk(member)
    assert (peer.endpoint["address"], peer.endpoint["mode"]) == ("203.0.113.1", "relay")


async def test_desk_that_is_offline_cannot_accept_and_leaves_when_it_says_so():
    (member,) = await people()
    first, second = await desk(member), await desk(member, online=False)
    call = await ring(member)
    assert (await second.ask("call.accept", call=call.code))["code"] == "endpoint_offline"
    assert (await first.ask("desk.go_offline"))["type"] == "ok"
    assert (await first.ask("desk.go_offline"))["type"] == "ok"
    (row,) = await endpoints()
    assert row.expires_at <= ago(0)


@pytest.mark.proves("C16")
async def test_desk_that_reloads_finds_its_calls():
    (member,) = await people()
    peer = await desk(member)
    ringing = await ring(member, name="Ada")
    await peer.close()
    again = await desk(member)
    assert again.snapshot["calls"] == [], "not online yet: nothing rings here"
    snapshot = await again.hear("desk.snapshot")
    assert [(c["code"], c["customer_name"]) for c in snapshot["calls"]] == [(ringing.code, "Ada")]
    await again.ask("call.accept", call=ringing.code)
    third = await desk(member)
    assert third.snapshot["calls"] == [], "answered: it waits no longer"


@pytest.mark.proves("INV-C15")
async def test_heartbeat_keeps_the_endpoint_while_the_browser_answers(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    (member,) = await people()
    peer = await desk(member)
    await outside(_age_endpoints)(50)
    peer.frames.clear()
    for _ in range(6):
        beat = await peer.hear("heartbeat")
        assert beat["endpoint"] == peer.endpoint["endpoint"]
    (row,) = await endpoints()
    assert row.expires_at > ago(-50), "moved on by the heartbeat"


@pytest.mark.proves("INV-C15")
async def test_browser_that_does_not_answer_loses_its_endpoint(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(desk_module, "HEARD_WITHIN_SECONDS", 0.0)
    (member,) = await people()
    peer = await desk(member)
    await outside(_age_endpoints)(50)
    for _ in range(6):
        await peer.hear("heartbeat")
    (row,) = await endpoints()
    assert row.expires_at < ago(-15), "nobody moved it on"
    monkeypatch.setattr(desk_module, "HEARD_WITHIN_SECONDS", 12.0)
    await outside(_age_endpoints)(70)
    while (await peer.hear("desk.snapshot"))["endpoint"] is not None:
        pass
    call = "0" * 22
    assert (await peer.ask("call.accept", call=call))["code"] == "endpoint_offline"


def _age_endpoints(seconds: float) -> None:
    with entered(operator_scope(SYSTEM)):
        Endpoint.objects.update(last_seen_at=ago(seconds), expires_at=ago(seconds - 60))
        PublishedAddress.objects.update(valid_until=ago(seconds - 60))


@pytest.mark.proves("P1.6")
async def test_lost_announcement_heals_with_the_heartbeat(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr("calls.services.request_call.announce_rang", lambda *a, **k: None)
    (member,) = await people()
    peer = await desk(member)
    call = await ring(member)
    snapshot = await peer.hear("desk.snapshot")
    assert [entry["code"] for entry in snapshot["calls"]] == [call.code]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"type": "desk.go_online", "id": 1, "device": "x" * 81}, "message_malformed"),
        ({"type": "desk.go_online", "id": 1, "device": 7}, "message_malformed"),
        ({"type": "desk.go_online", "id": 1, "address": "192.0.2.1"}, "message_malformed"),
        ({"type": "call.accept", "id": 1}, "message_malformed"),
        ({"type": "call.accept", "id": 1, "call": "x"}, "message_malformed"),
        ({"type": "call.accept", "id": 1, "call": "\u0660" * 22}, "message_malformed"),
        ({"type": "call.decline", "id": 1, "call": "0" * 22, "reason": "A\r\nB"},
         "message_malformed"),
        ({"type": "call.hang_up", "id": 1}, "message_unknown"),
        ({"type": "signal.describe", "id": 1}, "message_unknown"),
        ({"type": ["call.accept"], "id": 1}, "message_unknown"),
        ({"id": 1}, "message_unknown"),
        ([], "message_malformed"),
        ("{", "message_malformed"),
        ({"type": "call.accept", "id": {"a": {"b": {"c": {"d": {"e": {}}}}}}}, "message_malformed"),
    ],
)  # fmt: skip
@pytest.mark.proves("INV-C13")
async def test_malformed_frame_is_refused_and_the_socket_lives(frame, code):
    (member,) = await people()
    peer = await desk(member, online=False)
    text = frame if isinstance(frame, str) else json.dumps(frame)
    await peer.send(text=text)
    assert (await peer.hear("error"))["code"] == code
    assert (await peer.ask("ping"))["type"] == "pong"


@pytest.mark.proves("INV-C13")
async def test_over_long_and_binary_frames_close_the_socket():
    (member,) = await people()
    for send in ({"text": "x" * (16 * 1024 + 1)}, {"bytes": b"\x00"}):
        peer = await desk(member, online=False)
        await peer.send(**send)
        assert await peer.closed() == 1009


@pytest.mark.proves("INV-C13")
async def test_flood_closes_the_socket():
    (member,) = await people()
    peer = await desk(member, online=False)
    for _ in range(40):
        await peer.say("call.accept", call="0" * 22)
    assert await peer.closed() == 4429
