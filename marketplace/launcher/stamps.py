"""Remembers what has been done, by a fingerprint of what it was done with."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from marketplace.launcher import keys
from marketplace.launcher.places import ROOT, Places

APPS = ("marketplace", "merchants", "calls", "orders", "payments")


def migrations() -> str:
    """Fingerprint of all `migrate` depends on: migrations, their helpers, packages."""
    found = [path for app in APPS for path in (ROOT / app).rglob("migrations/*.py")]
    return contents([*found, *ROOT.glob("merchants/rls*.py"), ROOT / "requirements.txt"])


def static_files() -> str:
    """Fingerprint of everything `collectstatic` copies."""
    found = [path for app in APPS for path in (ROOT / app).rglob("static/**/*") if path.is_file()]
    settings = (ROOT / "marketplace" / "settings").glob("*.py")
    return contents([*found, *settings, ROOT / "requirements.txt"])


def demo() -> str:
    """Fingerprint of what loads and lists the demo data."""
    return contents(path for app in APPS for path in (ROOT / app).rglob("*demo*.py"))


def contents(paths: Iterable[Path]) -> str:
    """Return a digest of names and contents."""
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.exists()):
        digest.update(
            f"{path.relative_to(ROOT)}\n".encode() + hashlib.sha256(path.read_bytes()).digest()
        )
    return digest.hexdigest()


def done(places: Places, name: str, fingerprint: str) -> bool:
    """Tell whether this was done with the same things."""
    return keys.read(places.stamps).get(name) == fingerprint


def mark(places: Places, name: str, fingerprint: str) -> None:
    """Remember it."""
    keys.write(places.stamps, keys.read(places.stamps) | {name: fingerprint})
