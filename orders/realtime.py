"""What both sides are told, after commit. A hint only: the rows are the truth."""

from typing import Any

from marketplace.core.after_commit import announce
from orders.groups import form_group, order_group
from orders.models import Order, OrderForm
from orders.order_summary import order_summary


def announce_form(form: OrderForm, frame: dict[str, Any]) -> None:
    """Tell everybody at a form about a change that is not an edit.

    `notices` lets a socket that missed an earlier one notice it at its next heartbeat.
    """
    announce(form_group(form.id), {**frame, "notices": form.notices})


def announce_order(order: Order) -> None:
    """Tell both sides, on the call page and on the order page, how the order is now."""
    _to_both(order, {"type": "order.updated", "order": order_summary(order)})


def announce_payment(order: Order, *, state: str, stage: str, message: str = "") -> None:
    """Tell both sides how far the payment is."""
    frame = {"type": "payment.changed", "order": order.code, "state": state, "stage": stage}
    _to_both(order, {**frame, "message": message})


def _to_both(order: Order, frame: dict[str, Any]) -> None:
    announce(form_group(order.form_id), frame)
    announce(order_group(order.id), frame)
