"""Whom a call would reach: the facts of a call request, and the desks of a merchant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from calls.errors import MerchantUnknownError
from calls.rules import Reach, RingFacts
from calls.states import OPEN
from marketplace.accounts.audit import Actor
from marketplace.accounts.guests import Claim, customer_of_row, customer_statement
from marketplace.accounts.models import ActorKind, Customer
from merchants.round_trip import fetch_each, fetch_one
from merchants.scope import Scope, customer_scope

RATE_WINDOW: Final = timedelta(seconds=60)
_OF_REACH: Final = 7

# Functions of the database, planned once per connection. `calls_ring_facts` (migration 0005) has
# the rights of who asks, and one statement replaces ten. What lies behind the merchant's desk is
# not the caller's to read: `calls_reach` (migration 0004) counts it.
_RING_FACTS: Final = """
SELECT * FROM calls_ring_facts(%(handle)s, %(customer)s, %(named)s::inet, %(callback)s,
                               %(now)s, %(since)s, %(open)s)
"""
_REACH: Final = "SELECT * FROM calls_reach(%(merchant)s, %(now)s, true, NULL, NULL)"


@dataclass(frozen=True, slots=True)
class Asked:
    """A call request: who asks whom, at which address, and for which promise."""

    customer_id: UUID
    handle: str
    named: str
    callback: str = ""


def ring_facts(scope: Scope, asked: Asked) -> RingFacts:
    """Return the facts for a call request: one statement in one round trip, outside a transaction.

    Raises MerchantUnknownError.
    """
    return _facts(fetch_one(scope, _RING_FACTS, _parameters(asked)))


def caller_and_facts(claim: Claim, asked: Asked) -> tuple[Customer | None, RingFacts]:
    """Return the customer whom a cookie names, None for a revoked one, and the facts of their call.

    Both in the scope of that customer and in one round trip, outside a transaction. Raises
    MerchantUnknownError.
    """
    scope = customer_scope(claim.customer_id, Actor(ActorKind.CUSTOMER, claim.customer_id))
    parameters = {**_parameters(asked), **claim.as_parameters()}
    customer, facts = fetch_each(scope, [customer_statement(), _RING_FACTS], parameters)
    return customer_of_row(customer), _facts(facts)


def ring_facts_here(asked: Asked) -> RingFacts:
    """Return the same facts inside the scope and transaction in force."""
    return _facts(_one(_RING_FACTS, _parameters(asked)))


def reach_of(merchant_id: UUID) -> Reach:
    """Return which desks of a merchant are free now, and how many callers wait."""
    return Reach(*_one(_REACH, {"merchant": merchant_id, "now": timezone.now()}))


def _parameters(asked: Asked) -> dict[str, Any]:
    now = timezone.now()
    return {
        "handle": asked.handle,
        "customer": asked.customer_id,
        "named": asked.named,
        "callback": asked.callback,
        "now": now,
        "since": now - RATE_WINDOW,
        "open": [str(state) for state in OPEN],
    }


def _facts(row: Any) -> RingFacts:
    if row is None:
        raise MerchantUnknownError
    return RingFacts(*[*row[:-_OF_REACH], Reach(*row[-_OF_REACH:])])


def _one(statement: str, parameters: Mapping[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()
