"""`make check` and `make fix`: what a machine can see without running the product."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from marketplace.launcher.places import ROOT
from marketplace.launcher.progress import Progress
from marketplace.launcher.tools import node, node_modules

CHECK_SETTINGS = "marketplace.settings.check"


@dataclass(frozen=True)
class Check:
    """One command that must end well."""

    name: str
    command: Sequence[str]


def run_checks() -> int:
    """Run all checks; print what the failed ones say; 0 if there is none."""
    return _run([*_python_checks(), *_template_checks(), *_script_checks()])


def run_fixes() -> int:
    """Let the formatters and the safe fixes do their work."""
    biome = str(node_modules() / "biome")
    return _run(
        [
            Check("ruff fix", [_tool("ruff"), "check", "--fix", "."]),
            Check("ruff format", [_tool("ruff"), "format", "."]),
            Check("djlint format", [_tool("djlint"), "--reformat", "--quiet", "templates"]),
            Check("biome", [biome, "check", "--write", "."]),
        ],
        tolerated=("djlint format",),
    )


def _python_checks() -> list[Check]:
    manage = [sys.executable, "manage.py"]
    return [
        Check("format", [_tool("ruff"), "format", "--check", "."]),
        Check("lint", [_tool("ruff"), "check", "."]),
        Check("imports", [_tool("lint-imports")]),
        Check("types", [_tool("mypy")]),
        Check("django", [*manage, "check"]),
        Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
    ]


def _template_checks() -> list[Check]:
    return [
        Check("template format", [_tool("djlint"), "--check", "templates"]),
        Check("template lint", [_tool("djlint"), "--lint", "templates"]),
    ]


def _script_checks() -> list[Check]:
    binaries = node_modules()
    return [
        Check("scripts", [str(binaries / "biome"), "ci", "--colors=off", "."]),
        Check("script types", [str(binaries / "tsc"), "--noEmit", "--pretty", "false"]),
    ]


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _run(checks: Sequence[Check], tolerated: Sequence[str] = ()) -> int:
    progress, failed = Progress(), []
    for check in checks:
        began = time.monotonic()
        done = subprocess.run(
            check.command,
            cwd=ROOT,
            env=_environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        good = done.returncode == 0 or check.name in tolerated
        progress.line(check.name, "good" if good else "FAILED", time.monotonic() - began)
        if not good:
            failed.append(check.name)
            progress.say(done.stdout.rstrip())
    progress.say(
        f"failed: {', '.join(failed)}" if failed else f"checks: {len(checks)} of {len(checks)} good"
    )
    return 1 if failed else 0


def _environ() -> dict[str, str]:
    paths = [str(node().parent), str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    return os.environ | {"DJANGO_SETTINGS_MODULE": CHECK_SETTINGS, "PATH": os.pathsep.join(paths)}
