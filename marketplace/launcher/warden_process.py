"""Ends what the launcher started when the launcher is gone, however it went.

Runs alone (`python -I warden_process.py`), knows nothing but the standard library. Reads `watch
PID SIGNAL` and `forget PID` from standard input; the end of input means that the launcher is
dead. Holds the lock file it inherited until everything has ended, so the next launcher waits for
exactly that.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 8.0


def main() -> None:
    """Keep the list; end what is left on it."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    watched: dict[int, int] = {}
    for line in sys.stdin:
        word, *numbers = line.split()
        if word == "watch":
            watched[int(numbers[0])] = int(numbers[1])
        else:
            watched.pop(int(numbers[0]), None)
    end(watched)


def end(watched: dict[int, int]) -> None:
    """Ask each process to end in its own way, wait, then kill its whole group."""
    for pid, number in watched.items():
        send(pid, number)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(alive(pid) for pid in watched) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in watched:
        send_group(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Tell whether the process still runs; one that nobody has waited for does not count."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


def send(pid: int, number: int) -> None:
    """Signal one process, if it still exists."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def send_group(pid: int, number: int) -> None:
    """Signal a group (every child leads one), if anything of it still exists."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


if __name__ == "__main__":
    main()
