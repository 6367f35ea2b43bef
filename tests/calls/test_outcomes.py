"""Every call that has ended has exactly one outcome, and both sides have words for it."""

import re
from pathlib import Path

import pytest

from calls.outcome_words import OUTCOME_WORDS
from calls.outcomes import OUTCOMES, Outcome, outcome_of
from calls.rules import REFUSED
from calls.states import OPEN, TERMINAL, CallState

SERVICES = Path(__file__).parents[2] / "calls/services"


@pytest.mark.proves("P1.5", "INV-C1")
def test_every_end_has_one_outcome_and_every_outcome_an_end():
    assert {outcome_of(state, reason) for state, reason in OUTCOMES} == set(Outcome)
    assert {state for state, _reason in OUTCOMES} == TERMINAL
    assert len(set(OUTCOMES.values())) == len(OUTCOMES), "no two ends look the same"


@pytest.mark.proves("P1.5")
def test_reason_nobody_listed_is_told_by_the_state():
    for state in TERMINAL:
        assert outcome_of(state, "something else") in Outcome
    assert outcome_of(CallState.DECLINED, "busy") == Outcome.DECLINED
    assert outcome_of(CallState.UNAVAILABLE, "") == Outcome.NOBODY_THERE


def test_call_that_goes_on_has_no_outcome():
    for state in OPEN:
        with pytest.raises(KeyError):
            outcome_of(state, "")


def test_every_reason_the_services_write_is_in_the_table():
    code = "".join(path.read_text() for path in SERVICES.glob("*_call*.py"))
    ends = re.findall(r'CallState\.(\w+), reason="(\w+)"', code)
    written = {(CallState[state], reason) for state, reason in ends}
    written |= {(CallState.UNAVAILABLE, verdict.value) for verdict in REFUSED}
    assert len(written) >= 7
    assert written <= set(OUTCOMES)


@pytest.mark.proves("P1.5")
def test_merchant_has_words_for_every_outcome():
    assert {str(outcome) for outcome in Outcome} <= set(OUTCOME_WORDS)
