"""Work due later: filling a charge's balance transaction, expiring a checkout session."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class Chore:
    """`kind` names the work, `subject` the object it is done to."""

    id: int
    kind: str
    subject: str


def add(db: sqlite3.Connection, kind: str, subject: str, due_at: float) -> None:
    """Leave work for later."""
    db.execute(
        "INSERT INTO chores (kind, subject, due_at) VALUES (?, ?, ?)", (kind, subject, due_at)
    )


def due(db: sqlite3.Connection, now: float) -> list[Chore]:
    """Return the work that is due."""
    rows = db.execute("SELECT * FROM chores WHERE due_at <= ? ORDER BY due_at, id", (now,))
    return [Chore(row["id"], row["kind"], row["subject"]) for row in rows]


def remove(db: sqlite3.Connection, chore: Chore) -> None:
    """Forget work that is done."""
    db.execute("DELETE FROM chores WHERE id = ?", (chore.id,))


def next_due(db: sqlite3.Connection) -> float | None:
    """Return when the next work is due."""
    row = db.execute("SELECT min(due_at) AS due FROM chores").fetchone()
    return None if row["due"] is None else float(row["due"])
