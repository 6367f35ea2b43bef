"""What is said on the sockets while people wait, talk and hand over, read as everybody else."""

import json
from uuid import uuid4

import pytest
from django.utils import timezone

from calls.models import Call
from calls.services import queue
from tests.calls.peers import close_all, outside
from tests.factories.calls import fresh, set_call
from tests.factories.orders import make_call
from tests.factories.people import make_customer
from tests.security.people import guest
from tests.security.rows import Rows
from tests.security.wire import BY_NAME, NOT_FOUND, OPEN, Wire, rightly_opened
from tests.security.words import NOTE_A, ONE, TEAM_A, THREE, TWO, leaks, word
from tests.security.world import World, make_world


@pytest.fixture
async def open_world(db, layer):
    yield await outside(make_world)()
    await close_all()


def heard(wire: Wire) -> bytes:
    return json.dumps(wire.frames).encode()


async def listen(*wires: Wire) -> None:
    for wire in wires:
        await wire.silent(0.3)


# -- queue ---------------------------------------------------------------------------------


def line_up(world: World, *prefixes: str) -> list[Call]:
    """Callers of these names wait at the own merchant, in this order."""
    found = []
    for prefix in prefixes:
        call = make_call(
            world.a,
            make_customer(name=word(prefix)),
            world.agent,
            state="queued",
            page=word(prefix),
        )
        set_call(call, requested_at=timezone.now())
        found.append(call)
    return found


async def in_line(world: World, call: Call) -> Wire:
    role = await outside(guest)("", call.customer, "")
    wire = await Wire(f"/ws/calls/{call.code}/customer/", role.header).open()
    wire.frames.append(await wire.next())
    return wire


@pytest.mark.proves("INV-T4", "INV-T5")
async def test_place_in_line_says_nothing_of_who_else_waits(open_world: World):
    calls = await outside(line_up)(open_world, ONE, TWO, THREE)
    first, second, third = [await in_line(open_world, call) for call in calls]
    places = [wire.frames[0]["queue"]["position"] for wire in (first, second, third)]
    assert places == [1, 2, 3], "control: they wait"
    assert (await first.ask("call.cancel"))["type"] == "ok"
    await outside(queue.call_next)(open_world.a.id)
    await listen(first, second, third)
    assert any(f["type"] == "call.queued" for f in third.frames), "control: places were told"
    for wire, own in ((first, ONE), (second, TWO), (third, THREE)):
        assert leaks(heard(wire), frozenset({own, TEAM_A})) == []
        for call in calls:
            told = call.code.encode() in heard(wire)
            assert told == (call.customer.name.encode() in heard(wire))


@pytest.mark.proves("INV-T4", "INV-T5", "INV-T6")
async def test_queue_is_shown_to_its_own_merchant_only(open_world: World):
    (waits,) = await outside(line_up)(open_world, TWO)
    ours = await rightly_opened(open_world, BY_NAME["desk"])
    theirs = await rightly_opened(open_world, BY_NAME["desk"], "foreign")
    assert waits.code in json.dumps(ours.snapshot), "control"
    assert waits.code not in json.dumps(theirs.snapshot)
    assert (await theirs.ask("desk.go_online", device="x"))["type"] == "ok"
    rows = await outside(Rows)()
    for kind in ("call.accept", "call.decline"):
        reply = await theirs.ask(kind, call=waits.code)
        assert reply["code"] == "not_found"
    await outside(queue.call_next)(open_world.a.id)
    await outside(set_call)(waits, state="missed", ended_at=timezone.now())
    await listen(theirs, ours)
    assert leaks(heard(theirs), open_world.people["owner_other"].reads) == []
    assert await outside(rows.changed)() <= {"calls_call", "accounts_auditentry"}


# -- text and transfer ---------------------------------------------------------------------


@pytest.mark.proves("INV-T4", "INV-T5", "INV-C8")
async def test_text_is_heard_in_its_call_and_nowhere_else(open_world: World):
    kinds = ("call_customer", "call_merchant", "desk", "request_merchant", "form_merchant")
    own = {kind: await rightly_opened(open_world, BY_NAME[kind]) for kind in kinds}
    others = [
        await rightly_opened(open_world, BY_NAME[kind], which)
        for kind, which in (
            ("call_customer", "other"),
            ("call_merchant", "other"),
            ("desk", "foreign"),
        )
    ]
    said, typed = word(ONE), word(ONE)
    await own["call_customer"].say("text.type", text=typed)
    assert (await own["call_customer"].ask("text.say", op="op-12345678", text=said))["type"] == "ok"
    await listen(*own.values(), *others)
    assert {kind for kind in kinds if said.encode() in heard(own[kind])} == {
        "call_customer",
        "call_merchant",
    }
    assert typed.encode() in heard(own["call_merchant"])
    for wire in others:
        assert said.encode() not in heard(wire)
        assert typed.encode() not in heard(wire)
    # a colleague who has not the call opens no socket of it, and the log shows finished lines only
    manager = open_world.people["manager_own"]
    refused = Wire(BY_NAME["call_merchant"].url(open_world, "own"), manager.header)
    assert (await refused.verdict())[0] not in {OPEN, NOT_FOUND}


@pytest.mark.proves("INV-T4", "INV-T5", "INV-C9")
async def test_note_for_the_colleague_never_reaches_the_customer(open_world: World):
    """Offered, taken back, offered again; each frame on every socket is read."""
    customer = await rightly_opened(open_world, BY_NAME["call_customer"])
    merchant = await rightly_opened(open_world, BY_NAME["call_merchant"])
    stranger = await rightly_opened(open_world, BY_NAME["desk"], "foreign")
    own_desk = await rightly_opened(open_world, BY_NAME["desk"])
    owner = open_world.offers["own"].to_member_id
    note = word(NOTE_A)
    for _ in range(2):
        reply = await merchant.ask("transfer.offer", member=str(owner), note=note)
        assert reply["type"] == "ok", reply
        gone = await merchant.ask("transfer.withdraw", transfer=reply["transfer"])
        assert gone["type"] == "ok"
    await listen(customer, merchant, stranger, own_desk)
    kinds = [frame["type"] for frame in customer.frames]
    assert kinds.count("transfer.offered") == 2, "control: the customer hears that there is one"
    for wire in (customer, stranger, own_desk):
        assert note.encode() not in heard(wire)
    assert leaks(heard(customer), open_world.people["customer_own"].reads) == []


@pytest.mark.proves("INV-T4", "INV-T6")
async def test_no_key_of_a_member_elsewhere_is_of_use(open_world: World):
    """Members of another merchant, of none, gone, and oneself: all the same answer."""
    wire = await rightly_opened(open_world, BY_NAME["call_merchant"])
    rows = await outside(Rows)()
    foreign = open_world.offers["foreign"]
    keys = [foreign.from_member_id, foreign.to_member_id, open_world.agent.id, uuid4()]
    replies = [await wire.ask("transfer.offer", member=str(key)) for key in keys]
    assert {(reply["type"], reply["code"]) for reply in replies} == {("error", "not_found")}
    assert await outside(rows.changed)() == set()
    talk = open_world.deals["own"].talk.call
    assert (await outside(fresh)(talk)).member_id == open_world.agent.id
