"""Hours, holidays and the closure switch, against the clock on the wall, minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from merchants.hours import (
    DAY_MINUTES,
    SEARCH,
    Day,
    Reception,
    Stretch,
    next_opening,
    reception_from,
    standing,
    stretches_on,
)

pytestmark = pytest.mark.unit
BERLIN = ZoneInfo("Europe/Berlin")
NINE, NOON, TWO, SIX = 540, 720, 840, 1080
WEEK = tuple(Stretch(day, *minutes) for day in range(5) for minutes in ((NINE, NOON), (TWO, SIX)))


def made(**fields) -> Reception:
    given_fields = {
        "accepting_calls": True,
        "closed_until": None,
        "closed_note": "",
        "keeps_hours": True,
        "time_zone": "Europe/Berlin",
        "hours": WEEK,
        **fields,
    }
    return Reception(**given_fields)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


# 2026-11-23 is a Monday.
TABLE = [
    ("within the first stretch", "2026-11-23T09:00", True, "open", None),
    ("the last minute of it", "2026-11-23T11:59", True, "open", None),
    ("the end is no longer open", "2026-11-23T12:00", False, "hours", "2026-11-23T14:00"),
    ("the second stretch", "2026-11-23T17:59", True, "open", None),
    ("the evening", "2026-11-23T18:00", False, "hours", "2026-11-24T09:00"),
    ("before the first", "2026-11-23T08:59", False, "hours", "2026-11-23T09:00"),
    ("over the week-end", "2026-11-27T18:00", False, "hours", "2026-11-30T09:00"),
]


@pytest.mark.proves("C2", "M2")
@pytest.mark.parametrize(("_what", "now", "is_open", "reason", "opens"), TABLE)
def test_weekly_hours_are_half_open_and_tell_the_next_opening(_what, now, is_open, reason, opens):
    found = standing(made(), at(now))
    assert (found.is_open, found.reason) == (is_open, reason)
    assert found.opens_at == (at(opens) if opens else None)
    assert found.opens_at is None or found.opens_at.tzinfo is UTC


@pytest.mark.proves("M2")
def test_hours_up_to_midnight_join_those_of_the_next_day():
    late = made(hours=(Stretch(0, SIX, DAY_MINUTES), Stretch(1, 0, 120)))
    for now in ("2026-11-23T18:00", "2026-11-23T23:59", "2026-11-24T00:00", "2026-11-24T01:59"):
        assert standing(late, at(now)).is_open, now
    assert not standing(late, at("2026-11-24T02:00")).is_open


@pytest.mark.proves("M2")
def test_holiday_stands_above_the_weekday():
    closed = made(holidays=(Day(date(2026, 11, 23), name="Inventory"),))
    found = standing(closed, at("2026-11-23T10:00"))
    assert (found.is_open, found.reason, found.note) == (False, "holiday", "Inventory")
    assert found.opens_at == at("2026-11-24T09:00")
    assert standing(made(), at("2026-11-23T10:00")).is_open  # control: without the holiday

    sunday = made(holidays=(Day(date(2026, 11, 29), 600, 660, "Advent"),))
    assert standing(sunday, at("2026-11-29T10:30")).is_open
    before = standing(sunday, at("2026-11-28T10:30"))
    assert (before.reason, before.opens_at) == ("hours", at("2026-11-29T10:00"))
    after = standing(sunday, at("2026-11-29T11:00"))
    assert (after.reason, after.opens_at) == ("holiday", at("2026-11-30T09:00"))


@pytest.mark.proves("M2")
def test_closure_stands_above_hours_and_ends_by_itself():
    until = at("2026-11-24T13:00")
    shut = made(accepting_calls=False, closed_until=until, closed_note="At a fair")
    found = standing(shut, at("2026-11-23T10:00"))
    assert (found.is_open, found.reason, found.note) == (False, "closure", "At a fair")
    assert found.opens_at == at("2026-11-24T14:00"), "the closure ends in the lunch break"
    assert standing(shut, until).reason == "hours"
    assert standing(shut, at("2026-11-24T14:00")).is_open


@pytest.mark.proves("M2")
def test_closure_without_an_end_tells_no_opening():
    found = standing(made(accepting_calls=False, closed_until=None), at("2026-11-23T10:00"))
    assert (found.is_open, found.reason, found.opens_at) == (False, "closure", None)


@pytest.mark.proves("M2")
def test_without_hours_every_hour_is_open_but_a_holiday_is_not():
    loose = made(keeps_hours=False)
    assert standing(loose, at("2026-11-22T03:00")).is_open
    off = made(keeps_hours=False, holidays=(Day(date(2026, 11, 22)),))
    found = standing(off, at("2026-11-22T03:00"))
    assert (found.reason, found.opens_at) == ("holiday", at("2026-11-23T00:00"))
    shut = made(keeps_hours=False, accepting_calls=False, closed_until=at("2026-11-22T05:00"))
    assert standing(shut, at("2026-11-22T03:00")).opens_at == at("2026-11-22T05:00")


@pytest.mark.proves("M2")
def test_next_opening_is_told_up_to_sixty_days_ahead():
    start = at("2026-11-23T10:00")
    far = date(2027, 1, 22)
    near = made(hours=(), holidays=(Day(far, 600, 660),))
    assert at("2027-01-22T10:00") - start == SEARCH
    assert next_opening(near, start) == at("2027-01-22T10:00")
    assert next_opening(near, start - timedelta(minutes=1)) is None
    assert next_opening(made(hours=()), start) is None


@pytest.mark.proves("M2")
@pytest.mark.parametrize(
    ("zone", "closed_at", "opens", "stretch"),
    [
        # 02:30 does not exist in the night the clock goes forward: the jump opens the door
        ("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T01:00+00:00", (150, 300)),
        # the skipped hour has no minute of the stretch: the door stays shut until next week
        ("Europe/Berlin", "2026-03-29T01:59", "2026-04-05T00:15+00:00", (135, 165)),
        # a stretch that ended comes again when the clock goes back
        ("Europe/Berlin", "2026-10-25T00:45+00:00", "2026-10-25T01:00+00:00", (60, 150)),
        # midnight itself is skipped
        ("Africa/Cairo", "2026-04-23T21:59+00:00", "2026-04-23T22:00+00:00", (0, 1440)),
        # half an hour only
        ("Australia/Lord_Howe", "2026-10-03T15:00+00:00", "2026-10-03T15:30+00:00", (125, 300)),
    ],
)
def test_next_opening_over_a_change_of_the_clock(zone, closed_at, opens, stretch):
    wall = datetime.fromisoformat(closed_at)
    now = (wall if wall.tzinfo else wall.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    opening = datetime.fromisoformat(opens)
    weekday = opening.astimezone(ZoneInfo(zone)).weekday()
    found = standing(made(time_zone=zone, hours=(Stretch(weekday, *stretch),)), now)
    assert (found.is_open, found.opens_at) == (False, opening)


def test_reception_is_made_from_rows_as_json_carries_them():
    rows = [[0, NINE, NOON]], [["2026-12-24", None, None, "Eve"], ["2026-12-31", 540, 600, ""]]
    made_of = reception_from(made(), *rows)
    assert made_of.hours == (Stretch(0, NINE, NOON),)
    assert made_of.holidays == (
        Day(date(2026, 12, 24), None, None, "Eve"),
        Day(date(2026, 12, 31), 540, 600, ""),
    )


# -- against brute force -------------------------------------------------------------------

# Days on which the clock changes, by zone: forward, back, by half an hour, at midnight.
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("America/Havana", date(2026, 11, 1)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that never was
    ("Asia/Shanghai", date(2026, 5, 5)),
]


@st.composite
def receptions(draw) -> tuple[Reception, datetime]:
    zone, day = draw(st.sampled_from(CHANGES))
    minutes = st.integers(0, DAY_MINUTES // 15)
    spans = st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1])
    weekdays = [(day + timedelta(days=n)).weekday() for n in (-1, 0, 1)]
    hours = draw(st.lists(st.tuples(st.sampled_from(weekdays), spans), max_size=6))
    holidays = draw(
        st.dictionaries(st.sampled_from([-1, 0, 1]), st.none() | spans, max_size=2).map(dict.items)
    )
    reception = made(
        time_zone=zone,
        keeps_hours=draw(st.booleans()),
        hours=tuple(Stretch(weekday, a * 15, b * 15) for weekday, (a, b) in hours),
        holidays=tuple(
            Day(
                day + timedelta(days=n), *((None, None) if span is None else (x * 15 for x in span))
            )
            for n, span in holidays
        ),
    )
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return reception, midnight + timedelta(minutes=draw(st.integers(-1440, 1440)))


def open_by_the_wall(reception: Reception, moment: datetime) -> bool:
    """The same said again, as slowly and plainly as can be."""
    wall = moment.astimezone(ZoneInfo(reception.time_zone))
    minute = wall.hour * 60 + wall.minute
    for holiday in reception.holidays:
        if holiday.day == wall.date():
            return holiday.opens is not None and holiday.opens <= minute < holiday.closes
    if not reception.keeps_hours:
        return True
    return any(
        s.weekday == wall.weekday() and s.opens <= minute < s.closes for s in reception.hours
    )


@pytest.mark.proves("C2", "M2")
@example(case=(made(hours=(Stretch(6, 60, 150),)), datetime(2026, 10, 25, 0, 45, tzinfo=UTC)))
@given(case=receptions())
def test_standing_agrees_with_the_wall_clock_minute_by_minute(case):
    reception, now = case
    found = standing(reception, now)
    assert found.is_open == open_by_the_wall(reception, now)
    if found.is_open:
        return
    steps = range(int(timedelta(days=3) / timedelta(minutes=1)))
    minutes = (now + timedelta(minutes=n) for n in steps)
    first = next((m for m in minutes if open_by_the_wall(reception, m)), None)
    if first is not None:
        assert found.opens_at == first
    else:
        assert found.opens_at is None or found.opens_at >= now + timedelta(days=3)
        assert found.opens_at is None or open_by_the_wall(reception, found.opens_at)


@given(case=receptions(), seconds=st.floats(0, 86_400))
def test_next_opening_is_open_and_the_moment_before_it_is_not(case, seconds):
    reception, now = case
    start = now + timedelta(seconds=seconds)
    found = next_opening(reception, start)
    if found is None:
        return
    assert open_by_the_wall(reception, found)
    assert found == start or not open_by_the_wall(reception, found - timedelta(microseconds=1))


def test_stretches_of_a_day_are_in_order():
    mixed = made(hours=(Stretch(0, TWO, SIX), Stretch(0, NINE, NOON), Stretch(1, 0, 60)))
    assert stretches_on(mixed, date(2026, 11, 23)) == ((NINE, NOON), (TWO, SIX))
