"""Every change of a call's state through its one door."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calls.errors import (
    CallNotAnsweredError,
    CallOverError,
    CallTakenError,
    EndpointBusyError,
    EndpointOfflineError,
    SeatTakenError,
)
from calls.services.answer_call import accept_call, decline_call
from calls.services.connect_call import mark_connected, restart_media
from calls.services.end_call import cancel_call, hang_up
from calls.services.register_endpoint import leave_desk
from calls.services.request_call import request_call
from calls.services.take_seat import keep_seat, leave_seat, take_seat
from calls.states import Side
from calls.tasks import forget_addresses, sweep_calls
from marketplace.core.errors import NotFoundError
from marketplace.core.transitions import MoveForbiddenError
from merchants.access import scope_of_customer
from merchants.scope import entered
from tests.factories.calls import (
    ago,
    fresh,
    make_accepted_call,
    make_endpoint,
    make_live_call,
    make_ringing_call,
    published,
    set_call,
    trail,
)
from tests.factories.merchants import make_member, scope_of_member
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")


def as_member(call, service, *args, **kwargs):
    with entered(scope_of_member(call.member_hint)):
        return service(*args, **kwargs)


def as_customer(call, service, *args, **kwargs):
    with entered(scope_of_customer(call.customer)):
        return service(*args, **kwargs)


def accept(call, endpoint=None):
    endpoint = endpoint or call.endpoint_hint
    return as_member(call, accept_call, call.code, member=call.member_hint, endpoint=endpoint.code)


def actions(call):
    return [entry.action for entry in trail(subject_id=call.pk)]


@pytest.mark.proves("P1.3")
def test_accept_gives_the_call_to_one_endpoint_and_a_repeat_changes_nothing():
    call = make_ringing_call()
    accept(call)
    accept(call)
    kept = fresh(call)
    assert (kept.state, kept.endpoint_id) == ("accepted", call.endpoint_hint.pk)
    assert kept.member_name == call.member_hint.user.name
    assert kept.requested_at <= kept.answered_at
    assert actions(call) == ["call.requested", "call.accepted"]


@pytest.mark.proves("P1.3")
def test_second_desk_hears_that_the_call_is_taken():
    call = make_accepted_call()
    other = make_endpoint(call.member_hint)
    with pytest.raises(CallTakenError):
        accept(call, other)
    assert fresh(call).endpoint_id == call.endpoint_hint.pk


@pytest.mark.proves("P1.5", "INV-C5")
def test_late_accept_after_cancel_is_refused():
    call = make_ringing_call()
    as_customer(call, cancel_call, call.code)
    with pytest.raises(CallOverError) as caught:
        accept(call)
    assert caught.value.data == {"state": "cancelled"}
    assert fresh(call).state == "cancelled"


@pytest.mark.proves("INV-C2")
def test_answer_after_the_ring_time_is_refused_even_before_the_sweep():
    call = make_ringing_call()
    set_call(call, ring_until=ago(3))
    with pytest.raises(CallOverError):
        accept(call)


def test_desk_that_is_not_online_cannot_answer():
    call = make_ringing_call()
    as_member(call, leave_desk, call.member_hint, call.endpoint_hint.code)
    with pytest.raises(EndpointOfflineError):
        accept(call)
    colleague = make_endpoint(make_member(call.member_hint.merchant))
    with pytest.raises(EndpointOfflineError):
        accept(call, colleague)


@pytest.mark.proves("INV-C4")
def test_desk_in_a_call_cannot_answer_another():
    call = make_accepted_call()
    second, _new = request_call(
        make_customer(),
        handle=call.member_hint.merchant.handle,
        address=published(call.member_hint),
    )
    second.member_hint, second.endpoint_hint = call.member_hint, call.endpoint_hint
    with pytest.raises(EndpointBusyError):
        accept(second)
    as_member(call, hang_up, call.code, side=Side.MERCHANT)
    assert accept(second).state == "accepted"


@pytest.mark.proves("P1.5")
@pytest.mark.parametrize(
    ("make", "end", "state", "reason", "by"),
    [
        (make_ringing_call, lambda c: as_member(c, decline_call, c.code, reason="busy"),
         "declined", "busy", "merchant"),
        (make_ringing_call, lambda c: as_customer(c, cancel_call, c.code),
         "cancelled", "caller_cancelled", "customer"),
        (make_accepted_call, lambda c: as_customer(c, hang_up, c.code, side=Side.CUSTOMER),
         "completed", "hung_up", "customer"),
        (make_live_call, lambda c: as_member(c, hang_up, c.code, side=Side.MERCHANT),
         "completed", "hung_up", "merchant"),
    ],
)  # fmt: skip
def test_every_way_to_end_has_its_own_state_and_row(make, end, state, reason, by):
    call = make()
    end(call)
    end(call)
    kept = fresh(call)
    assert (kept.state, kept.end_reason, kept.ended_by) == (state, reason, by)
    assert kept.ended_at >= (kept.answered_at or kept.requested_at)
    assert actions(call).count(f"call.{state}") == 1


@pytest.mark.proves("INV-C1")
def test_what_does_not_fit_the_state_is_refused():
    ringing, answered = make_ringing_call(), make_accepted_call()
    with pytest.raises(MoveForbiddenError):
        as_customer(ringing, hang_up, ringing.code, side=Side.CUSTOMER)
    with pytest.raises(MoveForbiddenError):
        as_customer(ringing, mark_connected, ringing.code, side=Side.CUSTOMER)
    with pytest.raises(CallNotAnsweredError):
        as_customer(ringing, restart_media, ringing.code, side=Side.CUSTOMER, generation=1)
    with pytest.raises(MoveForbiddenError):
        as_customer(answered, cancel_call, answered.code)
    with pytest.raises(MoveForbiddenError):
        as_member(answered, decline_call, answered.code, reason="busy")
    as_member(answered, hang_up, answered.code, side=Side.MERCHANT)
    with pytest.raises(CallOverError):
        as_member(answered, mark_connected, answered.code, side=Side.MERCHANT)
    with pytest.raises(CallOverError):
        as_customer(answered, restart_media, answered.code, side=Side.CUSTOMER, generation=1)


@pytest.mark.proves("P1.4")
def test_connected_makes_the_call_live_once_whoever_says_it():
    call = make_accepted_call()
    as_customer(call, mark_connected, call.code, side=Side.CUSTOMER)
    as_member(call, mark_connected, call.code, side=Side.MERCHANT)
    assert fresh(call).state == "live"
    assert actions(call).count("call.live") == 1


@pytest.mark.proves("INV-C7")
def test_restart_raises_the_generation_once_for_both_sides():
    call = make_live_call()
    as_customer(call, restart_media, call.code, side=Side.CUSTOMER, generation=1)
    as_member(call, restart_media, call.code, side=Side.MERCHANT, generation=1)
    assert fresh(call).generation == 2


@pytest.mark.proves("INV-C14", "C16")
def test_newer_tab_takes_over_and_the_older_can_no_longer_write():
    call = make_live_call()
    old = as_customer(call, take_seat, call.code, Side.CUSTOMER).customer_seat
    new = as_customer(call, take_seat, call.code, Side.CUSTOMER).customer_seat
    assert (old, new) == (1, 2)
    for write in (
        lambda seat: as_customer(call, hang_up, call.code, side=Side.CUSTOMER, seat=seat),
        lambda seat: as_customer(call, mark_connected, call.code, side=Side.CUSTOMER, seat=seat),
        lambda seat: as_customer(
            call, restart_media, call.code, side=Side.CUSTOMER, generation=1, seat=seat
        ),
        lambda seat: as_customer(
            call, keep_seat, call.code, side=Side.CUSTOMER, seat=seat, heard_at=ago(0)
        ),
    ):
        with pytest.raises(SeatTakenError):
            write(old)
    as_customer(call, leave_seat, call.code, side=Side.CUSTOMER, seat=old, heard_at=ago(0))
    assert fresh(call).customer_present, "the old tab's leaving does not unseat the new one"
    assert as_customer(call, hang_up, call.code, side=Side.CUSTOMER, seat=new).state == "completed"


def test_call_that_is_over_seats_nobody():
    call = make_ringing_call()
    as_customer(call, cancel_call, call.code)
    assert as_customer(call, take_seat, call.code, Side.CUSTOMER).customer_seat == 0
    kept = as_customer(call, keep_seat, call.code, side=Side.CUSTOMER, seat=0, heard_at=ago(0))
    assert kept.state == "cancelled"


@pytest.mark.proves("INV-C10")
def test_drop_counts_from_the_last_word_of_a_tab_and_not_from_when_it_was_given_up():
    call = make_live_call()
    set_call(call, requested_at=ago(99), answered_at=ago(90), live_at=ago(90))
    as_member(call, take_seat, call.code, Side.MERCHANT)
    seat = as_customer(call, take_seat, call.code, Side.CUSTOMER).customer_seat
    mine = {"side": Side.CUSTOMER, "seat": seat}
    as_customer(call, keep_seat, call.code, **mine, heard_at=ago(20))
    assert sweep_calls() == 0
    as_customer(call, leave_seat, call.code, **mine, heard_at=ago(31))
    assert sweep_calls() == 1
    assert (fresh(call).state, fresh(call).end_reason) == ("failed", "connection_lost")


@pytest.mark.proves("P1.5", "INV-C2")
def test_sweep_ends_overdue_rings_once_and_leaves_the_others():
    due, not_yet, answered = make_ringing_call(), make_ringing_call(), make_accepted_call()
    set_call(due, ring_until=ago(0.1))
    assert sweep_calls() == 1
    assert sweep_calls() == 0
    kept = fresh(due)
    assert (kept.state, kept.end_reason, kept.ended_by) == ("missed", "not_answered", "system")
    assert [fresh(call).state for call in (not_yet, answered)] == ["ringing", "accepted"]
    (entry,) = trail(action="call.missed")
    assert (entry.actor_kind, entry.merchant_id) == ("system", due.merchant_id)


@pytest.mark.proves("INV-C10")
@pytest.mark.parametrize(
    ("customer_seen", "merchant_seen", "state"),
    [
        (31, 31, "failed"),
        (None, None, "failed"),
        (31, 5, "failed"),
        (5, None, "failed"),
        (29, 5, "accepted"),
        (5, 5, "accepted"),
    ],
)
def test_call_that_a_side_dropped_out_of_for_too_long_fails_once(
    customer_seen, merchant_seen, state
):
    call = make_accepted_call()
    set_call(
        call,
        requested_at=ago(60),
        answered_at=ago(40),
        customer_seen_at=customer_seen and ago(customer_seen),
        merchant_seen_at=merchant_seen and ago(merchant_seen),
    )
    assert sweep_calls() == (state == "failed")
    assert sweep_calls() == 0
    assert fresh(call).state == state


def test_answer_just_given_is_not_swept_before_anybody_has_joined():
    call = make_accepted_call()
    assert sweep_calls() == 0
    assert fresh(call).state == "accepted"


@pytest.mark.proves("INV-C12")
def test_clock_that_steps_back_breaks_no_order_of_times():
    call = make_ringing_call()
    ahead = timezone.now() + timedelta(seconds=30)
    set_call(call, requested_at=ahead, ring_until=ahead + timedelta(seconds=45))
    accept(call)
    as_member(call, hang_up, call.code, side=Side.MERCHANT)
    kept = fresh(call)
    assert kept.requested_at == kept.answered_at == kept.ended_at == ahead


@pytest.mark.proves("INV-T3", "P1.1")
def test_stranger_finds_no_call():
    call, other = make_ringing_call(), make_ringing_call()
    for code in (other.code, "0" * 22):
        with pytest.raises(NotFoundError):
            as_member(call, accept_call, code, member=call.member_hint, endpoint="x" * 22)
        with pytest.raises(NotFoundError):
            as_member(call, decline_call, code, reason="busy")
        with pytest.raises(NotFoundError):
            as_customer(call, cancel_call, code)
    assert fresh(other).state == "ringing"


def test_task_that_forgets_addresses_runs_as_the_platform():
    make_endpoint()
    assert forget_addresses() == 0
