"""The tables of moves say what the house says."""

import pytest

from payments.gateway import RETRIES, TIMEOUT
from payments.leases import LEASE, LONGEST_WAIT, backoff
from payments.states import (
    EVENT_MOVES,
    PAYABLE,
    PAYMENT_MOVES,
    SETTLEMENT_MOVES,
    STAGE_OF,
    EventState,
    PaymentState,
    SettlementState,
)


@pytest.mark.proves("INV-P2")
@pytest.mark.parametrize(
    "state", [PaymentState.SUCCEEDED, PaymentState.FAILED, PaymentState.EXPIRED]
)
def test_closed_payment_never_moves(state):
    assert PAYMENT_MOVES.get(state, frozenset()) == frozenset()
    assert state not in PAYABLE


@pytest.mark.proves("INV-P2")
def test_payment_moves_have_no_way_back():
    seen, todo = set(), [(state, frozenset()) for state in PaymentState]
    while todo:
        state, path = todo.pop()
        assert state not in path
        seen.add(state)
        todo += [(after, path | {state}) for after in PAYMENT_MOVES.get(state, ())]
    assert seen == set(PaymentState)


def test_transferred_settlement_never_moves():
    assert SettlementState.TRANSFERRED not in SETTLEMENT_MOVES


def test_applied_event_never_moves():
    assert EventState.APPLIED not in EVENT_MOVES
    assert EventState.IGNORED not in EVENT_MOVES


def test_every_payment_state_has_a_stage():
    assert set(STAGE_OF) == set(PaymentState)


def test_lease_outlasts_a_call_with_all_its_retries():
    assert LEASE.total_seconds() > (RETRIES + 1) * sum(TIMEOUT)


@pytest.mark.proves("INV-P12")
def test_backoff_grows_and_has_jitter():
    assert {backoff(3) for _ in range(20)} != {backoff(3)}
    assert backoff(1).total_seconds() < 3
    assert 0.7 * LONGEST_WAIT < backoff(500).total_seconds() < 1.3 * LONGEST_WAIT
