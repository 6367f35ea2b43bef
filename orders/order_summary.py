"""How an order looks on the wire, the same for both sides.

What only the merchant may know is not in it.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.translation import get_language

from marketplace.core.money import Money
from orders.models import FulfilmentMark, Order, OrderLine
from orders.states import OrderState

_LINE_MARKS: Final = {
    FulfilmentMark.Kind.LINE_DONE.value: True,
    FulfilmentMark.Kind.LINE_UNDONE.value: False,
}


def order_summary(order: Order) -> dict[str, Any]:
    """Return an order as both sides see it; reads its lines, marks and neighbours."""
    marks = list(order.marks.all())
    revised, successor = order.revises, getattr(order, "revised_by", None)
    return {
        "code": order.code,
        "number": order.number_text,
        "state": OrderState(order.state).value,
        "revision": order.form_revision,
        "digest": order.digest,
        "content": order.content,
        "lines": _lines(order, marks),
        "totals": _totals(order),
        "total_minor": order.total_minor,
        "total_text": _money(order.total),
        "currency": order.currency,
        "time": order.snapshot["time"],
        "address": order.address,
        "note": order.note,
        "seller": order.snapshot["seller"],
        "url": f"/o/{order.code}/",
        "payment": {"state": "succeeded", "stage": "paid"} if order.paid_at else None,
        "paid_at": _iso(order.paid_at),
        "payable": order.is_payable,
        "pay_by": _iso(order.pay_by),
        "revises": revised.code if revised else None,
        "revised_by": successor.code if successor else None,
        "changes": _changes(order, revised),
        "revising": order.revising_at is not None,
        "marks": [_mark(mark, order) for mark in marks],
        "created_at": _iso(order.created_at),
    }


def _totals(order: Order) -> dict[str, Any]:
    amounts = {
        "subtotal": order.subtotal_minor,
        "discount": order.discount_minor,
        "delivery": order.delivery_minor,
        "tax": order.tax_minor,
        "total": order.total_minor,
        "deposit": order.deposit_minor,
        "balance": order.total_minor - order.deposit_minor,
    }
    return {
        **{name: _amount(minor, order.currency) for name, minor in amounts.items()},
        "tax_rate": None if order.tax_rate is None else plain(order.tax_rate),
        "tax_included": order.tax_included,
    }


def _lines(order: Order, marks: list[FulfilmentMark]) -> list[dict[str, Any]]:
    done = line_marks(marks)
    return [_line(line, order, done=done.get(line.id, False)) for line in order.lines.all()]


def line_marks(marks: Iterable[FulfilmentMark]) -> dict[UUID, bool]:
    """Return which lines are ready, by their keys, from marks that come oldest first."""
    return {mark.line_id: _LINE_MARKS[mark.kind] for mark in marks if mark.line_id}


def _line(line: OrderLine, order: Order, *, done: bool) -> dict[str, Any]:
    return {
        "number": line.position,
        "description": line.description,
        "quantity": plain(Decimal(line.quantity)),
        "unit": line.unit,
        "unit_price_minor": line.unit_price_minor,
        "unit_price_text": _money(Money(line.unit_price_minor, order.currency)),
        "total_minor": line.total_minor,
        "total_text": _money(line.total_in(order.currency)),
        "photo": _photo(line, order),
        "done": done,
    }


def _photo(line: OrderLine, order: Order) -> str | None:
    """Return where the picture is; its code is a value of the form like every other."""
    if line.photo_id is None:
        return None
    return f"/photos/{order.values[f'line.{line.position}.photo']['value']}/"


def _mark(mark: FulfilmentMark, order: Order) -> dict[str, Any]:
    positions = {line.id: line.position for line in order.lines.all()}
    position = positions[mark.line_id] if mark.line_id else None
    return {
        "kind": mark.kind,
        "words": mark.words,
        "at": _iso(mark.created_at),
        "by_name": mark.by_name,
        "line": position,
    }


def _changes(order: Order, revised: Order | None) -> list[str]:
    """Return the keys whose values differ from the order this one takes the place of."""
    if revised is None:
        return []
    before, after = _plain_values(revised), _plain_values(order)
    return sorted(key for key in before | after if before.get(key) != after.get(key))


def _plain_values(order: Order) -> dict[str, str]:
    return {key: cell["value"] for key, cell in order.values.items()}


def plain(value: Decimal) -> str:
    """Return a number as people write it: no zeros at its end, no exponent."""
    return f"{value.normalize():f}"


def _amount(minor: int, currency: str) -> dict[str, Any]:
    return {"minor": minor, "text": _money(Money(minor, currency))}


def _money(amount: Money) -> str:
    return amount.format(get_language() or "en")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
