"""Afterwards: the customer rates, the merchant notes and blocks."""

import json
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client
from django.urls import reverse

from calls.models import Block, Call
from calls.services.after_call import note_call, rate_call
from calls.services.block import block_customer, unblock_customer
from calls.services.end_call import cancel_call, hang_up
from calls.states import Side
from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.core.errors import DomainError
from merchants.access import scope_of_customer
from merchants.roles import PERMISSIONS, Permission, Role
from merchants.scope import entered
from tests.calls.test_races import at_once
from tests.factories.calls import fresh, make_live_call, make_ringing_call, set_call, trail
from tests.factories.merchants import make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")


def make_ended_call(**wanted) -> Call:
    call = make_live_call(**wanted)
    with entered(scope_of_member(call.member_hint)):
        hang_up(call.code, side=Side.MERCHANT)
    return call


def rate(call: Call, body: dict, customer=None) -> tuple[int, dict]:
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer or call.customer)
    answer = client.post(
        reverse("api-call-rating", args=[call.code]),
        json.dumps(body),
        content_type="application/json",
    )
    return answer.status_code, answer.json()


# -- rating --------------------------------------------------------------------------------


@pytest.mark.proves("C21")
def test_rating_is_kept_and_the_last_word_counts():
    call = make_ended_call()
    assert rate(call, {"stars": 4, "words": " Freundlich\x07 <b>! "}) == (
        200,
        {"stars": 4, "words": "Freundlich <b>!"},
    )
    assert rate(call, {"stars": 5}) == (200, {"stars": 5, "words": ""})
    row = fresh(call)
    assert (row.rating, row.rating_words) == (5, "")
    assert row.rated_at > row.ended_at
    assert [entry.data for entry in trail(subject_id=call.pk, action="call.rated")] == [
        {"stars": 4},
        {"stars": 5},
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"stars": 0},
        {"stars": 6},
        {"stars": "many"},
        {},
        {"stars": 5, "words": "x" * 501},
        {"stars": 5, "for": "all"},
    ],
)
@pytest.mark.proves("C21")
def test_rating_that_is_none_is_refused(body):
    call = make_ended_call()
    status, answer = rate(call, body)
    assert (status, answer["code"]) == (400, "input_invalid")
    assert fresh(call).rating is None


@pytest.mark.proves("C21", "INV-T3")
def test_call_is_rated_by_its_customer_alone():
    call = make_ended_call()
    assert rate(call, {"stars": 1}, make_customer())[0] == 404
    url = reverse("api-call-rating", args=[call.code])
    assert Client().post(url, {"stars": 1}, content_type="application/json").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[COOKIE] = cookie_for(call.customer)
    assert strict.post(url, {"stars": 1}, content_type="application/json").status_code == 403
    assert fresh(call).rating is None


@pytest.mark.proves("C21")
def test_only_an_answered_call_is_rated_after_its_end_and_for_a_day():
    going_on, given_up, old = make_live_call(), make_ringing_call(), make_ended_call()
    with entered(scope_of_customer(given_up.customer)):
        cancel_call(given_up.code)
    day = timedelta(hours=24, seconds=1)
    row = fresh(old)
    times = ("requested_at", "answered_at", "live_at", "ended_at")
    set_call(old, **{name: getattr(row, name) - day for name in times})
    for call in (going_on, given_up, old):
        status, answer = rate(call, {"stars": 5})
        assert (status, answer["code"]) == (409, "rating_closed")


def test_database_takes_one_to_five_stars_only():
    call = make_ended_call()
    with pytest.raises(IntegrityError, match="call_rating_one_to_five"):
        set_call(call, rating=6, rated_at=fresh(call).ended_at)


# -- note ----------------------------------------------------------------------------------


@pytest.mark.proves("M17")
def test_note_is_kept_cleaned_and_written_once():
    call = make_ended_call()
    with entered(scope_of_member(call.member_hint)):
        for _ in range(2):
            note_call(call.code, note="Rings again\x07 on Monday\r\nbring tin ")
    assert fresh(call).note == "Rings again on Monday\nbring tin"
    assert len(trail(subject_id=call.pk, action="call.noted")) == 1
    stranger = make_member(make_merchant())
    with entered(scope_of_member(stranger)), pytest.raises(DomainError, match="not_found"):
        note_call(call.code, note="x")


# -- block ---------------------------------------------------------------------------------


def block(call: Call) -> None:
    with entered(scope_of_member(call.member_hint)):
        block_customer(call.code, member=call.member_hint, reason="Rude")


def standing(call: Call) -> int:
    with entered(scope_of_member(call.member_hint)):
        return Block.objects.filter(customer=call.customer, lifted_at__isnull=True).count()


@pytest.mark.proves("M18")
def test_customer_is_blocked_once_and_let_in_again():
    call = make_ended_call()
    for _ in range(2):
        block(call)
    assert standing(call) == 1
    with entered(scope_of_member(call.member_hint)):
        for _ in range(2):
            unblock_customer(call.code)
    assert standing(call) == 0
    block(call)
    assert standing(call) == 1
    actions = [entry.action for entry in trail(subject_id=call.pk) if "customer." in entry.action]
    assert actions == ["customer.blocked", "customer.unblocked", "customer.blocked"]


@pytest.mark.proves("M18")
def test_members_who_block_at_once_make_one_block():
    call = make_ended_call()
    at_once(*[partial(block, call)] * 4)
    assert standing(call) == 1
    assert len(trail(subject_id=call.pk, action="customer.blocked")) == 1


@pytest.mark.proves("M18", "INV-T11")
def test_block_is_the_merchants_own_and_its_reason_hidden_from_the_customer():
    call = make_ended_call()
    block(call)
    stranger = make_member(make_merchant())
    with entered(scope_of_member(stranger)):
        assert Block.objects.count() == 0
        with pytest.raises(DomainError, match="not_found"):
            block_customer(call.code, member=stranger)
    with (
        entered(scope_of_customer(call.customer)),
        pytest.raises(DatabaseError, match="permission denied"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT reason FROM calls_block")


@pytest.mark.proves("M18")
def test_owner_and_manager_may_block_and_an_agent_may_not():
    may = {role for role in Role if Permission.CUSTOMERS_BLOCK in PERMISSIONS[role]}
    assert may == {Role.OWNER, Role.MANAGER}


@pytest.mark.proves("C21")
def test_rating_twice_at_once_keeps_one_of_them():
    call = make_ended_call()

    def stars(number: int) -> int:
        with entered(scope_of_customer(call.customer)):
            return rate_call(call.code, stars=number, words=str(number)).rating

    assert sorted(at_once(*(partial(stars, n) for n in (1, 5)))) == [1, 5]
    row = fresh(call)
    assert row.rating_words == str(row.rating)
