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
from merchants.round_trip import fetch_one
from merchants.scope import Scope

RATE_WINDOW: Final = timedelta(seconds=60)
_OF_REACH: Final = 7

# Raw, because one statement replaces ten; row-level security holds in it as everywhere. What lies
# behind the merchant's desk is not the caller's to read: `calls_reach` (migration 0004) counts it.
_RING_FACTS: Final = """
SELECT m.id, m.state, m.time_zone, m.ring_seconds, m.queue_length,
       m.accepting_calls, m.closed_until, m.closed_note, m.keeps_hours,
       CASE WHEN m.keeps_hours THEN (
         SELECT json_agg(json_build_array(h.weekday, h.opens, h.closes))
           FROM merchants_openinghours h WHERE h.merchant_id = m.id) END,
       (SELECT json_agg(json_build_array(d.day, d.opens, d.closes, d.name))
          FROM merchants_holiday d WHERE d.merchant_id = m.id),
       p.address, p.mode, p.former_address, p.former_until,
       c.recent, c.open_call, coalesce(c.seen_before, false),
       EXISTS (SELECT 1 FROM calls_block b WHERE b.merchant_id = m.id
                  AND b.customer_id = %(customer)s AND b.lifted_at IS NULL),
       k.id, k.ready_member_id, r.*
  FROM merchants_merchant m
  LEFT JOIN calls_publishedaddress p ON p.merchant_id = m.id
  LEFT JOIN LATERAL (
       SELECT id, CASE WHEN state = 'ready' AND ready_until > %(now)s THEN ready_member_id END
              AS ready_member_id
         FROM calls_callback WHERE code = %(callback)s AND merchant_id = m.id
              AND customer_id = %(customer)s AND state IN ('waiting', 'ready')) k ON true
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE requested_at > %(since)s) AS recent,
              max(code) FILTER (WHERE merchant_id = m.id AND state = ANY(%(open)s)) AS open_call,
              bool_or(merchant_id = m.id AND state = 'completed') AS seen_before
         FROM calls_call WHERE customer_id = %(customer)s) c
 CROSS JOIN LATERAL calls_reach(
       m.id, %(now)s, p.mode = 'relay', %(named)s::inet, k.ready_member_id) r
 WHERE m.handle = %(handle)s
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
