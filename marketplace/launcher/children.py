"""Child processes: started with a log file of their own, ended for certain."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.launcher.errors import PartDiedError
from marketplace.launcher.places import ROOT
from marketplace.launcher.privileges import ORDINARY, Privileges, wrapped
from marketplace.launcher.warden import Warden
from marketplace.launcher.warden_process import alive

LOG_LINES = 20
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Order:
    """What to start and how it wants to be stopped."""

    name: str
    command: Sequence[str | Path]
    log: Path
    environ: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    privileges: Privileges = ORDINARY
    inherited: tuple[int, ...] = ()


@dataclass
class Child:
    """A running part; a process adopted from a dead launcher has no `process` of ours."""

    name: str
    pid: int
    log: Path
    stop_signal: signal.Signals
    process: subprocess.Popen[bytes] | None = None
    began: float = field(default_factory=time.monotonic)
    offset: int = 0

    @property
    def code(self) -> int | None:
        """Exit code, None while it runs; an adopted process that is gone counts as 1."""
        if self.process is not None:
            return self.process.poll()
        return None if alive(self.pid) else 1

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    def written(self) -> str:
        """Return what it has written to its log since this start."""
        try:
            with self.log.open("rb") as file:
                file.seek(self.offset)
                return file.read().decode(errors="replace")
        except FileNotFoundError:
            return ""

    def died(self) -> PartDiedError:
        """Return the error that tells of its end."""
        tail = "\n".join(f"    {line}" for line in self.written().splitlines()[-LOG_LINES:])
        return PartDiedError(
            f"{self.name} ended with code {self.code}; last lines of {self.log}:\n{tail}"
        )

    def finish(self, seconds: float) -> None:
        """Wait for a job to end; raises PartDiedError when it fails or takes too long."""
        if not _gone([self], time.monotonic() + seconds) or self.code != 0:
            raise self.died()


def spawn(order: Order, warden: Warden) -> Child:
    """Start a child in its own process group, its output appended to its log. Main thread only."""
    with order.log.open("ab") as log:
        offset = log.tell()
        process = subprocess.Popen(
            wrapped(order.command, privileges=order.privileges, death_signal=order.stop_signal),
            cwd=ROOT if order.privileges.account is None else "/",
            env=None if order.environ is None else dict(order.environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=order.inherited,
        )
    warden.watch(process.pid, order.stop_signal)
    return Child(order.name, process.pid, order.log, order.stop_signal, process, offset=offset)


def stop(children: Iterable[Child], warden: Warden, *, seconds: float = STOP_SECONDS) -> None:
    """Ask all to end, wait, then kill whole groups: a worker may outlive the polite request."""
    left = list(children)
    for child in left:
        if child.code is None:
            _send(child.pid, child.stop_signal)
    _gone(left, time.monotonic() + seconds)
    for child in left:
        _kill_group(child.pid)
        if child.process is not None:
            child.process.wait()
        warden.forget(child.pid)


def _gone(children: Sequence[Child], deadline: float) -> bool:
    while any(child.code is None for child in children):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
