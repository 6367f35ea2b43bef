"""A local time in a zone: gaps refused, overlaps resolved and stated. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from orders.faults import FieldError

_LOCAL: Final = re.compile(r"2[01]\d\d-\d\d-\d\dT\d\d:\d\d", re.ASCII)
GRACE: Final = timedelta(minutes=15)
"""How far back a start may lie: people agree on “now” and then type."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One instant as both sides read it."""

    local: str
    zone: str
    at: datetime
    overlap: bool
    """The clock shows this time twice that day; the first of the two is meant."""

    def as_dict(self) -> dict[str, Any]:
        """Return the wire form; `at` has the offset in force at that instant."""
        return {"at": self.at.isoformat(timespec="minutes"), "overlap": self.overlap}


@cache
def _zones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name) | {"UTC"}


def is_zone(name: str) -> bool:
    """Say whether `name` is an IANA zone people may agree on."""
    return name in _zones()


def parse_local(text: str, field: str) -> datetime:
    """Return a naive time from `YYYY-MM-DDTHH:MM`; raises FieldError time_malformed."""
    try:
        if _LOCAL.fullmatch(text):
            return datetime.strptime(text, "%Y-%m-%dT%H:%M")  # noqa: DTZ007  # local on purpose
    except ValueError:
        pass
    raise FieldError("time_malformed", field)


def resolve(text: str, zone: str, field: str) -> Reading:
    """Return the instant a local time means in `zone`.

    A time the clock shows twice is its first occurrence, and the reading says so. Raises
    FieldError: time_malformed, zone_unknown, or time_in_gap with `next`, the first time
    after the gap.
    """
    naive = parse_local(text, field)
    if not is_zone(zone):
        raise FieldError("zone_unknown", field)
    first = naive.replace(tzinfo=ZoneInfo(zone), fold=0)
    back = first.astimezone(UTC).astimezone(first.tzinfo)
    if back.replace(tzinfo=None) != naive:
        raise FieldError("time_in_gap", field, next=back.strftime("%Y-%m-%dT%H:%M"))
    overlap = first.utcoffset() != first.replace(fold=1).utcoffset()
    return Reading(text, zone, first, overlap)


def read_times(
    start: str, end: str, zone: str, *, now: datetime, field: str = "time.start"
) -> tuple[Reading | None, Reading | None]:
    """Return the readings of a start and an end, checked against each other and the clock.

    `field` is the field that is being set and takes the blame. Raises FieldError:
    time_in_gap, time_past, time_end_before_start.
    """
    first = resolve(start, zone, field) if start else None
    last = resolve(end, zone, field) if end else None
    if first and first.at < now - GRACE:
        raise FieldError("time_past", field)
    if first and last and last.at < first.at:
        raise FieldError("time_end_before_start", field)
    return first, last
