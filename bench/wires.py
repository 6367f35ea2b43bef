"""Both sides of one form, on the product's sockets or a floor's, and ways of editing on them.

Sender and receiver share one clock: they are one process. Every edit must be acknowledged and
seen, in order, none twice.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

Frame = dict[str, object]
RATE, SECONDS = 2.0, 6.0
CLOSED_SECONDS = 4.0
PATIENCE = 15.0


def key_of(frame: dict[str, Any]) -> str:
    """Return what names the edit a frame is about: our own and the floors' frames."""
    return str(frame.get("op") or frame.get("id"))


@dataclass
class Wire:
    """One sender and one receiver of the same form."""

    sender: ClientConnection
    receiver: ClientConnection
    frame: Callable[[str, str], Frame]
    key: Callable[[dict[str, Any]], str] = key_of
    edit_type: str = "form.edited"
    acknowledged: dict[str, asyncio.Future[float]] = field(default_factory=dict)
    seen: dict[str, asyncio.Future[float]] = field(default_factory=dict)
    revisions: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
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
                self.errors.append(frame["code"])
            elif kind == self.edit_type and waiting is self.seen:
                self.revisions.append(frame["revision"])
            future = waiting.pop(self.key(frame), None)
            if future is not None and not future.done():
                future.set_result(now)

    async def send(self) -> tuple[float, asyncio.Future[float], asyncio.Future[float]]:
        """Send one edit; return when, and what will tell when it is acknowledged and seen."""
        self.number += 1
        loop = asyncio.get_running_loop()
        acknowledged, seen = loop.create_future(), loop.create_future()
        value = f"value {self.number:06d} of tea"[:20]
        frame = self.frame(f"op-{id(self)}-{self.number}", value)
        key = self.key(frame)
        self.acknowledged[key], self.seen[key] = acknowledged, seen
        started = time.perf_counter()
        await self.sender.send(json.dumps(frame))
        return started, acknowledged, seen

    async def edit(self) -> float:
        """Send one edit; return seconds until it was seen, being acknowledged."""
        started, acknowledged, seen = await self.send()
        async with asyncio.timeout(PATIENCE):
            await acknowledged
            return await seen - started

    def check(self) -> None:
        """Raise unless nothing was refused, left out or shown twice."""
        if self.errors:
            raise RuntimeError(f"edits were refused: {set(self.errors)}")
        if self.revisions and self.revisions != [*range(self.revisions[0], self.revisions[-1] + 1)]:
            raise RuntimeError(f"revisions came as {self.revisions}")

    async def close(self) -> None:
        """Close both sides."""
        await asyncio.gather(self.sender.close(), self.receiver.close())


async def floor_wire(url: str, number: int, *, kind: str = "tx") -> Wire:
    """Both sides of a form of the floor: `tx` or `cte`."""
    address = f"{url.replace('http', 'ws')}/{kind}/{number + 1}"
    both = [await connect(address, compression=None) for _ in range(2)]
    return Wire(both[0], both[1], lambda key, value: {"id": key, "name": "note", "value": value})


async def our_wire(
    url: str, row: dict[str, str], *, customer_url: str = "", merchant_url: str = ""
) -> Wire:
    """Customer and merchant of one call, on the product's own sockets, maybe of two processes."""
    both = []
    for role, at in (("customer", customer_url), ("merchant", merchant_url)):
        socket, first = await open_form(url, row, role, at=at)
        if first["type"] != "form.snapshot":
            raise RuntimeError(f"no snapshot: {first}")
        both.append(socket)
    return Wire(both[0], both[1], edit_frame)


async def open_form(
    url: str, row: dict[str, str], role: str, *, at: str = ""
) -> tuple[ClientConnection, dict[str, Any]]:
    """Return one side's socket and the first frame on it."""
    address = f"{(at or url).replace('http', 'ws')}/ws/calls/{row['call']}/form/{role}/"
    headers = {"Cookie": row[role]}
    socket = await connect(address, origin=url, additional_headers=headers, compression=None)  # type: ignore[arg-type]
    return socket, json.loads(await socket.recv())


def edit_frame(key: str, value: str) -> Frame:
    """Return an edit as our client sends it."""
    return {"type": "form.edit", "id": key, "op": key, "field": "note", "value": value, "base": 0}


async def paced(wire: Wire, seen: list[float]) -> None:
    """Edit at RATE for SECONDS, beginning at a random moment."""
    await asyncio.sleep(random.random() / RATE)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        before = time.perf_counter()
        seen.append(await wire.edit())
        await asyncio.sleep(max(0.0, 1 / RATE - (time.perf_counter() - before)))


async def closed(wire: Wire, seen: list[float]) -> None:
    """Edit as fast as answers come, for CLOSED_SECONDS."""
    end = time.perf_counter() + CLOSED_SECONDS
    while time.perf_counter() < end:
        seen.append(await wire.edit())


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
        await asyncio.gather(*(wire.close() for wire in wires))
    for wire in wires:
        wire.check()
    return seen
