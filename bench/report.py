"""The output format: medians over rounds, ours beside the floor, one JSON line per case."""

import json
import os
import statistics
from dataclasses import asdict, dataclass, field


@dataclass
class Samples:
    """Figures of one case over the rounds."""

    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """One line of the report."""

    bench: str
    case: str
    unit: str
    better: str
    ours: float
    floor: float
    ratio: float
    queries: int | None
    load: float


def percentile(values: list[float], share: float) -> float:
    """Return the value at `share` of the sorted list (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def spread(name: str, values: list[float]) -> str:
    """Return median with minimum and maximum, for a person."""
    middle = statistics.median(values)
    return f"{name} {middle:.1f} ({min(values):.1f}–{max(values):.1f})"


def case_of(
    bench: str, name: str, samples: Samples, *, unit: str, better: str, queries: int | None = None
) -> Case:
    """Return the medians of a case and their ratio ours / floor."""
    ours, floor = statistics.median(samples.ours), statistics.median(samples.floor)
    print(
        f"  {bench} {name}: {spread('ours', samples.ours)}, {spread('floor', samples.floor)} {unit}"
    )
    return Case(
        bench=bench,
        case=name,
        unit=unit,
        better=better,
        ours=round(ours, 2),
        floor=round(floor, 2),
        ratio=round(ours / floor, 2),
        queries=queries,
        load=round(os.getloadavg()[0], 2),
    )


def print_cases(cases: list[Case]) -> None:
    """Print the JSON lines, last of all."""
    for case in cases:
        print(json.dumps(asdict(case)))
