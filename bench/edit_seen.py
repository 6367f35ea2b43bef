"""Edit → acknowledged after commit → seen by the other side, beside the floor `tx`.

20 pairs at two edits a second each, then as many as one server process takes (100 pairs, one
edit outstanding each). Sender and receiver share one clock: they are one process.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect

from bench.report import Case, Samples, case_of, percentile
from bench.rig import Rig, quiet, rig

ROUNDS, PAIRS, RATE, SECONDS = 5, 20, 2.0, 6.0
MAX_PAIRS, MAX_SECONDS = 100, 4.0
Frame = dict[str, object]


@dataclass
class Wire:
    """One sender and one receiver of the same form."""

    sender: ClientConnection
    receiver: ClientConnection
    frame: Callable[[str, str], Frame]
    acknowledged: dict[str, asyncio.Future[float]] = field(default_factory=dict)
    seen: dict[str, asyncio.Future[float]] = field(default_factory=dict)
    errors: int = 0
    number: int = 0

    async def listen(
        self, socket: ClientConnection, waiting: dict[str, asyncio.Future[float]]
    ) -> None:
        """Resolve what arrives; answer heartbeats."""
        async for text in socket:
            now = time.perf_counter()
            frame = json.loads(text)
            kind = frame.get("type")
            if kind == "heartbeat":
                await socket.send('{"type":"alive"}')
            elif kind == "error":
                self.errors += 1
            key = str(frame.get("op") or frame.get("id"))
            future = waiting.pop(key, None)
            if future is not None and not future.done():
                future.set_result(now)

    async def edit(self) -> tuple[float, float]:
        """Send one edit; return seconds until acknowledged and until seen."""
        self.number += 1
        key = f"op-{id(self)}-{self.number}"
        loop = asyncio.get_running_loop()
        acknowledged, seen = loop.create_future(), loop.create_future()
        self.acknowledged[key], self.seen[key] = acknowledged, seen
        value = f"value {self.number:06d} of tea"[:20]
        started = time.perf_counter()
        await self.sender.send(json.dumps(self.frame(key, value)))
        async with asyncio.timeout(15):
            return await acknowledged - started, await seen - started


async def floor_wire(url: str, number: int) -> Wire:
    """Both sides of a form of the floor."""
    address = f"{url.replace('http', 'ws')}/tx/{number + 1}"
    both = [await connect(address, compression=None) for _ in range(2)]
    return Wire(both[0], both[1], lambda key, value: {"id": key, "name": "note", "value": value})


async def our_wire(url: str, row: dict[str, str]) -> Wire:
    """Customer and merchant of one call, on the product's own sockets."""
    both = []
    for role in ("customer", "merchant"):
        address = f"{url.replace('http', 'ws')}/ws/calls/{row['call']}/form/{role}/"
        headers = {"Cookie": row[role]}
        socket = await connect(address, origin=url, additional_headers=headers, compression=None)  # type: ignore[arg-type]
        first = json.loads(await socket.recv())
        if first["type"] != "form.snapshot":
            raise RuntimeError(f"no snapshot: {first}")
        both.append(socket)

    def frame(key: str, value: str) -> Frame:
        return {
            "type": "form.edit",
            "id": key,
            "op": key,
            "field": "note",
            "value": value,
            "base": 0,
        }

    return Wire(both[0], both[1], frame)


async def paced(wire: Wire, seen: list[float]) -> None:
    """Edit at RATE for SECONDS, beginning at a random moment."""
    await asyncio.sleep(random.random() / RATE)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        before = time.perf_counter()
        seen.append((await wire.edit())[1])
        await asyncio.sleep(max(0.0, 1 / RATE - (time.perf_counter() - before)))


async def closed(wire: Wire, seen: list[float]) -> None:
    """Edit as fast as answers come, for MAX_SECONDS."""
    end = time.perf_counter() + MAX_SECONDS
    while time.perf_counter() < end:
        seen.append((await wire.edit())[1])


async def phase(
    wires: list[Wire], work: Callable[[Wire, list[float]], Awaitable[None]]
) -> list[float]:
    """Run all wires side by side; every edit must be acknowledged and seen."""
    seen: list[float] = []
    listeners = []
    for wire in wires:
        listeners.append(asyncio.create_task(wire.listen(wire.sender, wire.acknowledged)))
        listeners.append(asyncio.create_task(wire.listen(wire.receiver, wire.seen)))
    try:
        await asyncio.gather(*(work(wire, seen) for wire in wires))
    finally:
        for listener in listeners:
            listener.cancel()
        for wire in wires:
            await asyncio.gather(wire.sender.close(), wire.receiver.close())
    if errors := sum(wire.errors for wire in wires):
        raise RuntimeError(f"{errors} edits were refused")
    return seen


async def one_round(open_wire: Callable[[int], Awaitable[Wire]]) -> tuple[float, float, float]:
    """Return p50 and p99 in milliseconds at 20 pairs, and the most edits a second."""
    seen = await phase([await open_wire(n) for n in range(PAIRS)], paced)
    many = await phase([await open_wire(n) for n in range(MAX_PAIRS)], closed)
    return percentile(seen, 0.5) * 1000, percentile(seen, 0.99) * 1000, len(many) / MAX_SECONDS


def run() -> list[Case]:
    """Interleave floor and product, ROUNDS times."""
    names = (f"p50@{PAIRS}pairs", f"p99@{PAIRS}pairs", "max")
    samples = {name: Samples() for name in names}
    with rig() as both:
        rows = both.prepare("pairs", MAX_PAIRS)
        for number in range(ROUNDS):
            _round(both, rows, samples, names)
            print(f"  edit_seen round {number + 1} of {ROUNDS}", flush=True)
    units = (("ms", "lower"), ("ms", "lower"), ("edits/s", "higher"))
    return [
        case_of("edit_seen", name, samples[name], unit=unit, better=better)
        for name, (unit, better) in zip(names, units, strict=True)
    ]


def _round(
    both: Rig, rows: list[dict[str, str]], samples: dict[str, Samples], names: tuple[str, ...]
) -> None:
    load = quiet()
    floor = asyncio.run(one_round(lambda n: floor_wire(both.floor_url, n)))
    ours = asyncio.run(one_round(lambda n: our_wire(both.url, rows[n])))
    print(f"  load {load:.2f}")
    for name, low, own in zip(names, floor, ours, strict=True):
        samples[name].floor.append(low)
        samples[name].ours.append(own)
