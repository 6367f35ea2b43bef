"""Make the order from exactly one confirmed revision."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from marketplace.accounts import audit
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.core.transitions import move
from merchants.models import Member, Merchant
from merchants.roles import Permission
from merchants.scope import current_scope
from merchants.states import MerchantState
from orders.access import Party, current_member
from orders.cells import times_of, values_of
from orders.digest import both_confirmed
from orders.errors import (
    FormClosedError,
    MerchantClosedError,
    NotConfirmedError,
    StaleConfirmationError,
)
from orders.fields import ADDRESS_KEYS
from orders.models import Order, OrderForm, OrderLine
from orders.realtime import announce_form
from orders.selectors import locked_form, orders
from orders.services.confirm_form import check_shown
from orders.states import FORM_MOVES, FormState
from orders.summaries import order_summary, seller_of

PAY_WITHIN: Final = timedelta(days=7)
_NEXT_NUMBER: Final = (
    "INSERT INTO orders_ordercounter (id, created_at, merchant_id, last) VALUES (%s, %s, %s, 1)"
    " ON CONFLICT (merchant_id) DO UPDATE SET last = orders_ordercounter.last + 1 RETURNING last"
)


def create_order(party: Party, *, revision: int, digest: str) -> Order:
    """Make the frozen copy of a revision both sides confirmed; exactly one per revision.

    Locks the form, then the merchant's counter. A repeat (double click, other tab, colleague)
    returns the same order and announces nothing; otherwise announces order.created. Raises
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
    order = _frozen(form, member, digest)
    _close(form, order)
    return order


def _existing(form: OrderForm, *, revision: int, digest: str) -> Order:
    found = orders().filter(form=form, form_revision=revision, digest=digest)
    for order in found[:1]:
        return order
    raise StaleConfirmationError(revision=form.revision, changed=[])


def _frozen(form: OrderForm, member: Member, digest: str) -> Order:
    merchant, values = member.merchant, values_of(form.fields)
    total = Money.parse(values["price"], form.currency)
    times = _times(form, values)
    order = Order(
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        number=_next_number(form),
        form=form,
        form_revision=form.revision,
        digest=digest,
        currency=form.currency,
        total_minor=total.minor,
        line_count=1,
        content=values["content"],
        snapshot=_snapshot(form, merchant, times),
        **_instants(times),
        address=_address(values),
        note=values.get("note", ""),
        **_terms(merchant),
        created_by=member.user_id,
        pay_by=timezone.now() + PAY_WITHIN,
    )
    order.save(force_insert=True)
    _add_lines(order, total)
    return order


def _terms(merchant: Merchant) -> dict[str, int]:
    """Return the commission terms as they are today."""
    return {
        "commission_bps": merchant.commission_bps,
        "commission_fixed_minor": merchant.commission_fixed_minor,
    }


def _add_lines(order: Order, total: Money) -> None:
    """Write the lines; a form without lines of its own is one line: its content at its price."""
    line = OrderLine(
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
        order=order,
        position=1,
        description=order.content,
        quantity=1,
        unit_price_minor=total.minor,
        total_minor=total.minor,
    )
    lines = OrderLine.objects.bulk_create([line])
    order._prefetched_objects_cache = {"lines": lines}  # type: ignore[attr-defined]  # noqa: SLF001  # what was just written


def _snapshot(form: OrderForm, merchant: Merchant, times: dict[str, Any] | None) -> dict[str, Any]:
    shown = ("value", "author", "author_name", "revision", "at")
    return {
        "fields": {
            key: {name: cell[name] for name in shown}
            for key, cell in form.fields.items()
            if cell["value"]
        },
        "time": times,
        "seller": seller_of(merchant),
        "form": form.code,
        "revision": form.revision,
    }


def _times(form: OrderForm, values: dict[str, str]) -> dict[str, Any] | None:
    """Return the agreed times; what was right when it was confirmed stays so."""
    start, end = times_of(values, zone=form.time_zone, now=form.created_at)
    if start is None:
        return None
    return {
        "start": start.local,
        "end": end.local if end else None,
        "zone": start.zone,
        "start_at": start.as_dict()["at"],
        "end_at": end.as_dict()["at"] if end else None,
        "overlap": start.overlap or bool(end and end.overlap),
    }


def _instants(times: dict[str, Any] | None) -> dict[str, Any]:
    """Return the agreed times as columns."""
    if times is None:
        return {}
    end = times["end_at"]
    return {
        "time_start": datetime.fromisoformat(times["start_at"]),
        "time_end": datetime.fromisoformat(end) if end else None,
        "time_zone": times["zone"],
    }


def _address(values: dict[str, str]) -> dict[str, str] | None:
    found = {key.partition(".")[2]: values[key] for key in ADDRESS_KEYS if key in values}
    return found or None


def _next_number(form: OrderForm) -> int:
    """Return the merchant's next number; without a gap, since a rollback takes it back."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [new_id(), timezone.now(), form.merchant_id])
        (number,) = cursor.fetchone()
    return int(number)


def _close(form: OrderForm, order: Order) -> None:
    move(FORM_MOVES, FormState(form.state), FormState.ORDERED)
    form.state = FormState.ORDERED
    form.notices += 1
    form.save(update_fields=["state", "notices", "updated_at"])
    audit.record(
        current_scope().actor,
        "order.created",
        subject=("order", order.id),
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
        data={"number": order.number, "revision": order.form_revision, "digest": order.digest},
    )
    announce_form(form, {"type": "order.created", "order": order_summary(order)})
