"""Call request → desk rings, beside the floor: one row, then group_send.

50 desks, 20 rings a second for five seconds; every ring is cancelled afterwards so that the desk is
free again. p50 and p99 of click → frame at the desk.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from websockets.asyncio.client import ClientConnection, connect

from bench.report import Case, Samples, case_of, percentile
from bench.rig import Rig, quiet, rig

ROUNDS, DESKS, RATE, SECONDS = 5, 50, 20, 5
Ring = Callable[[int, int], str]


@dataclass
class Desk:
    """An open desk that notes when a call rang."""

    socket: ClientConnection
    rang: dict[str, float] = field(default_factory=dict)
    listener: asyncio.Task[None] | None = None

    def start(self) -> "Desk":
        """Listen from now on: a desk that answers no heartbeat is taken for gone."""
        self.listener = asyncio.create_task(self.listen())
        return self

    async def stop(self) -> None:
        """Close the desk."""
        if self.listener is not None:
            self.listener.cancel()
        await self.socket.close()

    async def listen(self) -> None:
        """Note every ring by its code; answer heartbeats."""
        async for text in self.socket:
            now = time.perf_counter()
            frame = json.loads(text)
            if frame["type"] == "heartbeat":
                await self.socket.send('{"type":"alive"}')
            elif frame["type"] == "call.rang":
                self.rang[frame["call"]["code"]] = now
            elif frame["type"] == "ring":
                self.rang[frame["call"]] = now


async def floor_desk(url: str, number: int) -> Desk:
    """A desk of the floor."""
    return Desk(await connect(f"{url.replace('http', 'ws')}/desk/{number}", compression=None))


async def our_desk(url: str, row: dict[str, str]) -> Desk:
    """A desk of the product, online."""
    socket = await connect(
        f"{url.replace('http', 'ws')}/ws/desk/{row['handle']}/",
        origin=url,  # type: ignore[arg-type]
        additional_headers={"Cookie": row["merchant"]},
        compression=None,
    )
    await socket.recv()
    await socket.send('{"type":"desk.go_online","id":1,"device":"bench"}')
    while json.loads(await socket.recv()).get("id") != 1:
        pass
    return Desk(socket)


class Callers:
    """Customers who ring; each has a cookie and a CSRF token of their own."""

    def __init__(self, url: str, rows: list[dict[str, Any]]) -> None:
        """Fetch a storefront once per customer for the CSRF cookie."""
        self.url, self.rows, self.count = url, rows, 0
        self.sessions = [
            [self._session(row["handle"], cookie) for cookie in row["customers"]] for row in rows
        ]

    def _session(self, handle: str, cookie: str) -> requests.Session:
        session = requests.Session()
        self.count += 1
        session.headers["X-Forwarded-For"] = f"192.0.2.{self.count % 250 + 1}"
        name, value = cookie.split("=", 1)
        session.cookies.set(name, value)
        page = session.get(f"{self.url}/m/{handle}/call/", timeout=10)
        page.raise_for_status()
        session.headers.update({"X-CSRFToken": session.cookies["csrftoken"], "Referer": self.url})
        return session

    def ring(self, number: int, sequence: int) -> str:
        """Place one call request, of each customer once; returns the call's code."""
        answer = self.sessions[number][sequence // len(self.rows)].post(
            f"{self.url}/api/v1/calls/",
            json={"merchant": self.rows[number]["handle"], "address": "127.0.0.1", "page": "bench"},
            timeout=10,
        )
        answer.raise_for_status()
        return str(answer.json()["call"])


class FloorCallers:
    """Callers of the floor: they post, each over a connection of their own, as ours do."""

    def __init__(self, url: str, desks: int, each: int) -> None:
        """Fetch a page once per caller, which opens the connection."""
        self.url = url
        self.sessions = [[self._session(n) for _ in range(each)] for n in range(desks)]

    def _session(self, number: int) -> requests.Session:
        session = requests.Session()
        session.get(f"{self.url}/desk-page/{number}", timeout=10).raise_for_status()
        return session

    def ring(self, number: int, sequence: int) -> str:
        """Ring once; returns the call's code."""
        code = f"{time.monotonic_ns()}-{sequence}"
        session = self.sessions[number][sequence // len(self.sessions)]
        answer = session.post(f"{self.url}/ring/{number}", json={"call": code}, timeout=10)
        answer.raise_for_status()
        return code


async def measure(desks: list[Desk], ring: Ring) -> list[float]:
    """Ring RATE times a second; returns seconds from click to desk. Nothing may be lost."""
    clicks: list[tuple[int, str, float]] = []

    async def click(number: int, sequence: int) -> None:
        started = time.perf_counter()
        code = await asyncio.to_thread(ring, number, sequence)
        clicks.append((number, code, started))

    tasks = []
    for sequence in range(RATE * SECONDS):
        tasks.append(asyncio.create_task(click(sequence % len(desks), sequence)))
        await asyncio.sleep(1 / RATE)
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.5)
    for desk in desks:
        await desk.stop()
    missing = [code for number, code, _ in clicks if code not in desks[number].rang]
    if missing:
        raise RuntimeError(f"{len(missing)} of {len(clicks)} rings never reached their desk")
    return [desks[number].rang[code] - started for number, code, started in clicks]


async def _one(open_desk: Callable[[int], Awaitable[Desk]], ring: Ring) -> tuple[float, float]:
    seconds = await measure([(await open_desk(n)).start() for n in range(DESKS)], ring)
    return percentile(seconds, 0.5) * 1000, percentile(seconds, 0.99) * 1000


def run() -> list[Case]:
    """Interleave floor and product, ROUNDS times, with fresh desks each time."""
    samples = {"p50": Samples(), "p99": Samples()}
    with rig() as both:
        for number in range(ROUNDS):
            _round(both, samples)
            print(f"  ring round {number + 1} of {ROUNDS}", flush=True)
    return [
        case_of("ring", name, found, unit="ms", better="lower") for name, found in samples.items()
    ]


def _round(both: Rig, samples: dict[str, Samples]) -> None:
    rows = both.prepare("desks", DESKS)
    load = quiet()
    callers = Callers(both.url, rows)
    floor_callers = FloorCallers(both.floor_url, DESKS, each=len(rows[0]["customers"]))
    floor = asyncio.run(_one(lambda n: floor_desk(both.floor_url, n), floor_callers.ring))
    ours = asyncio.run(_one(lambda n: our_desk(both.url, rows[n]), callers.ring))
    print(f"  load {load:.2f}")
    for name, low, own in zip(("p50", "p99"), floor, ours, strict=True):
        samples[name].floor.append(low)
        samples[name].ours.append(own)
