"""The form's socket opened → its snapshot there, beside a floor that joins and shows one row.

A filled form, one after the other, each side in turn; with the statements of one opening.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

from websockets.asyncio.client import connect

from bench.report import Case, Samples, case_of, percentile
from bench.rig import ROOT, Rig, quiet, rig
from bench.wires import Wire, floor_wire, open_form, our_wire, phase

ROUNDS, PAIRS, OPENINGS = 5, 10, 100
SIDES = ("customer", "merchant")
Row = dict[str, str]


async def opened(opening: Callable[[int], Awaitable[None]]) -> float:
    """Return the p50 of OPENINGS, in milliseconds."""
    taken = []
    for number in range(OPENINGS):
        started = time.perf_counter()
        await opening(number % PAIRS)
        taken.append((time.perf_counter() - started) * 1000)
    return percentile(taken, 0.5)


async def _once(wire: Wire, seen: list[float]) -> None:
    seen.append(await wire.edit())


async def fill(both: Rig, rows: list[Row]) -> None:
    """Say something on every form, ours and the floor's."""
    for number, row in enumerate(rows):
        wires = [await our_wire(both.url, row), await floor_wire(both.floor_url, number)]
        await phase(wires, _once)


def queries(both: Rig, row: Row, side: str) -> int:
    """Return the statements of one opening."""
    command = [sys.executable, "-m", "bench.form_queries", row["call"], row[side], side]
    environ = both.product.parts.variables()
    run = subprocess.run(
        command, cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE, text=True
    )
    return int(run.stdout.splitlines()[-1])


def run() -> list[Case]:
    """Interleave floor and product, ROUNDS times."""
    samples = {side: Samples() for side in SIDES}
    with rig() as both:
        rows = both.prepare("pairs", PAIRS)
        asyncio.run(fill(both, rows))
        counted = {side: queries(both, rows[0], side) for side in SIDES}
        for number in range(ROUNDS):
            load = quiet()
            for side in SIDES:
                samples[side].floor.append(asyncio.run(opened(_floor(both.floor_url))))
                samples[side].ours.append(asyncio.run(opened(_ours(both.url, rows, side))))
            print(f"  load {load:.2f}\n  form_open round {number + 1} of {ROUNDS}", flush=True)
    return [
        case_of("form_open", f"p50@{side}", found, unit="ms", better="lower", queries=counted[side])
        for side, found in samples.items()
    ]


def _floor(url: str) -> Callable[[int], Awaitable[None]]:
    async def opening(number: int) -> None:
        address = f"{url.replace('http', 'ws')}/open/{number + 1}"
        socket = await connect(address, compression=None)
        json.loads(await socket.recv())
        await socket.close()

    return opening


def _ours(url: str, rows: list[Row], side: str) -> Callable[[int], Awaitable[None]]:
    async def opening(number: int) -> None:
        socket, _snapshot = await open_form(url, rows[number], side)
        await socket.close()

    return opening
