"""Edit → acknowledged after commit → seen by the other side, beside the floors `tx` and `cte`.

20 pairs at two edits a second each, then as many as one server process takes (100 pairs, one
edit outstanding each).
"""

import asyncio
from collections.abc import Awaitable, Callable

from bench.report import Case, Samples, case_of, percentile
from bench.rig import Rig, quiet, rig
from bench.wires import CLOSED_SECONDS, Wire, closed, floor_wire, our_wire, paced, phase

ROUNDS, PAIRS, MAX_PAIRS = 5, 20, 100
UNITS = {
    f"p50@{PAIRS}pairs": ("ms", "lower"),
    f"p99@{PAIRS}pairs": ("ms", "lower"),
    "max": ("edits/s", "higher"),
    "max-of-cte": ("edits/s", "higher"),
}
Open = Callable[[int], Awaitable[Wire]]


async def at_ease(open_wire: Open) -> list[float]:
    """Return milliseconds until seen, at 20 pairs."""
    seen = await phase([await open_wire(n) for n in range(PAIRS)], paced)
    return [seconds * 1000 for seconds in seen]


async def most(open_wire: Open) -> float:
    """Return the most edits a second."""
    return len(await phase([await open_wire(n) for n in range(MAX_PAIRS)], closed)) / CLOSED_SECONDS


def run() -> list[Case]:
    """Interleave floors and product, ROUNDS times."""
    samples = {name: Samples() for name in UNITS}
    with rig() as both:
        rows = both.prepare("pairs", MAX_PAIRS)
        for number in range(ROUNDS):
            _round(both, rows, samples)
            print(f"  edit_seen round {number + 1} of {ROUNDS}", flush=True)
    return [
        case_of("edit_seen", name, samples[name], unit=unit, better=better)
        for name, (unit, better) in UNITS.items()
    ]


def _round(both: Rig, rows: list[dict[str, str]], samples: dict[str, Samples]) -> None:
    load = quiet()

    def tx(number: int) -> Awaitable[Wire]:
        return floor_wire(both.floor_url, number)

    def cte(number: int) -> Awaitable[Wire]:
        return floor_wire(both.floor_url, number, kind="cte")

    def ours(number: int) -> Awaitable[Wire]:
        return our_wire(both.url, rows[number])

    low, own = asyncio.run(at_ease(tx)), asyncio.run(at_ease(ours))
    for name, share in zip(UNITS, (0.5, 0.99), strict=False):
        samples[name].floor.append(percentile(low, share))
        samples[name].ours.append(percentile(own, share))
    samples["max"].floor.append(asyncio.run(most(tx)))
    own_most = asyncio.run(most(ours))
    samples["max-of-cte"].floor.append(asyncio.run(most(cte)))
    for name in ("max", "max-of-cte"):
        samples[name].ours.append(own_most)
    print(f"  load {load:.2f}")
