"""Take back one's own last change that still stands."""

from typing import Final

from marketplace.core.ids import new_code
from merchants.scope import entered
from orders.access import Party
from orders.errors import NothingToUndoError
from orders.models import FormEdit
from orders.services.edit_form import Applied, Edit, edit_form
from orders.undo import Change, Past, last_change, undo_op

LOOKED_BACK: Final = 300
"""How many edits of the form an undo goes back at most."""


def undo_edit(party: Party) -> Applied:
    """Put back what stood before the actor's last change, as an edit of its own.

    Checked like every edit, with the rights of this moment; locks the form for the length of
    one statement and must not be called inside a transaction. The caller announces the frame.
    Raises NothingToUndoError, also when somebody sets the field at the same moment, and what
    `edit_form` raises.
    """
    change, before = _looked_up(party)
    edit = Edit(
        op=undo_op(change, new_code()),
        field=change.field,
        value=before,
        base=change.last,
        only_over=change.last,
    )
    applied = edit_form(party, edit)
    if applied.frame is None:
        raise NothingToUndoError
    return Applied({"field": change.field, **applied.reply}, applied.frame)


def _looked_up(party: Party) -> tuple[Change, str]:
    """Return the change and the value before it."""
    with entered(party.scope):
        edits = FormEdit.objects.filter(form_id=party.form_id).order_by("-revision")
        rows = edits.values_list("revision", "op", "field", "author_id", "created_at")
        change = last_change([Past(*row) for row in rows[:LOOKED_BACK]], party.actor_id)
        if change is None:
            raise NothingToUndoError
        older = edits.filter(field=change.field, revision__lt=change.first)
        before: str = older.values_list("value", flat=True).first() or ""
    return change, before
