"""Two people in an answered call, their form, and orders made the way the product makes them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from calls.models import Call, Endpoint
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import Customer
from merchants.access import scope_of_customer
from merchants.models import Member, Merchant
from merchants.scope import entered, operator_scope
from orders.access import Party, party_of
from orders.fields import FIELDS, line_key
from orders.models import Order, OrderForm
from orders.selectors import digest_of
from orders.services.confirm_form import confirm_form
from orders.services.create_order import create_order
from orders.services.edit_form import Applied, Edit, edit_form
from orders.services.open_form import open_form
from orders.states import Role
from tests.factories.merchants import make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer

WANTED = {"content": "Two tins of jasmine tea", "price": "48.00"}


@dataclass(frozen=True)
class Table:
    """A merchant and a customer who talk over one form."""

    merchant: Merchant
    member: Member
    customer: Customer
    call: Call
    seller: Party
    buyer: Party

    def party(self, role: Role) -> Party:
        return self.seller if role is Role.MERCHANT else self.buyer

    @property
    def form(self) -> OrderForm:
        with entered(operator_scope(SYSTEM)):
            return OrderForm.objects.get(id=self.seller.form_id)


def make_call(merchant: Merchant, customer: Customer, member: Member, **fields) -> Call:
    now = timezone.now()
    answered = fields.get("state", "live") not in {"queued", "ringing"}
    with entered(operator_scope(SYSTEM)):
        endpoint = Endpoint.objects.create(
            merchant=merchant,
            member=member,
            address="192.0.2.7",
            expires_at=now + timedelta(seconds=60),
        )
        given = {
            "state": "live",
            "address": "192.0.2.7",
            "mode": "direct",
            "requested_at": now,
            "ring_until": now + timedelta(seconds=45),
            "answered_at": now if answered else None,
            "member": member if answered else None,
            "endpoint": endpoint if answered else None,
            "customer_name": customer.name,
            **fields,
        }
        return Call.objects.create(merchant=merchant, customer=customer, **given)


def make_table(merchant: Merchant | None = None, customer: Customer | None = None, **call) -> Table:
    merchant = merchant or make_merchant()
    customer = customer or make_customer()
    member = make_member(merchant)
    talk = make_call(merchant, customer, member, **call)
    seller_scope, buyer_scope = scope_of_member(member), scope_of_customer(customer)
    with entered(seller_scope):
        form = open_form(Call.objects.select_related("merchant").get(id=talk.id))
    return Table(
        merchant=merchant,
        member=member,
        customer=customer,
        call=talk,
        seller=party_of(form, Role.MERCHANT, seller_scope, member.user.name),
        buyer=party_of(form, Role.CUSTOMER, buyer_scope, customer.name),
    )


def colleague_of(table: Table) -> Party:
    """Another member at the same form."""
    member = make_member(table.merchant)
    return replace(table.seller, scope=scope_of_member(member), name=member.user.name)


def put(party: Party, field: str, value: str, *, base: int = 10**6, op: str = "") -> Applied:
    """Set one field, having seen everything before."""
    return edit_form(party, Edit(op=op or uuid4().hex, field=field, value=value, base=base))


Lines = Sequence[tuple[str, ...]]


def line_values(lines: Lines) -> dict[str, str]:
    """Return the values of lines given as (description, price, quantity, unit)."""
    parts = ("description", "price", "quantity", "unit")
    return {
        line_key(number, part): value
        for number, line in enumerate(lines, 1)
        for part, value in zip(parts, line, strict=False)
    }


def fill(table: Table, *, lines: Lines = (), **values: str) -> OrderForm:
    """Put values in, each by a side that may; `_` stands for the point in a key.

    A form with lines has neither content nor price of its own unless they are given.
    """
    named = {key if key in FIELDS else key.replace("_", ".", 1): v for key, v in values.items()}
    for key, value in {**({} if lines else WANTED), **line_values(lines), **named}.items():
        put(table.buyer if Role.CUSTOMER in FIELDS[key].writers else table.seller, key, value)
    return table.form


def confirm(table: Table, role: Role) -> None:
    form = table.form
    party = table.party(role)
    with entered(party.scope):
        confirm_form(party, revision=form.revision, digest=digest_of(form))


def confirmed(table: Table, **values: Any) -> OrderForm:
    """Fill the form and let both sides confirm it."""
    fill(table, **values)
    for role in Role:
        confirm(table, role)
    return table.form


def make_order(table: Table | None = None, **values: Any) -> Order:
    """Return an order made from a confirmed form, as the product makes it."""
    table = table or make_table()
    form = confirmed(table, **values)
    with entered(table.seller.scope):
        return create_order(table.seller, revision=form.revision, digest=digest_of(form))
