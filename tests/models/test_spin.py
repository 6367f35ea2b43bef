"""The ring as a model that spin checks in full, and the same model with a guard off, which fails.

Needs `spin` and a C compiler (Debian: `apt-get install spin gcc`; `.ci/run` installs them). Where
they are missing the test fails with one clear sentence if CI is set in the environment, because
there a proof must not go missing unseen; at a developer's machine it is skipped with the reason.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

MODELS = Path(__file__).parent
SAFETY, CYCLES = "-DSAFETY", "-DNP"
DEPTH = "-m100000"


@dataclass(frozen=True)
class Verdict:
    """What the search found: how many states, how many errors, which assertions broke."""

    states: int
    errors: int
    broken: frozenset[str]


@pytest.fixture(scope="session")
def tools() -> None:
    missing = [tool for tool in ("spin", "cc") if shutil.which(tool) is None]
    if not missing:
        return
    reason = f"{' and '.join(missing)} not found: apt-get install spin gcc"
    if os.environ.get("CI"):
        pytest.fail(reason)
    print(f"models not checked: {reason}")
    pytest.skip(reason)


@pytest.fixture
def search(tools, tmp_path):
    """Check a model in full, with guards switched off by name."""

    def run(model: str, *off: str, kind: str = SAFETY) -> Verdict:
        shutil.copy(MODELS / model, tmp_path)
        _run(tmp_path, "spin", *(f"-D{name}" for name in off), "-a", model)
        _run(tmp_path, "cc", "-O2", "-w", kind, "-o", "pan", "pan.c")
        options = [DEPTH, "-n", *(["-l"] if kind == CYCLES else [])]
        verdict = _verdict(_run(tmp_path, "./pan", *options))
        print(f"{model} {' '.join(off) or 'as built'}: {verdict.states:,} states")
        return verdict

    return run


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    return done.stdout


def _verdict(said: str) -> Verdict:
    errors = re.search(r"errors: (\d+)", said)
    states = re.search(r"(\d+) states, stored", said)
    assert errors, said[-2000:]
    assert states, said[-2000:]
    assert "max search depth too small" not in said
    broken = frozenset(re.findall(r"assertion violated \((.*?)\) \(at depth", said))
    return Verdict(int(states[1]), int(errors[1]), broken)


@pytest.mark.proves("INV-C1", "INV-C2", "INV-C3", "INV-C5")
def test_ring_ends_once_with_one_winner_and_every_screen_follows(search):
    verdict = search("ring.pml")
    assert (verdict.errors, verdict.broken) == (0, frozenset())
    assert verdict.states > 100_000, "the model has lost its choices"


@pytest.mark.proves("INV-C1", "INV-C2")
def test_every_run_of_the_ring_comes_to_rest(search):
    verdict = search("ring.pml", kind=CYCLES)
    assert verdict.errors == 0
    assert verdict.states > 100_000


@pytest.mark.proves("INV-C1", "INV-C5")
def test_control_without_the_row_lock_a_ring_ends_twice(search):
    verdict = search("ring.pml", "NO_GUARD")
    assert verdict.errors >= 1
    assert verdict.broken == {"ends==0"}


@pytest.mark.proves("INV-C3")
def test_control_without_the_row_lock_both_desks_win(search):
    alone = ("ONLY_ANSWERS", "NO_SWEEP", "NO_HEARTBEAT")
    assert search("ring.pml", *alone).errors == 0
    assert search("ring.pml", "NO_GUARD", *alone).broken == {"winner==9"}


@pytest.mark.proves("INV-C5")
def test_control_without_the_heartbeat_a_lost_announcement_leaves_a_screen_wrong(search):
    assert search("ring.pml", "NO_HEARTBEAT").broken == {"screen==row"}


@pytest.mark.proves("INV-C2")
def test_control_without_the_sweep_a_ring_never_ends(search):
    verdict = search("ring.pml", "NO_SWEEP")
    assert verdict.errors == 1
    assert len(verdict.broken) == 1
    assert next(iter(verdict.broken)).startswith("row!=")


# -- queue ---------------------------------------------------------------------------------


@pytest.mark.proves("C2", "INV-C4")
def test_queue_calls_one_at_a_time_in_line_and_forgets_nobody(search):
    verdict = search("queue.pml")
    assert (verdict.errors, verdict.broken) == (0, frozenset())
    assert verdict.states > 10_000
    assert search("queue.pml", kind=CYCLES).errors == 0


@pytest.mark.proves("C2", "INV-C4")
def test_control_without_the_merchants_lock_one_member_is_promised_twice(search):
    assert search("queue.pml", "NO_LOCK").broken == {"promised==0"}


@pytest.mark.proves("C2")
def test_control_without_the_sweep_a_lost_wake_up_leaves_a_caller_waiting(search):
    verdict = search("queue.pml", "NO_SWEEP")
    assert verdict.errors == 1
    assert all("state[1]" in words for words in verdict.broken)
