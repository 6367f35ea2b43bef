"""The only everyday ways into a scope: pages, sockets, tasks.

A page decorator opens the scope for the whole view. A view that calls outside (Stripe) uses
`member_action` or `customer_action`, which find out who it is and leave entering to the service.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from channels.db import database_sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.guests import customer_from_cookies, customer_of
from marketplace.accounts.models import Customer, User
from marketplace.core.errors import NotFoundError, SignInRequiredError
from merchants.access import (
    actor_of_user,
    member_for,
    member_in_scope,
    merchant_for,
    scope_of_customer,
)
from merchants.models import Member, Merchant
from merchants.roles import Permission
from merchants.scope import Scope, entered, merchant_scope, operator_scope

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """What `member_page` has proven: a member with the right, and their scope."""

    user: User
    member: Member
    merchant: Merchant
    scope_of_actor: Scope


class CustomerRequest(HttpRequest):
    """What `customer_page` has proven: a customer, and their scope."""

    customer: Customer
    scope_of_actor: Scope


def member_page(
    needs: Permission,
) -> Callable[
    [Callable[Concatenate[MemberRequest, str, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, str, P], HttpResponseBase],
]:
    """Run a view `view(request, handle, …)` in the merchant's scope for a member with `needs`.

    Nobody signed in → SignInRequiredError (the middleware leads to the sign-in page);
    stranger → 404; colleague without the right → 403.
    """

    def decorate(
        view: Callable[Concatenate[MemberRequest, str, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
        @wraps(view)
        def inside(
            request: HttpRequest, handle: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            merchant, scope = merchant_for(request.user, handle)
            with entered(scope):
                member = member_in_scope(request.user, needs)  # type: ignore[arg-type]
                member.merchant = merchant
                known: Any = request
                known.member, known.merchant, known.scope_of_actor = member, merchant, scope
                return view(known, handle, *args, **kwargs)

        # Django passes `handle` by name; a Callable type cannot say so.
        return cast("Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]", inside)

    return decorate


def customer_page(
    view: Callable[Concatenate[CustomerRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Run a view in the scope of its customer; nobody's guest is a stranger to it.

    Raises NotFoundError without a valid cookie: only a call request makes a guest.
    """

    @wraps(view)
    def inside(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        customer = customer_of(request)
        if customer is None:
            raise NotFoundError
        known: Any = request
        known.customer, known.scope_of_actor = customer, scope_of_customer(customer)
        with entered(known.scope_of_actor):
            return view(known, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", inside)


class MemberSocketMixin:
    """For sockets of members: who it is, from the session, and their scope."""

    scope: dict[str, Any]
    member: Member
    scope_of_actor: Scope

    async def find_member(self, handle: str, needs: Permission) -> None:
        """Set `member` and `scope_of_actor`; raises like `member_for`."""
        user = self.scope["user"]
        look = database_sync_to_async(member_for, thread_sensitive=False)
        self.member, self.scope_of_actor = await look(user, handle, needs)

    async def find_member_of(self, merchant_id: UUID, needs: Permission) -> None:
        """Like `find_member`, for the merchant of an object that is not yet proven visible."""
        user = self.scope["user"]
        look = database_sync_to_async(_member_of, thread_sensitive=False)
        self.member, self.scope_of_actor = await look(user, merchant_id, needs)


def _member_of(user: User, merchant_id: UUID, needs: Permission) -> tuple[Member, Scope]:
    if not isinstance(user, User):
        raise SignInRequiredError
    scope = merchant_scope(merchant_id, actor_of_user(user))
    with entered(scope):
        return member_in_scope(user, needs), scope


class CustomerSocketMixin:
    """For sockets of customers: who it is, from the signed cookie, and their scope."""

    scope: dict[str, Any]
    customer: Customer
    scope_of_actor: Scope

    async def find_customer(self) -> None:
        """Set `customer` and `scope_of_actor`; raises NotFoundError without a valid cookie."""
        look = database_sync_to_async(customer_from_cookies, thread_sensitive=False)
        customer = await look(self.scope.get("cookies", {}))
        if customer is None:
            raise NotFoundError
        self.customer, self.scope_of_actor = customer, scope_of_customer(customer)


def system_scope() -> Scope:
    """Return the scope of sweeping tasks: all merchants, acting as the platform."""
    return operator_scope(SYSTEM)


def system_scope_at(merchant_id: UUID) -> Scope:
    """Return the platform's scope at one merchant."""
    return merchant_scope(merchant_id, SYSTEM)
