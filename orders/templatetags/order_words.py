"""How an order's facts are written in a template."""

from collections.abc import Mapping
from typing import Any, Final

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.states import OrderState

register = template.Library()


@register.filter
def place_of(zone: str) -> str:
    """Return the place in the name of a zone: `Europe/Berlin` → `Berlin`."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.filter
def first_line(text: str) -> str:
    """Return the first line of a text that says anything."""
    return next((line for line in text.splitlines() if line.strip()), "")


_CHIPS: Final[Mapping[str, tuple[str | Promise, str, str]]] = {
    OrderState.AWAITING_PAYMENT: (_("to pay"), "amber", "clock"),
    OrderState.PAID: (_("paid"), "pine", "check"),
    OrderState.FULFILLED: (_("fulfilled"), "pine", "check"),
    OrderState.COMPLETED: (_("completed"), "pine", "check-circle"),
    OrderState.CANCELLED: (_("cancelled"), "", "close"),
    OrderState.EXPIRED: (_("expired"), "", "clock"),
    OrderState.SUPERSEDED: (_("replaced"), "", "refresh"),
}


@register.inclusion_tag("components/_state.html")
def order_chip(order: Order) -> dict[str, Any]:
    """Show how an order stands, for its customer."""
    if order.revising_at is not None:
        return {"label": _("being changed"), "kind": "indigo", "icon": "edit"}
    label, kind, icon = _CHIPS[OrderState(order.state)]
    return {"label": label, "kind": kind, "icon": icon}
