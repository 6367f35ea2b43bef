"""Edits under load, beside the product's own figures at ease.

`p99@100pairs-two`: 100 pairs at two edits a second, the sides of each pair on different ones of two
web processes; beside 20 pairs on one. `overload`: twice what one process takes is typed for half
a minute, as our own client offers it (one edit of a field on its way, what is typed meanwhile
replaces what waits); acknowledged edits a second beside the most. `overload-back`: seconds until
20 pairs are at ease again, beside the five allowed. What was acknowledged must be in the forms.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bench.edit_seen import MAX_PAIRS, PAIRS, at_ease, most
from bench.report import Case, Samples, case_of, percentile
from bench.rig import Rig, quiet, rig
from bench.wires import PATIENCE, Wire, open_form, our_wire, paced, phase

ROUNDS, OVERLOAD_SECONDS, BACK_SECONDS, AT_EASE = 3, 30.0, 5.0, 2.0
UNITS = {
    f"p99@{MAX_PAIRS}pairs-two": ("ms", "lower"),
    "overload": ("edits/s", "higher"),
    "overload-back": ("s", "lower"),
}
Rows = list[dict[str, str]]
Open = Callable[[int], Awaitable[Wire]]


async def overload(wires: list[Wire], rate: float) -> tuple[list[float], list[str]]:
    """Type at `rate` on each wire; return seconds until acknowledged, and what each form holds."""
    held = [""] * len(wires)

    async def type_on(number: int, taken: list[float]) -> None:
        wire, end = wires[number], time.perf_counter() + OVERLOAD_SECONDS
        while (before := time.perf_counter()) < end:
            started, acknowledged, _seen = await wire.send()
            async with asyncio.timeout(PATIENCE):
                taken.append(await acknowledged - started)
            held[number] = f"value {wire.number:06d} of tea"[:20]
            await asyncio.sleep(max(0.0, before + 1 / rate - time.perf_counter()))

    numbers = {id(wire): number for number, wire in enumerate(wires)}
    taken = await phase(wires, lambda wire, found: type_on(numbers[id(wire)], found))
    return taken, held


async def back_after(wires: list[Wire], usual: float, ended: float) -> float:
    """Return how many seconds after `ended` the middle edit of a second was seen as usual again.

    The middle one: on a busy machine a single late edit tells nothing.
    """
    seconds: dict[int, list[float]] = {}

    async def watch(wire: Wire, _seen: list[float]) -> None:
        end = ended + 2 * BACK_SECONDS
        while (before := time.perf_counter()) < end:
            taken = await wire.edit()
            seconds.setdefault(int(before - ended), []).append(taken)
            await asyncio.sleep(max(0.0, before + 0.5 - time.perf_counter()))

    await phase(wires, watch)
    late = [at for at, taken in seconds.items() if percentile(taken, 0.5) > usual]
    return max(late, default=-1) + 1.0


async def check_held(url: str, rows: Rows, held: list[str]) -> None:
    """Raise unless every form holds what was acknowledged last."""
    for row, value in zip(rows, held, strict=True):
        socket, snapshot = await open_form(url, row, "customer")
        await socket.close()
        if snapshot["fields"]["note"]["value"] != value:
            raise RuntimeError(f"{value} was acknowledged, the form holds {snapshot['fields']}")


async def _overloaded(both: Rig, rows: Rows, usual: float, limit: float) -> tuple[float, float]:
    """Return acknowledged edits a second, and seconds until at ease again."""
    wires = [await our_wire(both.url, row) for row in rows]
    taken, held = await overload(wires, 2 * limit / len(rows))
    ended = time.perf_counter()
    again = [await our_wire(both.url, row) for row in rows[:PAIRS]]
    back = await back_after(again, usual, ended)
    await check_held(both.url, rows[PAIRS:], held[PAIRS:])
    p99 = percentile(taken, 0.99) * 1000
    print(f"  {len(taken)} acknowledged under twice the load, p99 {p99:.0f} ms")
    return len(taken) / OVERLOAD_SECONDS, back


def run() -> list[Case]:
    """ROUNDS times at ease, on two processes, and overloaded."""
    samples = {name: Samples() for name in UNITS}
    with rig() as both:
        rows = both.prepare("pairs", MAX_PAIRS)
        for number in range(ROUNDS):
            _round(both, rows, samples)
            print(f"  edit_load round {number + 1} of {ROUNDS}", flush=True)
    return [
        case_of("edit_load", name, samples[name], unit=unit, better=better)
        for name, (unit, better) in UNITS.items()
    ]


def _round(both: Rig, rows: Rows, samples: dict[str, Samples]) -> None:
    load = quiet()

    def ours(number: int) -> Awaitable[Wire]:
        return our_wire(both.url, rows[number])

    usual = asyncio.run(at_ease(ours))
    limit = asyncio.run(most(ours))
    with both.second_web() as second:
        apart = asyncio.run(_on_two(both.url, second, rows))
    limits = (AT_EASE * percentile(usual, 0.5) / 1000, limit)
    taken, back = asyncio.run(_overloaded(both, rows, *limits))
    print(f"  load {load:.2f}")
    beside = (
        (percentile(apart, 0.99), percentile(usual, 0.99)),
        (taken, limit),
        (back, BACK_SECONDS),
    )
    for name, (own, low) in zip(UNITS, beside, strict=True):
        samples[name].ours.append(own)
        samples[name].floor.append(low)


async def _on_two(first: str, second: str, rows: Rows) -> list[float]:
    """Return milliseconds until seen; every pair has a side on either process."""
    wires = []
    for number, row in enumerate(rows):
        at = (first, second) if number % 2 else (second, first)
        wires.append(await our_wire(first, row, customer_url=at[0], merchant_url=at[1]))
    return [seconds * 1000 for seconds in await phase(wires, paced)]
