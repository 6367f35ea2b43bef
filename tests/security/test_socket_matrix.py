"""Who may open which socket, what each refuses, and that nobody else hears of it."""

import asyncio
import json
from itertools import product

import pytest

from marketplace.core import sockets
from marketplace.core.sockets import Rate
from marketplace.routing import websocket_urlpatterns
from tests.calls.peers import close_all, outside
from tests.security.messages import ANSWERS, CLASSES, IDS, SERVED, TYPES, answer, message
from tests.security.rows import Rows
from tests.security.wire import BY_NAME, KINDS, OPEN, Wire, rightful, rightly_opened
from tests.security.words import leaks
from tests.security.world import World, make_world


@pytest.fixture
async def open_world(db, layer):
    yield await outside(make_world)()
    await close_all()


@pytest.fixture
def patient(monkeypatch):
    """No limit by rate and no heartbeat in between: they have tests of their own."""
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 3600)
    for socket in set(CLASSES.values()):
        monkeypatch.setattr(socket, "default_rate", Rate(per_second=10**4, burst=10**4))
        monkeypatch.setattr(socket, "rates", {})


def test_every_socket_and_message_has_a_row():
    assert len(websocket_urlpatterns) + 1 == len(KINDS), "call sockets share a pattern"
    for name, socket in CLASSES.items():
        assert set(ANSWERS[name]) == set(socket.handlers), name
    assert set(TYPES) == {kind for socket in CLASSES.values() for kind in socket.handlers}


@pytest.mark.proves("INV-T4", "INV-T5", "INV-A6")
async def test_every_handshake_gives_exactly_its_code(open_world: World):
    wrong, cells, opened, rows = [], 0, set(), await outside(Rows)()
    for kind in KINDS:
        for which, person in product(getattr(open_world, kind.objects), open_world.people.values()):
            wire = Wire(kind.url(open_world, which), person.header)
            code, text = await wire.verdict()
            cells += 1
            if code != kind.verdict(person, which) or leaks(text.encode(), person.reads):
                wrong.append((kind.name, which, person.role, code, text[:80]))
            if code == OPEN:
                opened.add((kind.name, person.role))
            elif not await wire.mute() or await outside(rows.changed)():
                wrong.append((kind.name, which, person.role, "not mute"))
            await wire.close()
            await outside(rows.changed)()
    print(f"\nhandshakes: {cells} cells")
    assert wrong == []
    assert cells >= 559
    assert {(kind.name, rightful(kind, "own")) for kind in KINDS} <= opened, "control"


@pytest.mark.proves("INV-A10")
async def test_handshake_from_elsewhere_is_refused_before_it_is_accepted(open_world: World):
    kind = BY_NAME["form_customer"]
    person = open_world.people["customer_own"]
    ours = b"http://testserver"
    spellings = (
        b"",
        b"null",
        b"https://testserver",
        b"http://testserver:81",
        b"http://evil.example",
    )
    spellings += (
        b"http://testserver.evil.example",
        b"http://x.testserver",
        b"http://testserver/",
        b"HTTP://TESTSERVER",
    )
    tries = [[], [(b"origin", ours), (b"origin", b"http://evil.example")]]
    tries += [[(b"origin", origin)] for origin in spellings]
    for headers, one in product(tries, KINDS):
        wire = Wire(
            one.url(open_world, "own"), open_world.people[rightful(one, "own")].header, headers
        )
        assert (await wire.handshake()) == {"type": "websocket.close", "code": 4403}, headers
    for header in (b"host", b"x-forwarded-host"):
        wire = Wire(
            kind.url(open_world, "own"),
            person.header,
            [(b"origin", b"http://evil.example"), (header, b"evil.example")],
        )
        assert (await wire.handshake())["type"] == "websocket.close"
    assert await Wire(kind.url(open_world, "own"), person.header, [(b"origin", ours)]).open(), (
        "control"
    )


async def everybody(world: World) -> dict[tuple[str, str], Wire]:
    """Each socket of each deal, opened by whom it belongs to."""
    places = [(k, which) for k in KINDS for which in ("own", "other", "foreign")]
    places.remove((BY_NAME["desk"], "other"))
    found = {}
    for kind, which in places:
        found[kind.name, which] = await rightly_opened(world, kind, which)
    await heard(found)
    return found


async def heard(wires: dict) -> dict:
    """What each has heard since the last time, but for heartbeats."""
    await asyncio.gather(*(wire.silent(0.25) for wire in wires.values()))
    news = {}
    for place, wire in wires.items():
        if kinds := [f["type"] for f in wire.frames if f["type"] != "heartbeat"]:
            news[place] = kinds
        wire.frames.clear()
    return news


@pytest.mark.proves("INV-T4", "INV-F8", "INV-A6")
async def test_every_message_out_of_place_is_refused_and_nobody_hears_of_it(open_world, patient):
    wires, cells, wrong = await everybody(open_world), 0, []
    for place in (("desk", "own"), ("desk", "foreign")):
        assert (await wires[place].ask("desk.go_online", device="x"))["type"] == "ok"
    await heard(wires)
    data = await outside(_all_messages)(open_world)
    rows = await outside(Rows)()
    for socket in ANSWERS:
        for kind, which in product(TYPES, IDS):
            wanted = answer(socket, kind, which)
            if wanted == SERVED:
                continue
            reply = await wires[socket, "own"].ask(**data[kind, which])
            cells += 1
            if (reply["type"], reply.get("code")) != ("error", wanted):
                wrong.append((socket, kind, which, reply.get("code", reply["type"])))
    print(f"\nmessages out of place: {cells} cells, {len(wires)} sockets listening")
    assert wrong == []
    assert cells >= 1200
    assert await heard(wires) == {}
    assert await outside(rows.changed)() == set()
    await _control(open_world, wires)


def _all_messages(world: World) -> dict:
    found = {}
    for kind, which in product(TYPES, IDS):
        data = message(kind, which, world)
        found[kind, which] = {"kind": data.pop("type"), **data}
    return found


async def _control(world: World, wires: dict) -> None:
    """The right one is served, and exactly those who should hear it do."""
    edit = {"op": "op-control", "field": "note", "value": "Yes", "base": 10**6}
    assert (await wires["form_customer", "own"].ask("form.edit", **edit))["type"] == "ok"
    assert await heard(wires) == {
        (name, "own"): ["form.edited"]
        for name in ("form_merchant", "form_alone_customer", "form_alone_merchant")
    }
    ring = world.rings["own"].code
    assert (await wires["desk", "own"].ask("call.decline", call=ring))["type"] == "ok"
    assert await heard(wires) == {("desk", "own"): ["call.declined"]}


def _frames(kind: str) -> list[tuple[str, str]]:
    """Frames that are wrong in form, and the code each is answered with."""
    deep = "[" * 7 + "]" * 7
    own = next(iter(CLASSES[kind].handlers))
    malformed = [
        *("", "x", "[]", "null", "1", '"x"', "{", '{"type":"ping"', "{}}", "\x00", "[" * 9000),
        '{"type":"OWN","id":1,"surprise":1}',
        '{"type":"OWN","id":{"a":1}}',
        '{"type":"OWN","id":1.5}',
        '{"type":"ping","id":DEEP}',
        '{"type":"ping","id":"\\ud800"}',
        '{"type":"OWN","id":1,"\\udfff":1}',
        '{"type":"OWN","id":1,"op":"12345678","field":"note","value":"\\ud800","base":0}',
        '{"type":"ping","id":NaN}',
    ]
    malformed = [text.replace("OWN", own).replace("DEEP", deep) for text in malformed]
    unknown = ['{"id":1}', '{"type":null}', '{"type":7}', '{"type":[]}', '{"type":{}}']
    foreign = ("", "receive", "deliver", "websocket.close", "db", "x" * 9000)
    unknown += [json.dumps({"type": kind}) for kind in foreign]
    return [(f, "message_malformed") for f in malformed] + [(f, "message_unknown") for f in unknown]


@pytest.mark.proves("INV-C13", "INV-F13")
async def test_frame_wrong_in_form_is_answered_with_a_code_and_the_socket_lives(
    open_world, patient
):
    for name in CLASSES:
        await _malformed(open_world, name)
        await close_all()


async def _reply(wire: Wire) -> dict:
    """The next frame that is an answer: a socket closed before may still be announced as gone."""
    while True:
        output = await wire.socket.receive_output(timeout=5)
        assert output["type"] == "websocket.send", output
        output["text"].encode()  # what cannot be encoded would end the connection
        reply = json.loads(output["text"], parse_constant=float.fromhex)
        if reply["type"] in {"ok", "error"}:
            return dict(reply)


async def _malformed(world: World, name: str) -> None:
    kind = BY_NAME[name]
    wire = await rightly_opened(world, kind)
    rows = await outside(Rows)()
    for text, code in _frames(name):
        await wire.send(text=text)
        reply = await _reply(wire)
        assert (reply["type"], reply["code"]) == ("error", code), (name, text[:60])
    assert (await wire.ask("ping"))["type"] == "pong", "control: it still answers"
    assert await outside(rows.changed)() == set(), name
    most = CLASSES[name].max_bytes
    await wire.send(text=json.dumps({"type": "ping", "id": 1, "pad": ""}).ljust(most))
    assert (await wire.hear("pong"))["id"] == 1, "control: one at the limit passes"
    await wire.send(text='{"type":"ping"}'.ljust(most + 1))
    assert await wire.closed() == 1009, name
    again = await rightly_opened(world, kind)
    await again.send(bytes=b'{"type":"ping","id":1}')
    assert await again.closed() == 1009, name


@pytest.mark.proves("INV-C13")
async def test_flood_ends_the_flooding_socket_only(open_world):
    for name in CLASSES:
        kind = BY_NAME[name]
        quiet = await rightly_opened(open_world, kind, "foreign")
        wire = await rightly_opened(open_world, kind)
        for number in range(CLASSES[name].default_rate.burst * 2):
            await wire.send(text=json.dumps({"type": "no.such", "id": number}))
        assert await wire.closed() == 4429, name
        assert (await quiet.ask("ping"))["type"] == "pong", name
        await close_all()
