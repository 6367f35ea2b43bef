"""The link that opens one order on another device, and who may look at an order at all.

A link carries a key. Used, it gives the device a pass: a cookie for this one order, which never
makes the device the customer. Key and pass say the same and are signed for different purposes;
both expire, and both die when the order's links are revoked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from marketplace.accounts.guests import customer_from_cookies, customer_of
from marketplace.accounts.models import Customer
from marketplace.core.errors import NotFoundError
from merchants.access import scope_of_customer
from merchants.scope import Scope, entered
from orders.errors import OrderKeyError
from orders.models import Order

LINK_LIFE: Final = timedelta(days=7)
PASS_LIFE: Final = timedelta(days=30)
LONGEST: Final = 400
"""Characters; longer text is never a key."""
MOST_PASSES: Final = 5
_KEY_SALT: Final = "visavis.orders.link"
_COOKIE_SALT: Final = "visavis.orders.pass"


@dataclass(frozen=True, slots=True)
class Access:
    """What a device may see of one order: as the customer's own, or by a pass."""

    scope: Scope
    is_own: bool
    epochs: tuple[int, int] | None = None

    def covers(self, order: Order) -> bool:
        """Say whether the pass still counts for the order as it is now."""
        return self.epochs is None or self.epochs[1] == order.link_epoch


def key_of(order: Order) -> tuple[str, datetime]:
    """Return the key of a link to an order and when it ends; nothing is stored."""
    return signing.dumps(_claim(order), salt=_KEY_SALT), timezone.now() + LINK_LIFE


def use_key(text: str, *, code: str) -> Order:
    """Return the order a key opens, which may be used again until it ends.

    Enters the customer's scope itself: the key is what proves the right to it. Raises
    OrderKeyError for every text that is no key of this order, too old, or revoked.
    """
    found = _opened(text[: LONGEST + 1], _KEY_SALT, LINK_LIFE, code)
    if found is None:
        raise OrderKeyError
    return found[1]


def give_pass(response: HttpResponse, order: Order) -> None:
    """Put the pass for one order on an answer."""
    response.set_cookie(
        _cookie(order.code),
        signing.dumps(_claim(order), salt=_COOKIE_SALT),
        max_age=int(PASS_LIFE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def access_of(request: HttpRequest, code: str) -> Access:
    """Return how a request may see an order; raises NotFoundError for nobody.

    Whether the order is this customer's is left to whoever reads it in the scope.
    """
    return _access(request.COOKIES, customer_of(request), code)


def access_from_cookies(cookies: Mapping[str, str], code: str) -> Access:
    """Return how a socket may see an order; raises NotFoundError for nobody."""
    return _access(cookies, customer_from_cookies(cookies), code)


def _access(cookies: Mapping[str, str], customer: Customer | None, code: str) -> Access:
    own = Access(scope_of_customer(customer), is_own=True) if customer else None
    text = cookies.get(_cookie(code), "")
    if not text or (own and _has(own.scope, code)):
        if own is None:
            raise NotFoundError
        return own
    found = _opened(text, _COOKIE_SALT, PASS_LIFE, code)
    if found is None:
        raise NotFoundError
    return Access(scope_of_customer(found[0]), is_own=False, epochs=_epochs(*found))


def _has(scope: Scope, code: str) -> bool:
    with entered(scope):
        return Order.objects.filter(code=code).exists()


def passes_in(cookies: Mapping[str, str]) -> list[str]:
    """Return the codes of the orders a browser shows passes for, a few at most; not yet checked."""
    prefix = _cookie("")
    named = [name.removeprefix(prefix) for name in cookies if name.startswith(prefix)]
    return named[:MOST_PASSES]


def _cookie(code: str) -> str:
    return f"visavis_order_{code}"


def _claim(order: Order) -> dict[str, Any]:
    """Return what key and pass say; reads the customer for the epoch of their cookies."""
    customer = order.customer
    return {
        "customer": customer.id.hex,
        "order": order.code,
        "epochs": list(_epochs(customer, order)),
    }


def _epochs(customer: Customer, order: Order) -> tuple[int, int]:
    return customer.cookie_epoch, order.link_epoch


def _opened(text: str, salt: str, life: timedelta, code: str) -> tuple[Customer, Order] | None:
    """Return whose order a signed text opens; None where it opens nothing."""
    try:
        said = signing.loads(text, salt=salt, max_age=life)
        key, order_code, epochs = UUID(said["customer"]), said["order"], tuple(said["epochs"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    customer = Customer.objects.filter(id=key).first() if order_code == code else None
    if customer is None:
        return None
    with entered(scope_of_customer(customer)):
        order = Order.objects.select_related("customer").filter(code=code).first()
    return (customer, order) if order and epochs == _epochs(customer, order) else None
