"""Make the order from exactly one confirmed revision."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from marketplace.accounts import audit
from marketplace.accounts.models import AuditEntry
from marketplace.core.ids import new_id
from marketplace.core.transitions import move
from merchants.models import Member
from merchants.roles import Permission
from merchants.round_trip import insert_all
from merchants.scope import current_scope
from merchants.states import MerchantState
from orders.access import Party, current_member
from orders.cells import values_of
from orders.digest import both_confirmed
from orders.errors import (
    FormClosedError,
    MerchantClosedError,
    NotConfirmedError,
    StaleConfirmationError,
)
from orders.models import DealEntry, Order, OrderForm, OrderLine
from orders.order_copy import copied, lines_for, photos_named
from orders.order_summary import order_summary
from orders.realtime import announce_form, announce_order
from orders.selectors import locked_form, orders
from orders.services.confirm_form import check_shown
from orders.services.keep_record import next_entry
from orders.services.revise_order import withdraw_revision
from orders.services.supersede_order import supersede
from orders.states import FORM_MOVES, FormState, Role

_NUMBERED: Final = """
INSERT INTO orders_ordercounter (id, created_at, merchant_id, last)
SELECT %(id)s, %(now)s, %(merchant)s, 1 WHERE NOT EXISTS (
  SELECT FROM orders_order o WHERE o.form_id = %(form)s AND o.form_revision = %(revision)s
)
ON CONFLICT (merchant_id) DO UPDATE SET last = orders_ordercounter.last + 1
RETURNING last, (
  SELECT jsonb_object_agg(p.code, p.id) FROM orders_photo p
  WHERE p.form_id = %(form)s AND p.code = ANY(%(photos)s)
), (
  SELECT o.id FROM orders_order o WHERE o.form_id = %(form)s
    AND o.revising_at IS NOT NULL AND o.state = 'awaiting_payment'
)
"""


def create_order(party: Party, *, revision: int, digest: str) -> Order:
    """Make the frozen copy of a revision both sides confirmed; exactly one per revision.

    Locks the form, then the merchant's counter, then the order that is being revised, which
    gives way. A repeat (double click, other tab, colleague) returns the same order and announces
    nothing; otherwise announces order.created, and order.updated of the one replaced. Raises
    ForbiddenError, StaleConfirmationError, NotConfirmedError, FormClosedError,
    MerchantClosedError.
    """
    member = current_member(party, Permission.ORDERS_CREATE)
    form = locked_form(party.form_id)
    if form.state == FormState.ORDERED:
        return _existing(form, revision=revision, digest=digest)
    if form.state != FormState.OPEN:
        raise FormClosedError(state=form.state)
    check_shown(form, revision=revision, digest=digest)
    if not both_confirmed(form.confirmed, revision):
        raise NotConfirmedError(
            confirmations={role.value: at for role, at in form.confirmed.items()}
        )
    if member.merchant.state != MerchantState.LIVE:
        raise MerchantClosedError
    return _made(form, member, digest)


def _existing(form: OrderForm, *, revision: int, digest: str) -> Order:
    found = orders().filter(form=form, form_revision=revision, digest=digest)
    for order in found[:1]:
        return order
    raise StaleConfirmationError(revision=form.revision, changed=[])


def _made(form: OrderForm, member: Member, digest: str) -> Order:
    now, values = timezone.now(), values_of(form.fields)
    needs = _needs(form, photos_named(values), now)
    if needs is None:
        return _unchanged(form)
    order = copied(form, member, digest=digest, number=needs.number, now=now)
    old = supersede(needs.revised, order) if needs.revised else None
    move(FORM_MOVES, FormState(form.state), FormState.ORDERED)
    form.state = FormState.ORDERED
    form.notices += 1
    insert_all(current_scope(), [order, _audited(order), _recorded(form, order)])
    lines = OrderLine.objects.bulk_create(lines_for(order, values, needs.photos))
    form.save(update_fields=["state", "notices", "updated_at"])
    # what was just written is what it has
    order._prefetched_objects_cache = {"lines": lines, "marks": []}  # type: ignore[attr-defined]  # noqa: SLF001
    order._state.fields_cache["revised_by"] = None  # noqa: SLF001
    announce_form(form, {"type": "order.created", "order": order_summary(order)})
    if old:
        announce_order(old)
    return order


def _unchanged(form: OrderForm) -> Order:
    """Return the order of a revision that changed nothing; it waits for its payment again."""
    order_id = Order.objects.values_list("id", flat=True).get(
        form=form, form_revision=form.revision
    )
    return withdraw_revision(order_id)


@dataclass(frozen=True, slots=True)
class _Needs:
    """What the rows of an order need from elsewhere."""

    number: int
    photos: Mapping[str, UUID]
    revised: UUID | None


def _needs(form: OrderForm, photos: list[str], now: datetime) -> _Needs | None:
    """Return the merchant's next number, the form's pictures of these codes, what is revised.

    None when this revision has its order. Numbers are without a gap, since a rollback takes
    them back.
    """
    parameters: dict[str, Any] = {
        "id": new_id(),
        "now": now,
        "merchant": form.merchant_id,
        "form": form.id,
        "revision": form.revision,
        "photos": photos,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED, parameters)
        row = cursor.fetchone()
    if row is None:
        return None
    number, found, revised = row
    keys = json.loads(found) if found else {}
    return _Needs(number, {code: UUID(key) for code, key in keys.items()}, revised)


def _audited(order: Order) -> AuditEntry:
    return audit.entry_of(
        current_scope().actor,
        "order.created",
        subject=("order", order.id),
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
        data={"number": order.number, "revision": order.form_revision, "digest": order.digest},
    )


def _recorded(form: OrderForm, order: Order) -> DealEntry:
    data = {
        "order": order.code,
        "number": order.number,
        "digest": order.digest,
        "total_minor": order.total_minor,
        "currency": order.currency,
        "revises": order.revises.code if order.revises else None,
    }
    return next_entry(form, "ordered", role=Role.MERCHANT, data=data)
