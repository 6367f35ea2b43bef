"""What the server does with an edit, said once more in plain Python: `edit_form` without a database.

The rule, in the order of `orders/services/edit_form.py`:

1. the value is cleaned by `orders.fields.clean`, which refuses with a code;
2. an op that was applied before gets its first answer again and changes nothing;
3. a value that stands there already is answered with `unchanged` and makes no revision;
4. everything else gets the next revision, drops both confirmations, and tells both sides which
   value it replaced, if somebody else had written one that its author had not seen.

`test_differential.py` runs both side by side, so that this one cannot drift. Confirming is only the
comparison of revision and digest; what a form needs to be complete is left out.
"""

from dataclasses import dataclass, field
from typing import Any

from orders.cells import shown, values_of
from orders.digest import form_digest
from orders.faults import FieldError
from orders.fields import clean
from orders.states import Role

CURRENCY = "EUR"


@dataclass(frozen=True)
class Person:
    """Somebody at a screen: the side, and who it is."""

    role: Role
    actor: str


@dataclass(frozen=True)
class Logged:
    """One applied edit, as a row of FormEdit."""

    revision: int
    op: str
    field: str
    value: str
    author: str
    actor: str
    base: int


@dataclass
class ReferenceForm:
    """One order form and the log of its edits."""

    code: str = "form"
    epoch: int = 1
    revision: int = 0
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    confirmed: dict[Role, int | None] = field(default_factory=lambda: dict.fromkeys(Role))

    def edit(self, person: Person, frame: dict[str, Any]) -> tuple[dict[str, Any], dict | None]:
        """Return the reply (with `code`, if refused) and what the others are told."""
        key, op, base = frame["field"], frame["op"], frame["base"]
        try:
            value = clean(key, frame["value"], role=person.role, currency=CURRENCY)
        except FieldError as error:
            return {"code": error.code}, None
        first = self.known(op)
        if first is not None:
            return self.repeat(first, person, key, value), None
        cell = self.cells.get(key)
        if value == (cell["value"] if cell else ""):
            seen = cell["revision"] if cell else 0
            return {"revision": seen, "value": value, "unchanged": True}, None
        clash = bool(cell and cell["revision"] > base and cell["author_id"] != person.actor)
        replaced = {"value": cell["value"], "author": cell["author"]} if clash else None
        self.apply(person, Logged(self.revision + 1, op, key, value, person.role.value, person.actor, base), clash)  # fmt: skip
        reply = {"revision": self.revision, "value": value}
        if replaced:
            reply["replaced"] = replaced
        told = {"type": "form.edited", "field": key, "op": op, "author": person.role.value, **reply}
        return reply, told

    def known(self, op: str) -> Logged | None:
        return next((edit for edit in self.log if edit.op == op), None)

    def apply(self, person: Person, edit: Logged, clash: bool) -> None:
        self.revision = edit.revision
        self.log.append(edit)
        self.confirmed = dict.fromkeys(Role)
        self.cells[edit.field] = {
            "value": edit.value,
            "author": edit.author,
            "author_id": edit.actor,
            "author_name": person.actor,
            "revision": edit.revision,
            "at": "",
            "disputed": clash,
        }

    def repeat(self, first: Logged, person: Person, key: str, value: str) -> dict[str, Any]:
        if (first.actor, first.field, first.value) != (person.actor, key, value):
            return {"code": "op_reused"}
        earlier = [e for e in self.log if e.field == key and e.revision < first.revision]
        reply: dict[str, Any] = {"revision": first.revision, "value": first.value}
        if earlier and earlier[-1].revision > first.base and earlier[-1].actor != first.actor:
            reply["replaced"] = {"value": earlier[-1].value, "author": earlier[-1].author}
        return reply

    def confirm(self, person: Person, frame: dict[str, Any]) -> tuple[dict[str, Any], dict | None]:
        if (frame["revision"], frame["digest"]) != (self.revision, self.digest):
            return {"code": "stale_confirmation"}, None
        self.confirmed[person.role] = self.revision
        confirmations = {role.value: seen for role, seen in self.confirmed.items()}
        return {"confirmations": confirmations}, {
            "type": "form.confirmed",
            "confirmations": confirmations,
        }

    @property
    def digest(self) -> str:
        values = values_of(self.cells)
        return form_digest(code=self.code, revision=self.revision, currency=CURRENCY, values=values)

    @property
    def version(self) -> dict[str, Any]:
        return {"epoch": str(self.epoch), "revision": self.revision}

    def snapshot(self) -> dict[str, Any]:
        return {
            "form": self.code,
            **self.version,
            "currency": CURRENCY,
            "state": "open",
            "locale_zone": "Europe/Vienna",
            "fields": shown(self.cells, self.confirmed),
            "requests": [],
            "reply": None,
            "confirmations": {role.value: seen for role, seen in self.confirmed.items()},
            "order": None,
            "seller": {},
        }
