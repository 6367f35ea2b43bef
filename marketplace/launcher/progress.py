"""What the person at the terminal sees: one line per part, with seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

NAME_WIDTH = 16
TEXT_WIDTH = 44


class Step:
    """A part that is being started; words may be added to its line."""

    def __init__(self, words: str) -> None:
        """Begin with these words."""
        self.words = words

    def add(self, words: str) -> None:
        """Add words to the line."""
        self.words = f"{self.words}, {words}" if self.words else words


class Progress:
    """Prints the lines; `quiet` prints none."""

    def __init__(self, *, quiet: bool = False, out: TextIO | None = None) -> None:
        """Write to `out`, standard output if none is given."""
        self._quiet = quiet
        self._out = out

    def say(self, text: str) -> None:
        """Print a sentence."""
        if not self._quiet:
            print(text, file=self._out or sys.stdout, flush=True)

    def line(self, name: str, text: str, seconds: float | None = None) -> None:
        """Print the line of a part."""
        took = "" if seconds is None else f"{seconds:6.1f} s"
        self.say(f"  {name:<{NAME_WIDTH}} {text:<{TEXT_WIDTH}} {took}".rstrip())

    @contextmanager
    def step(self, name: str, words: str = "") -> Iterator[Step]:
        """Time a part and print its line when it is ready."""
        began, step = time.monotonic(), Step(words)
        yield step
        self.line(name, step.words, time.monotonic() - began)
