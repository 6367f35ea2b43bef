"""An order that is not paid yet goes back to its form, and out of it again."""

from typing import Final
from uuid import UUID

from django.utils import timezone

from marketplace.accounts import audit
from marketplace.core.ids import new_code
from marketplace.core.transitions import move
from merchants.scope import current_scope
from orders.errors import OrderNotOpenError, OtherFormOpenError
from orders.models import FormEdit, Order, OrderForm
from orders.realtime import announce_form, announce_order
from orders.selectors import locked_order
from orders.services.keep_record import record
from orders.services.open_form import LIFE
from orders.states import FORM_MOVES, FormState, OrderState, Role

_CUSTOMERS_OWN: Final = frozenset({"price.proposal"})


def hold_for_revision(order_id: UUID) -> Order:
    """Keep an order from being paid while its open checkout is ended.

    Locks the form and the order. Announces order.updated; holding twice is a no-op. Raises
    NotFoundError, OrderNotOpenError.
    """
    order = locked_order(order_id)
    if order.state != OrderState.AWAITING_PAYMENT:
        raise OrderNotOpenError(state=order.state)
    if order.revising_at is None:
        _mark(order, held=True)
        announce_order(order)
    return order


def release_hold(order_id: UUID) -> Order:
    """Let a held order be paid again; one whose form is open already stays as it is.

    Locks the form and the order. Announces order.updated.
    """
    order = locked_order(order_id)
    if order.revising_at is not None and order.form.state == FormState.ORDERED:
        _mark(order, held=False)
        announce_order(order)
    return order


def revise_order(order_id: UUID) -> OrderForm:
    """Open the form of a held order again; both sides confirm anew before it is replaced.

    The caller has made sure that nobody can pay it. Locks the form and the order. Announces
    form.reopened and order.updated; a repeat is a no-op. Raises OrderNotOpenError when it is
    not held (paid meanwhile, or released), OtherFormOpenError.
    """
    order = locked_order(order_id)
    form = order.form
    if order.state != OrderState.AWAITING_PAYMENT or order.revising_at is None:
        raise OrderNotOpenError(state=order.state)
    if not move(FORM_MOVES, FormState(form.state), FormState.OPEN):
        return form
    _make_room(form)
    form.state, form.reply = FormState.OPEN, None
    form.customer_confirmed_revision = form.merchant_confirmed_revision = None
    form.expires_at = timezone.now() + LIFE
    _moved(form, order, "revising")
    announce_form(form, {"type": "form.reopened", "order": order.code})
    announce_order(order)
    return form


def withdraw_revision(order_id: UUID) -> Order:
    """Take a revision back: the form says again what the order says, and is closed.

    Values return by edits of the merchant. Locks the form and the order. Announces form.closed
    and order.updated; a repeat is a no-op.
    """
    order = locked_order(order_id)
    form = order.form
    if order.revising_at is None:
        return order
    if form.state == FormState.OPEN:
        _restore(form, order)
        move(FORM_MOVES, FormState(form.state), FormState.ORDERED)
        form.state, form.reply = FormState.ORDERED, None
        _moved(form, order, "withdrawn")
        announce_form(form, {"type": "form.closed"})
    _mark(order, held=False)
    announce_order(order)
    return order


def _mark(order: Order, *, held: bool) -> None:
    order.revising_at = timezone.now() if held else None
    order.save(update_fields=["revising_at"])


def _moved(form: OrderForm, order: Order, kind: str) -> None:
    form.notices += 1
    form.save(
        update_fields=[
            "state",
            "reply",
            "customer_confirmed_revision",
            "merchant_confirmed_revision",
            "call",
            "expires_at",
            "notices",
            "updated_at",
        ]
    )
    record(form, kind, role=Role.MERCHANT, data={"order": order.code})
    audit.record(
        current_scope().actor,
        f"order.{kind}",
        subject=("order", order.id),
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
    )


def _make_room(form: OrderForm) -> None:
    """Close an empty form the two have opened since, and take over its call.

    A pair has at most one open form. Raises OtherFormOpenError when something is in it.
    """
    others = OrderForm.objects.select_for_update(of=("self",)).filter(
        merchant_id=form.merchant_id, customer_id=form.customer_id, state=FormState.OPEN
    )
    for other in others:
        if other.revision:
            raise OtherFormOpenError(form=other.code)
        form.call, other.call = other.call or form.call, None
        other.state = FormState.EXPIRED
        other.notices += 1
        other.save(update_fields=["state", "call", "notices", "updated_at"])
        announce_form(other, {"type": "form.expired"})


def _restore(form: OrderForm, order: Order) -> None:
    actor = current_scope().actor
    agreed = {key: cell["value"] for key, cell in order.values.items()}
    for key in sorted((agreed.keys() | form.fields.keys()) - _CUSTOMERS_OWN):
        value = agreed.get(key, "")
        if form.fields.get(key, {}).get("value", "") == value:
            continue
        now = timezone.now()
        form.revision += 1
        form.fields[key] = {
            "value": value,
            "author": Role.MERCHANT.value,
            "author_id": str(actor.id),
            "author_name": actor.name,
            "revision": form.revision,
            "at": now.isoformat(timespec="milliseconds"),
            "disputed": False,
        }
        form.customer_confirmed_revision = form.merchant_confirmed_revision = None
        form.save(
            update_fields=[
                "revision",
                "fields",
                "customer_confirmed_revision",
                "merchant_confirmed_revision",
                "updated_at",
            ]
        )
        FormEdit.objects.create(
            merchant_id=form.merchant_id,
            customer_id=form.customer_id,
            form=form,
            revision=form.revision,
            op=new_code(),
            field=key,
            value=value,
            author=Role.MERCHANT.value,
            author_id=actor.id,
            base=form.revision - 1,
            created_at=now,
        )
