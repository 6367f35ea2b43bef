"""The customer's order page, a receipt that is alive, and the list of their orders."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.accounts.guests import customer_of, was_moved
from merchants.access import scope_of_customer
from merchants.boundaries import CustomerRequest, customer_page
from merchants.scope import entered
from orders.authorship import contacts_of
from orders.deal_record import deal_record
from orders.deal_words import Step, steps_of
from orders.differences import differences_of
from orders.models import DealEntry, Order
from orders.order_links import access_of
from orders.order_summary import order_summary
from orders.selectors import order_for_customer, orders_of_customer
from orders.states import OrderState

HISTORY_ROWS: Final = 100


def show_order(request: HttpRequest, code: str) -> HttpResponse:
    """Show an order to its customer, or by a pass for it; raises NotFoundError for others.

    Nobody is made a guest here: who has no order has nothing to see.
    """
    access = access_of(request, code)
    with entered(access.scope):
        order = order_for_customer(code)
        context = {**_context(order), "is_own": access.is_own}
        return render(request, "orders/order.html", context)


@never_cache
@require_safe
@customer_page
def order_record(_request: CustomerRequest, code: str) -> HttpResponse:
    """Give the customer the deal record of their own order; a pass is not enough."""
    return record_download(order_for_customer(code))


def record_download(order: Order) -> HttpResponse:
    """Return the deal record of an order as a file, inside its scope."""
    name = f"order-{order.number_text}-record.json"
    response = JsonResponse(
        deal_record(order.form), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@never_cache
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """List the orders of this device's customer; a device a link brought is told why it is not.

    Nobody is made a guest here.
    """
    customer, moved = customer_of(request), was_moved(request.COOKIES)
    orders: list[Order] = []
    if customer is not None and not moved:
        with entered(scope_of_customer(customer)):
            orders = list(orders_of_customer()[:HISTORY_ROWS])
    return render(request, "orders/history.html", {"orders": orders, "moved": moved})


def _context(order: Order) -> dict[str, Any]:
    summary = order_summary(order)
    return {
        "order": summary,
        "row": order,
        "merchant": order.merchant,
        "contacts": contacts_of(order),
        "kind": _kind(order),
        "state_words": _state_words(order),
        "pay_by": order.pay_by if order.is_payable else None,
        "said": [mark for mark in order.marks.all() if mark.words],
        "differences": differences_of(order, summary["changes"]),
        "record": _record(order),
    }


_KINDS: Final = {
    OrderState.AWAITING_PAYMENT: "amber",
    OrderState.CANCELLED: "",
    OrderState.EXPIRED: "",
    OrderState.SUPERSEDED: "",
}


def _kind(order: Order) -> str:
    """Return the colour of the state."""
    return "indigo" if order.revising_at else _KINDS.get(OrderState(order.state), "pine")


def _state_words(order: Order) -> str:
    """Return the state in words; the page's script has the same ones for what it shows."""
    if order.revising_at is not None:
        return _("{name} is changing this order.").format(name=order.merchant.name)
    return {
        OrderState.AWAITING_PAYMENT: _("The order is ready to be paid."),
        OrderState.CANCELLED: _("The order was cancelled."),
        OrderState.EXPIRED: _("The order was not paid in time."),
        OrderState.SUPERSEDED: _("A newer order has taken its place."),
        OrderState.FULFILLED: _("Fulfilled."),
        OrderState.COMPLETED: _("Completed."),
    }.get(OrderState(order.state), _("Paid. Thank you."))


def _record(order: Order) -> list[Step]:
    """Return what happened so far, oldest first, and what is next."""
    steps = steps_of(DealEntry.objects.filter(form_id=order.form_id))
    if not any(step.kind == "ordered" for step in steps):
        steps += _older(order)
    if order.is_payable:
        note = _("Payable until")
        steps.append(Step(_("Waiting for the payment"), order.pay_by, note, "now"))
    return steps


def _older(order: Order) -> list[Step]:
    """Return the same of an order made before records were kept."""
    confirmed = Step(
        _("Both sides confirmed the same order"),
        note=_("Fingerprint {digest}").format(digest=order.digest[:12]),
    )
    steps = [confirmed, Step(_("Order created"), order.created_at)]
    return [*steps, Step(_("Paid"), order.paid_at)] if order.paid_at else steps
