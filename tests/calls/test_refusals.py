"""A request that is refused: told apart for the caller, kept for the merchant's log."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.errors import (
    AddressUnknownError,
    CustomerBlockedError,
    MerchantBusyError,
    MerchantSuspendedError,
    MerchantUnavailableError,
    StorefrontClosedError,
)
from calls.models import Block, Call, Callback
from calls.outcomes import Outcome, outcome_of
from calls.services.register_endpoint import leave_desk
from calls.services.request_call import request_call
from calls.states import CallbackState
from marketplace.accounts.audit import SYSTEM
from merchants.models import Holiday, OpeningHours
from merchants.scope import entered, operator_scope
from tests.factories.calls import (
    ago,
    fresh,
    make_accepted_call,
    make_endpoint,
    make_live_call,
    make_ringing_call,
    published,
    trail,
)
from tests.factories.merchants import (
    change_merchant,
    make_member,
    make_merchant,
    scope_of_member,
    scope_of_system,
)
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")


def calls() -> list[Call]:
    with entered(operator_scope(SYSTEM)):
        return list(Call.objects.order_by("created_at", "id"))


def ask(member, customer=None, **wanted) -> tuple[Call, bool]:
    return request_call(
        customer or make_customer(),
        **{"handle": member.merchant.handle, "address": published(member), **wanted},
    )


def block(member, customer) -> None:
    with entered(scope_of_member(member)):
        Block.objects.create(merchant=member.merchant, customer=customer, member=member)


def keep_no_hours(member) -> None:
    """Hours that never are: the storefront is closed at any time."""
    change_merchant(member.merchant, keeps_hours=True)


def ready(member, customer, **fields) -> str:
    now = timezone.now()
    given = {
        "state": CallbackState.READY,
        "ready_member": member,
        "ready_at": now,
        "ready_until": now + timedelta(minutes=5),
        "expires_at": now + timedelta(days=1),
        **fields,
    }
    with entered(operator_scope(SYSTEM)):
        made = Callback.objects.create(merchant=member.merchant, customer=customer, **given)
    return made.code


# -- closed --------------------------------------------------------------------------------


@pytest.mark.proves("P1.1", "P1.5", "C2", "M2")
def test_closed_storefront_says_why_and_keeps_the_request():
    member = make_endpoint().member
    until = timezone.now() + timedelta(hours=3)
    change_merchant(
        member.merchant, accepting_calls=False, closed_until=until, closed_note="At the fair"
    )
    with pytest.raises(StorefrontClosedError) as caught:
        ask(member)
    (kept,) = calls()
    assert caught.value.data == {
        "reason": "closure",
        "opens_at": until.isoformat(),
        "note": "At the fair",
        "call": kept.code,
    }
    assert (kept.state, kept.end_reason, kept.ended_by) == ("unavailable", "closed", "system")
    assert outcome_of(kept.state, kept.end_reason) is Outcome.CLOSED
    (entry,) = trail(action="call.unavailable")
    assert entry.data == {"reason": "closed"}


@pytest.mark.proves("M2")
def test_hours_and_holidays_close_and_the_closure_ends_by_itself():
    member = make_endpoint().member
    keep_no_hours(member)
    with pytest.raises(StorefrontClosedError) as caught:
        ask(member)
    assert caught.value.data["reason"] == "hours"
    with entered(scope_of_system(member.merchant)):
        for weekday in range(7):
            OpeningHours.objects.create(
                merchant=member.merchant, weekday=weekday, opens=0, closes=1440
            )
    assert ask(member)[0].state == "ringing"
    with entered(scope_of_system(member.merchant)):
        for days in (-1, 0, 1):
            day = timezone.now().date() + timedelta(days=days)
            Holiday.objects.create(merchant=member.merchant, day=day, name="Feast")
    with pytest.raises(StorefrontClosedError) as caught:
        ask(member)
    assert (caught.value.data["reason"], caught.value.data["note"]) == ("holiday", "Feast")
    with entered(scope_of_system(member.merchant)):
        Holiday.objects.all().delete()
    change_merchant(member.merchant, accepting_calls=False, closed_until=ago(1))
    assert ask(member)[0].state == "ringing"


# -- what is kept, and what is not -----------------------------------------------------------


@pytest.mark.proves("P1.2")
def test_closed_storefront_keeps_nothing_for_an_address_that_is_not_its_own():
    member = make_endpoint().member
    change_merchant(member.merchant, accepting_calls=False)
    with pytest.raises(StorefrontClosedError) as caught:
        ask(member, address="203.0.113.200")
    assert "call" not in caught.value.data
    assert calls() == []


@pytest.mark.proves("P1.1", "P1.2")
def test_suspended_merchant_and_unknown_address_keep_nothing():
    member = make_endpoint().member
    with pytest.raises(AddressUnknownError):
        ask(member, address="203.0.113.200")
    address = published(member)
    change_merchant(member.merchant, state="suspended")
    with pytest.raises(MerchantSuspendedError):
        ask(member, address=address)
    assert calls() == []


@pytest.mark.proves("P1.5", "INV-C15")
def test_nobody_at_the_desk_is_kept_even_for_the_address_before():
    first = make_endpoint(address="198.51.100.7")
    second = make_endpoint(first.member, address="198.51.100.8")
    with entered(scope_of_member(first.member)):
        leave_desk(first.member, first.code)
        leave_desk(first.member, second.code)
    for address in ("198.51.100.7", "198.51.100.8"):
        with pytest.raises(MerchantUnavailableError):
            ask(first.member, address=address)
    assert [call.end_reason for call in calls()] == ["nobody_at_desk"] * 2


@pytest.mark.proves("P1.5")
def test_refused_requests_count_against_the_limit(settings):
    settings.CALL_REQUESTS_PER_MINUTE = 2
    member, customer = make_endpoint().member, make_customer()
    change_merchant(member.merchant, accepting_calls=False)
    codes = []
    for _ in range(3):
        with pytest.raises(Exception) as caught:  # noqa: PT011  # which one is asserted below
            ask(member, customer)
        codes.append(caught.value.code)
    assert codes == ["storefront_closed", "storefront_closed", "too_fast"]
    assert len(calls()) == 2


# -- blocked, busy ---------------------------------------------------------------------------


@pytest.mark.proves("P1.5")
def test_blocked_customer_is_refused_until_the_block_is_lifted_and_others_are_not():
    member, customer = make_endpoint().member, make_customer()
    block(member, customer)
    with pytest.raises(CustomerBlockedError) as caught:
        ask(member, customer)
    (kept,) = calls()
    assert caught.value.data == {"call": kept.code}
    assert (kept.state, kept.end_reason) == ("unavailable", "blocked")
    assert ask(member)[0].state == "ringing"
    assert ask(make_endpoint().member, customer)[0].state == "ringing", "elsewhere they may"
    with entered(scope_of_member(member)):
        Block.objects.update(lifted_at=timezone.now())
    assert ask(member, customer)[0].state == "ringing"


@pytest.mark.proves("P1.5", "C2", "INV-C4")
@pytest.mark.parametrize(("length", "waiting", "can_queue"), [(0, 0, False), (1, 1, True)])
def test_full_queue_is_busy_and_kept(length, waiting, can_queue):
    call = make_live_call()
    member = call.member_hint
    change_merchant(member.merchant, queue_length=length)
    for _ in range(waiting):
        assert ask(member)[0].state == "queued"
    with pytest.raises(MerchantBusyError) as caught:
        ask(member)
    kept = calls()[-1]
    assert caught.value.data == {"can_queue": can_queue, "call": kept.code}
    assert (kept.state, kept.end_reason) == ("unavailable", "busy")


# -- called back -----------------------------------------------------------------------------


@pytest.mark.proves("C14", "C15")
def test_promise_rings_with_that_member_first_even_while_closed():
    merchant = make_merchant()
    desks = [make_endpoint(make_member(merchant)) for _ in range(2)]
    member, customer = desks[1].member, make_customer()
    code = ready(member, customer)
    keep_no_hours(member)
    call, new = ask(member, customer, callback=code)
    assert new
    kept = fresh(call)
    assert (kept.wanted_member_id, kept.state) == (member.id, "ringing")
    assert kept.callback_id is not None
    assert kept.widen_at is not None


@pytest.mark.proves("C14", "INV-T4")
@pytest.mark.parametrize("why", ["waiting", "over", "another's", "unknown", "other merchant's"])
def test_without_a_promise_of_their_own_a_call_rings_normally(why):
    endpoint = make_endpoint()
    member, customer = endpoint.member, make_customer()
    code = {
        "waiting": lambda: ready(member, customer, state="waiting"),
        "over": lambda: ready(member, customer, ready_at=ago(600), ready_until=ago(1)),
        "another's": lambda: ready(member, make_customer()),
        "unknown": lambda: "0" * 22,
        "other merchant's": lambda: ready(make_endpoint().member, customer),
    }[why]()
    call, _new = ask(member, customer, callback=code)
    kept = fresh(call)
    assert (kept.state, kept.wanted_member_id) == ("ringing", None)
    assert (kept.callback_id is not None) == (why in {"waiting", "over"})
    keep_no_hours(member)
    with pytest.raises(StorefrontClosedError):
        ask(member, make_customer(), callback=code)


@pytest.mark.proves("C14")
def test_promise_of_a_member_who_has_left_rings_the_others_at_once():
    endpoint = make_endpoint()
    gone, customer = make_member(endpoint.member.merchant), make_customer()
    call, _new = ask(endpoint.member, customer, callback=ready(gone, customer))
    kept = fresh(call)
    assert (kept.state, kept.wanted_member_id) == ("ringing", None)


@pytest.mark.proves("C14")
def test_answered_call_closes_the_request_to_be_called_back():
    endpoint = make_endpoint()
    customer = make_customer()
    ready(endpoint.member, customer)
    make_accepted_call(member=make_member(endpoint.member.merchant), customer=customer)
    with entered(operator_scope(SYSTEM)):
        assert Callback.objects.get().state == CallbackState.CALLED


@pytest.mark.parametrize(("wished", "cap", "seconds"), [(45, 120, 45), (120, 120, 120), (60, 2, 2)])
def test_ring_time_is_the_merchants_cut_to_the_longest(settings, wished, cap, seconds):
    settings.CALL_LONGEST_RING_SECONDS = cap
    member = make_member(make_merchant(ring_seconds=wished))
    call = make_ringing_call(member=member)
    assert (call.ring_until - call.requested_at).total_seconds() == seconds
    assert call.widen_at is not None
    assert (call.widen_at - call.requested_at).total_seconds() == pytest.approx(seconds / 3)
