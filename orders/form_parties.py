"""Who asks for a form over HTTP: its customer by cookie, or a member by session."""

from dataclasses import dataclass

from django.http import HttpRequest

from marketplace.accounts.guests import customer_of
from marketplace.accounts.models import User
from marketplace.core.errors import NotFoundError
from merchants.access import member_where, scope_of_customer
from merchants.models import Member
from merchants.roles import Permission
from merchants.scope import entered
from orders.access import Party, party_of
from orders.models import OrderForm
from orders.selectors import form_by_code
from orders.states import Role


@dataclass(frozen=True, slots=True)
class Seat:
    """A proven side of a form; `member` is None for the customer."""

    party: Party
    member: Member | None

    def order_url(self, code: str) -> str:
        """Return this side's page of an order."""
        if self.member is None:
            return f"/o/{code}/"
        return f"/desk/{self.member.merchant.handle}/orders/{code}/"


def seat_at(request: HttpRequest, code: str) -> Seat:
    """Return the side a request stands for at a form.

    A browser that is both is the customer, unless it asks with `?side=merchant`. Enters the
    scopes itself to look. Raises NotFoundError for everybody else, ForbiddenError for a
    colleague without the right.
    """
    if request.GET.get("side") != Role.MERCHANT.value:
        seat = _customers_seat(request, code)
        if seat is not None:
            return seat
    if not isinstance(request.user, User):
        raise NotFoundError
    member, scope, form = member_where(
        request.user, Permission.FORMS_EDIT, lambda: form_by_code(code)
    )
    return Seat(party_of(form, Role.MERCHANT, scope, scope.actor.name), member)


def _customers_seat(request: HttpRequest, code: str) -> Seat | None:
    customer = customer_of(request)
    if customer is None:
        return None
    scope = scope_of_customer(customer)
    with entered(scope):
        try:
            form = form_by_code(code)
        except NotFoundError:
            return None
        return Seat(party_of(form, Role.CUSTOMER, scope, _name_in(form)), None)


def _name_in(form: OrderForm) -> str:
    """Return the name the customer gave in the call, or in the request to be called back."""
    if form.call is not None:
        return form.call.customer_name
    return form.callback.name if form.callback else ""
