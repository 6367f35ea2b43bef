"""A story is a list of steps, each printed with its seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Steps:
    """Counts and times the steps; the last line says how many of them were done."""

    def __init__(self, planned: int) -> None:
        """Begin at zero."""
        self.planned, self.done = planned, 0
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Do one step; an error inside ends the story."""
        started = time.monotonic()
        yield
        self.done += 1
        self.seconds[name] = time.monotonic() - started
        print(f"{self.done:3}  {name:<66} {self.seconds[name]:5.1f} s", flush=True)

    def end(self) -> None:
        """Print the last line."""
        print(f"story: {self.done} of {self.planned} steps", flush=True)
