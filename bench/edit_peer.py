"""Edit → durable and seen, beside ShareDB on the same PostgreSQL: the strongest durable peer.

It does no rights, no tenants, no audit. Our load generator speaks its protocol, so both are driven
by the same process with the same clock.
"""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from bench import peers
from bench.edit_seen import MAX_PAIRS, PAIRS, at_ease, most
from bench.report import Case, Samples, case_of, percentile
from bench.rig import STATE, Rig, quiet, rig, running, until
from bench.wires import Frame, Wire, our_wire

ROUNDS = 5
JSON0 = "http://sharejs.org/types/JSONv0"
UNITS = {f"p50@{PAIRS}pairs": ("ms", "lower"), "max": ("edits/s", "higher")}


@contextmanager
def sharedb(both: Rig) -> Iterator[str]:
    """ShareDB in a process and a schema of its own; raises PeerMissingError."""
    command = peers.of_node("sharedb")
    addresses, log = both.product.parts.addresses, STATE / "sharedb.log"
    environ = both.product.parts.variables() | peers.schema("peer_sharedb", addresses)
    with running(command, environ, log) as process:
        until(lambda: log.read_text("utf-8").strip().isdigit(), process, log)
        yield f"ws://127.0.0.1:{log.read_text('utf-8').strip()}"


async def peer_wire(url: str, number: int) -> Wire:
    """Both sides of one document."""
    where: Frame = {"c": "forms", "d": str(number)}
    sender, version = await _joined(url, where)
    if version is None:
        create = {"type": JSON0, "data": {"note": ""}}
        await sender.send(json.dumps({"a": "op", **where, "v": 0, "seq": 1, "create": create}))
        await _answer(sender, "op")
        version = 1
    receiver, _ = await _joined(url, where)
    versions, sequence = itertools.count(version), itertools.count(2)

    def frame(_key: str, value: str) -> Frame:
        change = [{"p": ["note"], "od": "", "oi": value}]
        return {"a": "op", **where, "v": next(versions), "seq": next(sequence), "op": change}

    return Wire(sender, receiver, frame, key=lambda frame: str(frame.get("seq")))


async def _joined(url: str, where: Frame) -> tuple[ClientConnection, int | None]:
    """Return a socket subscribed to the document, and its version; None where there is none."""
    socket = await connect(url, compression=None)
    await socket.send('{"a":"hs","id":null,"protocol":1,"protocolMinor":1}')
    await _answer(socket, "hs")
    await socket.send(json.dumps({"a": "s", **where}))
    data = (await _answer(socket, "s"))["data"]
    return socket, data["v"] if "data" in data else None


async def _answer(socket: ClientConnection, action: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = json.loads(await socket.recv())
        if "error" in frame:
            raise RuntimeError(f"ShareDB refused: {frame['error']}")
        if frame["a"] == action:
            return frame


def run() -> list[Case]:
    """Interleave peer and product, ROUNDS times."""
    samples = {name: Samples() for name in UNITS}
    with rig() as both:
        try:
            _rounds(both, samples)
        except peers.PeerMissingError as error:
            print(f"  edit_peer is left out, ShareDB cannot be had: {error}")
            return []
    return [
        case_of("edit_peer", name, samples[name], unit=unit, better=better)
        for name, (unit, better) in UNITS.items()
    ]


def _rounds(both: Rig, samples: dict[str, Samples]) -> None:
    rows = both.prepare("pairs", MAX_PAIRS)
    with sharedb(both) as url:
        for number in range(ROUNDS):
            _round(both, url, rows, samples)
            print(f"  edit_peer round {number + 1} of {ROUNDS}", flush=True)


def _round(both: Rig, url: str, rows: list[dict[str, str]], samples: dict[str, Samples]) -> None:
    load = quiet()

    def theirs(number: int) -> Awaitable[Wire]:
        return peer_wire(url, number)

    def ours(number: int) -> Awaitable[Wire]:
        return our_wire(both.url, rows[number])

    for kind, found in ((theirs, "floor"), (ours, "ours")):
        middle = percentile(asyncio.run(at_ease(kind)), 0.5)
        for name, value in zip(UNITS, (middle, asyncio.run(most(kind))), strict=True):
            getattr(samples[name], found).append(value)
    print(f"  load {load:.2f}")
