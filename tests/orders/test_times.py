"""Local times in zones: gaps refused, overlaps resolved and stated."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.faults import FieldError
from orders.times import GRACE, is_zone, read_times, resolve

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def fault(run):
    with pytest.raises(FieldError) as caught:
        run()
    return caught.value


@pytest.mark.proves("P7.3")
@pytest.mark.parametrize(
    ("zone", "gap", "after"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T03:30"),
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T03:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:45"),
    ],
)
def test_time_the_clock_skips_is_refused_and_the_next_one_named(zone, gap, after):
    found = fault(lambda: resolve(gap, zone, "time.start"))
    assert (found.code, found.field) == ("time_in_gap", "time.start")
    assert found.data["next"] == after


@pytest.mark.proves("P7.3")
@pytest.mark.parametrize(
    ("zone", "local", "first"),
    [
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T02:30+02:00"),
        ("America/New_York", "2026-11-01T01:00", "2026-11-01T01:00-04:00"),
    ],
)
def test_time_the_clock_shows_twice_is_the_first_and_says_so(zone, local, first):
    reading = resolve(local, zone, "time.start")
    assert reading.as_dict() == {"at": first, "overlap": True}


def test_ordinary_time_has_the_offset_of_its_day():
    assert resolve("2026-07-01T10:00", "Europe/Berlin", "x").as_dict() == {
        "at": "2026-07-01T10:00+02:00",
        "overlap": False,
    }
    assert resolve("2026-12-01T10:00", "Europe/Berlin", "x").as_dict()["at"].endswith("+01:00")


@pytest.mark.proves("P2.3")
def test_past_start_is_refused_after_a_short_grace():
    just = (NOW - GRACE).strftime("%Y-%m-%dT%H:%M")
    earlier = (NOW - GRACE - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    assert read_times(just, "", "UTC", now=NOW)[0] is not None
    assert fault(lambda: read_times(earlier, "", "UTC", now=NOW)).code == "time_past"


def test_end_before_start_is_refused_and_blamed_on_the_field_being_set():
    found = fault(
        lambda: read_times("2026-05-01T10:00", "2026-05-01T09:00", "UTC", now=NOW, field="time.end")
    )
    assert (found.code, found.field) == ("time_end_before_start", "time.end")


def test_end_after_a_clock_change_is_compared_as_an_instant():
    # 02:30 (first) to 02:10 (also the first) on the long night is backwards on the clock and in time
    found = fault(
        lambda: read_times("2026-10-25T02:30", "2026-10-25T02:10", "Europe/Berlin", now=NOW)
    )
    assert found.code == "time_end_before_start"


@pytest.mark.parametrize("name", ["Factory", "localtime", "posixrules", "", "europe/berlin", "EST"])
def test_what_is_no_place_is_no_zone(name):
    assert not is_zone(name)


def test_places_and_utc_are_zones():
    assert all(map(is_zone, ["UTC", "Europe/Berlin", "Asia/Shanghai", "America/Argentina/Salta"]))
