"""The table of moves and the groups, as pure values."""

import uuid

import pytest

from calls.groups import call_group, desk_group
from calls.states import MOVES, OPEN, TALKING, TERMINAL, WAITING, CallState, Side
from marketplace.core.transitions import MoveForbiddenError, move


@pytest.mark.proves("INV-C1")
def test_every_state_is_in_the_table_and_terminal_states_have_no_way_out():
    assert set(MOVES) == set(CallState)
    assert {
        CallState.COMPLETED,
        CallState.FAILED,
        CallState.DECLINED,
        CallState.MISSED,
        CallState.CANCELLED,
        CallState.UNAVAILABLE,
    } == TERMINAL
    for state in TERMINAL:
        for target in set(CallState) - {state}:
            with pytest.raises(MoveForbiddenError):
                move(MOVES, state, target)


@pytest.mark.proves("INV-C1")
def test_from_every_open_state_every_path_ends():
    assert set(CallState) == OPEN | TERMINAL
    assert not OPEN & TERMINAL
    assert WAITING | TALKING == OPEN
    rank = {CallState.QUEUED: 0, CallState.RINGING: 1, CallState.ACCEPTED: 2, CallState.LIVE: 3}
    for state, targets in MOVES.items():
        for target in targets:
            assert rank[state] < rank.get(target, 9), "no way back, so no way to go round"


@pytest.mark.proves("P1.5")
def test_repeated_move_is_a_no_op():
    for state in CallState:
        assert move(MOVES, state, state) is False


def test_group_names_fit_the_channel_layer_and_differ():
    one, other = uuid.uuid4(), uuid.uuid4()
    names = {desk_group(one), desk_group(other), call_group(one), call_group(other)}
    assert len(names) == 4
    assert all(len(name) < 100 and name.replace(".", "").isalnum() for name in names)


def test_other_side_is_the_opposite():
    assert Side.CUSTOMER.other is Side.MERCHANT
    assert Side.MERCHANT.other is Side.CUSTOMER
