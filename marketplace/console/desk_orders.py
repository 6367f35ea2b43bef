"""A merchant's orders at the desk.

They stand here and not in orders, because one page shows an order with its payment and its
settlement.
"""

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from marketplace.console.records import Entry, record_of
from marketplace.console.words import ORDER
from merchants.boundaries import MemberRequest, member_page
from merchants.roles import Permission
from orders.models import Order
from orders.selectors import order_for_member, orders_of_merchant
from payments.models import Payment, Settlement

ROWS: Final = 30
_CONTACT: Final = (
    ("contact.name", _("Name")),
    ("contact.phone", _("Phone")),
    ("contact.email", _("E-mail")),
)


@require_safe
@member_page(Permission.ORDERS_READ)
def order_list(request: MemberRequest, _handle: str) -> HttpResponse:
    """List the merchant's orders, newest first, of one state where `?state=` names one."""
    state = request.GET.get("state", "")
    rows = orders_of_merchant()
    if state in ORDER:
        rows = rows.filter(state=state)
    context = {
        "merchant": request.merchant,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "state": state if state in ORDER else "",
        "states": ORDER,
    }
    return render(request, "desk/orders.html", context)


@require_safe
@member_page(Permission.ORDERS_READ)
def order_detail(request: MemberRequest, _handle: str, code: str) -> HttpResponse:
    """Show one order; the merchant's share only to members who may read payments."""
    order = order_for_member(code)
    context: dict[str, Any] = {
        "merchant": request.merchant,
        "order": order,
        "record": _record(order, with_money=request.member.may(Permission.PAYMENTS_READ)),
        "contacts": _contacts(order),
        "settlement": None,
    }
    if request.member.may(Permission.PAYMENTS_READ):
        context["settlement"] = Settlement.objects.filter(order=order).first()
    return render(request, "desk/order.html", context)


def _contacts(order: Order) -> list[tuple[str | Promise, str]]:
    values = order.values
    return [(label, values[key]["value"]) for key, label in _CONTACT if key in values]


def _record(order: Order, *, with_money: bool) -> list[Entry]:
    payments = list(Payment.objects.filter(order=order).order_by("created_at"))
    settlements = list(Settlement.objects.filter(order=order)) if with_money else []
    return record_of(order, payments, settlements)
