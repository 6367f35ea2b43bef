"""Customers known by a signed cookie: no account needed to call and buy.

One signer with a salt of its own for this purpose; the value names the customer and an
epoch, so that all cookies of a customer can be made worthless at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import connection
from django.db.models import Field
from django.http import HttpRequest, HttpResponse

from marketplace.accounts.models import Customer

COOKIE: Final = "visavis_customer"
_SALT: Final = "visavis.accounts.customer"
MAX_AGE_SECONDS: Final = 180 * 24 * 3600


def cookie_for(customer: Customer, *, moved: bool = False) -> str:
    """Return the signed cookie value of a customer; `moved` marks one that a link brought."""
    value = {"customer": str(customer.id), "epoch": customer.cookie_epoch}
    marks = {"moved": True} if moved else {}
    return signing.dumps({**value, **marks}, salt=_SALT, compress=False)


def was_moved(cookies: Mapping[str, str]) -> bool:
    """Say whether a link made this device the customer's: who has it may be somebody else."""
    try:
        value = signing.loads(cookies.get(COOKIE, ""), salt=_SALT, max_age=MAX_AGE_SECONDS)
        return bool(value["moved"])
    except (signing.BadSignature, KeyError, TypeError):
        return False


@dataclass(frozen=True, slots=True)
class Claim:
    """Whom a cookie names, proven by its signature; the row says whether it still holds."""

    customer_id: UUID
    epoch: int

    def as_parameters(self) -> dict[str, Any]:
        """Return the parameters of `customer_statement`."""
        return {"customer": self.customer_id, "epoch": self.epoch}


def claim_in(cookies: Mapping[str, str]) -> Claim | None:
    """Return what a customer's cookie says; None for a missing, changed or old one."""
    try:
        value = signing.loads(cookies.get(COOKIE, ""), salt=_SALT, max_age=MAX_AGE_SECONDS)
        return Claim(UUID(value["customer"]), value["epoch"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def customer_from_cookies(cookies: Mapping[str, str]) -> Customer | None:
    """Return the customer a cookie names; None for a missing, changed, old or revoked one."""
    claim = claim_in(cookies)
    if claim is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(customer_statement(), claim.as_parameters())
        return customer_of_row(cursor.fetchone())


@cache
def customer_statement() -> str:
    """Return the statement with which every request of a customer begins."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in _fields())
    table = quote(Customer._meta.db_table)  # noqa: SLF001
    return f"SELECT {names} FROM {table} WHERE id = %(customer)s AND cookie_epoch = %(epoch)s"  # noqa: S608


def customer_of_row(row: Sequence[Any] | None) -> Customer | None:
    """Return the customer of a row of `customer_statement`."""
    if row is None:
        return None
    return Customer.from_db(connection.alias, [field.attname for field in _fields()], row)


def _fields() -> Sequence["Field[Any, Any]"]:
    return Customer._meta.concrete_fields  # noqa: SLF001  # Django's way to the fields


def claim_of(request: HttpRequest) -> Claim | None:
    """Return what the cookie of a request says, as long as its customer has not been read."""
    if hasattr(request, "_customer"):
        return None
    # The middleware sees by it that the answer, be it a refusal, depends on who asked.
    request._claim = claim_in(request.COOKIES)  # type: ignore[attr-defined]  # noqa: SLF001
    return request._claim  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001


def note_customer(request: HttpRequest, customer: Customer | None) -> None:
    """Keep the customer of a request's claim, read together with something else."""
    request._customer = customer  # type: ignore[attr-defined]  # noqa: SLF001


def customer_of(request: HttpRequest) -> Customer | None:
    """Return the customer of a request, read once per request."""
    if not hasattr(request, "_customer"):
        note_customer(request, customer_from_cookies(request.COOKIES))
    return request._customer  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001


def ensure_customer(request: HttpRequest) -> Customer:
    """Return the customer of a request, making a guest when there is none yet.

    The middleware sets the cookie on the answer.
    """
    customer = customer_of(request)
    if customer is None:
        customer = Customer.objects.create(language=getattr(request, "LANGUAGE_CODE", "")[:10])
        note_customer(request, customer)
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


def remember(response: HttpResponse, customer: Customer, *, moved: bool = False) -> None:
    """Put the cookie on an answer; `moved` where a link led here and not the person's own call."""
    response.set_cookie(
        COOKIE,
        cookie_for(customer, moved=moved),
        max_age=MAX_AGE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
