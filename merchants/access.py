"""May this person do this here: an object is fetched only together with the right to it."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.audit import Actor
from marketplace.accounts.models import ActorKind, Customer, User
from marketplace.core.errors import ForbiddenError, NotFoundError, SignInRequiredError
from merchants.models import Member, Merchant
from merchants.roles import Permission
from merchants.scope import Scope, customer_scope, entered, merchant_scope, person_scope

T = TypeVar("T")


def actor_of_user(user: User) -> Actor:
    """Return the member's actor: the key is the user's, the name is what the customer sees."""
    return Actor(ActorKind.MEMBER, user.id, user.name)


def actor_of_customer(customer: Customer) -> Actor:
    """Return the customer's actor."""
    return Actor(ActorKind.CUSTOMER, customer.id, customer.name)


def scope_of_customer(customer: Customer, merchant_id: UUID | None = None) -> Scope:
    """Return the scope of a customer, at one merchant or at all."""
    return customer_scope(customer.id, actor_of_customer(customer), merchant_id)


def merchant_for(user: User | AnonymousUser, handle: str) -> tuple[Merchant, Scope]:
    """Return the merchant of that handle and its scope; nothing is promised about the person.

    Raises SignInRequiredError for nobody, NotFoundError for an unknown handle.
    """
    if not isinstance(user, User):
        raise SignInRequiredError
    merchant = Merchant.objects.filter(handle=handle).first()
    if merchant is None:
        raise NotFoundError
    return merchant, merchant_scope(merchant.id, actor_of_user(user))


def member_in_scope(user: User, needs: Permission) -> Member:
    """Return the person's membership at the merchant of the scope in force.

    Raises NotFoundError for a stranger, ForbiddenError for a colleague without the right.
    """
    rows = Member.objects.select_related("merchant", "user").filter(user_id=user.id)
    member: Member | None = rows.first()
    if member is None or not member.is_active:
        raise NotFoundError
    if not member.may(needs):
        raise ForbiddenError
    return member


def member_for(user: User | AnonymousUser, handle: str, needs: Permission) -> tuple[Member, Scope]:
    """Return membership and scope for a merchant's handle, opening the scope to look.

    Raises SignInRequiredError, NotFoundError (unknown handle or stranger), ForbiddenError.
    """
    merchant, scope = merchant_for(user, handle)
    with entered(scope):
        member = member_in_scope(user, needs)  # type: ignore[arg-type]  # merchant_for refused others
    member.merchant = merchant
    return member, scope


def member_where(
    user: User | AnonymousUser, needs: Permission, find: Callable[[], T]
) -> tuple[Member, Scope, T]:
    """Return the membership whose merchant owns what `find` looks for, its scope, and the find.

    `find` runs inside each of the person's merchants in turn and raises NotFoundError where the
    object is not theirs. Raises SignInRequiredError, NotFoundError, ForbiddenError.
    """
    if not isinstance(user, User):
        raise SignInRequiredError
    actor = actor_of_user(user)
    with entered(person_scope(user.id, actor)):
        merchants = list(
            Member.objects.filter(is_active=True).values_list("merchant_id", flat=True)
        )
    for merchant_id in merchants:
        scope = merchant_scope(merchant_id, actor)
        with entered(scope):
            try:
                found = find()
            except NotFoundError:
                continue
            return member_in_scope(user, needs), scope, found
    raise NotFoundError
