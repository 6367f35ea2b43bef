"""Two people act at the same instant. Each race has a control with the guard off, and it is lost."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier

import pytest
from django.db import connections

from calls.models import Call
from calls.services import answer_call, end_call
from calls.services.answer_call import accept_call
from calls.services.end_call import cancel_call
from calls.services.request_call import request_call
from calls.services.take_seat import take_seat
from calls.states import Side
from calls.tasks import sweep_calls
from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import DomainError
from merchants.access import scope_of_customer
from merchants.scope import entered, operator_scope
from tests.factories.calls import (
    ago,
    fresh,
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
ROUNDS = 10


def at_once(*works) -> list[object]:
    """Run all at the same instant, each on a connection of its own; errors are results."""
    start = Barrier(len(works))

    def run(work):
        try:
            start.wait(10)
            return work()
        except DomainError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def accept(call: Call, endpoint) -> str:
    with entered(scope_of_member(endpoint.member)):
        accept_call(call.code, member=endpoint.member, endpoint=endpoint.code)
    return "accepted"


def cancel(call: Call) -> str:
    with entered(scope_of_customer(call.customer)):
        cancel_call(call.code)
    return "cancelled"


def won(results) -> list[object]:
    return [result for result in results if not isinstance(result, DomainError)]


@contextmanager
def guard_off(monkeypatch, owner_connection, parties: int):
    """Read the call without its lock, all at the same time, and let the database look away."""
    met = Barrier(parties)

    def unlocked(code):
        call = Call.objects.get(code=code)
        met.wait(10)
        return call

    for module in (answer_call, end_call):
        monkeypatch.setattr(module, "locked_call", unlocked)
    rules = ["call_ended_after_answer", "call_ended_once"]
    kept = owner_connection.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ANY(%s)",
        [rules],
    ).fetchall()
    owner_connection.execute("ALTER TABLE calls_call DISABLE TRIGGER USER")
    for name, _rule in kept:
        owner_connection.execute(f"ALTER TABLE calls_call DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        owner_connection.execute("TRUNCATE calls_call CASCADE")
        owner_connection.execute("ALTER TABLE calls_call ENABLE TRIGGER USER")
        for name, rule in kept:
            owner_connection.execute(f"ALTER TABLE calls_call ADD CONSTRAINT {name} {rule}")


@pytest.mark.proves("P1.3", "INV-C3")
def test_many_desks_that_accept_at_once_have_one_winner():
    for _ in range(ROUNDS // 2):
        call = make_ringing_call()
        merchant = call.member_hint.merchant
        desks = [call.endpoint_hint, *(make_endpoint(make_member(merchant)) for _ in range(5))]
        results = at_once(*(partial(accept, call, desk) for desk in desks))
        assert won(results) == ["accepted"]
        assert {error.code for error in results if isinstance(error, DomainError)} == {"call_taken"}
        assert len(trail(subject_id=call.pk, action="call.accepted")) == 1


@pytest.mark.proves("INV-C3")
def test_control_without_the_lock_two_desks_accept(monkeypatch, owner_connection):
    call = make_ringing_call()
    other = make_endpoint(make_member(call.member_hint.merchant))
    with guard_off(monkeypatch, owner_connection, 2):
        results = at_once(partial(accept, call, call.endpoint_hint), partial(accept, call, other))
    assert won(results) == ["accepted", "accepted"]


@pytest.mark.proves("P1.5", "INV-C5")
def test_accept_against_cancel_has_one_outcome():
    for _ in range(ROUNDS):
        call = make_ringing_call()
        results = at_once(partial(accept, call, call.endpoint_hint), partial(cancel, call))
        assert len(won(results)) == 1
        assert won(results) == [fresh(call).state]


@pytest.mark.proves("INV-C5")
def test_control_without_the_lock_both_accept_and_cancel_succeed(monkeypatch, owner_connection):
    call = make_ringing_call()
    with guard_off(monkeypatch, owner_connection, 2):
        results = at_once(partial(accept, call, call.endpoint_hint), partial(cancel, call))
    assert set(won(results)) == {"accepted", "cancelled"}


@pytest.mark.proves("INV-C2", "INV-C5")
def test_accept_against_the_clock_has_one_outcome():
    for _ in range(ROUNDS):
        call = make_ringing_call()
        set_call(call, ring_until=ago(0.5))
        results = at_once(partial(accept, call, call.endpoint_hint), sweep_calls)
        accepted = results[0] == "accepted"
        assert fresh(call).state == ("accepted" if accepted else "missed")


@pytest.mark.proves("INV-C1")
def test_sweeps_on_many_nodes_end_each_ring_once():
    calls = [make_ringing_call() for _ in range(6)]
    for call in calls:
        set_call(call, ring_until=ago(1))
    assert sum(at_once(*[sweep_calls] * 4)) == 6
    assert {fresh(call).state for call in calls} == {"missed"}
    assert len(trail(action="call.missed")) == 6


@pytest.mark.proves("INV-C4")
def test_one_desk_that_accepts_two_calls_at_once_gets_one():
    first = make_ringing_call()
    second = make_ringing_call(member=first.member_hint)
    results = at_once(
        partial(accept, first, first.endpoint_hint), partial(accept, second, first.endpoint_hint)
    )
    assert won(results) == ["accepted"]
    assert sorted([fresh(first).state, fresh(second).state]) == ["accepted", "ringing"]


@pytest.mark.proves("INV-C11")
def test_double_click_at_the_same_instant_rings_once():
    for _ in range(ROUNDS // 2):
        endpoint, customer = make_endpoint(), make_customer()
        handle, address = endpoint.member.merchant.handle, published(endpoint.member)
        ring = partial(request_call, customer, handle=handle, address=address)
        results = at_once(ring, ring, ring)
        assert sorted(new for _call, new in results) == [False, False, True]
        assert len({call.pk for call, _new in results}) == 1


@pytest.mark.proves("INV-C11")
def test_control_without_the_unique_key_a_double_click_rings_twice(monkeypatch, owner_connection):
    from calls.services import request_call as module

    endpoint, customer = make_endpoint(), make_customer()
    handle, address = endpoint.member.merchant.handle, published(endpoint.member)
    ring, met, read = (
        partial(request_call, customer, handle=handle, address=address),
        Barrier(2),
        (module.ring_facts),
    )

    def read_together(*args):
        facts = read(*args)
        met.wait(10)
        return facts

    monkeypatch.setattr(module, "ring_facts", read_together)
    (definition,) = owner_connection.execute(
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'call_open_once_per_customer'"
    ).fetchone()
    owner_connection.execute("DROP INDEX call_open_once_per_customer")
    try:
        results = at_once(ring, ring)
        with entered(operator_scope(SYSTEM)):
            assert Call.objects.count() == 2
    finally:
        owner_connection.execute("TRUNCATE calls_call CASCADE")
        owner_connection.execute(definition)
    assert [new for _call, new in results] == [True, True]


@pytest.mark.proves("INV-C14")
def test_tabs_that_open_at_once_get_different_seats():
    call = make_live_call()

    def sit():
        with entered(scope_of_customer(call.customer)):
            return take_seat(call.code, Side.CUSTOMER).customer_seat

    assert sorted(at_once(*[sit] * 4)) == [1, 2, 3, 4]
