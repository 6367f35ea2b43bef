"""File locks: the kernel gives them back when the last holder is gone, kill -9 included."""

import fcntl
import os
import time
from pathlib import Path


class FileLock:
    """An exclusive lock on a file; a child that inherits `fd` holds it too, until it ends."""

    def __init__(self, path: Path) -> None:
        """Open the file; nothing is locked yet."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self) -> bool:
        """Lock now or return False."""
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait(self, seconds: float) -> bool:
        """Lock within so many seconds or return False."""
        deadline = time.monotonic() + seconds
        while not self.take():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def write(self, text: str) -> None:
        """Leave a note for those who find the file locked."""
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, text.encode(), 0)

    def read(self) -> str:
        """Read the holder's note."""
        return os.pread(self.fd, 4096, 0).decode(errors="replace").strip()

    def close(self) -> None:
        """Let go; children that inherited the file keep the lock."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
