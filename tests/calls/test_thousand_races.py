"""1,000 rings, 50 desks answering each at once, on PostgreSQL: one winner, 49 told that it is taken.

Two walls hold that: the lock of the row in `calls.services.door`, and the database's own rule that
a call changes hands only under a new generation. The controls show that each wall alone is enough
and that without both the race is lost.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connections
from django.utils import timezone

from calls.errors import CallTakenError
from calls.models import Call, Endpoint
from calls.services import answer_call
from calls.services.answer_call import accept_call
from calls.services.end_call import hang_up
from calls.states import CallState, Side
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import Customer
from marketplace.core.errors import DomainError
from merchants.scope import entered, operator_scope
from tests.factories.calls import ago, fresh, make_endpoint, trail
from tests.factories.merchants import make_member, make_merchant, scope_of_member

pytestmark = pytest.mark.usefixtures("db")
RACES, DEVICES, BATCH = 1_000, 50, 100
AT_ONCE = 15
"""With the test itself as many connections as the pool of a process has."""
CONTROL_RACES = 5


@pytest.fixture
def desks():
    """50 desks of one merchant, each with a member of its own."""
    merchant = make_merchant()
    return [make_endpoint(make_member(merchant)) for _ in range(DEVICES)]


@pytest.fixture
def threads():
    """Threads that keep a real connection each."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield pool
        met = Barrier(AT_ONCE)
        for done in [pool.submit(_hang_up_line, met) for _ in range(AT_ONCE)]:
            done.result()


def _hang_up_line(met: Barrier) -> None:
    met.wait(10)
    connections.close_all()


def ringing_calls(desks, count: int) -> list[Call]:
    """Calls of different customers that ring at all these desks, which are alive again."""
    merchant, now = desks[0].member.merchant, timezone.now()
    customers = Customer.objects.bulk_create(Customer(name="Lena") for _ in range(count))
    with entered(operator_scope(SYSTEM)):
        Endpoint.objects.update(last_seen_at=now, expires_at=now + timedelta(seconds=80))
        return Call.objects.bulk_create(
            Call(
                merchant=merchant,
                customer=customer,
                state=CallState.RINGING,
                address=desks[0].address,
                mode="direct",
                requested_at=now,
                rang_at=now,
                ring_until=ago(-600),
            )
            for customer in customers
        )


def race(threads, call: Call, desks) -> list[object]:
    """All desks answer; the first AT_ONCE of them at the same instant. Errors are results."""
    start = Barrier(min(AT_ONCE, len(desks)))

    def answer(number: int) -> object:
        if number < start.parties:
            start.wait(10)
        desk = desks[number]
        try:
            with entered(scope_of_member(desk.member)):
                accept_call(call.code, member=desk.member, endpoint=desk.code)
        except (DomainError, IntegrityError) as error:
            return error
        return desk

    return list(threads.map(answer, range(len(desks))))


def winners(results) -> list[Endpoint]:
    return [result for result in results if isinstance(result, Endpoint)]


def finish(call: Call, winner: Endpoint) -> None:
    with entered(scope_of_member(winner.member)):
        hang_up(call.code, side=Side.MERCHANT)


@pytest.mark.proves("INV-C3", "INV-C5", "INV-C1", "P1.3", "M4")
def test_a_thousand_rings_answered_by_fifty_desks_at_once_have_one_winner_each(desks, threads):
    began, lost = time.monotonic(), Counter()
    for _ in range(RACES // BATCH):
        for call in ringing_calls(desks, BATCH):
            results = race(threads, call, desks)
            (winner,) = winners(results)
            lost.update(type(result) for result in results if result is not winner)
            assert fresh(call).endpoint == winner
            finish(call, winner)
    assert lost == {CallTakenError: RACES * (DEVICES - 1)}
    assert len(trail(action="call.accepted")) == RACES
    assert len(trail(action="call.completed")) == RACES
    print(f"{RACES} races of {DEVICES} desks in {time.monotonic() - began:.0f} s")


# -- controls ------------------------------------------------------------------------------


@contextmanager
def lock_off(monkeypatch):
    """Read the call without its lock; those who start together read before anybody writes."""
    met = Barrier(AT_ONCE)

    def unlocked(code: str) -> Call:
        call = Call.objects.get(code=code)
        met.wait(10)
        return call

    with monkeypatch.context() as patch:
        patch.setattr(answer_call, "locked_call", unlocked)
        yield


@contextmanager
def rule_off(owner_connection):
    """Let the database look away when a call changes hands."""
    owner_connection.execute("ALTER TABLE calls_call DISABLE TRIGGER calls_call_hands")
    try:
        yield
    finally:
        owner_connection.execute("ALTER TABLE calls_call ENABLE TRIGGER calls_call_hands")


@pytest.fixture
def outcomes(desks, threads):
    """Run some races between as many desks as start together; count winners and errors of each."""

    def run() -> list[tuple[int, set[type]]]:
        found = []
        for call in ringing_calls(desks, CONTROL_RACES):
            results = race(threads, call, desks[:AT_ONCE])
            won = winners(results)
            found.append((len(won), {type(lost) for lost in results if lost not in won}))
            held = fresh(call).endpoint_id
            finish(call, next(desk for desk in desks if desk.pk == held))
        return found

    return run


@pytest.mark.proves("INV-C3")
def test_control_the_lock_alone_holds_without_the_databases_rule(outcomes, owner_connection):
    with rule_off(owner_connection):
        assert outcomes() == [(1, {CallTakenError})] * CONTROL_RACES


@pytest.mark.proves("INV-C3")
def test_control_the_databases_rule_alone_holds_without_the_lock(outcomes, monkeypatch):
    with lock_off(monkeypatch):
        assert outcomes() == [(1, {IntegrityError})] * CONTROL_RACES


@pytest.mark.proves("INV-C3")
def test_control_without_both_walls_many_desks_win(outcomes, monkeypatch, owner_connection):
    with rule_off(owner_connection), lock_off(monkeypatch):
        found = outcomes()
    assert all(won > 1 for won, _lost in found), found
