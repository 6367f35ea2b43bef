"""Customers known by a signed cookie: no account needed to call and buy.

One signer with a salt of its own for this purpose; the value names the customer and an
epoch, so that all cookies of a customer can be made worthless at once.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from marketplace.accounts.models import Customer

COOKIE: Final = "visavis_customer"
_SALT: Final = "visavis.accounts.customer"
MAX_AGE_SECONDS: Final = 180 * 24 * 3600


def cookie_for(customer: Customer) -> str:
    """Return the signed cookie value of a customer."""
    value = {"customer": str(customer.id), "epoch": customer.cookie_epoch}
    return signing.dumps(value, salt=_SALT, compress=False)


def customer_from_cookies(cookies: Mapping[str, str]) -> Customer | None:
    """Return the customer a cookie names; None for a missing, changed, old or revoked one."""
    try:
        value = signing.loads(cookies.get(COOKIE, ""), salt=_SALT, max_age=MAX_AGE_SECONDS)
        key, epoch = UUID(value["customer"]), value["epoch"]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    # Ready-made, because every request of a customer begins with it.
    found = Customer.objects.raw(
        "SELECT * FROM accounts_customer WHERE id = %s AND cookie_epoch = %s", [key, epoch]
    )
    return next(iter(found), None)


def customer_of(request: HttpRequest) -> Customer | None:
    """Return the customer of a request, read once per request."""
    if not hasattr(request, "_customer"):
        request._customer = customer_from_cookies(request.COOKIES)  # type: ignore[attr-defined]  # noqa: SLF001
    return request._customer  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001


def ensure_customer(request: HttpRequest) -> Customer:
    """Return the customer of a request, making a guest when there is none yet.

    The middleware sets the cookie on the answer.
    """
    customer = customer_of(request)
    if customer is None:
        customer = Customer.objects.create(language=getattr(request, "LANGUAGE_CODE", "")[:10])
        request._customer = customer  # type: ignore[attr-defined]  # noqa: SLF001
        request._customer_is_new = True  # type: ignore[attr-defined]  # noqa: SLF001
    return customer


def introduce(customer: Customer, name: str) -> None:
    """Remember what a customer would like to be called; nothing is said keeps what was said before.

    Characters that do not print are dropped, so that a name cannot reorder the words around it.
    """
    told = " ".join("".join(char for char in name if char.isprintable()).split())
    if told and told != customer.name:
        customer.name = told
        customer.save(update_fields=["name"])


def remember(response: HttpResponse, customer: Customer) -> None:
    """Put the cookie on an answer."""
    response.set_cookie(
        COOKIE,
        cookie_for(customer),
        max_age=MAX_AGE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
