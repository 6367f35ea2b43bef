"""Hours as people read them: seven days with today marked, and the holidays ahead."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise

from merchants.hours import DAY_MINUTES, Day, Reception

HOLIDAYS_AHEAD: Final = timedelta(days=30)
Span = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One weekday, or one holiday, with its stretches; none: closed."""

    label: str | Promise | date
    spans: tuple[Span, ...]
    is_today: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The week and the holidays that come soon."""

    keeps_hours: bool
    time_zone: str
    week: tuple[Line, ...]
    holidays: tuple[Line, ...]


def hours_table(reception: Reception, now: datetime) -> Timetable:
    """Return the hours of a reception as a page shows them, today by the merchant's clock."""
    today = now.astimezone(ZoneInfo(reception.time_zone)).date()
    ahead = (found for found in reception.holidays if today <= found.day <= today + HOLIDAYS_AHEAD)
    return Timetable(
        keeps_hours=reception.keeps_hours,
        time_zone=reception.time_zone.replace("_", " "),
        week=tuple(_weekday(reception, weekday, today) for weekday in range(7)),
        holidays=tuple(_holiday(found, today) for found in ahead),
    )


def _weekday(reception: Reception, weekday: int, today: date) -> Line:
    spans = sorted((s.opens, s.closes) for s in reception.hours if s.weekday == weekday)
    return Line(WEEKDAYS[weekday], tuple(map(_span, spans)), weekday == today.weekday())


def _holiday(found: Day, today: date) -> Line:
    own = found.opens is not None and found.closes is not None
    spans = (_span((found.opens or 0, found.closes or 0)),) if own else ()
    return Line(found.day, spans, found.day == today, found.name)


def _span(minutes: tuple[int, int]) -> Span:
    opens, closes = (f"{value // 60:02}:{value % 60:02}" for value in minutes)
    return opens, "24:00" if minutes[1] == DAY_MINUTES else closes
