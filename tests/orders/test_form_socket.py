"""The form socket: joining, editing, bad frames; two peers and a stranger."""

import asyncio
import random

import pytest

from marketplace.accounts.audit import SYSTEM
from marketplace.core import sockets
from merchants.models import Member
from merchants.scope import entered, merchant_scope
from tests.factories.orders import make_table, put
from tests.factories.people import make_user
from tests.orders.peers import Peer, both_at, customer_at, member_at, refused, work

pytestmark = pytest.mark.usefixtures("db", "layer")


# -- joining ---------------------------------------------------------------------------------


@pytest.mark.proves("P4.2", "INV-F3", "C16")
async def test_both_sides_join_with_the_same_snapshot():
    table = await work(make_table)
    await work(put, table.buyer, "content", "tea")
    customer, member = await both_at(table)
    for peer, role in ((customer, "customer"), (member, "merchant")):
        assert peer.snapshot["role"] == role
        assert peer.snapshot["revision"] == 1
        assert peer.snapshot["epoch"] == "1"
        assert peer.snapshot["currency"] == "EUR"
        assert peer.snapshot["locale_zone"] == "Europe/Berlin"
        assert peer.snapshot["fields"]["content"]["value"] == "tea"
        assert peer.snapshot["fields"]["content"]["mark"] == "proposed"
        assert peer.snapshot["confirmations"] == {"customer": None, "merchant": None}
        assert peer.snapshot["order"] is None
        assert peer.snapshot["seller"]["legal_name"] == table.merchant.legal_name
    assert customer.snapshot["permissions"]["request"] is False
    assert member.snapshot["permissions"]["create"] is True


@pytest.mark.proves("INV-T3", "INV-T4", "P1.10")
async def test_strangers_are_not_found():
    table, other = await work(make_table), await work(make_table)
    neighbour = await work(make_table, table.merchant)
    mine = f"/ws/calls/{table.call.code}/form"
    unknown = f"/ws/calls/{'A' * 22}/form"
    nobody = await work(make_user)
    assert await (await customer_at(other, path=f"{mine}/customer/")).refusal() == 4404
    assert await (await customer_at(neighbour, path=f"{mine}/customer/")).refusal() == 4404
    assert await (await customer_at(table, path=f"{unknown}/customer/")).refusal() == 4404
    assert await Peer(f"{mine}/customer/").refusal() == 4404
    assert await (await member_at(other, path=f"{mine}/merchant/")).refusal() == 4404
    assert await (await member_at(table, path=f"{unknown}/merchant/")).refusal() == 4404
    assert await (await member_at(table, user=nobody)).refusal() == 4404
    assert await Peer(f"{mine}/merchant/").refusal() == 4401
    # the customer's cookie opens nothing on the merchant's door
    assert await (await customer_at(table, path=f"{mine}/merchant/")).refusal() == 4401


async def test_unanswered_call_has_no_form_yet():
    from tests.factories.calls import make_ringing_call

    call = await work(make_ringing_call)
    table = await work(make_table)
    path = f"/ws/calls/{call.code}/form/merchant/"
    peer = await member_at(table, path=path, user=call.member_hint.user)
    assert await peer.refusal() == 4403


@pytest.mark.proves("INV-F8", "INV-T5")
async def test_customers_frames_hold_nothing_of_the_merchants_inside():
    table = await work(make_table)
    customer, member = await both_at(table)
    await member.edit("price", "48")
    await customer.edit("content", "tea")
    shown = await member.shown()
    await member.say("request.send", fields=["address.city"], hint="Where to?")
    await customer.say("form.confirm", **shown)
    await member.say("form.confirm", **shown)
    await member.say("order.create", **shown)
    frames = str([customer.snapshot, *await customer.quiet()])
    for secret in (
        table.member.id,
        table.member.user_id,
        table.merchant.id,
        table.member.user.email,
        table.merchant.contact_email,
        "commission",
        "/desk/",
    ):
        assert str(secret) not in frames


# -- editing ---------------------------------------------------------------------------------


@pytest.mark.proves("P4.1", "P4.3", "M7", "C6")
async def test_edit_is_acknowledged_and_seen_by_the_other_side_alone():
    table, other = await work(make_table), await work(make_table)
    customer, member = await both_at(table)
    stranger, _ = await both_at(other)
    reply = await customer.edit("address.city", "Berlin", op="op-number-1")
    assert (reply["revision"], reply["value"]) == (1, "Berlin")
    seen = await member.hear("form.edited")
    assert {
        key: seen[key] for key in ("field", "value", "author", "author_name", "revision", "op")
    } == {
        "field": "address.city",
        "value": "Berlin",
        "author": "customer",
        "author_name": "Lena",
        "revision": 1,
        "op": "op-number-1",
    }
    assert await customer.quiet() == []
    assert await stranger.quiet() == []


@pytest.mark.proves("C16")
async def test_second_tab_of_the_same_side_sees_the_edit():
    table = await work(make_table)
    customer, _ = await both_at(table)
    tab = await (await customer_at(table)).open()
    await customer.edit("note", "ring twice")
    assert (await tab.hear("form.edited"))["value"] == "ring twice"


@pytest.mark.proves("INV-F8", "P2.3", "P3.3", "INV-F13")
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("price", "1.00", "field_forbidden"),
        ("content", "x" * 2001, "field_too_long"),
        ("content", "a\0b", "field_control_character"),
        ("commission", "0", "field_unknown"),
        ("time.zone", "Mars/Olympus", "zone_unknown"),
    ],
)
async def test_customers_bad_edit_is_refused_and_reaches_nobody(field, value, code):
    table = await work(make_table)
    customer, member = await both_at(table)
    error = await refused(customer.edit(field, value))
    assert (error.code, error.data["field"]) == (code, field)
    assert await member.quiet() == []


@pytest.mark.proves("P2.3")
@pytest.mark.parametrize(
    ("value", "code"), [("-1", "amount_negative"), ("1.001", "amount_too_precise")]
)
async def test_merchants_bad_price_is_refused(value, code):
    table = await work(make_table)
    _, member = await both_at(table)
    assert (await refused(member.edit("price", value))).code == code


@pytest.mark.proves("P4.6", "INV-F13")
async def test_markup_and_signs_arrive_as_the_same_characters():
    table = await work(make_table)
    customer, member = await both_at(table)
    value = "<script>alert(1)</script> \u202eabc\u202c 🍵👩‍👩‍👧 茉莉 'x' \"y\" \\ %s \u2028"
    assert (await customer.edit("content", value))["value"] == value
    assert (await member.hear("form.edited"))["value"] == value
    late = await (await member_at(table)).open()
    assert late.snapshot["fields"]["content"]["value"] == value


@pytest.mark.proves("INV-F5", "P4.4")
async def test_repeated_operation_is_answered_alike_and_announced_once():
    table = await work(make_table)
    customer, member = await both_at(table)
    first = await customer.edit("content", "tea", op="op-number-1")
    again = await customer.edit("content", "tea", op="op-number-1")
    assert {**again, "id": 0} == {**first, "id": 0}
    assert len(await member.quiet()) == 1


@pytest.mark.proves("P4.4", "INV-F7")
async def test_loser_is_told_what_was_replaced_on_both_screens():
    table = await work(make_table)
    customer, member = await both_at(table)
    await member.edit("content", "theirs", base=0)
    reply = await customer.edit("content", "mine", base=0)
    assert reply["replaced"] == {"value": "theirs", "author": "merchant"}
    seen = await member.hear("form.edited")
    assert seen["replaced"] == {"value": "theirs", "author": "merchant"}


@pytest.mark.proves("INV-F14")
async def test_member_who_leaves_is_refused_at_once_and_closed_by_the_heartbeat(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.4)
    table = await work(make_table)
    _, member = await both_at(table)

    def leave():
        with entered(merchant_scope(table.merchant.id, SYSTEM)):
            Member.objects.filter(id=table.member.id).update(is_active=False)

    await work(leave)
    assert (await refused(member.edit("content", "still here"))).code == "forbidden"
    while (output := await member.socket.receive_output(timeout=5))["type"] != "websocket.close":
        pass
    assert output["code"] == 4403


# -- bad frames ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"type": "form.edit", "op": "x"}, "message_malformed"),
        (
            {"type": "form.edit", "op": "op-number-1", "field": "note", "value": 7, "base": 0},
            "message_malformed",
        ),
        ({"type": "form.explode"}, "message_unknown"),
        ({"type": "order.pay"}, "message_unknown"),
    ],
)
async def test_malformed_and_unknown_frames_are_refused(frame, code):
    table = await work(make_table)
    customer, member = await both_at(table)
    kind = frame.pop("type")
    assert (await refused(customer.say(kind, **frame))).code == code
    assert await member.quiet() == []


async def test_over_long_frame_closes_the_socket():
    table = await work(make_table)
    customer, _ = await both_at(table)
    await customer.socket.send_to(text_data="x" * (16 * 1024 + 1))
    assert (await customer.socket.receive_output(timeout=5))["code"] == 1009


@pytest.mark.proves("P4.4", "INV-F2", "INV-F6")
async def test_random_edits_of_four_sockets_converge():
    """Every screen folds what it is told, in order of revision, to the server's own form."""
    dice = random.Random(7)
    table = await work(make_table)
    customer, member = await both_at(table)
    tab = await (await customer_at(table)).open()
    colleague = await (await member_at(table)).open()
    peers = [customer, member, tab, colleague]
    keys = ["content", "note", "address.city", "contact.name"]

    async def type_along(peer, name):
        replies = []
        for n in range(25):
            key = dice.choice(keys)
            op = f"{name}-op-{n:04}"
            frame = {"field": key, "value": f"{name}{n}", "base": dice.randrange(200), "op": op}
            replies.append((key, await peer.say("form.edit", **frame)))
            if dice.random() < 0.2:  # an answer that got lost: the same operation again
                again = await peer.say("form.edit", **frame)
                assert again["revision"] == replies[-1][1]["revision"]
        return replies

    answered = await asyncio.gather(
        *[type_along(peer, name) for peer, name in zip(peers, "abcd", strict=True)]
    )
    truth = await customer.say("form.sync", epoch="1", revision=0)
    revisions = sorted(reply["revision"] for replies in answered for _, reply in replies)
    assert revisions == list(range(1, 101))
    for peer, replies in zip(peers, answered, strict=True):
        told = [(f["field"], f) for f in await peer.quiet() if f["type"] == "form.edited"]
        everything = sorted([*replies, *told], key=lambda pair: pair[1]["revision"])
        assert [frame["revision"] for _, frame in everything] == list(range(1, 101))
        screen = {key: frame["value"] for key, frame in everything}
        assert screen == {key: cell["value"] for key, cell in truth["fields"].items()}
