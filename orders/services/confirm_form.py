"""Acknowledge one revision of a form by its digest."""

from django.utils import timezone

from marketplace.accounts import audit
from merchants.roles import Permission
from merchants.scope import current_scope
from orders.access import Party, current_member
from orders.cells import changed_since, values_of, wanting
from orders.errors import FormClosedError, FormIncompleteError, StaleConfirmationError
from orders.models import OrderForm
from orders.realtime import announce_form
from orders.selectors import digest_of, locked_form
from orders.services.keep_record import record
from orders.states import FormState, Role


def confirm_form(party: Party, *, revision: int, digest: str) -> dict[str, int | None]:
    """Record that this side agrees to exactly what it sees; returns who confirmed what.

    The customer's confirmation clears what they asked or refused before. Locks the form.
    Announces form.confirmed, and form.replied where a reply was cleared; confirming the same
    revision again is a no-op.
    Raises FormClosedError, StaleConfirmationError (with the new revision and the keys that
    changed), FormIncompleteError, ForbiddenError.
    """
    if party.role is Role.MERCHANT:
        current_member(party, Permission.FORMS_EDIT)
    form = locked_form(party.form_id)
    if form.state != FormState.OPEN:
        raise FormClosedError(state=form.state)
    check_shown(form, revision=revision, digest=digest)
    _check_complete(form)
    if form.confirmed[party.role] != revision:
        _confirm(form, party, digest)
    return {role.value: at for role, at in form.confirmed.items()}


def check_shown(form: OrderForm, *, revision: int, digest: str) -> None:
    """Raise StaleConfirmationError unless revision and digest are the form's present ones."""
    if revision == form.revision and digest == digest_of(form):
        return
    raise StaleConfirmationError(
        revision=form.revision, changed=changed_since(form.fields, revision)
    )


def _check_complete(form: OrderForm) -> None:
    missing = wanting(
        values_of(form.fields),
        currency=form.currency,
        zone=form.time_zone,
        now=timezone.now(),
    )
    if missing:
        raise FormIncompleteError(fields=missing)


def _confirm(form: OrderForm, party: Party, digest: str) -> None:
    column = f"{party.role.value}_confirmed_revision"
    setattr(form, column, form.revision)
    answered = party.role is Role.CUSTOMER and form.reply is not None
    if answered:
        form.reply = None
    form.notices += 1
    saved = ["reply"] if answered else []
    form.save(update_fields=[column, *saved, "notices", "updated_at"])
    record(form, "confirmed", role=party.role, data={"digest": digest})
    audit.record(
        current_scope().actor,
        "form.confirmed",
        subject=("form", form.id),
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        data={"revision": form.revision, "digest": digest, "role": party.role.value},
    )
    _announce(form, party.role, answered=answered)


def _announce(form: OrderForm, role: Role, *, answered: bool) -> None:
    confirmations = {side.value: at for side, at in form.confirmed.items()}
    if answered:
        announce_form(form, {"type": "form.replied", "reply": None, "confirmations": confirmations})
    announce_form(
        form,
        {
            "type": "form.confirmed",
            "role": role.value,
            "revision": form.revision,
            "confirmations": confirmations,
        },
    )
