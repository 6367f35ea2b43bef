"""Who stands at a form, and with which rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from marketplace.core.errors import ForbiddenError, NotFoundError
from merchants.models import Member
from merchants.roles import PERMISSIONS, Permission
from merchants.scope import Audience, Scope, current_scope
from orders.models import OrderForm
from orders.states import Role

EDITORS: Final = [
    role.value for role, rights in PERMISSIONS.items() if Permission.FORMS_EDIT in rights
]
"""Roles of members who may write into a form."""
MEMBER_MAY: Final = (
    "EXISTS (SELECT 1 FROM merchants_member m WHERE m.merchant_id = f.merchant_id"
    " AND m.user_id = %(actor)s AND m.is_active AND m.role = ANY(%(editors)s))"
)
"""The same question inside a statement on the form `f`."""


@dataclass(frozen=True, slots=True)
class Party:
    """One proven side of one form: what an edit needs without reading the form again.

    Currency and zone are frozen on the form, so keeping them is safe.
    """

    role: Role
    scope: Scope
    form_id: UUID
    code: str
    merchant_id: UUID
    customer_id: UUID
    currency: str
    time_zone: str
    name: str

    @property
    def actor_id(self) -> UUID:
        """Return the key of the person: the customer's, or the member's user."""
        if self.scope.actor.id is None:
            raise ForbiddenError
        return self.scope.actor.id


def party_of(form: OrderForm, role: Role, scope: Scope, name: str) -> Party:
    """Return the side `role` of a form fetched inside `scope`."""
    return Party(
        role=role,
        scope=scope,
        form_id=form.id,
        code=form.code,
        merchant_id=form.merchant_id,
        customer_id=form.customer_id,
        currency=form.currency,
        time_zone=form.time_zone,
        name=name or scope.actor.name,
    )


def current_member(party: Party, needs: Permission) -> Member:
    """Return the membership behind a party as it is now, with its merchant.

    The socket may be older than the right: it is read again for every action. Raises
    ForbiddenError for a customer or a colleague without the right, NotFoundError for one
    who has left.
    """
    if party.role is not Role.MERCHANT:
        raise ForbiddenError
    member: Member | None = (
        Member.objects.select_related("merchant")
        .filter(merchant_id=party.merchant_id, user_id=current_scope().actor.id, is_active=True)
        .first()
    )
    if member is None:
        raise NotFoundError
    if not member.may(needs):
        raise ForbiddenError
    return member


def role_in_force() -> Role | None:
    """Return the side the scope in force works for; None for the platform."""
    audience = current_scope().audience
    return {Audience.CUSTOMER: Role.CUSTOMER, Audience.MERCHANT: Role.MERCHANT}.get(audience)


def customer_only(party: Party) -> None:
    """Raise ForbiddenError for the merchant's side."""
    if party.role is not Role.CUSTOMER:
        raise ForbiddenError


def rights_of(role: Role, member: Member | None) -> Mapping[str, bool]:
    """Return what a side may do on the form, for its screen; the server checks every action."""
    if role is Role.CUSTOMER:
        return {"edit": True, "confirm": True, "request": False, "create": False}
    edits = member is not None and member.may(Permission.FORMS_EDIT)
    creates = member is not None and member.may(Permission.ORDERS_CREATE)
    return {"edit": edits, "confirm": edits, "request": edits, "create": creates}
