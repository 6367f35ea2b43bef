"""Holding a state folder: one launcher at a time, after the last one's parts have ended."""

import os

from marketplace.launcher.errors import AlreadyRunningError, LauncherError
from marketplace.launcher.locks import FileLock
from marketplace.launcher.places import Places
from marketplace.launcher.progress import Progress
from marketplace.launcher.warden import Warden

OLD_PARTS_SECONDS = 30.0


class Held:
    """A state folder that is ours until `release`, with a warden for what we start in it."""

    def __init__(self, places: Places, progress: Progress) -> None:
        """Take the folder; raises AlreadyRunningError if another launcher has it."""
        self._launcher = FileLock(places.state / "launcher.lock")
        if not self._launcher.take():
            holder = self._launcher.read()
            self._launcher.close()
            raise AlreadyRunningError(f"Already running in {places.state}: {holder or 'starting'}.")
        self.note("starting")
        parts = FileLock(places.state / "parts.lock")
        try:
            places.make()
            self._wait_for_old_parts(parts, progress)
            self.warden = Warden(parts.fd)
        except BaseException:
            self._launcher.close()
            raise
        finally:
            parts.close()

    def note(self, text: str) -> None:
        """Tell those who find the folder taken what runs in it."""
        self._launcher.write(f"process {os.getpid()}, {text}")

    def release(self) -> None:
        """Give the folder back; whatever is still running in it ends first."""
        self.warden.close()
        self._launcher.write("")
        self._launcher.close()

    @staticmethod
    def _wait_for_old_parts(parts: FileLock, progress: Progress) -> None:
        """Wait for the warden of a killed launcher, which holds the lock until all has ended."""
        if parts.take():
            return
        progress.say("Waiting for the parts of a launcher that was killed to end.")
        if not parts.wait(OLD_PARTS_SECONDS):
            raise LauncherError(
                "Parts of a launcher that was killed do not end; look for their processes."
            )
