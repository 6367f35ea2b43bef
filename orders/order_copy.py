"""From a confirmed form to the rows of an order: what is copied and how. Reads nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from merchants.models import Member, Merchant
from orders.cells import times_of, values_of
from orders.fields import ADDRESS_KEYS
from orders.models import Order, OrderForm, OrderLine
from orders.pricing import Line, Totals, lines_of, totals_of
from orders.summaries import seller_of

Values = Mapping[str, str]
PAY_WITHIN_HOURS: Final = 168
"""How long an offer holds when the merchant says nothing."""


def copied(form: OrderForm, member: Member, *, digest: str, number: int, now: datetime) -> Order:
    """Return the order of a form's present revision, not yet saved."""
    merchant, values = member.merchant, values_of(form.fields)
    times = _times(form, values)
    return Order(
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        number=number,
        form=form,
        form_revision=form.revision,
        digest=digest,
        currency=form.currency,
        **_amounts(totals_of(values, form.currency)),
        line_count=len(lines_of(values, form.currency)) or 1,
        content=_content(values, form.currency),
        snapshot=_snapshot(form, merchant, times),
        **_instants(times),
        address=_address(values),
        note=values.get("note", ""),
        commission_bps=merchant.commission_bps,
        commission_fixed_minor=merchant.commission_fixed_minor,
        created_by=member.user_id,
        pay_by=now + timedelta(hours=int(values.get("pay_within") or PAY_WITHIN_HOURS)),
    )


def lines_for(order: Order, values: Values, photos: Mapping[str, UUID]) -> list[OrderLine]:
    """Return the order's lines, not yet saved; a line keeps its place in the form.

    A form without lines of its own is one line: its content at its price.
    """
    lines = lines_of(values, order.currency)
    if not lines:
        return [_line(order, 1, description=order.content, unit_price_minor=order.subtotal_minor)]
    return [_copied_line(order, line, photos) for line in lines]


def photos_named(values: Values) -> list[str]:
    """Return the codes of the pictures that lines name."""
    return [value for key, value in values.items() if key.endswith(".photo")]


def _copied_line(order: Order, line: Line, photos: Mapping[str, UUID]) -> OrderLine:
    return _line(
        order,
        line.number,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price_minor=line.unit_price_minor,
        total_minor=line.total_minor,
        photo_id=photos.get(line.photo),
    )


def _line(order: Order, position: int, **fields: Any) -> OrderLine:
    fields.setdefault("quantity", 1)
    fields.setdefault("total_minor", fields["unit_price_minor"])
    return OrderLine(
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
        order=order,
        position=position,
        **fields,
    )


def _amounts(totals: Totals) -> dict[str, Any]:
    return {
        "subtotal_minor": totals.subtotal_minor,
        "discount_minor": totals.discount_minor,
        "delivery_minor": totals.delivery_minor,
        "tax_rate": totals.tax_rate,
        "tax_included": totals.tax_included,
        "tax_minor": totals.tax_minor,
        "total_minor": totals.total_minor,
        "deposit_minor": totals.deposit_minor,
    }


def _content(values: Values, currency: str) -> str:
    """Return what the order is about; where only lines say it, what they say."""
    content = values.get("content", "")
    if content.strip():
        return content
    return "\n".join(line.description for line in lines_of(values, currency))


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


def _times(form: OrderForm, values: Values) -> dict[str, Any] | None:
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


def _address(values: Values) -> dict[str, str] | None:
    found = {key.partition(".")[2]: values[key] for key in ADDRESS_KEYS if key in values}
    return found or None
