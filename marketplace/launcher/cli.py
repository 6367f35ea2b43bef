"""The commands behind the Makefile: `python -m marketplace.launcher COMMAND`."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from marketplace.launcher import environment, testing
from marketplace.launcher.alone import run_sandbox
from marketplace.launcher.checks import run_checks, run_fixes
from marketplace.launcher.errors import LauncherError
from marketplace.launcher.locks import FileLock
from marketplace.launcher.places import Places, default_state
from marketplace.launcher.product import Product
from marketplace.launcher.progress import Progress
from marketplace.launcher.requirements import run_lock

WATCH_SECONDS = 0.2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, 1 with one sentence for what we know can go wrong."""
    parser = argparse.ArgumentParser(prog="make", description=__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS))
    chosen = parser.parse_args(arguments)
    # SIGINT too: a shell that starts us in the background has it ignored, and we inherit that.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return COMMANDS[chosen.command]()
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run() -> int:
    """Start the product, print where it is, watch it until Ctrl-C."""
    began = float(os.environ.pop("VISAVIS_BEGAN", time.time()))
    progress = Progress()
    wishes = environment.read(os.environ)
    product = Product(default_state(), port=wishes.port, progress=progress)
    try:
        product.start()
        links = product.links()
        kind = "cold" if product.cold else "warm"
        mail = product.parts.mail_words
        took = f"{kind} start {time.time() - began:.1f} s"
        progress.say(f"\nready: {product.url}\n{links}\n{mail}\n{took}")
        progress.say("Ctrl-C stops everything.")
        while True:
            product.check()
            time.sleep(WATCH_SECONDS)
    except KeyboardInterrupt:
        progress.say("\nStopping.")
    finally:
        _ignore_signals()
        product.stop()
    return 0


def reset() -> int:
    """Forget all data of this folder; refuses while anything runs in it."""
    places = Places(default_state())
    everything = [*places.nested(), places]
    locks = [FileLock(found.state / "launcher.lock") for found in everything]
    locks += [FileLock(found.state / "parts.lock") for found in everything]
    if not all(lock.take() for lock in locks):
        raise LauncherError("Something is still running here; stop it first, nothing was deleted.")
    for found in everything:
        found.forget()
    print(
        "Forgotten."
        + (" The given database is not touched." if os.environ.get("DATABASE_URL") else "")
    )
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    """Let the stop, which takes seconds at most, come to its end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


COMMANDS: dict[str, Callable[[], int]] = {
    "run": run,
    "reset": reset,
    "sandbox": run_sandbox,
    "lock": run_lock,
    "check": run_checks,
    "fix": run_fixes,
    "test": testing.run_tests,
    "test-slow": testing.run_slow,
}
