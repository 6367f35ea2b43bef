"""When a merchant takes calls: weekly hours, holidays above them, the closure switch above both.

Pure. Hours are minutes of the merchant's local day, half open, up to midnight (1440): a merchant is
open exactly while the clock on their wall shows a minute of one of the day's stretches. So an hour
that is skipped in spring takes its minutes with it, and one that repeats in autumn counts twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, Protocol
from zoneinfo import ZoneInfo

DAY_MINUTES: Final = 1440
SEARCH: Final = timedelta(days=60)
"""How far ahead the next opening is looked for; beyond it, none is told."""
_MINUTE: Final = timedelta(minutes=1)
_SECOND: Final = timedelta(seconds=1)

Reason = Literal["open", "hours", "holiday", "closure"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of a weekday (Monday is 0), from `opens` up to but without `closes`."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Day:
    """A holiday: hours of its own, or none at all."""

    day: date
    opens: int | None = None
    closes: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reception:
    """All that decides whether a merchant takes calls at a moment."""

    accepting_calls: bool
    closed_until: datetime | None
    closed_note: str
    keeps_hours: bool
    time_zone: str
    hours: tuple[Stretch, ...] = ()
    holidays: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a merchant takes calls now, why not, and from when on again (UTC)."""

    is_open: bool
    reason: Reason
    opens_at: datetime | None
    note: str


class Switches(Protocol):
    """What a merchant's own row says about the reception; the merchant, or facts read raw."""

    @property
    def accepting_calls(self) -> bool:
        """Say whether the closure switch is off."""

    @property
    def closed_until(self) -> datetime | None:
        """Return when the closure ends by itself."""

    @property
    def closed_note(self) -> str:
        """Return what callers read while closed."""

    @property
    def keeps_hours(self) -> bool:
        """Say whether the weekly hours count."""

    @property
    def time_zone(self) -> str:
        """Return the merchant's zone."""


def reception_from(
    switches: Switches,
    hours: Iterable[tuple[int, int, int]],
    holidays: Iterable[tuple[date | str, int | None, int | None, str]],
) -> Reception:
    """Return the reception of rows (weekday, opens, closes) and (day, opens, closes, name).

    A day may be an ISO text, as JSON carries it.
    """
    return Reception(
        accepting_calls=switches.accepting_calls,
        closed_until=switches.closed_until,
        closed_note=switches.closed_note,
        keeps_hours=switches.keeps_hours,
        time_zone=switches.time_zone,
        hours=tuple(Stretch(*row) for row in hours),
        holidays=tuple(Day(_date(row[0]), *row[1:]) for row in holidays),
    )


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def standing(reception: Reception, now: datetime) -> Standing:
    """Return how the reception stands at an aware moment, with the next opening if it is closed."""
    until = reception.closed_until
    if not reception.accepting_calls and (until is None or until > now):
        opens_at = None if until is None else next_opening(reception, until)
        return Standing(False, "closure", opens_at, reception.closed_note)
    zone = ZoneInfo(reception.time_zone)
    if _is_open_at(reception, now.astimezone(zone)):
        return Standing(True, "open", None, "")
    opens_at = next_opening(reception, now)
    holiday = _holiday_on(reception, now.astimezone(zone).date())
    if holiday is not None:
        return Standing(False, "holiday", opens_at, holiday.name)
    return Standing(False, "hours", opens_at, "")


def stretches_on(reception: Reception, day: date) -> tuple[tuple[int, int], ...]:
    """Return the minutes of a local day in which calls are taken, in order."""
    holiday = _holiday_on(reception, day)
    if holiday is not None:
        if holiday.opens is None or holiday.closes is None:
            return ()
        return ((holiday.opens, holiday.closes),)
    if not reception.keeps_hours:
        return ((0, DAY_MINUTES),)
    weekday = day.weekday()
    return tuple(sorted((s.opens, s.closes) for s in reception.hours if s.weekday == weekday))


def clashing(spans: Sequence[tuple[int, int]]) -> int | None:
    """Return the place of the first span of a day that lies over an earlier one of the list."""
    for place, (opens, closes) in enumerate(spans):
        if any(opens < end and start < closes for start, end in spans[:place]):
            return place
    return None


def _holiday_on(reception: Reception, day: date) -> Day | None:
    return next((found for found in reception.holidays if found.day == day), None)


def _is_open_at(reception: Reception, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return any(opens <= minute < closes for opens, closes in stretches_on(reception, local.date()))


def next_opening(reception: Reception, start: datetime) -> datetime | None:
    """Return the first moment from `start` on at which the hours are open, in UTC; None if far."""
    zone = ZoneInfo(reception.time_zone)
    start = start.astimezone(UTC)
    for moment in _moments_of_change(reception, start, zone):
        if moment - start > SEARCH:
            return None
        if _is_open_at(reception, moment.astimezone(zone)):
            return moment
    return None


def _moments_of_change(reception: Reception, start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield every moment at which a closed wall clock could become open: without end, in order."""
    moment = start
    while True:
        yield moment
        local = moment.astimezone(zone)
        wall = local.replace(tzinfo=None)
        then = moment + (_next_mark(reception, wall) - wall)
        if then.astimezone(zone).utcoffset() != local.utcoffset():
            # The wall clock jumps before that mark: look again from the jump on.
            then = _jump_between(moment, then, zone)
        moment = then


def _next_mark(reception: Reception, wall: datetime) -> datetime:
    """Return the next wall time after this one at which a stretch or a day begins."""
    midnight = datetime.combine(wall.date(), time())
    starts = (midnight + opens * _MINUTE for opens, _ in stretches_on(reception, wall.date()))
    return next((mark for mark in starts if mark > wall), midnight + timedelta(days=1))


def _jump_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the second at which the zone's offset becomes another one."""
    offset = before.astimezone(zone).utcoffset()
    low, high = before.replace(microsecond=0), after
    while high - low > _SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
