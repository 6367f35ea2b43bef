"""A merchant's orders at the desk: the list, and the same as a table to take away.

They stand here and not in orders, because one page shows an order with its payment and its
settlement.
"""

import re
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.console.order_csv import order_lines
from marketplace.console.order_search import OrderSearch, order_page, wanted_of
from marketplace.console.words import ORDER
from merchants.boundaries import MemberRequest, member_page
from merchants.roles import Permission

_PAGE: Final = re.compile(r"[1-9][0-9]{0,3}")


@require_safe
@member_page(Permission.ORDERS_READ)
def order_list(request: MemberRequest, _handle: str) -> HttpResponse:
    """List the merchant's orders, newest first: those that `?q=&state=&since=&until=` mean.

    What cannot be understood is said at its field and left out of the search.
    """
    form = OrderSearch(request.GET)
    is_understood = form.is_valid()
    wanted = wanted_of(form.cleaned_data, request.merchant.time_zone)
    number = request.GET.get("page", "")
    context = {
        "merchant": request.merchant,
        "page": order_page(wanted, int(number) if _PAGE.fullmatch(number) else 1),
        "form": form,
        "wanted": wanted,
        "states": ORDER,
    }
    return render(request, "desk/orders.html", context, status=200 if is_understood else 400)


@require_safe
@member_page(Permission.ORDERS_READ)
def order_export(request: MemberRequest, handle: str) -> HttpResponseBase:
    """Send the orders the same search finds as CSV, streamed; a search in doubt goes back to it."""
    form = OrderSearch(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('desk-orders', args=[handle])}?{request.GET.urlencode()}")
    wanted = wanted_of(form.cleaned_data, request.merchant.time_zone)
    today = timezone.localdate(timezone=wanted.zone).isoformat()
    response = StreamingHttpResponse(
        order_lines(wanted, request.scope_of_actor), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="orders-{handle}-{today}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
