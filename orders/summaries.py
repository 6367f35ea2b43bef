"""How forms, requests and orders look on the wire. What only the merchant may know is not in it."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from marketplace.core.money import Money
from merchants.models import Merchant
from orders.models import InformationRequest, Order, OrderLine
from orders.states import OrderState, RequestState


def seller_of(merchant: Merchant) -> dict[str, str]:
    """Return who sells, as the law wants it shown."""
    return {
        "name": merchant.name,
        "legal_name": merchant.legal_name,
        "legal_address": merchant.legal_address,
    }


def request_summary(request: InformationRequest) -> dict[str, Any]:
    """Return an information request as both sides see it."""
    return {
        "request": request.code,
        "groups": request.groups,
        "hint": request.hint,
        "state": RequestState(request.state).value,
        "declined": request.declined,
        "sent_at": request.created_at.isoformat(),
    }


def order_summary(order: Order) -> dict[str, Any]:
    """Return an order as both sides see it; reads its lines."""
    return {
        "code": order.code,
        "number": order.number_text,
        "state": OrderState(order.state).value,
        "revision": order.form_revision,
        "digest": order.digest,
        "content": order.content,
        "lines": [_line(line, order.currency) for line in order.lines.all()],
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
        "payable": order.state == OrderState.AWAITING_PAYMENT,
        "created_at": _iso(order.created_at),
    }


def _line(line: OrderLine, currency: str) -> dict[str, Any]:
    return {
        "description": line.description,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "total_minor": line.total_minor,
        "total_text": _money(line.total_in(currency)),
    }


def _money(amount: Money) -> str:
    return amount.format(get_language() or "en")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
