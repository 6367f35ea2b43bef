"""Callers who wait for a free member: in line by the time of their request, called one by one.

An advisory lock per merchant stands before both ends of the queue: joining it, so that it never
grows beyond its length, and calling the next, so that one free member is not promised twice. Not
the row of the published address: a caller may not lock that (they may only read it), and every
heartbeat of a desk writes it.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from calls.models import Call
from calls.realtime import announce_place, announce_rang
from calls.rules import Reach
from calls.selectors import merchants_that_wait, places, queued_calls, reach_of, with_seen_before
from calls.services.door import change
from calls.states import CallState
from marketplace.accounts.audit import SYSTEM
from marketplace.core import after_commit
from merchants.models import Merchant
from merchants.round_trip import fetch_one
from merchants.scope import entered, merchant_scope, operator_scope

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_ANYBODY: Final = (
    "SELECT EXISTS (SELECT 1 FROM calls_call WHERE merchant_id = %(merchant)s AND state = 'queued')"
)


def lock_queue(merchant_id: UUID) -> None:
    """Hold the merchant's queue until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"calls.queue.{merchant_id}"])


def wake(merchant_id: UUID) -> None:
    """Look after commit whether somebody who waits can ring now, and tell all their places.

    To be said wherever a member may have become free or a caller may have left. If the node dies
    before it gets there, the sweep does the same.
    """

    def look() -> None:
        call_next(merchant_id)

    after_commit.run(look)


def call_next(merchant_id: UUID, *, tell: bool = True) -> int:
    """Let the first callers ring, one for each free member no other caller rings for.

    Enters the merchant's scope itself, so it is called outside of any. Returns how many ring now.
    Passes over a call that is being ended this moment. Announces `call.rang` to desks and callers,
    and to those who still wait their new places (`tell`: even if nobody rang).
    """
    scope = merchant_scope(merchant_id, SYSTEM)
    if not fetch_one(scope, _ANYBODY, {"merchant": merchant_id})[0]:
        return 0
    with entered(scope):
        lock_queue(merchant_id)
        reach = reach_of(merchant_id)
        line = with_seen_before(queued_calls()).select_for_update(of=("self",), skip_locked=True)
        chosen = list(line[: reach.capacity])
        life = ring_time(Merchant.objects.get(id=merchant_id).ring_seconds) if chosen else None
        for call in chosen:
            ring_queued(call, reach, life or timedelta())
        if chosen or tell:
            for place in places(merchant_id):
                announce_place(place)
    return len(chosen)


def ring_queued(call: Call, reach: Reach, life: timedelta) -> None:
    """Let the locked call that waited ring at every free desk: it has waited long enough."""
    now = timezone.now()
    change(call, CallState.RINGING, rang_at=now, widen_at=None, ring_until=now + life)
    announce_rang(call, reach.free, seen_before=bool(getattr(call, "seen_before", False)))


def ring_time(wished: int) -> timedelta:
    """Return how long a call rings at a merchant who wishes so many seconds."""
    return timedelta(seconds=min(wished, settings.CALL_LONGEST_RING_SECONDS))


def sweep_queues() -> int:
    """Do what a lost wake-up left undone, at every merchant with a queue; returns how many rang."""
    with entered(operator_scope(SYSTEM)):
        waiting = merchants_that_wait()
    return sum(call_next(merchant_id, tell=False) for merchant_id in waiting)
