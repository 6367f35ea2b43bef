"""Passwords and keys of one state folder, made once and readable by us only."""

import json
import os
import secrets
from pathlib import Path

from marketplace.launcher.places import Places


def read(path: Path) -> dict[str, str]:
    """Return a small JSON file of texts; an absent one is empty."""
    if not path.exists():
        return {}
    return {str(name): str(value) for name, value in json.loads(path.read_text("utf-8")).items()}


def write(path: Path, values: dict[str, str]) -> None:
    """Replace the file in one step, mode 0600."""
    fresh = path.with_suffix(".new")
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        json.dump(values, file, indent=1, sort_keys=True)
    fresh.replace(path)


def key(places: Places, name: str) -> str:
    """Return the key of that name, made at the first call."""
    known = read(places.keys)
    if name not in known:
        known[name] = secrets.token_hex(32)
        write(places.keys, known)
    return known[name]
