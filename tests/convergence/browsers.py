"""The node process that holds the real clients, spoken to in lines of JSON."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from marketplace.launcher.tools import node

SCRIPT = Path(__file__).with_name("clients.mjs")
KEYS = ("content", "note", "address.city", "contact.name", "contact.email", "price")


class Browsers:
    """Does lists of commands and returns what was sent, which chips were shown and the results."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def do(self, commands: Sequence[dict[str, Any]]) -> dict[str, Any]:
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin
        assert stdout
        stdin.write(json.dumps(commands) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise RuntimeError("the clients' process has ended")
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def running(*mistakes: str) -> Iterator[Browsers]:
    """Start the process; each mistake takes one guard of the client away."""
    words = [str(node()), str(SCRIPT), json.dumps(KEYS), *mistakes]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Browsers(process)
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(10)
