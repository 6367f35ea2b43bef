"""The deal record as a time line in words; the record itself has codes and digests only."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from orders.fields import FIELDS
from orders.labels import label_of
from orders.models import DealEntry

MOST_NAMED: Final = 6
"""So many values are named; of more it is said how many there are."""
_DONE: Final[Mapping[str, str | Promise]] = {
    "opened": _("The order form was opened"),
    "asked": _("%(name)s asked for information"),
    "reminded": _("%(name)s reminded of a question"),
    "recalled": _("%(name)s took a question back"),
    "put_off": _("%(name)s puts a question off"),
    "answered": _("%(name)s answered a question"),
    "declined": _("%(name)s declined a question"),
    "queried": _("%(name)s asked about the order"),
    "refused": _("%(name)s refused the order as it stood"),
    "settled": _("%(name)s dealt with the question about the order"),
    "confirmed": _("%(name)s confirmed the order"),
    "ordered": _("Order created"),
    "revising": _("%(name)s opened the order to change it"),
    "withdrawn": _("%(name)s took the change back"),
    "superseded": _("A newer order took its place"),
    "paid": _("Paid"),
    "expired": _("The time to pay ran out"),
    "cancelled": _("The order was cancelled"),
    "line_done": _("%(name)s has one item ready"),
    "line_undone": _("%(name)s took back that an item is ready"),
    "note": _("%(name)s told the customer something"),
    "fulfilled": _("%(name)s fulfilled the order"),
    "completed": _("Completed"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the time line: done, now (being waited for), or still ahead (empty)."""

    text: str | Promise
    at: datetime | None = None
    note: str = ""
    state: str = "done"
    kind: str = ""


def steps_of(entries: Iterable[DealEntry]) -> list[Step]:
    """Return what the entries of one deal tell, oldest first."""
    return [_step(entry) for entry in entries]


def _step(entry: DealEntry) -> Step:
    words = str(_DONE.get(entry.kind) or entry.kind.replace("_", " "))
    name = entry.actor_name or gettext("The customer")
    note = " · ".join(filter(None, [_noted(entry), _changed(entry.data)]))
    text = words % {"name": name} if "%(name)s" in words else words
    return Step(text, datetime.fromisoformat(entry.at), note, kind=entry.kind)


def _noted(entry: DealEntry) -> str:
    told = _NOTES.get(entry.kind)
    return told(entry.data) if told else ""


def _revision(data: Mapping[str, Any]) -> str:
    return gettext("revision %(revision)s") % {"revision": data["revision"]}


def _fields(data: Mapping[str, Any]) -> str:
    return _named(data.get("fields", []))


def _declined(data: Mapping[str, Any]) -> str:
    return _named(data.get("declined", []))


def _ordered(data: Mapping[str, Any]) -> str:
    return gettext("both confirmed revision %(revision)s") % {"revision": data["revision"]}


_NOTES: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "asked": _fields,
    "answered": _fields,
    "declined": _declined,
    "queried": _fields,
    "refused": _revision,
    "confirmed": _revision,
    "ordered": _ordered,
}


def _changed(data: Mapping[str, Any]) -> str:
    """Return which values were written since the entry before."""
    keys = list(dict.fromkeys(edit[1] for edit in data.get("edits", [])))
    if not keys:
        return ""
    if len(keys) > MOST_NAMED:
        words = ngettext("%(count)s value changed", "%(count)s values changed", len(keys))
        return words % {"count": len(keys)}
    return gettext("changed: %(what)s") % {"what": _named(keys)}


def _named(keys: Iterable[str]) -> str:
    return ", ".join(label_of(key) for key in keys if key in FIELDS)
