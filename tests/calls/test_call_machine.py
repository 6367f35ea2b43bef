"""The life of calls as a state machine: the pure model alone, then the services against the model.

Draws are the same in every run; CALL_MACHINE_EXAMPLES asks for more of them. The controls plant a
mistake, which must be found.
"""

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from calls.services import ending
from calls.states import TALKING
from tests.calls.machine import CallMachine
from tests.calls.model import Desk, Talk
from tests.calls.real_machine import RealCallMachine

EXAMPLES = int(os.environ.get("CALL_MACHINE_EXAMPLES", "0"))
ANSWERS = {
    "ok", "again", "merchant_unavailable", "merchant_busy", "move_forbidden", "call_over",
    "call_taken", "call_not_answered", "endpoint_offline", "endpoint_busy", "not_found",
    "colleague_unavailable", "transfer_open", "transfer_over",
}  # fmt: skip
RARE = {"transfer_open", "not_found", "merchant_unavailable", "endpoint_busy"}
"""With few draws, one or the other of these may not come up."""


def run(machine: type[CallMachine], *, examples: int, steps: int, shrink: bool = True) -> None:
    machine.seen = Counter()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES or examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{machine.__name__}: {machine.seen.total()} actions, {dict(machine.seen)}")


@pytest.fixture
def often(settings):
    settings.CALL_REQUESTS_PER_MINUTE = 10_000


@pytest.mark.proves("INV-C1", "INV-C3", "INV-C4", "INV-C12", "C2", "M15")
def test_pure_calls_keep_their_rules_whatever_people_do():
    run(CallMachine, examples=300, steps=50)
    assert set(CallMachine.seen) == ANSWERS


@pytest.mark.proves(
    "INV-C1", "INV-C2", "INV-C3", "INV-C4", "INV-C11", "INV-C12", "P1.5", "C2", "M15"
)
def test_services_answer_and_write_what_the_model_says(db, often):
    run(RealCallMachine, examples=40, steps=40)
    assert set(RealCallMachine.seen) >= ANSWERS - RARE


@pytest.mark.proves("INV-C4")
def test_control_a_model_in_which_the_busy_may_answer_breaks_its_rules(monkeypatch):
    monkeypatch.setattr(Desk, "is_talking", lambda self, member: False)
    with pytest.raises(AssertionError):
        run(CallMachine, examples=300, steps=50, shrink=False)


@pytest.mark.proves("INV-C1")
def test_control_a_model_in_which_the_ended_may_end_again_breaks_its_rules(monkeypatch):
    change = Desk.change

    def careless(self, call: Talk, target, when):
        if call.state not in TALKING and when == "ended":
            call.state = target
            call.history.append(target)
            return "ok"
        return change(self, call, target, when)

    monkeypatch.setattr(Desk, "change", careless)
    with pytest.raises(AssertionError):
        run(CallMachine, examples=300, steps=50, shrink=False)


@pytest.mark.proves("C2")
def test_control_services_that_forget_to_wake_the_queue_are_found_out(db, often, monkeypatch):
    monkeypatch.setattr(ending, "wake", lambda merchant_id: None)
    with pytest.raises(AssertionError):
        run(RealCallMachine, examples=30, steps=40, shrink=False)
