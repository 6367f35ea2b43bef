"""Requests to be called back, left and promised the way the product does it."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from calls.models import Callback, Endpoint
from calls.services.callback import mark_ready
from calls.services.leave_callback import Reach
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import Customer, Mail
from merchants.access import scope_of_customer
from merchants.models import Member, Merchant
from merchants.scope import Scope, entered, operator_scope
from orders.access import Party, party_of
from orders.models import OrderForm
from orders.services.leave_request import leave_request
from orders.states import Role
from tests.factories.calls import make_endpoint
from tests.factories.merchants import make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer

REACH = Reach(name="Lena", email="lena@example.com", phone="+49 40 123456", language="en")
WANTED = "Two tins of jasmine tea"


@dataclass(frozen=True)
class Asked:
    """A customer who wants to be called back, and a member who could."""

    merchant: Merchant
    member: Member
    customer: Customer
    callback: Callback

    @property
    def code(self) -> str:
        return self.callback.code

    @property
    def buyer_scope(self) -> Scope:
        return scope_of_customer(self.customer)

    @property
    def seller_scope(self) -> Scope:
        return scope_of_member(self.member)

    @property
    def row(self) -> Callback:
        with entered(operator_scope(SYSTEM)):
            return Callback.objects.select_related("ready_member").get(pk=self.callback.pk)

    @property
    def form(self) -> OrderForm:
        with entered(operator_scope(SYSTEM)):
            return OrderForm.objects.get(callback=self.callback)

    def party(self, role: Role) -> Party:
        scope = self.seller_scope if role is Role.MERCHANT else self.buyer_scope
        return party_of(self.form, role, scope, "")


def make_request(
    merchant: Merchant | None = None,
    customer: Customer | None = None,
    *,
    reach: Reach = REACH,
    content: str = WANTED,
    **wanted,
) -> Asked:
    """A request as a customer leaves it, with its form."""
    merchant = merchant or make_merchant()
    customer = customer or make_customer()
    member = make_member(merchant)
    callback = leave_request(customer, merchant, reach, content=content, **wanted)
    return Asked(merchant, member, customer, callback)


def make_ready(asked: Asked | None = None, **wanted) -> Asked:
    """A request whose member is at the desk and has said ready."""
    asked = asked or make_request(**wanted)
    make_endpoint(asked.member)
    say_ready(asked)
    return asked


def say_ready(asked: Asked, member: Member | None = None) -> Callback:
    member = member or asked.member
    with entered(scope_of_member(member)):
        return mark_ready(asked.code, member=member)


def colleague(asked: Asked, *, online: bool = True) -> Member:
    """Another member of the merchant, at a desk."""
    member = make_member(asked.merchant)
    if online:
        make_endpoint(member)
    return member


def set_request(asked: Asked, **fields) -> None:
    """Write columns directly, such as times in the past."""
    with entered(operator_scope(SYSTEM)):
        Callback.objects.filter(pk=asked.callback.pk).update(**fields)


def leave_desks(member: Member) -> None:
    """Let the member's desks expire."""
    gone = timezone.now() - timedelta(seconds=1)
    with entered(operator_scope(SYSTEM)):
        Endpoint.objects.filter(member=member).update(last_seen_at=gone, expires_at=gone)


def mails() -> list[Mail]:
    """The outbox, oldest first."""
    with entered(operator_scope(SYSTEM)):
        return list(Mail.objects.order_by("created_at", "id"))
