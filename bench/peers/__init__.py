"""Other people's software that does the same work, run beside ours.

Each has a folder here; its packages go into the benchmark's state, never into our own environment.
Optional: where they cannot be had, the comparison is left out, with a word.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench.rig import STATE
from marketplace.launcher import tools
from marketplace.launcher.errors import LauncherError
from marketplace.launcher.servers import Addresses

HERE = Path(__file__).parent
INSTALLED = STATE / "peers"
INSTALL_SECONDS = 300


class PeerMissingError(Exception):
    """A peer's packages could not be had."""


def _quietly(command: Sequence[str | Path], folder: Path, environ: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=INSTALL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerMissingError(str(error)) from error
    if done.returncode != 0:
        raise PeerMissingError("\n".join(done.stdout.splitlines()[-3:]))


def of_node(name: str) -> list[str | Path]:
    """Install a peer written for Node as locked, once per lock; returns how to start it."""
    try:
        node = tools.node()
    except LauncherError as error:
        raise PeerMissingError(str(error)) from error
    source, folder = HERE / name, INSTALLED / name
    stamp = folder / "installed"
    lock = (source / "package-lock.json").read_text("utf-8")
    shutil.copytree(source, folder, dirs_exist_ok=True)
    if not stamp.exists() or stamp.read_text("utf-8") != lock:
        print(f"  installing {name} …", flush=True)
        path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        command = ["npm", "ci", "--ignore-scripts", "--loglevel=error"]
        _quietly(command, folder, os.environ | {"PATH": path})
        stamp.write_text(lock, "utf-8")
    return [node, folder / "server.js"]


def of_python(name: str) -> list[str | Path]:
    """Install a peer written in Python into an environment of its own; returns its interpreter."""
    folder = INSTALLED / name
    wanted = HERE / name / "requirements.txt"
    python, stamp = folder / "bin" / "python", folder / "installed"
    if not stamp.exists() or stamp.read_text("utf-8") != wanted.read_text("utf-8"):
        print(f"  installing {name} …", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        _quietly([sys.executable, "-m", "venv", folder], folder, os.environ)
        pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "-r", wanted]
        _quietly(pip, folder, os.environ)
        stamp.write_text(wanted.read_text("utf-8"), "utf-8")
    return [python]


def schema(name: str, addresses: Addresses, *, keep: bool = False) -> dict[str, str]:
    """Make a schema of the peer's own on the same server; returns how to reach it.

    `keep` leaves what an earlier run has put there.
    """
    given = conninfo_to_dict(addresses.app)
    with psycopg.connect(addresses.owner, autocommit=True) as connection:
        if not keep:
            connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
        connection.execute(f"GRANT USAGE, CREATE ON SCHEMA {name} TO {given['user']}")
    named = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    found = {named[key]: str(value) for key, value in given.items() if key in named and value}
    return {**found, "PGDATABASE": str(given["dbname"]), "PGOPTIONS": f"-c search_path={name}"}


def plain() -> dict[str, str]:
    """Return an environment without our own settings."""
    ours = ("DJANGO_", "DATABASE_", "PG", "VISAVIS_", "PYTHON")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
