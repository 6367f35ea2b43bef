"""The real clients of the form against the server's rule, whatever people and the network do.

FORM_MACHINE_EXAMPLES asks for more. The controls take one guard away, which must be found.
"""

import os
import time
from collections import Counter
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.convergence.browsers import KEYS, running
from tests.convergence.machine import FormMachine
from tests.convergence.reference import ReferenceForm
from tests.convergence.services import CheckedForm
from tests.convergence.table import Table

EXAMPLES = int(os.environ.get("FORM_MACHINE_EXAMPLES", "330"))
EDITS = 50_000


def run(machine: type[FormMachine], *mistakes: str, examples: int, steps: int = 40) -> Counter[str]:
    machine.seen = Counter()
    started = time.monotonic()
    with running(*mistakes) as machine.browsers:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    seconds = time.monotonic() - started
    print(
        f"\n{machine.__name__}: {machine.seen['acknowledged']} edits acknowledged in {seconds:.0f} s,"
    )
    print(f"all of it: {dict(machine.seen)}")
    return machine.seen


class CheckedMachine(FormMachine):
    """The same on PostgreSQL, and the rule of the reference held against the service's."""

    def form(self) -> CheckedForm:
        return CheckedForm()

    def teardown(self):
        super().teardown()
        self.table.form.compare()


class ForgetfulForm(ReferenceForm):
    """Control: a server that does not know an op again."""

    def known(self, op):
        return None


class ForgetfulMachine(FormMachine):
    def form(self) -> ReferenceForm:
        return ForgetfulForm()


@pytest.mark.proves("INV-F1", "INV-F2", "INV-F4", "INV-F5", "INV-F6", "INV-F7", "P4.4", "P4.5")
def test_fifty_thousand_edits_converge_and_none_is_lost_or_applied_twice():
    seen = run(FormMachine, examples=EXAMPLES)
    assert seen["acknowledged"] >= EDITS
    for kind in ("refused", "sent again", "chips", "chosen", "losers"):
        assert seen[kind] > 100, f"too few: {kind}"


@pytest.mark.proves("INV-F1", "INV-F2", "INV-F5", "INV-F6", "INV-F7", "P4.4")
def test_the_service_on_postgresql_does_what_the_reference_says(db):
    seen = run(CheckedMachine, examples=12)
    assert seen["acknowledged"] > 1000
    assert seen["losers"] > 100


@pytest.mark.proves("INV-F5")
def test_control_a_server_that_knows_no_op_again_applies_edits_twice():
    with pytest.raises(AssertionError):
        run(ForgetfulMachine, examples=40)


@pytest.mark.proves("INV-F1", "INV-F4")
def test_control_a_client_that_forgets_to_resend_never_comes_to_rest():
    with pytest.raises(AssertionError):
        run(FormMachine, "forgets to resend", examples=40)


@pytest.mark.proves("INV-F6", "INV-F2")
def test_control_a_client_without_a_gap_check_shows_another_form():
    with pytest.raises(AssertionError):
        run(FormMachine, "applies without a gap check", examples=40)


@pytest.mark.proves("INV-F7")
def test_control_a_client_that_dates_a_draft_by_its_sending_replaces_unseen_values():
    with pytest.raises(AssertionError, match="unseen"):
        run(FormMachine, "dates a draft by its sending", examples=40)


def after_a_restore(*mistakes: str) -> Table:
    """Everybody has seen the form go on; then it is put back from a backup, under a new epoch."""
    with running(*mistakes) as browsers:
        table = Table(browsers, ReferenceForm())
        _write(table, "kept")
        backup = deepcopy(table.form)
        _write(table, "later than the backup")
        backup.epoch += 1
        table.form = table.ledger.form = backup
        _write(table, "")
        for screen, view in zip(table.screens, table.rest(), strict=True):
            assert view["digest"] == backup.digest, screen.number
        return table


def _write(table: Table, words: str) -> None:
    texts = [(table.screens[number % 4], key, words) for number, key in enumerate(KEYS[:4])]
    table.type(texts if words else [])
    table.rest()


@pytest.mark.proves("INV-F10")
def test_after_a_restore_every_screen_drops_what_it_knew():
    table = after_a_restore()
    assert table.form.cells["content"]["value"] == "kept"


@pytest.mark.proves("INV-F10")
def test_control_a_client_that_ignores_the_epoch_keeps_what_was_lost():
    with pytest.raises(AssertionError):
        after_a_restore("ignores the epoch")


@pytest.mark.proves("INV-F15")
def test_an_edit_carries_no_clock_so_the_order_of_arrival_decides():
    with running() as browsers:
        table = Table(browsers, ReferenceForm())
        table.rest()
        first, second = table.screens[:2]
        table.type([(first, "note", "typed first")])
        table.do({"do": "pass", "ms": 24 * 3600 * 1000})
        table.rest()
        for screen, words in ((first, "sent first"), (second, "arrives first")):
            table.type([(screen, "note", words)])
            table.do({"do": "pass", "ms": 130})
        edits = [frame for screen in (first, second) for frame in screen.heard if "op" in frame]
        assert {tuple(sorted(edit)) for edit in edits} == {
            ("base", "field", "id", "op", "type", "value")
        }
        table.serve(second, 9)
        table.serve(first, 9)
        assert table.form.cells["note"]["value"] == "sent first"
        table.check()
