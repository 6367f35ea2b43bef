"""The reception: who may set it, what is refused where, what stands in the walls."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections
from django.db.utils import DatabaseError
from django.http import QueryDict
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import AuditEntry
from marketplace.core.errors import InputInvalidError
from merchants.forms import rows
from merchants.forms.hours import HoursInput, hours_input, typed_hours
from merchants.forms.rows import HolidayRow, StretchRow
from merchants.hours import Day, Stretch
from merchants.models import Holiday, MediaMode, Merchant, OpeningHours
from merchants.scope import ScopeError, customer_scope, entered, operator_scope
from merchants.selectors import reception_of, standing_of, standings_of
from merchants.services import set_hours as set_hours_service
from merchants.services.close_reception import close_reception, open_reception
from merchants.services.set_hours import set_hours
from merchants.services.set_ringing import set_ringing
from merchants.views import visitor_scope
from tests.factories.merchants import make_member, make_merchant, scope_of_member, scope_of_system
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")
WEEK = (Stretch(0, 540, 720), Stretch(0, 840, 1080), Stretch(6, 0, 1440))
EVE = Day(date(2027, 12, 24), 540, 720, "Christmas Eve")


def audit_of(merchant) -> list[str]:
    with entered(scope_of_system(merchant)):
        rows_of_all = AuditEntry.objects.filter(action__startswith="reception.")
        return list(rows_of_all.order_by("created_at").values_list("action", flat=True))


def fresh(merchant) -> Merchant:
    return Merchant.objects.get(id=merchant.id)


# -- services ------------------------------------------------------------------------------


@pytest.mark.proves("M2")
def test_closure_is_set_noted_and_turned_back():
    member = make_member(make_merchant())
    merchant, until = member.merchant, timezone.now() + timedelta(hours=2)
    with entered(scope_of_member(member)):
        close_reception(merchant.id, until=until, note="At a fair")
        close_reception(merchant.id, until=until, note="At a fair")  # again: nothing more
        found = standing_of(fresh(merchant))
    assert (found.reason, found.note, found.opens_at) == ("closure", "At a fair", until)
    with entered(scope_of_member(member)):
        open_reception(merchant.id)
        open_reception(merchant.id)
        assert standing_of(fresh(merchant)).is_open
    assert fresh(merchant).closed_until is None
    assert audit_of(merchant) == ["reception.closed", "reception.opened"]


@pytest.mark.proves("M2")
def test_closure_with_an_end_that_has_passed_is_refused():
    merchant = make_merchant()
    with entered(scope_of_system(merchant)), pytest.raises(InputInvalidError) as caught:
        close_reception(merchant.id, until=timezone.now())
    assert caught.value.data == {"field": "until"}
    assert fresh(merchant).accepting_calls


@pytest.mark.proves("M2")
def test_hours_are_replaced_as_a_whole():
    merchant = make_merchant()
    with entered(scope_of_system(merchant)):
        set_hours(merchant.id, keeps_hours=True, hours=WEEK, holidays=[EVE])
        set_hours(merchant.id, keeps_hours=True, hours=WEEK[::-1], holidays=[EVE])
        found = reception_of(fresh(merchant))
        assert (found.hours, found.holidays, found.keeps_hours) == (WEEK, (EVE,), True)
        set_hours(merchant.id, keeps_hours=False, hours=WEEK[:1], holidays=[])
        found = reception_of(fresh(merchant))
    assert (found.hours, found.holidays, found.keeps_hours) == (WEEK[:1], (), False)
    assert audit_of(merchant) == ["reception.hours_set"] * 2


@pytest.mark.parametrize(
    ("hours", "holidays", "field"),
    [
        ([Stretch(0, 540, 720), Stretch(0, 719, 800)], [], "hours"),
        ([], [EVE, Day(EVE.day)], "holidays"),
    ],
)
def test_hours_that_overlap_and_holidays_twice_are_refused(hours, holidays, field):
    merchant = make_merchant()
    with entered(scope_of_system(merchant)), pytest.raises(InputInvalidError) as caught:
        set_hours(merchant.id, keeps_hours=True, hours=hours, holidays=holidays)
    assert caught.value.data == {"field": field}


def test_hours_that_touch_are_taken():
    merchant = make_merchant()
    touching = (Stretch(0, 540, 720), Stretch(0, 720, 800))
    with entered(scope_of_system(merchant)):
        set_hours(merchant.id, keeps_hours=True, hours=touching, holidays=[])
        assert reception_of(fresh(merchant)).hours == touching


@pytest.mark.proves("M3")
def test_ringing_is_set_and_tells_whether_media_travel_otherwise():
    merchant = make_merchant(media_mode="direct")
    values = {"ring_seconds": 30, "queue_length": 0}
    with entered(scope_of_system(merchant)):
        found, moved = set_ringing(merchant.id, **values, media_mode=MediaMode.RELAY)
        assert (found.ring_seconds, found.queue_length, moved) == (30, 0, True)
        assert not set_ringing(merchant.id, **values, media_mode=MediaMode.RELAY)[1]
    assert audit_of(merchant) == ["reception.ringing_set"]


@pytest.mark.parametrize(
    "values", [{"ring_seconds": 14}, {"ring_seconds": 121}, {"queue_length": 51}]
)
def test_ringing_out_of_bounds_is_refused_by_the_database(values):
    merchant = make_merchant()
    given = {"ring_seconds": 45, "queue_length": 5, "media_mode": MediaMode.DIRECT, **values}
    with pytest.raises(IntegrityError), entered(scope_of_system(merchant)):
        set_ringing(merchant.id, **given)


def test_standings_of_many_merchants_ask_once(django_assert_num_queries):
    merchants = [make_merchant(), make_merchant(accepting_calls=False)]
    with entered(scope_of_system(merchants[0])):
        set_hours(merchants[0].id, keeps_hours=True, hours=[], holidays=[EVE])
    with entered(visitor_scope()), django_assert_num_queries(1):
        found = standings_of(merchants)
    assert [found[merchant.id].reason for merchant in merchants] == ["open", "closure"]


# -- two owners at the same instant ----------------------------------------------------------


def save_at_once(merchant, *weeks) -> list[object]:
    """Set each week at the same instant, each on a connection of its own."""
    start = Barrier(len(weeks))

    def save(week):
        try:
            start.wait(10)
            with entered(scope_of_system(merchant)):
                set_hours_service.set_hours(merchant.id, keeps_hours=True, hours=week, holidays=[])
        except IntegrityError as error:
            return error
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(weeks)) as pool:
        return list(pool.map(save, weeks))


MORNINGS = tuple(Stretch(day, 540, 720) for day in range(7))
EVENINGS = tuple(Stretch(day, 1080, 1200) for day in range(7))


def stored_hours(merchant) -> set[Stretch]:
    with entered(scope_of_system(merchant)):
        return set(reception_of(fresh(merchant)).hours)


@pytest.mark.proves("M2")
def test_two_owners_who_save_at_once_leave_one_of_both_weeks():
    merchant = make_merchant()
    for _ in range(5):
        assert save_at_once(merchant, MORNINGS, EVENINGS) == [None, None]
        assert stored_hours(merchant) in ({*MORNINGS}, {*EVENINGS})


def test_control_without_the_lock_both_weeks_are_mixed(monkeypatch):
    """Control: both have read and deleted before either writes. It goes red."""
    merchant, met = make_merchant(), Barrier(2)

    def unlocked(merchant_id):
        return Merchant.objects.get(id=merchant_id)

    def meet(*given):
        met.wait(10)
        replace(*given)

    replace = set_hours_service._replace
    monkeypatch.setattr(set_hours_service, "locked_merchant", unlocked)
    monkeypatch.setattr(set_hours_service, "_replace", meet)
    assert save_at_once(merchant, MORNINGS, EVENINGS) == [None, None]
    assert stored_hours(merchant) == {*MORNINGS, *EVENINGS}


# -- walls ---------------------------------------------------------------------------------

OWN = (
    "accepting_calls",
    "closed_note",
    "keeps_hours",
    "ring_seconds",
    "queue_length",
    "media_mode",
)
NOT_OWN = ("name", "handle", "state", "currency", "commission_bps", "time_zone", "legal_name")


@pytest.mark.proves("INV-T13", "M2")
@pytest.mark.parametrize("column", NOT_OWN)
def test_merchant_role_writes_no_column_outside_its_grant(column):
    merchant = make_merchant()
    change = f"UPDATE merchants_merchant SET {column} = {column}"
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        entered(scope_of_system(merchant)),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@pytest.mark.proves("INV-T13", "M2")
@pytest.mark.parametrize("column", OWN)
def test_merchant_role_writes_its_own_reception_and_no_other(column):
    mine, theirs = make_merchant(), make_merchant()
    change = f"UPDATE merchants_merchant SET {column} = {column} WHERE id = %s"
    with entered(scope_of_system(mine)), connection.cursor() as cursor:
        cursor.execute(change, [mine.id])
        assert cursor.rowcount == 1  # control
        cursor.execute(change, [theirs.id])
        assert cursor.rowcount == 0
    visitor = customer_scope(make_customer().id, SYSTEM)
    with pytest.raises(ProgrammingError), entered(visitor), connection.cursor() as cursor:
        cursor.execute(change, [mine.id])


@pytest.mark.proves("INV-T1", "INV-T6", "M2")
def test_services_in_another_merchants_scope_change_nothing():
    mine, theirs = make_merchant(), make_merchant()
    scope = scope_of_system(mine)
    with pytest.raises(Merchant.DoesNotExist), entered(scope):
        close_reception(theirs.id, until=None)
    with pytest.raises(Merchant.DoesNotExist), entered(scope):
        set_hours(theirs.id, keeps_hours=True, hours=WEEK, holidays=[])
    with pytest.raises(ScopeError), entered(scope):
        OpeningHours.objects.create(merchant=theirs, weekday=0, opens=0, closes=60)
    with pytest.raises(ScopeError), entered(scope):
        Holiday.objects.bulk_create([Holiday(merchant=theirs, day=EVE.day)])
    assert fresh(theirs).accepting_calls
    with entered(operator_scope(SYSTEM)):
        assert not OpeningHours.objects.exists()


@pytest.mark.proves("INV-T13")
@pytest.mark.parametrize("table", ["openinghours", "holiday"])
def test_raw_insert_of_hours_for_another_merchant_is_refused(table):
    mine, theirs = make_merchant(), make_merchant()
    day = "weekday" if table == "openinghours" else "name, day"
    value = "0" if table == "openinghours" else "'', '2027-01-01'"
    insert = (
        f"INSERT INTO merchants_{table} (id, created_at, merchant_id, opens, closes, {day})"
        f" VALUES (gen_random_uuid(), now(), %s, 0, 60, {value})"
    )
    with entered(scope_of_system(mine)), connection.cursor() as cursor:
        cursor.execute(insert, [mine.id])  # control
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        entered(scope_of_system(mine)),
        connection.cursor() as cursor,
    ):
        cursor.execute(insert, [theirs.id])


def test_visitor_reads_hours_of_every_merchant_and_writes_none():
    merchant = make_merchant()
    with entered(scope_of_system(merchant)):
        set_hours(merchant.id, keeps_hours=True, hours=WEEK, holidays=[])
    with entered(visitor_scope(merchant.id)):
        assert OpeningHours.objects.count() == 3
    with pytest.raises(ProgrammingError), entered(visitor_scope(merchant.id)):
        OpeningHours.objects.filter(weekday=0).delete()


# -- what is typed -------------------------------------------------------------------------


def typed(text: str) -> HoursInput:
    return typed_hours(QueryDict(text))


FAULTS = [
    ("opens-0=09:00&closes-0=", rows.BOTH),
    ("opens-0=9&closes-0=10:00", rows.TIME),
    ("opens-0=18:00&closes-0=02:00", rows.ORDER),
    ("opens-0=09:00&closes-0=09:00", rows.ORDER),
    ("opens-0=09:00&closes-0=12:00&opens-0=11:59&closes-0=13:00", rows.CLASH),
]


@pytest.mark.proves("M2")
@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_fault_of_hours_stands_at_its_row_and_nothing_typed_is_lost(text, fault):
    found = typed(f"keeps_hours=yes&{text}")
    assert not found.is_valid()
    assert found.days[0][-1].fault == fault
    given = QueryDict(text)
    assert [row.opens for row in found.days[0]] == given.getlist("opens-0")
    assert [row.closes for row in found.days[0]] == given.getlist("closes-0")


HOLIDAY_FAULTS = [
    ("", "Eve", "", "", "day", rows.DATE),
    ("2027-02-30", "", "", "", "day", rows.DATE),
    ("2027-12-24", "x" * 81, "", "", "name", rows.NAME),
    ("2027-12-24", "", "09:00", "", "hours", rows.BOTH),
    ("2027-12-24", "", "12:00", "09:00", "hours", rows.ORDER),
]


@pytest.mark.proves("M2")
@pytest.mark.parametrize(("day", "name", "opens", "closes", "part", "fault"), HOLIDAY_FAULTS)
def test_fault_of_a_holiday_stands_at_its_part(day, name, opens, closes, part, fault):
    row = HolidayRow(day, name, opens, closes)
    row.read()
    assert (row.fault_at, row.fault) == (part, fault)
    assert [row.wrong_day, row.wrong_name, row.wrong_hours].count(True) == 1


def test_holiday_twice_is_marked_at_the_second():
    found = HoursInput(False, [], [HolidayRow("2027-12-24"), HolidayRow("2027-12-24", "Eve")])
    assert not found.is_valid()
    assert [row.fault for row in found.holidays] == ["", rows.TWICE]


def test_empty_rows_count_for_nothing_and_midnight_is_the_end():
    found = typed("keeps_hours=yes&opens-0=&closes-0=&opens-6=00:00&closes-6=00:00&holiday-day=")
    assert found.is_valid()
    assert (found.hours(), found.closed_days()) == ([Stretch(6, 0, 1440)], [])


def test_fixed_hours_without_any_are_refused():
    found = typed("keeps_hours=yes&opens-0=&closes-0=")
    assert not found.is_valid()
    assert found.no_hours
    assert typed("keeps_hours=no&opens-0=&closes-0=").is_valid()


def test_rows_are_added_removed_and_copied():
    found = typed("opens-0=09:00&closes-0=12:00&opens-1=10:00&closes-1=11:00")
    found.change("add:0")
    assert [row.is_fresh for row in found.days[0]] == [False, True]
    found.change("remove:0:1")
    found.change("copy:0")
    assert {(row.opens, row.closes) for day in found.days for row in day} == {("09:00", "12:00")}
    found.days[0][0].opens = "08:00"
    assert found.days[1][0].opens == "09:00", "copies are rows of their own"
    found.change("add-holiday")
    found.change("remove-holiday:0")
    assert found.holidays == []


@pytest.mark.parametrize(
    "wish", ["", "add", "add:9", "remove:0:7", "copy:x", "remove-holiday:3", "x:1"]
)
def test_wish_that_names_nothing_changes_nothing(wish):
    found = typed("opens-0=09:00&closes-0=12:00")
    found.change(wish)
    assert [len(rows_of_day) for rows_of_day in found.days] == [1, 0, 0, 0, 0, 0, 0]


def test_what_is_stored_is_shown_as_it_was_typed():
    merchant = make_merchant()
    past = Day(date(2026, 1, 1))
    with entered(scope_of_system(merchant)):
        set_hours(merchant.id, keeps_hours=True, hours=WEEK, holidays=[past, EVE])
        found = hours_input(reception_of(fresh(merchant)), date(2026, 11, 22))
    assert found.days[6] == [StretchRow("00:00", "00:00")]
    assert [row.day for row in found.holidays] == ["2027-12-24"], "what is over is left out"
    assert found.is_valid()
    assert tuple(found.hours()) == WEEK
    assert found.closed_days() == [EVE]


def test_closed_by_hand_ends_with_its_time():
    now = timezone.now()
    assert Merchant(accepting_calls=False).is_closed_by_hand
    assert Merchant(accepting_calls=False, closed_until=now + timedelta(hours=1)).is_closed_by_hand
    assert not Merchant(accepting_calls=False, closed_until=now).is_closed_by_hand
    assert not Merchant(accepting_calls=True).is_closed_by_hand
