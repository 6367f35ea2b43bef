"""One row of typed hours, one typed holiday, and what can be wrong with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from merchants.hours import DAY_MINUTES, Day, clashing

_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::\d\d)?", re.ASCII)
_LONGEST_NAME: Final = 80

BOTH: Final = _("Give both times, from and until.")
TIME: Final = _("Write times like 09:30.")
ORDER: Final = _(
    "This ends before it begins. Past midnight: end at 00:00 and begin the next day at 00:00."
)
CLASH: Final = _("These hours overlap others of the day.")
DATE: Final = _("Choose a day.")
TWICE: Final = _("This day is in the list twice.")
NAME: Final = _("This name is too long: at most 80 letters.")


@dataclass
class StretchRow:
    """From when until when, as typed; 00:00 as the end is midnight."""

    opens: str = ""
    closes: str = ""
    # Just added: the page puts the focus there.
    is_fresh: bool = False
    fault: str | Promise = field(default="", init=False)
    span: tuple[int, int] | None = field(default=None, init=False)

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was typed; such a row counts for nothing."""
        return not self.opens.strip() and not self.closes.strip()

    def copy(self) -> Self:
        """Return the same times as a row of another day."""
        return replace(self, is_fresh=False)

    def read(self) -> None:
        """Set the minutes, or the fault."""
        if self.is_blank:
            return
        if not self.opens.strip() or not self.closes.strip():
            self.fault = BOTH
            return
        opens, closes = _minutes(self.opens), _minutes(self.closes)
        if opens is None or closes is None:
            self.fault = TIME
        elif opens >= (closes or DAY_MINUTES):
            self.fault = ORDER
        else:
            self.span = opens, closes or DAY_MINUTES


@dataclass
class HolidayRow:
    """A day with its name, and hours of its own or none, as typed."""

    day: str = ""
    name: str = ""
    opens: str = ""
    closes: str = ""
    # Just added: the page puts the focus there.
    is_fresh: bool = False
    fault: str | Promise = field(default="", init=False)
    # Which part of the row the fault is at: day, name or hours.
    fault_at: str = field(default="", init=False)
    on: date | None = field(default=None, init=False)
    span: tuple[int, int] | None = field(default=None, init=False)

    def read(self) -> None:
        """Set day and minutes, or the fault; an empty row counts for nothing."""
        times = StretchRow(self.opens, self.closes)
        if not self.day.strip() and not self.name.strip() and times.is_blank:
            return
        self.on = _day(self.day)
        if self.on is None:
            self.blame("day", DATE)
        elif len(self.name.strip()) > _LONGEST_NAME:
            self.blame("name", NAME)
        else:
            times.read()
            self.span = times.span
            if times.fault:
                self.blame("hours", times.fault)

    def as_day(self) -> Day | None:
        """Return the holiday of a row that was read; None for an empty one."""
        if self.on is None:
            return None
        opens, closes = self.span or (None, None)
        return Day(self.on, opens, closes, self.name.strip())

    @property
    def wrong_day(self) -> bool:
        """Say whether the fault is at the day."""
        return self.fault_at == "day"

    @property
    def wrong_name(self) -> bool:
        """Say whether the fault is at the name."""
        return self.fault_at == "name"

    @property
    def wrong_hours(self) -> bool:
        """Say whether the fault is at the times."""
        return self.fault_at == "hours"

    def blame(self, part: str, fault: str | Promise) -> None:
        """Name what is wrong and where."""
        self.fault_at, self.fault = part, fault


def mark_clashes(rows: Sequence[StretchRow]) -> None:
    """Put the fault at the first row of a day that lies over an earlier one."""
    read = [(row, row.span) for row in rows if row.span is not None]
    place = clashing([span for _row, span in read])
    if place is not None:
        read[place][0].fault = CLASH


def mark_repeats(rows: Sequence[HolidayRow]) -> None:
    """Put a fault at every row that names the day of an earlier one."""
    seen: set[date] = set()
    for row in rows:
        if row.on in seen and not row.fault:
            row.blame("day", TWICE)
        if row.on is not None:
            seen.add(row.on)


def _minutes(text: str) -> int | None:
    found = _TIME.fullmatch(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
