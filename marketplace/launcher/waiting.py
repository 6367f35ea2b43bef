"""Waiting with an end."""

import time

from marketplace.launcher.errors import LauncherError

PAUSE_SECONDS = 0.02


class Patience:
    """So many seconds to wait for something; then one sentence."""

    def __init__(self, seconds: float, problem: str) -> None:
        """Start counting."""
        self._seconds = seconds
        self._problem = problem
        self._deadline = time.monotonic() + seconds

    def pause(self) -> None:
        """Sleep a moment; raises LauncherError when the time is over."""
        if time.monotonic() > self._deadline:
            raise LauncherError(f"{self._problem} (waited {self._seconds:.0f} s).")
        time.sleep(PAUSE_SECONDS)
