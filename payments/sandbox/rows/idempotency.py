"""Idempotency keys: claimed before an operation runs, answered with it in one transaction."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from payments.sandbox.errors import Json


@dataclass(frozen=True)
class Answer:
    """A status and body as first given."""

    status: int
    body: Json


@dataclass(frozen=True)
class Claim:
    """An earlier use of a key; `answer` is None while that request still runs."""

    fingerprint: str
    answer: Answer | None


def look_up(db: sqlite3.Connection, account: str, key: str) -> Claim | None:
    """Return an earlier use of a key."""
    row = db.execute(
        "SELECT * FROM idempotency_keys WHERE account = ? AND key = ?", (account, key)
    ).fetchone()
    if row is None:
        return None
    answer = None if row["status"] is None else Answer(row["status"], json.loads(row["body"]))
    return Claim(row["fingerprint"], answer)


def claim(db: sqlite3.Connection, account: str, key: str, fingerprint: str) -> None:
    """Take a key for a request that is about to run."""
    db.execute(
        "INSERT INTO idempotency_keys (account, key, fingerprint) VALUES (?, ?, ?)",
        (account, key, fingerprint),
    )


def keep(db: sqlite3.Connection, account: str, key: str, answer: Answer) -> None:
    """Keep the answer every repetition gets from now on."""
    db.execute(
        "UPDATE idempotency_keys SET status = ?, body = ? WHERE account = ? AND key = ?",
        (answer.status, json.dumps(answer.body), account, key),
    )


def release(db: sqlite3.Connection, account: str, key: str) -> None:
    """Nothing ran, so the key is free again."""
    db.execute(
        "DELETE FROM idempotency_keys WHERE account = ? AND key = ? AND status IS NULL",
        (account, key),
    )


def release_interrupted(db: sqlite3.Connection) -> None:
    """After a crash: claims without an answer belong to transactions that were never committed."""
    db.execute("DELETE FROM idempotency_keys WHERE status IS NULL")
