"""The reference and the real services side by side: every answer and every row must be the same."""

from typing import Any

from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import DomainError
from merchants.scope import entered, operator_scope
from orders.access import Party
from orders.models import FormEdit
from orders.selectors import form_snapshot
from orders.services.edit_form import Edit, edit_form
from tests.convergence.reference import Person, ReferenceForm
from tests.factories.orders import colleague_of, make_table

TOLD = ("type", "field", "op", "author", "revision", "value", "replaced")


class CheckedForm(ReferenceForm):
    """A form in PostgreSQL that its reference is held against."""

    def __init__(self) -> None:
        table = make_table()
        super().__init__(code=table.seller.code)
        self.table = table
        self.parties: dict[str, Party] = {
            "lena": table.buyer,
            "mei": table.seller,
            "tom": colleague_of(table),
        }

    def edit(self, person: Person, frame: dict[str, Any]) -> tuple[dict[str, Any], dict | None]:
        reply, told = super().edit(person, frame)
        edit = Edit(frame["op"], frame["field"], frame["value"], frame["base"])
        real, frame = self._really(person, edit)
        assert real == reply
        said = frame and {k: v for k, v in frame.items() if k in TOLD}
        assert said == told
        return reply, told

    def _really(self, person: Person, edit: Edit) -> tuple[dict[str, Any], dict | None]:
        try:
            applied = edit_form(self.parties[person.actor], edit)
        except DomainError as error:
            return {"code": error.code}, None
        return applied.reply, applied.frame

    def snapshot(self) -> dict[str, Any]:
        """Return what the real one shows, which must be what the reference shows."""
        with entered(self.table.seller.scope):
            real = form_snapshot(self.table.seller.form_id)
        expected = super().snapshot()["fields"]
        assert _plain(real["fields"]) == _plain(expected)
        assert real["revision"] == self.revision
        return {**super().snapshot(), "fields": real["fields"], "epoch": real["epoch"]}

    def compare(self) -> None:
        with entered(operator_scope(SYSTEM)):
            rows = list(
                FormEdit.objects.filter(form_id=self.table.seller.form_id).order_by("revision")
            )
        assert [(r.revision, r.op, r.field, r.value, r.author, r.base) for r in rows] == [
            (e.revision, e.op, e.field, e.value, e.author, e.base) for e in self.log
        ]


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Without names and times, which the reference does not keep."""
    kept = ("value", "author", "revision", "mark")
    return {key: {name: cell[name] for name in kept} for key, cell in fields.items()}
