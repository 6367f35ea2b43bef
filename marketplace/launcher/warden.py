"""The launcher's side of the warden: tells it which processes to end should the launcher die."""

import signal
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("warden_process.py")


class Warden:
    """A helper process that outlives the launcher by seconds, to end its children.

    On Linux each child also gets a death signal of its own; the warden adds the hard end, and is
    all there is on macOS.
    """

    def __init__(self, lock_fd: int) -> None:
        """Start the helper; it holds the lock file it inherits until all children have ended."""
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=(lock_fd,),
            start_new_session=True,
            text=True,
        )

    def watch(self, pid: int, stop_signal: signal.Signals) -> None:
        """Put a process on the list."""
        self._tell(f"watch {pid} {int(stop_signal)}")

    def forget(self, pid: int) -> None:
        """Take a process that has ended off the list, before its number is given to another."""
        self._tell(f"forget {pid}")

    def close(self) -> None:
        """End the helper; what is still on its list ends with it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        if self._process.stdin is None or self._process.poll() is not None:
            return
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
