"""Engines of their own for the launcher's tests: they are killed, adopted and started twice here."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from marketplace.launcher import environment
from marketplace.launcher.holding import Held
from marketplace.launcher.places import ROOT, Places
from marketplace.launcher.progress import Progress
from marketplace.launcher.servers import Servers
from tests.engines_plugin import outer_environ

QUIET = Progress(quiet=True)
SECONDS = 60


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    """A state folder that is ours."""
    found = Held(Places(tmp_path / "state"), QUIET)
    yield found
    found.release()


@pytest.fixture
def servers(tmp_path: Path, held: Held) -> Iterator[Servers]:
    """Embedded servers of this test alone."""
    found = Servers(Places(tmp_path / "state"), environment.read({}), held.warden)
    found.start(QUIET)
    yield found
    found.stop()


class Launcher:
    """`python -m marketplace.launcher` in a state folder, as a person at a terminal has it."""

    def __init__(self, command: str, state: Path, **variables: str) -> None:
        plain = {
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "STRIPE_SECRET_KEY": "",
            "PORT": "",
            "SANDBOX_PORT": "0",
        }
        self.output = state.with_name(f"{command}-{time.monotonic_ns()}.txt")
        with self.output.open("wb") as output:
            self.process = psutil.Popen(
                [sys.executable, "-m", "marketplace.launcher", command],
                cwd=ROOT,
                env=outer_environ() | plain | {"VISAVIS_STATE": str(state)} | variables,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, words: str, seconds: float = SECONDS) -> str:
        until(lambda: words in self.said() or self.process.poll() is not None, seconds, self.said)
        assert words in self.said(), self.said()
        return self.said()

    def code(self, seconds: float = SECONDS) -> int:
        return int(self.process.wait(seconds))

    def family(self) -> list[psutil.Process]:
        return list(self.process.children(recursive=True))


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Launcher]]:
    """Starts launchers; what a failed test leaves running is ended."""
    started: list[Launcher] = []

    def start(command: str, **variables: str) -> Launcher:
        started.append(Launcher(command, tmp_path / "state", **variables))
        return started[-1]

    yield start
    for launcher in started:
        if launcher.process.poll() is None:
            launcher.process.terminate()
            launcher.code()


def until(condition: Callable[[], bool], seconds: float, about: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s\n{about()}"
        time.sleep(0.05)


def ended(processes: list[psutil.Process]) -> bool:
    """A process that nobody has waited for yet has ended too."""
    return all(not p.is_running() or p.status() == psutil.STATUS_ZOMBIE for p in processes)


def alive(processes: list[psutil.Process]) -> list[str]:
    return [str(p) for p in processes if not ended([p])]


def is_root() -> bool:
    return os.geteuid() == 0
