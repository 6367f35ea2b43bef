"""One order at the desk: what was agreed and by whom, what happened, what is done for it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.console.fulfilment import OPEN_TO_MARKS, FulfilmentForm
from marketplace.console.records import record_of
from marketplace.core.errors import DomainError
from marketplace.core.transitions import MoveForbiddenError
from merchants.boundaries import MemberRequest, member_page
from merchants.roles import Permission
from orders.authorship import authorship_of, buyer_of, contacts_of
from orders.deal_words import Step, steps_of
from orders.differences import differences_of
from orders.errors import OrderNotPaidError
from orders.models import DealEntry, Order
from orders.order_summary import order_summary
from orders.selectors import order_for_member
from orders.views import record_download
from payments.models import Payment, Settlement


@require_safe
@member_page(Permission.ORDERS_READ)
def order_detail(request: MemberRequest, _handle: str, code: str) -> HttpResponse:
    """Show one order; the merchant's share only to members who may read payments."""
    return _show(request, order_for_member(code))


@require_POST
@member_page(Permission.ORDERS_FULFIL)
def fulfil(request: MemberRequest, handle: str, code: str) -> HttpResponse:
    """Mark a line, say that all is done, tell the customer something, or close the order.

    What the state forbids is said on the page. Raises NotFoundError, ForbiddenError.
    """
    order = order_for_member(code)
    form = FulfilmentForm(request.POST)
    if not form.is_valid():
        return _show(request, order, refused=form)
    try:
        form.act(order)
    except (OrderNotPaidError, MoveForbiddenError) as error:
        return _show(request, order_for_member(code), refusal=error)
    return redirect("desk-order", handle, code)


@never_cache
@require_safe
@member_page(Permission.ORDERS_READ)
def order_record(_request: MemberRequest, _handle: str, code: str) -> HttpResponse:
    """Give a member the deal record of an order as a file; raises NotFoundError."""
    return record_download(order_for_member(code))


def _show(
    request: MemberRequest,
    order: Order,
    *,
    refused: FulfilmentForm | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    with_money = request.member.may(Permission.PAYMENTS_READ)
    summary = order_summary(order)
    context: dict[str, Any] = {
        "merchant": request.merchant,
        "order": order,
        "summary": summary,
        "differences": differences_of(order, summary["changes"]),
        "authorship": authorship_of(order),
        "record": _record(order, with_money=with_money),
        "fulfilment": refused or FulfilmentForm(),
        "refusal": refusal,
        "marks": [mark for mark in order.marks.all() if mark.words],
        "may_fulfil": request.member.may(Permission.ORDERS_FULFIL) and order.state in OPEN_TO_MARKS,
        "contacts": contacts_of(order),
        "buyer": buyer_of(order),
        "settlement": Settlement.objects.filter(order=order).first() if with_money else None,
    }
    status = 400 if refused else refusal.status if refusal else 200
    return render(request, "desk/order.html", context, status=status)


def _record(order: Order, *, with_money: bool) -> list[Step]:
    deal = steps_of(DealEntry.objects.filter(form_id=order.form_id))
    payments = list(Payment.objects.filter(order=order).order_by("created_at"))
    settlements = list(Settlement.objects.filter(order=order)) if with_money else []
    return record_of(order, deal, payments=payments, settlements=settlements)
