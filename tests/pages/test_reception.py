"""The page of the reception, and the storefront it leads to."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.models import PublishedAddress
from calls.services.note_answer_times import ENOUGH, note_answer_times
from marketplace.accounts.audit import SYSTEM
from merchants.hours import Day, Stretch
from merchants.models import Merchant, OpeningHours
from merchants.roles import Role
from merchants.scope import entered, operator_scope
from merchants.selectors import reception_of
from merchants.services.set_hours import set_hours
from tests.factories.calls import make_accepted_call, make_endpoint, set_call
from tests.factories.merchants import make_member, make_merchant, make_quick_item, scope_of_system
from tests.factories.people import make_customer, make_user
from tests.pages.helpers import client_of, queries_of

pytestmark = pytest.mark.usefixtures("db")
BERLIN = ZoneInfo("Europe/Berlin")
RINGING = {"ring_seconds": "45", "queue_length": "5", "media_mode": "direct"}
REQUEST = "Leave a request"
CALL = "Call face to face"


@pytest.fixture
def owner():
    return make_member(make_merchant())


def url_of(member, rest: str = "") -> str:
    return f"/desk/{member.merchant.handle}/reception/{rest}"


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def save(member, **fields):
    return client_of(member.user).post(url_of(member), {"keeps_hours": "no", **RINGING, **fields})


def stored(member) -> Merchant:
    return Merchant.objects.get(id=member.merchant_id)


def keep(merchant, *hours, holidays=(), keeps=True) -> None:
    with entered(scope_of_system(merchant)):
        set_hours(merchant.id, keeps_hours=keeps, hours=hours, holidays=holidays)


def soon(minutes: float) -> Stretch:
    """An hour that begins in some minutes on the clock of Berlin, cut at midnight."""
    local = (timezone.now() + timedelta(minutes=minutes)).astimezone(BERLIN)
    opens = local.hour * 60 + local.minute
    return Stretch(local.weekday(), opens, min(1440, opens + 60))


# -- rights --------------------------------------------------------------------------------


@pytest.mark.proves("INV-A6", "M2")
@pytest.mark.parametrize(
    ("role", "reads", "closes", "sets"),
    [(Role.OWNER, 200, 302, 302), (Role.MANAGER, 200, 302, 403), (Role.AGENT, 403, 403, 403)],
)
def test_reception_by_role(role, reads, closes, sets):
    member = make_member(make_merchant(), role)
    client = client_of(member.user)
    assert client.get(url_of(member)).status_code == reads
    assert client.post(url_of(member, "closure/"), {"wish": "close"}).status_code == closes
    assert stored(member).accepting_calls == (closes == 403)
    answer = client.post(url_of(member), {"keeps_hours": "no", **RINGING, "queue_length": "9"})
    assert answer.status_code == sets
    assert stored(member).queue_length == (9 if sets == 302 else 5)
    shown = "Reception" in page(client, f"/desk/{member.merchant.handle}/orders/")
    assert shown == (reads == 200), "the way there is shown to whom it is open"


@pytest.mark.proves("INV-T2")
@pytest.mark.parametrize("rest", ["", "closure/"])
def test_reception_of_another_merchant_does_not_exist(owner, rest):
    for stranger in (make_user(), make_member(make_merchant()).user):
        client = client_of(stranger)
        assert client.post(url_of(owner, rest), {"wish": "close"}).status_code == 404
        assert client.get(url_of(owner)).status_code == 404
    assert Client().get(url_of(owner)).headers["location"].startswith("/sign-in/")
    assert stored(owner).accepting_calls


def test_manager_reads_the_hours_and_has_no_form_for_them():
    member = make_member(make_merchant(), Role.MANAGER)
    keep(member.merchant, Stretch(0, 540, 720))
    text = page(client_of(member.user), url_of(member))
    assert "09:00 – 12:00" in text
    assert 'name="keeps_hours"' not in text
    assert "Turn calls off" in text


# -- the form ------------------------------------------------------------------------------


@pytest.mark.proves("M2", "M3")
def test_settings_are_saved_and_shown(owner):
    answer = save(
        owner,
        keeps_hours="yes",
        **{"opens-0": ["09:00", "14:00"], "closes-0": ["12:00", "00:00"]},
        **{"holiday-day": "2030-12-24", "holiday-name": "Eve"},
        **{"holiday-opens": "", "holiday-closes": "", "ring_seconds": "30"},
    )
    assert answer.headers["location"] == url_of(owner)
    with entered(scope_of_system(owner.merchant)):
        found = reception_of(stored(owner))
    assert found.hours == (Stretch(0, 540, 720), Stretch(0, 840, 1440))
    assert [day.name for day in found.holidays] == ["Eve"]
    assert stored(owner).ring_seconds == 30
    text = page(client_of(owner.user), url_of(owner))
    for value in ("09:00", "12:00", "14:00", "00:00", "2030-12-24", "Eve", "30"):
        assert f'value="{value}"' in text


@pytest.mark.proves("M2")
def test_fault_is_shown_at_its_field_and_nothing_is_saved_or_lost(owner):
    text = save(
        owner,
        keeps_hours="yes",
        **{"opens-3": "18:00", "closes-3": "02:00", "ring_seconds": "7"},
    ).content.decode()
    assert "Nothing is saved yet" in text
    assert 'aria-describedby="day-3-0-fault"' in text
    assert 'id="day-3-0-fault"' in text
    assert 'value="18:00"' in text
    assert 'value="02:00"' in text
    assert 'value="7"' in text
    assert "Give 15 to 120 seconds." in text
    with entered(scope_of_system(owner.merchant)):
        assert not OpeningHours.objects.exists()


def test_change_of_rows_keeps_what_was_typed_and_saves_nothing(owner):
    fields = {"opens-0": "09:00", "closes-0": "12:00", "queue_length": "77", "change": "copy:0"}
    text = save(owner, keeps_hours="yes", **fields).content.decode()
    assert text.count('value="09:00"') == 7
    assert 'value="77"' in text
    assert "Nothing is saved yet" not in text
    with entered(scope_of_system(owner.merchant)):
        assert not OpeningHours.objects.exists()
    added = save(owner, change="add-holiday").content.decode()
    assert "autofocus" in added
    assert 'id="holiday-0-day"' in added


@pytest.mark.proves("M2")
def test_closure_is_read_on_the_clock_of_the_merchant(owner):
    until = (timezone.now() + timedelta(days=2)).astimezone(BERLIN).replace(second=0, microsecond=0)
    fields = {"wish": "close", "until": until.strftime("%Y-%m-%dT%H:%M"), "note": "At a <fair>"}
    client = client_of(owner.user)
    assert client.post(url_of(owner, "closure/"), fields).status_code == 302
    assert stored(owner).closed_until == until
    text = page(client, url_of(owner))
    assert fields["until"] in text
    assert "At a &lt;fair&gt;" in text
    assert "Turn calls on" in text
    assert "Calls are off" in page(client, f"/desk/{owner.merchant.handle}/orders/")
    client.post(url_of(owner, "closure/"), {"wish": "open"})
    assert stored(owner).accepting_calls


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("2026-01-01T10:00", "This moment has passed"),
        ("2999-01-01T10:00", "within a year"),
        ("9999-12-31T23:59", "within a year"),
        ("soon", "Choose day and time"),
    ],
)
def test_closure_that_does_not_fit_is_refused_at_its_field(owner, until, words):
    fields = {"wish": "close", "until": until, "note": "Typed note"}
    text = client_of(owner.user).post(url_of(owner, "closure/"), fields).content.decode()
    assert words in text
    assert f'value="{until}"' in text
    assert "Typed note" in text
    assert stored(owner).accepting_calls


@pytest.mark.proves("M2", "P1.1")
def test_other_media_mode_publishes_the_address_anew(owner, settings):
    settings.TURN_URLS, settings.RELAY_ADDRESS = ("turn:203.0.113.9",), "203.0.113.9"
    make_endpoint(owner, address="198.51.100.7")
    assert address_of(owner) == "198.51.100.7"
    save(owner, media_mode="relay")
    assert address_of(owner) == "203.0.113.9"
    save(owner, media_mode="direct")
    assert address_of(owner) == "198.51.100.7"


def address_of(member) -> str | None:
    with entered(scope_of_system(member.merchant)):
        return PublishedAddress.objects.get().address


def test_page_says_that_without_a_relay_calls_are_direct(owner, settings):
    assert save(owner, media_mode="relay").status_code == 302
    assert "This installation has no relay" in page(client_of(owner.user), url_of(owner))
    settings.TURN_URLS, settings.RELAY_ADDRESS = ("turn:203.0.113.9",), "203.0.113.9"
    assert "This installation has no relay" not in page(client_of(owner.user), url_of(owner))


def test_reception_with_many_rows_asks_as_often_as_with_one(owner):
    client = client_of(owner.user)
    keep(owner.merchant, Stretch(0, 540, 720))
    one = queries_of(client, url_of(owner))
    days = [Day((timezone.now() + timedelta(days=n)).date()) for n in range(3)]
    keep(owner.merchant, *(Stretch(day, 540, 720) for day in range(7)), holidays=days)
    assert queries_of(client, url_of(owner)) == one


# -- the storefront ------------------------------------------------------------------------


def storefront(member) -> str:
    return page(Client(), f"/m/{member.merchant.handle}/")


@pytest.mark.proves("C2", "M2", "P1.1")
def test_storefront_outside_the_hours_says_when_it_opens_and_takes_requests(owner):
    make_endpoint(owner)
    keep(owner.merchant, soon(120))
    text = storefront(owner)
    assert "Closed" in text
    assert 'data-zone="Europe/Berlin"' in text
    assert 'data-own-time="({time} your time)"' in text
    assert CALL not in text
    assert f'href="/m/{owner.merchant.handle}/request/"' in text
    assert "button--primary" in text
    answer = Client().get(f"/m/{owner.merchant.handle}/call/")
    assert answer.headers["location"] == f"/m/{owner.merchant.handle}/"
    # control: within the hours the same merchant is called, and a request is the quiet way
    keep(owner.merchant, soon(-1))
    text = storefront(owner)
    assert CALL in text
    assert REQUEST in text
    assert Client().get(f"/m/{owner.merchant.handle}/call/").status_code == 200


@pytest.mark.proves("C2", "M2")
def test_storefront_of_a_closure_shows_the_note(owner):
    make_endpoint(owner)
    client_of(owner.user).post(url_of(owner, "closure/"), {"wish": "close", "note": "At a fair"})
    text = storefront(owner)
    assert "At a fair" in text
    assert CALL not in text
    assert "data-own-time" not in text, "no end is known"
    assert "Closed" in page(Client(), "/")


@pytest.mark.proves("C2", "M2")
def test_storefront_on_a_holiday_names_it(owner):
    today = timezone.now().astimezone(BERLIN).date()
    keep(owner.merchant, holidays=[Day(today, name="Inventory")], keeps=False)
    text = storefront(owner)
    assert "Closed today: Inventory" in text
    assert "Special days" in text


@pytest.mark.proves("C2")
def test_storefront_shows_the_week_with_today_marked(owner):
    keep(owner.merchant, Stretch(0, 540, 720), Stretch(0, 840, 1440))
    text = storefront(owner)
    assert "09:00 – 12:00" in text
    assert "14:00 – 24:00" in text
    assert text.count("timetable__today") == 1


def test_storefront_asks_five_times_however_many_hours(owner):
    make_quick_item(owner.merchant)
    make_endpoint(owner)
    for hours in ((), [Stretch(day, 540, 720) for day in range(7)]):
        keep(owner.merchant, *hours, holidays=[Day(timezone.now().date())])
        with CaptureQueriesContext(connection) as queries:
            storefront(owner)
        asked = [q["sql"] for q in queries if q["sql"] not in {"BEGIN", "COMMIT"}]
        assert len(asked) <= 5, asked


# -- how fast calls are answered -----------------------------------------------------------


@pytest.mark.proves("C2")
def test_usual_answer_is_the_median_of_enough_calls_and_the_storefront_tells_it(owner):
    waits = [4, 18, 300]
    assert len(waits) == ENOUGH
    for place, wait in enumerate(waits):
        answered_call(owner, wait)
        with entered(operator_scope(SYSTEM)):
            assert note_answer_times() == (place == ENOUGH - 1)
        known = "usually answers in 20 s" in storefront(owner)
        assert known == (place == ENOUGH - 1), "fewer calls promise nothing"
    with entered(operator_scope(SYSTEM)):
        assert note_answer_times() == 0, "unchanged medians are not written"


def answered_call(member, wait: int) -> None:
    call = make_accepted_call(member=member, customer=make_customer())
    asked = timezone.now() - timedelta(minutes=10)
    answered = asked + timedelta(seconds=wait)
    set_call(call, requested_at=asked, rang_at=asked, answered_at=answered)
    set_call(call, state="completed", ended_at=timezone.now())
