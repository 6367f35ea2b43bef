"""Other calls beside one flooding socket: their offer → other side with the flood ÷ without it.

The "floor" is the same product a moment before, so the ratio is what the flood costs (INV-C13).
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.report import Case, Samples, case_of, percentile
from bench.rig import ROOT, Rig, quiet, rig
from bench.signal import PAIRS, describe, of_product

ROUNDS = 5


@contextmanager
def flooding(url: str, row: dict[str, Any]) -> Iterator[None]:
    """Flood from the customer's side of another call."""
    command = [sys.executable, "-m", "bench.flooder", url, row["call"], row["customer"]]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield
    finally:
        said, _ = process.communicate("", timeout=30)
        count = json.loads(said.splitlines()[-1])
        print(f"  the flood: {count['frames']} frames, closed {count['closed']} times")
        if not count["closed"]:
            raise RuntimeError("the flood was never closed: nothing was measured")


def run() -> list[Case]:
    """Without and with the flood, ROUNDS times."""
    shares = {"p50": 0.5, "p99": 0.99}
    samples = {f"{name}@{PAIRS}pairs": Samples() for name in shares}
    with rig() as both:
        for number in range(ROUNDS):
            quietly, beside = _round(both)
            for name, share in shares.items():
                found = samples[f"{name}@{PAIRS}pairs"]
                found.floor.append(percentile(quietly, share) * 1000)
                found.ours.append(percentile(beside, share) * 1000)
            print(f"  flood round {number + 1} of {ROUNDS}", flush=True)
    return [
        case_of("flood", name, found, unit="ms", better="lower") for name, found in samples.items()
    ]


def _round(both: Rig) -> tuple[list[float], list[float]]:
    load = quiet()
    quietly = asyncio.run(of_product(both.url, both.prepare("pairs", PAIRS), describe))
    *rows, loud = both.prepare("pairs", PAIRS + 1)
    with flooding(both.url, loud):
        beside = asyncio.run(of_product(both.url, rows, describe))
    print(f"  load {load:.2f}")
    return quietly, beside
