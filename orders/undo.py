"""Which of a person's own changes stands last, and what stood there before. Pure.

A change is a run of edits: typing sends one edit per pause, and taking back a single one of
them would take back a syllable.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

RUN: Final = timedelta(seconds=4)
"""Edits of one field that follow each other this closely are one change."""
_PREFIX: Final = "undo-"


@dataclass(frozen=True, slots=True)
class Past:
    """One edit as it was kept."""

    revision: int
    op: str
    field: str
    author_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A change that stands: its field, and its first and last edit by revision."""

    field: str
    first: int
    last: int


def undo_op(change: Change, code: str) -> str:
    """Return an operation id that says which change it takes back."""
    return f"{_PREFIX}{change.first}-{code}"


def last_change(edits: Sequence[Past], actor: UUID) -> Change | None:
    """Return the actor's last change that still stands, from edits newest first.

    A field somebody else set since is left alone. What an earlier undo took back is passed
    over, so that undoing again goes one change further back.
    """
    standing = _standing(edits, actor)
    last = next(standing, None)
    if last is None:
        return None
    first = last
    for edit in standing:
        if edit.field != last.field or first.at - edit.at > RUN:
            break
        first = edit
    top = next(edit.revision for edit in edits if edit.field == last.field)
    return Change(last.field, first.revision, top)


def _standing(edits: Sequence[Past], actor: UUID) -> Iterator[Past]:
    """Yield the actor's edits nobody set anything over, without undone ones and undos."""
    limits: dict[str, int] = {}
    for edit in edits:
        limit = limits.get(edit.field)
        if limit is not None and edit.revision >= limit:
            continue
        if edit.author_id != actor:
            limits[edit.field] = 0
        elif (undone := _undone(edit)) is not None:
            limits[edit.field] = undone
        else:
            yield edit


def _undone(edit: Past) -> int | None:
    number = edit.op.removeprefix(_PREFIX).partition("-")[0]
    return int(number) if edit.op.startswith(_PREFIX) and number.isdecimal() else None
