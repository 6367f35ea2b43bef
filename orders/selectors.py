"""Reading forms and orders, always inside a scope."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from calls.models import Call, Callback
from marketplace.core.errors import NotFoundError
from merchants.round_trip import fetch_one
from orders.access import EDITORS, MEMBER_MAY, Party
from orders.cells import shown, times_of, values_of
from orders.digest import form_digest
from orders.faults import FieldError
from orders.models import FulfilmentMark, InformationRequest, Order, OrderForm, OrderLine, Photo
from orders.order_summary import order_summary
from orders.states import FormState, Role
from orders.summaries import request_summary, seller_of

_REQUESTS_SHOWN: Final = 50
_VERSION: Final = (
    "SELECT f.epoch, f.revision, f.notices FROM orders_orderform f"
    " WHERE f.id = %(form)s AND f.merchant_id = %(merchant)s AND f.customer_id = %(customer)s AND "
)
_VERSIONS: Final = {Role.MERCHANT: _VERSION + MEMBER_MAY, Role.CUSTOMER: _VERSION + "true"}


@dataclass(frozen=True, slots=True)
class Version:
    """Where a form stands: what a heartbeat carries and compares."""

    epoch: str
    revision: int
    notices: int


def form_version(party: Party) -> Version:
    """Return where the form stands, in one round trip.

    Raises NotFoundError when the party has lost it, or the right to it, since it joined.
    """
    parameters = {
        "form": party.form_id,
        "merchant": party.merchant_id,
        "customer": party.customer_id,
        "actor": party.actor_id,
        "editors": EDITORS,
    }
    row = fetch_one(party.scope, _VERSIONS[party.role], parameters)
    if row is None:
        raise NotFoundError
    return Version(str(row[0]), row[1], row[2])


def form_of_call(call: Call) -> OrderForm | None:
    """Return the form a call shows: its own, else the pair's open one."""
    pair = OrderForm.objects.filter(merchant_id=call.merchant_id, customer_id=call.customer_id)
    own = pair.filter(call=call).order_by("-created_at").first()
    return own or pair.filter(state=FormState.OPEN).first()


def form_of_callback(callback: Callback) -> OrderForm | None:
    """Return the form a request to be called back shows: its own, else the pair's open one."""
    pair = OrderForm.objects.filter(
        merchant_id=callback.merchant_id, customer_id=callback.customer_id
    )
    own = pair.filter(callback=callback).order_by("-created_at").first()
    return own or pair.filter(state=FormState.OPEN).first()


def form_by_code(code: str) -> OrderForm:
    """Return a form of the scope, with its request if it has one; raises NotFoundError."""
    form: OrderForm | None = OrderForm.objects.select_related("callback").filter(code=code).first()
    if form is None:
        raise NotFoundError
    return form


def locked_form(form_id: UUID) -> OrderForm:
    """Return the form as it is, locked until the transaction ends; raises NotFoundError."""
    form: OrderForm | None = OrderForm.objects.select_for_update().filter(id=form_id).first()
    if form is None:
        raise NotFoundError
    return form


def locked_order(order_id: UUID) -> Order:
    """Return an order with its form, both locked, the form first; raises NotFoundError."""
    form_id = Order.objects.filter(id=order_id).values_list("form_id", flat=True).first()
    if form_id is None:
        raise NotFoundError
    form = locked_form(form_id)
    order: Order = orders().select_for_update(of=("self",)).get(id=order_id)
    order.form = form
    return order


def digest_of(form: OrderForm) -> str:
    """Return the digest of the form's present revision."""
    return form_digest(
        code=form.code,
        revision=form.revision,
        currency=form.currency,
        values=values_of(form.fields),
    )


def form_snapshot(form_id: UUID) -> dict[str, Any]:
    """Return everything a screen needs to show a form; raises NotFoundError."""
    form = OrderForm.objects.select_related("merchant").filter(id=form_id).first()
    if form is None:
        raise NotFoundError
    requests = InformationRequest.objects.filter(form=form).order_by("-created_at")
    order = orders().filter(form=form).order_by("-created_at").first()
    return {
        "form": form.code,
        "epoch": str(form.epoch),
        "revision": form.revision,
        "currency": form.currency,
        "state": form.state,
        "locale_zone": form.time_zone,
        "fields": shown(form.fields, form.confirmed, form.reply),
        "reading": _reading(form),
        "requests": [request_summary(r) for r in reversed(requests[:_REQUESTS_SHOWN])],
        "confirmations": {role.value: at for role, at in form.confirmed.items()},
        "reply": form.reply,
        "order": order_summary(order) if order else None,
        "seller": seller_of(form.merchant),
        "notices": form.notices,
    }


def _reading(form: OrderForm) -> dict[str, Any]:
    """Return the form's times as instants; empty where they do not go together."""
    try:
        start, end = times_of(values_of(form.fields), zone=form.time_zone, now=form.created_at)
    except FieldError:
        start = end = None
    return {
        "start": start.as_dict() if start else None,
        "end": end.as_dict() if end else None,
    }


def orders() -> QuerySet[Order]:
    """Return the orders of the scope with all that `order_summary` reads."""
    marks = Prefetch("marks", FulfilmentMark.objects.order_by("created_at", "id"))
    return Order.objects.select_related("revises", "revised_by").prefetch_related("lines", marks)


def order_for_customer(code: str) -> Order:
    """Return the customer's own order; raises NotFoundError for every other."""
    return _order(code)


def order_for_member(code: str) -> Order:
    """Return the merchant's order, inside the merchant's scope; raises NotFoundError."""
    return _order(code)


def _order(code: str) -> Order:
    order = orders().select_related("merchant").filter(code=code).first()
    if order is None:
        raise NotFoundError
    return order


def orders_of_merchant() -> QuerySet[Order]:
    """Return the orders of the merchant in scope, newest first."""
    return orders().order_by("-created_at", "-id")


def orders_of_customer() -> QuerySet[Order]:
    """Return the orders of the customer in scope with their merchants, newest first."""
    rows: QuerySet[Order] = Order.objects.select_related("merchant").defer("snapshot")
    return rows.order_by("-created_at", "-id")


def photo_by_code(code: str) -> Photo:
    """Return a picture of the scope; raises NotFoundError."""
    found: Photo | None = Photo.objects.filter(code=code).first()
    if found is None:
        raise NotFoundError
    return found


def photo_of_order(code: str, order_code: str) -> Photo:
    """Return a picture on a line of that order; raises NotFoundError."""
    lines = OrderLine.objects.filter(order__code=order_code, photo__code=code)
    if not lines.exists():
        raise NotFoundError
    return photo_by_code(code)
