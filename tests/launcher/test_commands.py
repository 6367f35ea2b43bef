"""The launcher as a person at a terminal has it: started twice, interrupted, killed."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from marketplace.launcher import ports
from marketplace.launcher.locks import FileLock
from tests.launcher.conftest import Launcher, alive, ended, until

pytestmark = pytest.mark.integration

Launch = Callable[..., Launcher]


def test_two_starts_at_once_have_one_winner(launch: Launch) -> None:
    both = [launch("sandbox"), launch("sandbox")]
    until(lambda: any(one.process.poll() is not None for one in both), 60)
    loser = next(one for one in both if one.process.poll() is not None)
    winner = next(one for one in both if one is not loser)
    assert loser.code() == 1
    assert "Already running in" in loser.said()
    winner.wait_for("sandbox: http://127.0.0.1:")
    family = winner.family()
    winner.process.send_signal(signal.SIGINT)
    assert winner.code() == 0
    assert ended(family), alive(family)


def test_reset_refuses_while_something_runs(launch: Launch, tmp_path: Path) -> None:
    running = launch("sandbox")
    running.wait_for("sandbox: http")
    refused = launch("reset")
    assert refused.code() == 1
    assert "still running" in refused.said()
    assert (tmp_path / "state" / "sandbox" / "keys.json").exists()
    running.process.terminate()
    assert running.code() == 0
    assert launch("reset").code() == 0
    assert not (tmp_path / "state" / "sandbox" / "keys.json").exists()


def test_part_that_dies_is_named_and_ends_the_start(launch: Launch) -> None:
    running = launch("sandbox")
    running.wait_for("sandbox: http")
    part = next(p for p in running.family() if "payments.sandbox" in p.cmdline())
    part.kill()
    assert running.code() == 1
    assert "sandbox ended with code -9; last lines of" in running.said()


def test_live_key_stops_the_start_with_one_sentence(launch: Launch, tmp_path: Path) -> None:
    refused = launch("run", STRIPE_SECRET_KEY="sk_live_x")
    assert refused.code() == 1
    assert refused.said().count("\n") == 1
    assert "live key" in refused.said()
    assert not (tmp_path / "state").exists()


def test_killed_launcher_leaves_no_orphan_and_the_data(launch: Launch, tmp_path: Path) -> None:
    """A whole product: killed, started again at once, its port taken, interrupted."""
    with ports.listen(0) as taken:
        port = str(taken.getsockname()[1])
        first = launch("run", PORT=port)
        first.wait_for("cold start", 240)
        assert f"Port {port} is taken, using" in first.said()
    family = first.family()
    names = {name for p in family for name in p.cmdline() if "." in name or "postgres" in name}
    assert {"daphne", "marketplace.launcher.worker"} & {w for p in family for w in p.cmdline()}, (
        names
    )
    first.process.kill()
    second = launch("run", PORT=port)
    second.wait_for("warm start", 120)
    assert ended(family), alive(family)
    assert f"ready: http://127.0.0.1:{port}" in second.said()
    assert f"mails      files in {tmp_path / 'state' / 'mail'}" in second.said()
    family = second.family()
    os.kill(second.process.pid, signal.SIGINT)
    assert second.code() == 0
    assert ended(family), alive(family)
    lock = FileLock(tmp_path / "state" / "parts.lock")
    assert lock.take()
    lock.close()


def test_killed_launcher_and_warden_leave_no_orphan(launch: Launch) -> None:
    """Linux ends the children even then; elsewhere the warden must live."""
    running = launch("sandbox")
    running.wait_for("sandbox: http")
    family = running.family()
    warden = next(p for p in family if any("warden_process" in word for word in p.cmdline()))
    if psutil.LINUX:
        warden.kill()
    running.process.kill()
    until(lambda: ended(family), 15, lambda: str(alive(family)))
