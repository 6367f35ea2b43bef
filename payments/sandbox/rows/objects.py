"""Stripe objects as rows: the public body, and what the sandbox knows beside it (`private`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from payments.sandbox.errors import Json


@dataclass
class Stored:
    """One object as stored. Change `body` or `private`, then `save` it."""

    id: str
    kind: str
    account: str
    body: Json
    private: Json = field(default_factory=dict)
    seq: int = 0


@dataclass(frozen=True)
class Filter:
    """A condition on a field of the body; `column` and `operator` come from the sandbox's own
    tables, never a request.
    """

    expression: str
    value: str | int


def insert(db: sqlite3.Connection, stored: Stored, created: int) -> None:
    """Store a new object."""
    db.execute(
        "INSERT INTO objects (id, kind, account, created, body, private) VALUES (?, ?, ?, ?, ?, ?)",
        (
            stored.id,
            stored.kind,
            stored.account,
            created,
            json.dumps(stored.body),
            json.dumps(stored.private),
        ),
    )


def save(db: sqlite3.Connection, stored: Stored) -> None:
    """Write the changed body and private part back."""
    db.execute(
        "UPDATE objects SET body = ?, private = ? WHERE id = ?",
        (json.dumps(stored.body), json.dumps(stored.private), stored.id),
    )


def find(db: sqlite3.Connection, object_id: str) -> Stored | None:
    """Find an object of any account."""
    row = db.execute("SELECT * FROM objects WHERE id = ?", (object_id,)).fetchone()
    return _stored(row) if row else None


def select(
    db: sqlite3.Connection,
    kind: str,
    *,
    account: str | None = None,
    filters: Sequence[Filter] = (),
    limit: int = -1,
) -> list[Stored]:
    """Objects of a kind, newest first; of every account when none is named."""
    conditions = ["kind = ?", *(entry.expression for entry in filters)]
    values: list[str | int] = [kind, *(entry.value for entry in filters)]
    if account is not None:
        conditions.append("account = ?")
        values.append(account)
    query = f"SELECT * FROM objects WHERE {' AND '.join(conditions)} ORDER BY seq DESC LIMIT ?"  # noqa: S608
    return [_stored(row) for row in db.execute(query, (*values, limit))]


def everything(db: sqlite3.Connection) -> list[Stored]:
    """Return every object, newest first."""
    return [_stored(row) for row in db.execute("SELECT * FROM objects ORDER BY seq DESC")]


def body_equals(name: str, value: str | int) -> Filter:
    """Return the condition that a field of the body has this value; `name` is the sandbox's own,
    never a request's.
    """
    return Filter(f"json_extract(body, '$.{name}') = ?", value)


def _stored(row: sqlite3.Row) -> Stored:
    return Stored(
        row["id"],
        row["kind"],
        row["account"],
        json.loads(row["body"]),
        json.loads(row["private"]),
        row["seq"],
    )
