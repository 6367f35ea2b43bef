"""How sellers and requests look on the wire; orders have `order_summary` to themselves."""

from datetime import datetime
from typing import Any

from merchants.models import Merchant
from orders.models import InformationRequest
from orders.states import RequestState


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
        "fields": request.fields,
        "choices": request.choices,
        "hint": request.hint,
        "state": RequestState(request.state).value,
        "declined": request.declined,
        "put_off": request.put_off_at is not None,
        "reminders": request.reminders,
        "sent_at": request.created_at.isoformat(),
        "reminded_at": _iso(request.reminded_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
