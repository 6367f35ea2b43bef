"""The order from a confirmed form, beside django-oscar's `place_order` on the same PostgreSQL.

One line and twenty; each in one process without HTTP, no more than the service itself. Oscar gets
an environment of its own; where it cannot be had, the comparison is left out, with a word.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import peers
from bench.report import Case, Samples, case_of, percentile
from bench.rig import ROOT, Rig, quiet, rig

ROUNDS, ORDERS, LINES = 5, 30, (1, 20)
Counted = dict[str, Any]
Measure = Callable[[int], Counted]


def _run(command: Sequence[str | Path], environ: Mapping[str, str]) -> str:
    return subprocess.run(
        command, cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _ours(both: Rig) -> Measure:
    def measure(lines: int) -> Counted:
        command = [sys.executable, "-m", "bench.order_made", str(lines), str(ORDERS)]
        counted: Counted = json.loads(_run(command, both.product.parts.variables()))
        return counted

    return measure


def _theirs(both: Rig) -> Measure:
    """Oscar with its tables made; raises PeerMissingError."""
    command = [*peers.of_python("oscar"), "-W", "ignore", peers.HERE / "oscar" / "place.py"]
    addresses = both.product.parts.addresses
    environ = peers.plain() | peers.schema("peer_oscar", addresses, keep=True)
    print("  oscar makes its tables …", flush=True)
    _run([*command, "migrate"], environ)

    def measure(lines: int) -> Counted:
        counted: Counted = json.loads(_run([*command, "place", str(lines), str(ORDERS)], environ))
        return counted

    return measure


def run() -> list[Case]:
    """Interleave peer and product, ROUNDS times; alone, our own statements are still counted."""
    samples = {lines: Samples() for lines in LINES}
    queries: dict[int, int] = {}
    with rig() as both:
        ours = _ours(both)
        try:
            theirs = _theirs(both)
        except peers.PeerMissingError as error:
            for lines in LINES:
                print(f"  order of {lines}: {ours(lines)['statements']} statements")
            print(f"  order is left out, django-oscar cannot be had: {error}")
            return []
        for number in range(ROUNDS):
            for lines in LINES:
                queries[lines] = _round(ours, theirs, lines, samples[lines])
            print(f"  order round {number + 1} of {ROUNDS}", flush=True)
    return [
        case_of(
            "order",
            f"p50@{lines}lines",
            samples[lines],
            unit="ms",
            better="lower",
            queries=queries[lines],
        )
        for lines in LINES
    ]


def _round(ours: Measure, theirs: Measure, lines: int, samples: Samples) -> int:
    load = quiet()
    low, own = theirs(lines), ours(lines)
    samples.floor.append(percentile(low["ms"], 0.5))
    samples.ours.append(percentile(own["ms"], 0.5))
    print(f"  load {load:.2f}, statements {own['statements']} beside {low['statements']}")
    return int(own["statements"])
