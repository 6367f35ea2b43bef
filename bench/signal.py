"""Offer → other side, through the call socket that checks and rebuilds it; floor: group_send.

20 calls at two descriptions a second each, as large as Chromium makes them, and as many candidates.
The floor passes the same bytes on unread. Both sides of a call are one process with one clock.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from bench.report import Case, Samples, case_of, percentile
from bench.rig import Rig, quiet, rig

ROUNDS, PAIRS, RATE, SECONDS = 5, 20, 2.0, 6.0
FINGERPRINT = ":".join(["AB"] * 32)
CANDIDATE = "candidate:3 1 udp 41885439 203.0.113.1 {port} typ relay raddr 0.0.0.0 rport 0"
Message = Callable[[int], dict[str, Any]]


def offer() -> str:
    """Return a description of about Chromium's size: two sections, 40 payload types."""
    lines = ["v=0", "o=- 4611731400430051336 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines += ["a=group:BUNDLE 0 1", "a=extmap-allow-mixed", "a=msid-semantic: WMS stream"]
    for mid, (kind, types) in enumerate((("audio", range(100, 108)), ("video", range(32, 64)))):
        lines += [
            f"m={kind} 9 UDP/TLS/RTP/SAVPF {' '.join(map(str, types))}",
            "c=IN IP4 0.0.0.0",
            "a=rtcp:9 IN IP4 0.0.0.0",
            "a=ice-ufrag:Xy1z",
            "a=ice-pwd:0123456789abcdef01234567",
            "a=ice-options:trickle",
            f"a=fingerprint:sha-256 {FINGERPRINT}",
            "a=setup:actpass",
            f"a=mid:{mid}",
            *[f"a=extmap:{n} urn:ietf:params:rtp-hdrext:sdes:mid-{n}" for n in range(1, 12)],
            "a=sendrecv",
            "a=rtcp-mux",
            "a=rtcp-rsize",
        ]
        for number in types:
            lines += [f"a=rtpmap:{number} H264/90000"]
            lines += [f"a=rtcp-fb:{number} {word}" for word in ("goog-remb", "ccm fir", "nack pli")]
            lines += [f"a=fmtp:{number} level-asymmetry-allowed=1;profile-level-id=42e01f"]
    return "\r\n".join(lines) + "\r\n"


OFFER = offer()


@dataclass
class Line:
    """One side of a call that says, and the other that hears."""

    sender: ClientConnection
    receiver: ClientConnection
    heard: asyncio.Queue[float] = field(default_factory=asyncio.Queue)
    errors: int = 0

    async def listen(self, socket: ClientConnection) -> None:
        """Note when a signal arrives; answer heartbeats."""
        async for text in socket:
            now = time.perf_counter()
            frame = json.loads(text)
            kind = frame["type"]
            if kind == "heartbeat":
                await socket.send('{"type":"alive"}')
            elif kind in {"signal.described", "signal.trickled"} or "floor" in frame:
                self.heard.put_nowait(now)
            elif kind == "error":
                self.errors += 1

    async def say(self, frame: dict[str, Any]) -> float:
        """Send one signal; return seconds until the other side has it."""
        text = json.dumps(frame)
        started = time.perf_counter()
        await self.sender.send(text)
        async with asyncio.timeout(15):
            return await self.heard.get() - started


def describe(_number: int) -> dict[str, Any]:
    """An offer."""
    description = {"type": "offer", "sdp": OFFER}
    return {"type": "signal.describe", "generation": 1, "description": description}


def trickle(number: int) -> dict[str, Any]:
    """A candidate."""
    found = {"candidate": CANDIDATE.format(port=50_000 + number), "sdpMid": "0"}
    return {"type": "signal.trickle", "generation": 1, "candidate": found}


async def floor_line(url: str, number: int) -> Line:
    """Both sides of a group of the floor."""
    address = f"{url.replace('http', 'ws')}/group/{number}"
    both = [await connect(address, compression=None) for _ in range(2)]
    return Line(both[0], both[1])


async def our_line(url: str, row: dict[str, Any]) -> Line:
    """Customer and merchant of one call, on the product's own sockets."""
    both = []
    for role in ("customer", "merchant"):
        address = f"{url.replace('http', 'ws')}/ws/calls/{row['call']}/{role}/"
        headers = {"Cookie": row[role]}
        socket = await connect(address, origin=url, additional_headers=headers, compression=None)  # type: ignore[arg-type]
        first = json.loads(await socket.recv())
        if first["type"] != "call.snapshot":
            raise RuntimeError(f"no snapshot: {first}")
        both.append(socket)
    return Line(both[0], both[1])


async def paced(line: Line, message: Message, seconds: list[float], *, floor: bool) -> None:
    """Signal at RATE for SECONDS, beginning at a random moment."""
    await asyncio.sleep(random.random() / RATE)
    end = time.perf_counter() + SECONDS
    while (before := time.perf_counter()) < end:
        frame = message(len(seconds) % 1000)
        seconds.append(await line.say({**frame, "floor": True} if floor else frame))
        await asyncio.sleep(max(0.0, 1 / RATE - (time.perf_counter() - before)))


async def phase(lines: list[Line], message: Message, *, floor: bool = False) -> list[float]:
    """Signal on all lines side by side; nothing may be refused or lost."""
    seconds: list[float] = []
    listeners = [
        asyncio.create_task(line.listen(socket))
        for line in lines
        for socket in ((line.receiver,) if floor else (line.sender, line.receiver))
    ]
    try:
        await asyncio.gather(*(paced(line, message, seconds, floor=floor) for line in lines))
    finally:
        for listener in listeners:
            listener.cancel()
        for line in lines:
            await asyncio.gather(line.sender.close(), line.receiver.close())
    if errors := sum(line.errors for line in lines):
        raise RuntimeError(f"{errors} signals were refused")
    return seconds


async def of_floor(url: str, message: Message) -> list[float]:
    """One phase of the floor."""
    lines = [await floor_line(url, number) for number in range(PAIRS)]
    return await phase(lines, message, floor=True)


async def of_product(url: str, rows: list[dict[str, Any]], message: Message) -> list[float]:
    """One phase of the product, on calls that run now."""
    return await phase([await our_line(url, row) for row in rows], message)


def run() -> list[Case]:
    """Interleave floor and product, ROUNDS times."""
    samples: dict[str, Samples] = {}
    with rig() as both:
        for number in range(ROUNDS):
            for kind, message in (("", describe), ("-candidate", trickle)):
                _note(samples, kind, *_round(both, message))
            print(f"  signal round {number + 1} of {ROUNDS}", flush=True)
    return [
        case_of("signal", name, found, unit="ms", better="lower") for name, found in samples.items()
    ]


def _note(samples: dict[str, Samples], kind: str, low: list[float], own: list[float]) -> None:
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        found = samples.setdefault(f"{name}@{PAIRS}pairs{kind}", Samples())
        found.floor.append(percentile(low, share) * 1000)
        found.ours.append(percentile(own, share) * 1000)


def _round(both: Rig, message: Message) -> tuple[list[float], list[float]]:
    load = quiet()
    low = asyncio.run(of_floor(both.floor_url, message))
    # Made now: a call both of whose sides stay away for half a minute is ended by the sweep.
    rows = both.prepare("pairs", PAIRS)
    own = asyncio.run(of_product(both.url, rows, message))
    print(f"  load {load:.2f}")
    return low, own
