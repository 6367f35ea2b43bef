"""The tenant scope: both walls, entered at one place.

First wall: managers of tenant rows raise without a scope and filter by it. Second wall:
row-level security, one narrow policy per database role. `entered` opens the transaction,
sets the role and the ids in one statement, and remembers the scope for the first wall.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from marketplace.accounts.audit import Actor


class ScopeError(Exception):
    """A tenant row was touched without a scope, or for another tenant: a bug, never user input."""


class Audience(StrEnum):
    """The database role a scope works as."""

    MERCHANT = "r_merchant"
    CUSTOMER = "r_customer"
    OPERATOR = "r_operator"
    # The serving login itself: a signed-in person before they have chosen a merchant.
    PERSON = "none"


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom rows may be seen: one merchant, one customer (at one or all merchants), or all."""

    audience: Audience
    actor: Actor
    merchant_id: UUID | None = None
    customer_id: UUID | None = None
    user_id: UUID | None = None


SET_SCOPE: Final = (
    "SELECT set_config('role', %s, true), set_config('app.merchant', %s, true),"
    " set_config('app.customer', %s, true), set_config('app.user', %s, true)"
)
_LEAVE: Final = (
    "SELECT set_config('role', 'none', true), set_config('app.merchant', '', true),"
    " set_config('app.customer', '', true), set_config('app.user', '', true)"
)
_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def merchant_scope(merchant_id: UUID, actor: Actor) -> Scope:
    """Return the scope of one merchant, for its members and for tasks on its behalf."""
    return Scope(Audience.MERCHANT, actor, merchant_id=merchant_id)


def customer_scope(customer_id: UUID, actor: Actor, merchant_id: UUID | None = None) -> Scope:
    """Return the scope of one customer, at one merchant or at all of them."""
    return Scope(Audience.CUSTOMER, actor, merchant_id=merchant_id, customer_id=customer_id)


def operator_scope(actor: Actor) -> Scope:
    """Return the scope over all merchants, for operators and sweeping tasks."""
    return Scope(Audience.OPERATOR, actor)


def person_scope(user_id: UUID, actor: Actor) -> Scope:
    """Return the scope of a signed-in person: their memberships and nothing else."""
    return Scope(Audience.PERSON, actor, user_id=user_id)


def current_scope() -> Scope:
    """Return the scope in force; raises ScopeError when there is none."""
    scope = _current.get()
    if scope is None:
        raise ScopeError("no scope: wrap the work in `with entered(…)`")
    return scope


def set_scope_parameters(scope: Scope) -> list[str]:
    """Return the parameters of SET_SCOPE for `scope`."""
    return [
        scope.audience.value,
        str(scope.merchant_id or ""),
        str(scope.customer_id or ""),
        str(scope.user_id or ""),
    ]


@contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """Work inside `scope`: one transaction, the role and ids set for exactly as long as it lasts.

    Entering the same scope again nests as a savepoint. Another scope inside raises ScopeError,
    because local settings last until the outer transaction ends. An outer transaction without a
    scope (a test, say) gets its settings back on leaving.
    """
    outer = _current.get()
    if outer is not None:
        if set_scope_parameters(outer) != set_scope_parameters(scope):
            raise ScopeError(f"already inside {outer.audience}: leave it first")
        with transaction.atomic():
            yield outer
        return
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SET_SCOPE, set_scope_parameters(scope))
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
        if nested:
            cursor.execute(_LEAVE)
