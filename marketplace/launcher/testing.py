"""`make test`: checks, then every kind of test, then one line that counts them."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from marketplace.launcher.checks import run_checks
from marketplace.launcher.errors import LauncherError
from marketplace.launcher.places import ROOT
from marketplace.launcher.tools import chromium, node

COUNTS = "VISAVIS_TEST_COUNTS"
KINDS = {"unit": "unit", "integration": "integration", "e2e": "browser"}
NODE_COUNT = re.compile(r"^(?:#|ℹ) (tests|skipped|todo) (\d+)$", re.MULTILINE)
SECONDS_PER_MINUTE = 60
SHARED = ("-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal")
"""Tests without a browser are shared among processes, each with engines of its own."""


def run_tests() -> int:
    """Run everything even if something fails; 0 if all is good and every kind has tests."""
    began = time.monotonic()
    browser = str(chromium())
    failed: list[str] = [] if run_checks() == 0 else ["check"]
    counts = {"unit": 0, "integration": 0, "javascript": 0, "browser": 0, "skipped": 0}
    _add(counts, failed, "pytest", _pytest("not e2e and not slow", SHARED))
    _add(counts, failed, "node", _node())
    _add(counts, failed, "browser", _pytest("e2e", CHROMIUM=browser))
    skipped = counts.pop("skipped")
    failed += [f"no {kind} tests" for kind, number in counts.items() if number == 0]
    told = ", ".join(f"{kind} {number}" for kind, number in counts.items())
    if skipped:
        told += f", skipped {skipped}"
    print(f"\ntests: {told}; {_duration(time.monotonic() - began)}", flush=True)
    print(f"failed: {', '.join(failed)}" if failed else "all good", flush=True)
    return 1 if failed else 0


def run_slow() -> int:
    """Run the slow group: browsers in network namespaces, with links that break."""
    began = time.monotonic()
    code, counts = _pytest("slow", CHROMIUM=str(chromium()))
    print(
        f"\nslow tests: {counts.get('slow', 0)}; {_duration(time.monotonic() - began)}", flush=True
    )
    return code


def _add(
    counts: dict[str, int], failed: list[str], name: str, result: tuple[int, Mapping[str, int]]
) -> None:
    code, found = result
    if code != 0:
        failed.append(name)
    for kind, number in found.items():
        counts[kind] += number


def _pytest(
    marker: str, options: Sequence[str] = (), **variables: str
) -> tuple[int, Mapping[str, int]]:
    """Run the tests of a marker; the plugin of ours writes how many of which kind really ran."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "counts.json"
        command = [sys.executable, "-m", "pytest", "-m", marker, *options]
        code = _show(command, os.environ | variables | {COUNTS: str(target)})[0]
        found = json.loads(target.read_text("utf-8")) if target.exists() else {}
    return code, {KINDS.get(kind, kind): number for kind, number in found.items()}


def _node() -> tuple[int, Mapping[str, int]]:
    """Run the scripts' tests, each file named: Node 20 and 22 read a folder differently."""
    files = sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "js").rglob("*.test.js")
    )
    if not files:
        raise LauncherError("There are no *.test.js in tests/js.")
    code, output = _show([str(node()), "--test", *files], os.environ)
    found = {name: int(number) for name, number in NODE_COUNT.findall(output)}
    skipped = found.get("skipped", 0) + found.get("todo", 0)
    return code, {"javascript": found.get("tests", 0) - skipped, "skipped": skipped}


def _show(command: Sequence[str], environ: Mapping[str, str]) -> tuple[int, str]:
    """Run a command, show its output while it comes, return exit code and output."""
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=dict(environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            print(line, end="", flush=True)
    return process.returncode, "".join(lines)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), SECONDS_PER_MINUTE)
    return f"{minutes} min {rest} s"
