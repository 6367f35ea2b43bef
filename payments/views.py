"""The payment panel: a minimal document of its own, so that nothing else shares it with a card."""

from typing import Final
from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from merchants.scope import entered
from orders.order_links import access_of
from orders.selectors import order_for_customer
from payments.selectors import payment_stage

# What Stripe asks for where its checkout is embedded: https://docs.stripe.com/security/guide
_STRIPE: Final = {
    "script-src": ["https://js.stripe.com", "https://*.js.stripe.com"],
    "frame-src": [
        "https://js.stripe.com",
        "https://*.js.stripe.com",
        "https://hooks.stripe.com",
        "https://checkout.stripe.com",
    ],
    "connect-src": ["https://api.stripe.com", "https://checkout.stripe.com"],
    "img-src": ["https://*.stripe.com"],
}


@require_GET
@never_cache
@xframe_options_sameorigin
def pay_panel(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show the panel of an order to its customer or by a pass for it; else raises NotFoundError.

    It is shown in a frame of our own pages and may load Stripe's script (or the sandbox's).
    """
    policy = panel_policy(settings.STRIPE_JS_URL)  # read per request: the port may be any
    return csp_replace(policy)(lambda asked: _panel(asked, code))(request)


def _panel(request: HttpRequest, code: str) -> HttpResponse:
    with entered(access_of(request, code).scope):
        order = order_for_customer(code)
        context = {
            "order": order,
            "payment": payment_stage(order.id),
            "stripe_js_url": settings.STRIPE_JS_URL,
            "publishable_key": settings.STRIPE_PUBLISHABLE_KEY,
            "checkout_url": reverse("order-checkout", args=[order.code]),
        }
        return render(request, "payments/panel.html", context)


def panel_policy(stripe_js_url: str) -> dict[str, list[str]]:
    """Return the directives in which the panel differs from every other page."""
    parts = urlsplit(stripe_js_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    is_stripe = parts.hostname == "js.stripe.com"
    more = _STRIPE if is_stripe else {name: [origin] for name in _STRIPE}
    policy = {name: ["'self'", *sources] for name, sources in more.items()}
    return {**policy, "frame-ancestors": ["'self'"]}
