"""Seven days of hours and a list of holidays as they are typed: rows come, go and are copied.

Everything typed is kept as text, so that a page with a fault shows it again as it was. Rows are
changed here and not by script; a script only saves the reload.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.http import QueryDict

from merchants.forms.rows import HolidayRow, StretchRow, mark_clashes, mark_repeats
from merchants.hours import DAY_MINUTES, Day, Reception, Stretch

MOST_STRETCHES: Final = 6
MOST_HOLIDAYS: Final = 60


@dataclass
class HoursInput:
    """What somebody typed about hours and holidays."""

    keeps_hours: bool
    days: list[list[StretchRow]]
    holidays: list[HolidayRow]
    no_hours: bool = field(default=False, init=False)

    @property
    def keeps_no(self) -> bool:
        """Say whether no fixed hours are chosen."""
        return not self.keeps_hours

    def change(self, wish: str) -> None:
        """Add, remove or copy rows: `add:DAY`, `remove:DAY:ROW`, `copy:DAY`, `…-holiday`."""
        verb, *numbers = wish.split(":")
        places = [int(number) for number in numbers if number.isdecimal()]
        if verb == "add-holiday" and len(self.holidays) < MOST_HOLIDAYS:
            self.holidays.append(HolidayRow(is_fresh=True))
        elif verb == "remove-holiday" and places and places[0] < len(self.holidays):
            del self.holidays[places[0]]
        elif places and places[0] < len(self.days):
            self._change_day(verb, *places[:2])

    def _change_day(self, verb: str, weekday: int, row: int = 0) -> None:
        rows = self.days[weekday]
        if verb == "add" and len(rows) < MOST_STRETCHES:
            rows.append(StretchRow(is_fresh=True))
        elif verb == "remove" and row < len(rows):
            del rows[row]
        elif verb == "copy":
            self.days = [[found.copy() for found in rows] for _day in self.days]

    def is_valid(self) -> bool:
        """Read every row; the faults stand at the rows afterwards."""
        for rows in self.days:
            for row in rows:
                row.read()
            mark_clashes(rows)
        for holiday in self.holidays:
            holiday.read()
        mark_repeats(self.holidays)
        faults = [row.fault for rows in self.days for row in rows]
        faults += [row.fault for row in self.holidays]
        self.no_hours = self.keeps_hours and not any(map(self._has_rows, self.days))
        return not self.no_hours and not any(faults)

    @staticmethod
    def _has_rows(rows: list[StretchRow]) -> bool:
        return any(not row.is_blank for row in rows)

    def hours(self) -> list[Stretch]:
        """Return the stretches of a valid input."""
        return [
            Stretch(weekday, *row.span)
            for weekday, rows in enumerate(self.days)
            for row in rows
            if row.span is not None
        ]

    def closed_days(self) -> list[Day]:
        """Return the holidays of a valid input."""
        return [found for row in self.holidays if (found := row.as_day()) is not None]


def typed_hours(data: QueryDict) -> HoursInput:
    """Return what a form sent; rows over the most are dropped."""
    days = [
        [
            StretchRow(opens, closes)
            for opens, closes in _rows(data, MOST_STRETCHES, f"opens-{day}", f"closes-{day}")
        ]
        for day in range(7)
    ]
    names = ("holiday-day", "holiday-name", "holiday-opens", "holiday-closes")
    holidays = [
        HolidayRow(day, name, opens, closes)
        for day, name, opens, closes in _rows(data, MOST_HOLIDAYS, *names)
    ]
    return HoursInput(data.get("keeps_hours") == "yes", days, holidays)


def _rows(data: QueryDict, most: int, *names: str) -> Iterable[tuple[str, ...]]:
    return list(zip(*(data.getlist(name)[:most] for name in names), strict=False))


def hours_input(reception: Reception, today: date) -> HoursInput:
    """Return the input that shows a reception; holidays that are over are left out."""
    days = [
        [
            StretchRow(clock(found.opens), clock(found.closes))
            for found in reception.hours
            if found.weekday == weekday
        ]
        for weekday in range(7)
    ]
    holidays = [
        HolidayRow(found.day.isoformat(), found.name, clock(found.opens), clock(found.closes))
        for found in reception.holidays
        if found.day >= today
    ]
    return HoursInput(reception.keeps_hours, days, holidays)


def clock(minutes: int | None) -> str:
    """Return minutes of a day as a time field shows them; midnight as the end is 00:00."""
    if minutes is None:
        return ""
    hour, minute = divmod(minutes % DAY_MINUTES, 60)
    return f"{hour:02}:{minute:02}"
