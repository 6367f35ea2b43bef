"""The merchant's call log and the record of one call."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.models import Call, Callback, TextLine
from calls.outcomes import MISSED as MISSED_OUTCOMES
from calls.outcomes import outcome_of
from calls.services.end_call import cancel_call
from calls.services.text import say_line
from calls.states import TALKING, TERMINAL, CallState, Side
from marketplace.accounts.audit import SYSTEM
from marketplace.console.call_log import MISSED
from marketplace.console.templatetags.call_log import span, stars
from merchants.access import scope_of_customer
from merchants.roles import Role
from merchants.scope import entered, operator_scope
from orders.models import OrderForm
from tests.factories.calls import fresh, make_accepted_call, make_ringing_call, set_call
from tests.factories.merchants import make_member, make_merchant
from tests.factories.orders import make_order, make_table
from tests.factories.people import make_customer, make_user
from tests.pages.helpers import client_of

database = pytest.mark.usefixtures("db")


def make_calls(member, number: int, **fields) -> list[Call]:
    """Calls that have ended, a minute apart, the newest last."""
    now = timezone.now()
    given = {
        "merchant_id": member.merchant_id,
        "address": "198.51.100.7",
        "mode": "direct",
        "state": "missed",
        "end_reason": "not_answered",
        "customer_name": "Lena",
        **fields,
    }
    with entered(operator_scope(SYSTEM)):
        return [
            Call.objects.create(
                **given,
                customer=make_customer(),
                requested_at=at,
                ring_until=at + timedelta(seconds=45),
                ended_at=at + timedelta(seconds=45),
            )
            for at in (now - timedelta(minutes=number - n) for n in range(number))
        ]


def log_url(member) -> str:
    return f"/desk/{member.merchant.handle}/calls/"


def record_url(call: Call, part: str = "") -> str:
    return f"/desk/{call.member_hint.merchant.handle}/calls/{call.code}/{part}"


def text_of(user, url: str) -> str:
    answer = client_of(user).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


# -- the list ------------------------------------------------------------------------------


@database
@pytest.mark.proves("M17")
def test_log_shows_outcome_wait_and_talk_of_every_call():
    member = make_member(make_merchant())
    talked = make_accepted_call(member=member)
    start = timezone.now() - timedelta(hours=1)
    set_call(
        talked,
        state="completed",
        end_reason="hung_up",
        requested_at=start,
        answered_at=start + timedelta(seconds=12),
        ended_at=start + timedelta(seconds=12 + 200),
        rating=4,
        rated_at=timezone.now(),
        note="Wants the big tin",
    )
    make_calls(member, 1, customer_name="Bob")
    text = text_of(member.user, log_url(member))
    for words in ("12 s", "3 min 20 s", "Wants the big tin", "4 of 5 stars", "Bob", "Missed"):
        assert words in text
    assert f"{log_url(member)}{talked.code}/" in text


@database
@pytest.mark.proves("M17")
def test_log_is_filtered_and_searched_and_keeps_both_over_its_pages():
    member = make_member(make_merchant())
    answered = make_accepted_call(member=member)
    set_call(answered, customer_name="Ümit Kaya")
    make_calls(member, 31, customer_name="Lena Hoff & Co")
    client, url = client_of(member.user), log_url(member)
    shown = {
        query: client.get(f"{url}{query}").content.decode()
        for query in (
            "?state=answered",
            "?state=missed",
            "?state=nonsense",
            "?name=ümit",
            "?name=%00",
        )
    }
    assert "Ümit" in shown["?state=answered"]
    assert "Lena Hoff" not in shown["?state=answered"]
    assert "Ümit" not in shown["?state=missed"]
    assert "Ümit" in shown["?state=nonsense"]
    assert "Lena Hoff" not in shown["?name=ümit"]
    assert "Ümit" in shown["?name=ümit"]
    assert "Ümit" in shown["?name=%00"]
    second = client.get(f"{url}?state=missed&name=Hoff+%26&page=2").content.decode()
    assert second.count("call-log__who") == 1
    assert "?page=1&amp;state=missed&amp;name=Hoff%20%26" in second
    first = client.get(f"{url}?state=missed&name=Hoff+%26").content.decode()
    assert first.count("call-log__who") == 30
    assert "?page=2&amp;state=missed&amp;name=Hoff%20%26" in first


@database
@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "²", "9999"])
def test_page_that_is_none_is_the_first_or_empty(page):
    member = make_member(make_merchant())
    make_calls(member, 1)
    answer = client_of(member.user).get(log_url(member), {"page": page})
    assert answer.status_code == 200


@database
def test_log_without_calls_and_search_without_a_hit_say_so():
    member = make_member(make_merchant())
    assert "No call here yet" in text_of(member.user, log_url(member))
    text = text_of(member.user, f"{log_url(member)}?name=<b>nobody")
    assert "No call of anybody called “&lt;b&gt;nobody”" in text


@database
@pytest.mark.proves("M17")
def test_log_asks_six_times_however_many_calls_there_are():
    member = make_member(make_merchant())
    client, url = client_of(member.user), log_url(member)
    asked = []
    for more in (1, 19, 80):
        make_calls(member, more)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        asked.append([query["sql"].split()[0] for query in queries])
    # session, person, merchant, scope, right, and the calls with their forms and orders
    assert asked == [["SELECT", "SELECT", "SELECT", "BEGIN", *["SELECT"] * 3, "COMMIT"]] * 3


@database
@pytest.mark.proves("A5", "INV-T2")
def test_log_and_records_are_for_members_of_the_merchant_only():
    call = make_accepted_call()
    merchant = call.member_hint.merchant
    foreign = make_member(make_merchant())
    for url in (log_url(call.member_hint), record_url(call)):
        assert Client().get(url).headers["location"].startswith("/sign-in/?next=")
        for user in (make_user(), foreign.user):
            assert client_of(user).get(url).status_code == 404
        assert client_of(make_member(merchant, role=Role.AGENT).user).get(url).status_code == 200
    own_address = f"{log_url(foreign)}{call.code}/"
    assert client_of(foreign.user).get(own_address).status_code == 404


@database
@pytest.mark.proves("M17", "P1.5")
def test_missed_means_the_same_to_the_database_and_to_the_outcomes():
    member = make_member(make_merchant())
    reasons = [
        "hung_up",
        "connection_lost",
        "declined",
        "caller_cancelled",
        "not_answered",
        "left_queue",
        "waited_too_long",
        "nobody_at_desk",
        "busy",
        "closed",
        "blocked",
    ]
    for state, reason in product(TERMINAL - {CallState.COMPLETED, CallState.FAILED}, reasons):
        make_calls(member, 1, state=state, end_reason=reason)
    with entered(operator_scope(SYSTEM)):
        found = set(Call.objects.filter(MISSED).values_list("state", "end_reason"))
        every = set(Call.objects.values_list("state", "end_reason"))
    assert found == {one for one in every if outcome_of(*one) in MISSED_OUTCOMES}
    assert found
    assert not TALKING & {CallState(state) for state, _reason in found}


@pytest.mark.unit
def test_lengths_and_stars_are_written_as_people_say_them():
    written = [span(timedelta(seconds=s)) for s in (0, 59.4, 60, 200, 3599, 3600, 3900)]
    assert written == [
        "0 s",
        "59 s",
        "1 min 0 s",
        "3 min 20 s",
        "59 min 59 s",
        "1 h 0 min",
        "1 h 5 min",
    ]
    assert span(None) == "–"
    assert stars(3) == "★★★☆☆"


# -- the record ----------------------------------------------------------------------------


@database
@pytest.mark.proves("M17", "C18")
def test_record_shows_what_was_written_as_text_and_not_as_markup():
    call = make_accepted_call()
    with entered(scope_of_customer(call.customer)):
        say_line(call.code, side=Side.CUSTOMER, op="op-12345", text="<script>alert(1)</script>")
        assert TextLine.objects.count() == 1
    text = text_of(call.member_hint.user, record_url(call))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text


@database
@pytest.mark.proves("M17")
def test_record_leads_to_the_order_made_in_the_call():
    table = make_table()
    order = make_order(table)
    call = fresh(table.call)
    call.member_hint = table.member
    url = f"/desk/{table.merchant.handle}/orders/{order.code}/"
    for page in (record_url(call), log_url(table.member)):
        assert url in text_of(table.member.user, page)


@database
@pytest.mark.proves("M17", "C15")
def test_record_of_a_missed_call_leads_to_the_request_the_customer_left():
    call = make_ringing_call()
    with entered(scope_of_customer(call.customer)):
        cancel_call(call.code)
    with entered(operator_scope(SYSTEM)):
        request = Callback.objects.create(
            merchant_id=call.merchant_id,
            customer=call.customer,
            email="lena@example.com",
            expires_at=timezone.now() + timedelta(days=1),
        )
        OrderForm.objects.create(
            merchant_id=call.merchant_id,
            customer=call.customer,
            callback=request,
            currency="EUR",
            time_zone="Europe/Berlin",
            expires_at=timezone.now() + timedelta(days=1),
        )
    text = text_of(call.member_hint.user, record_url(call))
    assert f"/desk/{call.member_hint.merchant.handle}/requests/{request.code}/" in text
    assert "lena@example.com" not in text


@database
@pytest.mark.proves("M17")
def test_note_is_written_in_place_and_a_long_one_comes_back_with_its_error():
    call = make_accepted_call()
    agent = make_member(call.member_hint.merchant, role=Role.AGENT)
    client, url = client_of(agent.user), record_url(call, "note/")
    saved = client.post(url, {"note": "Big tin"})
    assert (saved.status_code, saved["Location"]) == (302, record_url(call))
    assert "Big tin" in client.get(record_url(call)).content.decode()
    long = "x" * 2001
    refused = client.post(url, {"note": long})
    html = refused.content.decode()
    assert refused.status_code == 400
    assert long in html
    assert 'aria-invalid="true"' in html
    assert fresh(call).note == "Big tin"
    assert client.get(url).status_code == 405
    foreign = make_member(make_merchant())
    assert client_of(foreign.user).post(url, {"note": "x"}).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(agent.user)
    assert strict.post(url, {"note": "x"}).status_code == 403
    assert fresh(call).note == "Big tin"


@database
@pytest.mark.proves("M18")
def test_manager_blocks_and_lets_in_again_and_an_agent_reads_it_only():
    call = make_accepted_call()
    merchant = call.member_hint.merchant
    manager, agent = (make_member(merchant, role=role) for role in (Role.MANAGER, Role.AGENT))
    for part in ("block/", "unblock/"):
        assert client_of(agent.user).post(record_url(call, part)).status_code == 403
    assert "Block this customer" not in text_of(agent.user, record_url(call))
    client = client_of(manager.user)
    too_long = client.post(record_url(call, "block/"), {"reason": "x" * 201})
    assert too_long.status_code == 400
    assert 'aria-invalid="true"' in too_long.content.decode()
    assert client.post(record_url(call, "block/"), {"reason": "Rude <b>"}).status_code == 302
    for user in (manager.user, agent.user):
        text = text_of(user, record_url(call))
        assert "Rude &lt;b&gt;" in text
        assert manager.user.name in text
    assert client.post(record_url(call, "unblock/")).status_code == 302
    assert "Block this customer" in text_of(manager.user, record_url(call))


@database
def test_record_of_a_call_that_still_rings_is_shown_as_it_stands():
    call = make_ringing_call()
    assert "Ringing" in text_of(call.member_hint.user, record_url(call))
