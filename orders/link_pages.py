"""The link to one order: the customer shows it, another device opens it, and it can be revoked."""

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core.errors import NotFoundError
from merchants.boundaries import CustomerRequest, customer_page
from merchants.scope import entered
from orders.errors import OrderKeyError
from orders.order_links import access_of, give_pass, key_of, use_key
from orders.selectors import order_for_customer
from orders.services.revoke_links import revoke_links
from orders.views import show_order


@never_cache
@require_safe
def order_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show an order; with the key of a link, one button that opens it on this device.

    Only looking opens nothing, so a preview of the link does no harm. Raises NotFoundError for
    who has neither the order, nor a pass, nor a key.
    """
    key = request.GET.get("key")
    if key is None:
        return show_order(request, code)
    return redirect("order-page", code) if _may_see(request, code) else _ask(request, code, key)


def _may_see(request: HttpRequest, code: str) -> bool:
    """Say whether this device sees the order without a key."""
    try:
        with entered(access_of(request, code).scope):
            order_for_customer(code)
    except NotFoundError:
        return False
    return True


def _ask(request: HttpRequest, code: str, key: str) -> HttpResponse:
    try:
        order = use_key(key, code=code)
    except OrderKeyError as error:
        return render(request, "orders/key_over.html", {"error": error}, status=error.status)
    context = {"order": order, "key": key}
    response = render(request, "orders/open.html", context)
    # The key is in this page's address, and nothing the page leads to may learn it. Without any
    # referrer at all the browser would hide the origin too, and the button would be refused.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@never_cache
@require_POST
def open_order(request: HttpRequest, code: str) -> HttpResponse:
    """Open one order on this device by the key of a link; the device stays whose it was."""
    try:
        order = use_key(request.POST.get("key", ""), code=code)
    except OrderKeyError as error:
        return render(request, "orders/key_over.html", {"error": error}, status=error.status)
    response = redirect("order-page", code)
    give_pass(response, order)
    return response


@never_cache
@require_safe
@customer_page
def share(request: CustomerRequest, code: str) -> HttpResponse:
    """Show the customer a link and a QR code for one order; raises NotFoundError for others."""
    order = order_for_customer(code)
    key, ends = key_of(order)
    url = f"{settings.ORIGIN}{reverse('order-page', args=[code])}?key={key}"
    context = {"order": order, "merchant": order.merchant, "url": url, "ends": ends}
    return render(request, "orders/share.html", {**context, "qr": _drawn(url)})


@never_cache
@require_POST
@customer_page
def revoke(request: CustomerRequest, code: str) -> HttpResponse:
    """Make all links to the customer's order worthless, then show a new one."""
    revoke_links(code)
    messages.success(request, _("The old links no longer work."))
    return redirect("order-share", code)


def _drawn(url: str) -> str:
    """Return a QR code as SVG: dark on light in both modes, because cameras want it so."""
    code = segno.make_qr(url, error="m")
    return str(code.svg_inline(omitsize=True, border=4, dark="#211d17", light="#fff"))
