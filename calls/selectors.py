"""Reading calls, endpoints and published addresses. Inside a scope unless said otherwise."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from calls.errors import (
    MerchantSuspendedError,
    MerchantUnavailableError,
    MerchantUnknownError,
    StorefrontClosedError,
)
from calls.ice import IceSettings, ice
from calls.models import Call, Endpoint, PublishedAddress
from calls.states import OPEN, TALKING, WAITING, CallState, Side
from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import NotFoundError
from merchants.models import MediaMode, Merchant
from merchants.scope import entered, operator_scope
from merchants.states import MerchantState

RATE_WINDOW: Final = timedelta(seconds=60)
PRESENT_WITHIN: Final = timedelta(seconds=25)
"""Longer than the silence after which a socket is closed."""


# -- calls ---------------------------------------------------------------------------------


def call_for_customer(code: str) -> Call:
    """Return a call of the customer in scope, with its merchant; raises NotFoundError."""
    return _call(code)


def call_for_member(code: str) -> Call:
    """Return a call of the merchant in scope, with its merchant; raises NotFoundError."""
    return _call(code)


def _call(code: str) -> Call:
    call: Call | None = Call.objects.select_related("merchant").filter(code=code).first()
    if call is None:
        raise NotFoundError
    return call


def merchant_of_call(code: str) -> UUID:
    """Return whose call it is, before anybody's right to it is known; raises NotFoundError.

    Opens the operator's scope for this one key, because a member's socket names the call and
    not the merchant. The caller must prove the membership next.
    """
    with entered(operator_scope(SYSTEM)):
        found: UUID | None = (
            Call.objects.filter(code=code).values_list("merchant_id", flat=True).first()
        )
    if found is None:
        raise NotFoundError
    return found


def waiting_calls() -> QuerySet[Call]:
    """Return the unanswered calls of the merchant in scope, oldest first, with `seen_before`."""
    earlier = Call.objects.filter(
        merchant_id=OuterRef("merchant_id"),
        customer_id=OuterRef("customer_id"),
        state=CallState.COMPLETED,
    )
    rows: QuerySet[Call] = Call.objects.filter(state__in=WAITING)
    return rows.annotate(seen_before=Exists(earlier)).order_by("requested_at")


def summary(call: Call, *, seen_before: bool) -> dict[str, Any]:
    """Return what a desk shows of a call."""
    return {
        "code": call.code,
        "state": call.state,
        "customer_name": call.caller,
        "page": call.page,
        "requested_at": call.requested_at.isoformat(),
        "ring_until": call.ring_until.isoformat(),
        "waiting_seconds": max(0, int((timezone.now() - call.requested_at).total_seconds())),
        "seen_before": seen_before,
    }


def desk_calls() -> list[dict[str, Any]]:
    """Return the summaries of the calls that wait at the merchant in scope."""
    return [
        summary(call, seen_before=getattr(call, "seen_before", False)) for call in waiting_calls()
    ]


def ice_for(call: Call, side: Side) -> dict[str, Any]:
    """Return servers and policy for one side of an open call; nothing once it has ended."""
    offer = IceSettings(
        turn_urls=settings.TURN_URLS if call.is_open else (),
        turn_secret=settings.TURN_SECRET,
        life=settings.TURN_TTL_SECONDS,
    )
    return ice(
        offer,
        call_code=call.code,
        side=side,
        relay_only=call.relay_only,
        now=int(time.time()),
    )


# -- published address ---------------------------------------------------------------------


def mode_in_force(merchant: Merchant) -> tuple[MediaMode, str]:
    """Return the media mode and why: `chosen`, `default`, or `no_relay` on the embedded default."""
    if merchant.media_mode == MediaMode.DIRECT:
        return MediaMode.DIRECT, "chosen"
    if settings.TURN_URLS and settings.RELAY_ADDRESS:
        return MediaMode.RELAY, "default"
    return MediaMode.DIRECT, "no_relay"


def require_reachable(state: str, *, accepting_calls: bool) -> None:
    """Raise the coded error when a merchant in that state takes no calls."""
    if state == MerchantState.SUSPENDED:
        raise MerchantSuspendedError
    if state == MerchantState.CLOSED or (state == MerchantState.LIVE and not accepting_calls):
        raise StorefrontClosedError
    if state != MerchantState.LIVE:
        raise MerchantUnknownError


def published_address(merchant: Merchant) -> PublishedAddress:
    """Return the address at which a merchant can be called now.

    Raises MerchantUnknownError, MerchantSuspendedError, StorefrontClosedError,
    MerchantUnavailableError.
    """
    require_reachable(merchant.state, accepting_calls=merchant.accepting_calls)
    found = standing_address(merchant)
    if found is None:
        raise MerchantUnavailableError
    return found


def standing_address(merchant: Merchant) -> PublishedAddress | None:
    """Return the merchant's published address if it is valid now."""
    found: PublishedAddress | None = PublishedAddress.objects.filter(merchant=merchant).first()
    return found if found is not None and found.is_valid else None


def live_endpoints() -> QuerySet[Endpoint]:
    """Return the endpoints of the merchant in scope that are at the desk, oldest first."""
    rows: QuerySet[Endpoint] = Endpoint.objects.filter(expires_at__gt=timezone.now())
    return rows.order_by("created_at")


# -- the call request ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RingFacts:
    """All that decides about a call request, read in one round trip."""

    merchant_id: UUID
    state: str
    accepting_calls: bool
    address: str | None
    mode: str | None
    valid_until: datetime | None
    former_address: str | None
    former_until: datetime | None
    recent_calls: int
    open_call: str | None
    seen_before: bool


# Raw, because one statement replaces five; row-level security holds in it as everywhere.
_RING_FACTS: Final = """
SELECT m.id, m.state, m.accepting_calls,
       p.address, p.mode, p.valid_until, p.former_address, p.former_until,
       c.recent, c.open_call, coalesce(c.seen_before, false)
  FROM merchants_merchant m
  LEFT JOIN calls_publishedaddress p ON p.merchant_id = m.id
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE requested_at > %(since)s) AS recent,
              max(code) FILTER (WHERE merchant_id = m.id AND state = ANY(%(open)s)) AS open_call,
              bool_or(merchant_id = m.id AND state = 'completed') AS seen_before
         FROM calls_call WHERE customer_id = %(customer)s) c
 WHERE m.handle = %(handle)s
"""


def ring_facts(handle: str, customer_id: UUID) -> RingFacts:
    """Return the facts for a call request of the customer in scope; raises MerchantUnknownError."""
    with connection.cursor() as cursor:
        cursor.execute(
            _RING_FACTS,
            {
                "handle": handle,
                "customer": customer_id,
                "since": timezone.now() - RATE_WINDOW,
                "open": [str(state) for state in OPEN],
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise MerchantUnknownError
    return RingFacts(*row)


# -- what is due ---------------------------------------------------------------------------


def due_rings(limit: int) -> list[Call]:
    """Lock and return rings whose time is up, passing over those another node holds."""
    rows = Call.objects.select_for_update(skip_locked=True).filter(
        state__in=WAITING, ring_until__lte=timezone.now()
    )
    return list(rows.order_by("ring_until")[:limit])


def dropped_calls(limit: int) -> list[Call]:
    """Lock and return answered calls of which neither side was heard of for too long."""
    before = timezone.now() - timedelta(seconds=settings.CALL_DROP_SECONDS)
    rows = Call.objects.select_for_update(skip_locked=True).filter(
        state__in=TALKING, answered_at__lt=before
    )
    for side in Side:
        rows = rows.exclude(**{f"{side}_seen_at__gte": before})
    return list(rows.order_by("answered_at")[:limit])
