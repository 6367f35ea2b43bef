"""Webhook deliveries and the log of their attempts."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

WAITING, SENDING, DELIVERED, GIVEN_UP = "waiting", "sending", "delivered", "given_up"


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one endpoint."""

    id: int
    event: str
    endpoint: str
    state: str
    attempts: int
    due_at: float


@dataclass(frozen=True)
class Attempt:
    """What one HTTP request came to: a status, or the error that kept it from getting one."""

    at: float
    status: int | None
    error: str | None
    milliseconds: int

    @property
    def succeeded(self) -> bool:
        """Tell whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


def add(db: sqlite3.Connection, event: str, endpoint: str, due_at: float) -> None:
    """Queue an event for an endpoint."""
    db.execute(
        "INSERT INTO deliveries (event, endpoint, state, due_at) VALUES (?, ?, ?, ?)",
        (event, endpoint, WAITING, due_at),
    )


def take_due(db: sqlite3.Connection, now: float, limit: int) -> list[Delivery]:
    """Due deliveries, now marked as being sent."""
    rows = db.execute(
        "SELECT * FROM deliveries WHERE state = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?",
        (WAITING, now, limit),
    ).fetchall()
    db.executemany(
        "UPDATE deliveries SET state = ? WHERE id = ?", [(SENDING, row["id"]) for row in rows]
    )
    return [_delivery(row) for row in rows]


def next_due(db: sqlite3.Connection) -> float | None:
    """Return when the next delivery is due."""
    row = db.execute(
        "SELECT min(due_at) AS due FROM deliveries WHERE state = ?", (WAITING,)
    ).fetchone()
    return None if row["due"] is None else float(row["due"])


def record(
    db: sqlite3.Connection, delivery: Delivery, attempt: Attempt, *, retry_at: float | None
) -> None:
    """Log the attempt and decide: delivered, again at `retry_at`, or given up.

    Writes nothing for a delivery that a reset has forgotten meanwhile.
    """
    failed = WAITING if retry_at is not None else GIVEN_UP
    changed = db.execute(
        "UPDATE deliveries SET state = ?, attempts = attempts + 1, due_at = ? WHERE id = ?",
        (DELIVERED if attempt.succeeded else failed, retry_at or attempt.at, delivery.id),
    )
    if changed.rowcount:
        db.execute(
            "INSERT INTO delivery_attempts (delivery, attempted_at, status, error, milliseconds)"
            " VALUES (?, ?, ?, ?, ?)",
            (delivery.id, attempt.at, attempt.status, attempt.error, attempt.milliseconds),
        )


def outstanding(db: sqlite3.Connection, event: str) -> int:
    """Deliveries of an event that have not arrived."""
    row = db.execute(
        "SELECT count(*) AS n FROM deliveries WHERE event = ? AND state != ?", (event, DELIVERED)
    ).fetchone()
    return int(row["n"])


def resume(db: sqlite3.Connection) -> None:
    """After a restart: what was being sent is sent again (the receiver may see it twice, as with
    Stripe).
    """
    db.execute("UPDATE deliveries SET state = ? WHERE state = ?", (WAITING, SENDING))


def resend(db: sqlite3.Connection, event: str, now: float) -> int:
    """Make every delivery of an event due again; tell how many there are."""
    return db.execute(
        "UPDATE deliveries SET state = ?, due_at = ? WHERE event = ?", (WAITING, now, event)
    ).rowcount


def recent(db: sqlite3.Connection, limit: int) -> list[sqlite3.Row]:
    """Return the newest deliveries with their last attempt, for the pages and for tests."""
    return db.execute(
        """SELECT d.*, json_extract(o.body, '$.type') AS type,
            a.status AS last_status, a.error AS last_error
        FROM deliveries d JOIN objects o ON o.id = d.event LEFT JOIN delivery_attempts a
            ON a.id = (SELECT max(id) FROM delivery_attempts WHERE delivery = d.id)
        ORDER BY d.id DESC LIMIT ?""",
        (limit,),
    ).fetchall()


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        row["id"], row["event"], row["endpoint"], row["state"], row["attempts"], row["due_at"]
    )
