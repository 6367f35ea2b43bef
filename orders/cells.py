"""The values of a form as stored on its row, and what follows from them. Pure.

A cell is `{value, author, author_id, author_name, revision, at, disputed}`; the row holds
one per field that was ever set. What leaves the server has no `author_id`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from orders.faults import FieldError
from orders.pricing import faults_of, lines_of
from orders.replies import Reply, is_questioned
from orders.states import Mark, Role
from orders.times import Reading, read_times

Cells = Mapping[str, Mapping[str, Any]]
_PUBLIC: Final = ("value", "author", "author_name", "revision", "at")


def values_of(cells: Cells) -> dict[str, str]:
    """Return the values that are not empty, by field key."""
    return {key: cell["value"] for key, cell in cells.items() if cell["value"]}


def changed_since(cells: Cells, revision: int) -> list[str]:
    """Return the keys set after `revision`, in order of their keys."""
    return sorted(key for key, cell in cells.items() if cell["revision"] > revision)


def mark_of(
    cell: Mapping[str, Any],
    confirmed: Mapping[Role, int | None],
    *,
    questioned: bool = False,
) -> Mark:
    """Return what the sides make of a value: agreed once the other side confirmed it.

    A value the customer asks about is disputed, whoever confirmed it.
    """
    if not cell["value"]:
        return Mark.EMPTY
    if questioned:
        return Mark.DISPUTED
    seen = confirmed.get(Role(cell["author"]).other)
    if seen is not None and seen >= cell["revision"]:
        return Mark.AGREED
    return Mark.DISPUTED if cell.get("disputed") else Mark.PROPOSED


def shown(
    cells: Cells, confirmed: Mapping[Role, int | None], reply: Reply | None = None
) -> dict[str, dict[str, Any]]:
    """Return the cells as both screens show them."""
    return {
        key: {
            **{name: cell[name] for name in _PUBLIC},
            "mark": mark_of(
                cell, confirmed, questioned=is_questioned(reply, key, cell["revision"])
            ).value,
        }
        for key, cell in cells.items()
    }


def times_of(
    values: Mapping[str, str], *, zone: str, now: datetime, field: str = "time.start"
) -> tuple[Reading | None, Reading | None]:
    """Return the readings of a form's times; `zone` is used where none was agreed.

    Raises FieldError, see `times.read_times`.
    """
    return read_times(
        values.get("time.start", ""),
        values.get("time.end", ""),
        values.get("time.zone") or zone,
        now=now,
        field=field,
    )


def wanting(
    values: Mapping[str, str], *, currency: str, zone: str, now: datetime
) -> dict[str, str]:
    """Return what keeps a form from being confirmed: field key to code; empty when nothing does."""
    missing = faults_of(values, currency)
    if not values.get("content", "").strip() and not lines_of(values, currency):
        missing["content"] = "field_missing"
    if values.get("time.end") and not values.get("time.start"):
        missing["time.start"] = "field_missing"
    try:
        times_of(values, zone=zone, now=now)
    except FieldError as error:
        missing[error.field] = error.code
    return missing
