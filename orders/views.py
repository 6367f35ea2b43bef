"""The customer's order page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.accounts.guests import customer_of
from marketplace.core.errors import NotFoundError
from merchants.access import scope_of_customer
from merchants.scope import entered
from orders.models import Order
from orders.selectors import order_for_customer
from orders.states import OrderState
from orders.summaries import order_summary


@never_cache
@require_safe
def order_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the customer's own order; raises NotFoundError for everybody else.

    Nobody is made a guest here: who has no order has nothing to see.
    """
    customer = customer_of(request)
    if customer is None:
        raise NotFoundError
    with entered(scope_of_customer(customer)):
        order = order_for_customer(code)
        return render(request, "orders/order.html", _context(order))


def _context(order: Order) -> dict[str, Any]:
    return {
        "order": order_summary(order),
        "merchant": order.merchant,
        "is_paid": order.paid_at is not None,
        "state_words": _state_words(order),
        "record": _record(order),
    }


def _state_words(order: Order) -> str:
    """Return the state in the words the page's script uses as well."""
    return {
        OrderState.AWAITING_PAYMENT: _("The order is ready to be paid."),
        OrderState.CANCELLED: _("The order was cancelled."),
        OrderState.EXPIRED: _("The order was not paid in time."),
        OrderState.SUPERSEDED: _("A newer order has taken its place."),
    }.get(OrderState(order.state), _("Paid. Thank you."))


def _record(order: Order) -> list[dict[str, Any]]:
    """Return what happened so far, oldest first, and what is next."""
    items: list[dict[str, Any]] = [
        {
            "text": _("Both sides confirmed the same order"),
            "note": _("Fingerprint {digest}").format(digest=order.digest[:12]),
            "state": "done",
        },
        {"text": _("Order created"), "at": order.created_at, "state": "done"},
    ]
    if order.paid_at is not None:
        items.append({"text": _("Paid"), "at": order.paid_at, "state": "done"})
    elif order.is_payable:
        items.append(
            {
                "text": _("Waiting for the payment"),
                "note": _("Payable until"),
                "at": order.pay_by,
                "state": "now",
            }
        )
    return items
