"""The customer questions values or refuses a revision; the merchant has dealt with it."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from calls.text import clean_text
from marketplace.accounts import audit
from merchants.roles import Permission
from merchants.scope import current_scope
from orders.access import Party, current_member, customer_only
from orders.cells import changed_since
from orders.errors import (
    FieldRefusedError,
    FormClosedError,
    ReplyEmptyError,
    StaleConfirmationError,
)
from orders.fields import FIELDS
from orders.models import OrderForm
from orders.realtime import announce_form
from orders.replies import ReplyKind, reply_of
from orders.selectors import locked_form
from orders.services.keep_record import record
from orders.states import FormState


def query_form(party: Party, *, fields: Sequence[str], words: str = "") -> dict[str, Any]:
    """Question values of an open form; takes the customer's own confirmation back.

    Locks the form; announces form.replied. Raises ForbiddenError for the merchant,
    FormClosedError, ReplyEmptyError, FieldRefusedError (field_unknown).
    """
    customer_only(party)
    words = clean_text(words).strip()
    unknown = sorted(set(fields) - FIELDS.keys())
    if unknown:
        raise FieldRefusedError("field_unknown", unknown[0])
    if not fields and not words:
        raise ReplyEmptyError
    form = _open(party)
    keys = [key for key in FIELDS if key in set(fields)]
    return _reply(party, form, ReplyKind.QUERY, fields=keys, words=words)


def refuse_form(party: Party, *, revision: int, words: str = "") -> dict[str, Any]:
    """Refuse exactly one revision; takes the customer's own confirmation back.

    Locks the form; announces form.replied. Raises ForbiddenError for the merchant,
    FormClosedError, StaleConfirmationError when another revision stands by now.
    """
    customer_only(party)
    form = _open(party)
    if form.revision != revision:
        changed = changed_since(form.fields, revision)
        raise StaleConfirmationError(revision=form.revision, changed=changed)
    return _reply(party, form, ReplyKind.REFUSAL, fields=[], words=clean_text(words).strip())


def settle_reply(party: Party) -> None:
    """Say that the customer's reply is dealt with; without one it is a no-op.

    Locks the form; announces form.replied. Raises ForbiddenError for the customer and for a
    member without the right.
    """
    current_member(party, Permission.FORMS_EDIT)
    form = locked_form(party.form_id)
    if form.reply is None:
        return
    form.reply = None
    record(form, "settled", role=party.role)
    _told(form, "form.settled", saved=["reply"])


def _open(party: Party) -> OrderForm:
    form = locked_form(party.form_id)
    if form.state != FormState.OPEN:
        raise FormClosedError(state=form.state)
    return form


def _reply(
    party: Party, form: OrderForm, kind: ReplyKind, *, fields: Sequence[str], words: str
) -> dict[str, Any]:
    reply = reply_of(kind, fields=fields, words=words, revision=form.revision, at=timezone.now())
    form.reply, form.customer_confirmed_revision = reply, None
    done = {ReplyKind.QUERY: "queried", ReplyKind.REFUSAL: "refused"}[kind]
    record(form, done, role=party.role, data={"fields": list(fields)})
    _told(form, f"form.{done}", saved=["reply", "customer_confirmed_revision"])
    return reply


def _told(form: OrderForm, what: str, *, saved: Sequence[str]) -> None:
    form.notices += 1
    form.save(update_fields=[*saved, "notices", "updated_at"])
    audit.record(
        current_scope().actor,
        what,
        subject=("form", form.id),
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        data={"revision": form.revision, "fields": (form.reply or {}).get("fields", [])},
    )
    announce_form(
        form,
        {
            "type": "form.replied",
            "reply": form.reply,
            "confirmations": {role.value: at for role, at in form.confirmed.items()},
        },
    )
