"""Callers who wait while everybody is busy: places, turns, leaving, and a queue that heals."""

import pytest

from calls.models import Call, Endpoint
from calls.outcomes import Outcome, outcome_of
from calls.selectors import place_of, places
from calls.services import queue
from calls.services.answer_call import accept_call
from calls.services.end_call import cancel_call, hang_up
from calls.services.queue import call_next
from calls.services.register_endpoint import leave_desk
from calls.services.request_call import request_call
from calls.states import Side
from calls.tasks import sweep_calls
from marketplace.accounts.audit import SYSTEM
from merchants.access import scope_of_customer
from merchants.scope import entered, merchant_scope, operator_scope
from tests.factories.calls import (
    ago,
    fresh,
    hinted,
    make_endpoint,
    make_live_call,
    make_ringing_call,
    published,
    set_call,
    trail,
)
from tests.factories.merchants import change_merchant, make_member, scope_of_member
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")


def ask(member, customer=None) -> Call:
    customer = customer or make_customer()
    call, _new = request_call(customer, handle=member.merchant.handle, address=published(member))
    return hinted(call, customer, member, None)


def states(*calls: Call) -> list[str]:
    return [fresh(call).state for call in calls]


def end(call: Call) -> None:
    with entered(scope_of_member(call.member_hint)):
        hang_up(call.code, side=Side.MERCHANT)


def cancel(call: Call) -> None:
    with entered(scope_of_customer(call.customer)):
        cancel_call(call.code)


def expire_desks() -> None:
    with entered(operator_scope(SYSTEM)):
        Endpoint.objects.update(last_seen_at=ago(90), expires_at=ago(30))


def talked(member, *seconds: float) -> None:
    """Earlier talks of so many seconds."""
    for length in seconds:
        call = make_ringing_call(member=member)
        set_call(call, state="cancelled", ended_at=call.requested_at)
        began = ago(3600)
        set_call(call, requested_at=began, answered_at=began)
        set_call(
            call, ended_at=began.__class__.fromtimestamp(began.timestamp() + length, began.tzinfo)
        )
    expire_desks()


@pytest.mark.proves("C2", "INV-C4", "P1.5")
def test_caller_waits_while_the_only_member_talks_even_with_the_desk_closed():
    live = make_live_call()
    first = ask(live.member_hint)
    with entered(scope_of_member(live.member_hint)):
        leave_desk(live.member_hint, live.endpoint_hint.code)  # the call has a page of its own
    second = ask(live.member_hint)
    assert states(first, second) == ["queued", "queued"]
    assert 890 < (second.ring_until - second.requested_at).total_seconds() <= 900
    assert [call.rang_at for call in (first, second)] == [None, None]
    assert len(trail(action="call.requested")) == 3


@pytest.mark.proves("C2")
def test_free_member_is_rung_and_nobody_waits_though_a_colleague_talks():
    live = make_live_call()
    make_endpoint(make_member(live.member_hint.merchant), address=live.endpoint_hint.address)
    assert ask(live.member_hint).state == "ringing"


@pytest.mark.proves("C2", "INV-C4")
def test_end_of_a_call_rings_the_first_who_waits_and_only_that_one():
    live = make_live_call()
    first, second, third = (ask(live.member_hint) for _ in range(3))
    end(live)
    assert states(first, second, third) == ["ringing", "queued", "queued"]
    rang = fresh(first)
    assert rang.rang_at is not None
    assert 44 < (rang.ring_until - rang.rang_at).total_seconds() < 46
    assert rang.widen_at is None
    (entry,) = trail(action="call.ringing")
    assert (entry.actor_kind, entry.subject_id) == ("system", first.pk)


@pytest.mark.proves("C2")
@pytest.mark.parametrize("way", ["declined", "missed", "cancelled"])
def test_ring_that_ends_unanswered_gives_the_next_their_turn(way):
    live = make_live_call()
    first, second = ask(live.member_hint), ask(live.member_hint)
    end(live)
    if way == "declined":
        from calls.services.answer_call import decline_call

        with entered(scope_of_member(live.member_hint)):
            decline_call(first.code, reason="declined")
    elif way == "missed":
        set_call(first, ring_until=ago(1))
        sweep_calls()
    else:
        cancel(first)
    assert states(first, second) == [way, "ringing"]


@pytest.mark.proves("C2")
def test_desk_that_goes_online_takes_the_first_who_waits():
    live = make_live_call()
    first, second = ask(live.member_hint), ask(live.member_hint)
    make_endpoint(make_member(live.member_hint.merchant))
    assert states(first, second) == ["ringing", "queued"]


@pytest.mark.proves("C2")
def test_two_free_members_are_rung_by_two():
    merchant = make_live_call().member_hint.merchant
    other = make_live_call(member=make_member(merchant))
    third = make_live_call(member=make_member(merchant))
    calls = [ask(other.member_hint) for _ in range(3)]
    end(other)
    end(third)
    assert states(*calls) == ["ringing", "ringing", "queued"]


@pytest.mark.proves("C2")
def test_nobody_is_overtaken_by_a_later_caller():
    live = make_live_call()
    first = ask(live.member_hint)
    end(live)
    assert states(first) == ["ringing"]
    second = ask(make_live_call(member=make_member(live.member_hint.merchant)).member_hint)
    set_call(first, ring_until=ago(1))
    assert second.state == "ringing", "one is free and nobody waits"
    waiting = make_live_call()
    earlier = ask(waiting.member_hint)
    with entered(operator_scope(SYSTEM)):
        Call.objects.filter(pk=waiting.pk).update(state="completed", ended_at=ago(-1))
    assert states(earlier) == ["queued"], "the wake-up was lost"
    later = ask(waiting.member_hint)
    assert states(earlier, later) == ["ringing", "queued"], "the next request heals it, in line"


@pytest.mark.proves("C2", "P1.5")
def test_caller_may_leave_the_queue():
    live = make_live_call()
    first, second = ask(live.member_hint), ask(live.member_hint)
    cancel(first)
    left = fresh(first)
    assert (left.state, left.end_reason) == ("cancelled", "left_queue")
    assert outcome_of(left.state, left.end_reason) is Outcome.LEFT_QUEUE
    with entered(merchant_scope(live.merchant_id, SYSTEM)):
        assert [(p.call_id, p.position) for p in places(live.merchant_id)] == [(second.pk, 1)]
        assert place_of(left) is None


@pytest.mark.proves("C2", "P1.5")
def test_waiting_ends_after_its_limit(settings):
    settings.CALL_QUEUE_SECONDS = 60
    live = make_live_call()
    call = ask(live.member_hint)
    assert (call.ring_until - call.requested_at).total_seconds() == 60
    set_call(call, ring_until=ago(1))
    sweep_calls()
    ended = fresh(call)
    assert outcome_of(ended.state, ended.end_reason) is Outcome.WAITED_TOO_LONG


@pytest.mark.proves("C2")
def test_queue_where_nobody_is_left_is_given_up_after_a_while():
    live = make_live_call()
    call = ask(live.member_hint)
    expire_desks()
    end(live)
    set_call(call, requested_at=ago(100), customer_seen_at=ago(0))
    sweep_calls()
    assert states(call) == ["queued"], "the member has a minute to come back to the desk"
    set_call(live, requested_at=ago(300), answered_at=ago(290), ended_at=ago(61))
    sweep_calls()
    ended = fresh(call)
    assert outcome_of(ended.state, ended.end_reason) is Outcome.NOBODY_THERE


@pytest.mark.proves("C2")
def test_caller_whose_tab_is_gone_loses_the_place():
    live = make_live_call()
    gone, there = ask(live.member_hint), ask(live.member_hint)
    set_call(gone, requested_at=ago(120), customer_seen_at=ago(61))
    set_call(there, requested_at=ago(119), customer_seen_at=ago(5))
    sweep_calls()
    assert states(gone, there) == ["cancelled", "queued"]
    assert fresh(gone).end_reason == "left_queue"


@pytest.mark.proves("M3", "INV-C4")
def test_free_member_may_take_a_queued_call_out_of_line():
    live = make_live_call()
    first, second = ask(live.member_hint), ask(live.member_hint)
    colleague = make_member(live.member_hint.merchant)
    # Only one free member and one ringing call: the second still waits, and is taken directly.
    endpoint = make_endpoint(colleague)
    with entered(scope_of_member(colleague)):
        taken = accept_call(second.code, member=colleague, endpoint=endpoint.code)
    assert taken.state == "accepted"
    assert states(first, second) == ["ringing", "accepted"]
    assert fresh(second).rang_at is not None
    actions = [entry.action for entry in trail(subject_id=second.pk)]
    assert actions == ["call.requested", "call.ringing", "call.accepted"]


@pytest.mark.proves("C2")
def test_estimate_is_the_median_of_the_merchants_last_talks_or_nothing():
    live = make_live_call()
    member = live.member_hint
    talked(member, 100, 200)
    call = ask(member)
    with entered(merchant_scope(member.merchant_id, SYSTEM)):
        found = place_of(call)
        assert (found.position, found.estimate_seconds) == (1, None), "two talks tell nothing"
    cancel(call)
    talked(member, 900)
    one, two = ask(member), ask(member)
    with entered(merchant_scope(member.merchant_id, SYSTEM)):
        assert [(p.call_id, p.estimate_seconds) for p in places(member.merchant_id)] == [
            (one.pk, 200),
            (two.pk, 400),
        ]


@pytest.mark.proves("INV-C2")
def test_wake_up_that_died_with_its_node_is_healed_by_the_sweep(monkeypatch):
    live = make_live_call()
    call = ask(live.member_hint)

    def killed(_merchant_id):
        raise SystemError("the node died between commit and wake-up")

    with monkeypatch.context() as dying:
        dying.setattr(queue, "call_next", killed)
        end(live)
    assert states(live, call) == ["completed", "queued"]
    sweep_calls()
    assert states(call) == ["ringing"]


def test_without_a_queue_nothing_is_locked_or_rung():
    live = make_live_call()
    assert call_next(live.merchant_id) == 0
    ask(live.member_hint)
    assert call_next(live.merchant_id) == 0, "nobody is free"


@pytest.mark.proves("INV-T4")
def test_queue_of_another_merchant_is_not_touched():
    mine, theirs = make_live_call(), make_live_call()
    waiting, others = ask(mine.member_hint), ask(theirs.member_hint)
    end(mine)
    assert states(waiting, others) == ["ringing", "queued"]


def test_merchants_ring_time_counts_for_those_who_waited():
    live = make_live_call()
    change_merchant(live.member_hint.merchant, ring_seconds=90)
    call = ask(live.member_hint)
    end(live)
    rang = fresh(call)
    assert (rang.ring_until - rang.rang_at).total_seconds() == 90
