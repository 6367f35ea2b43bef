"""What a desk shows: the queue, and the calls that ring at it."""

from typing import Any, Final

from django.db.models import BooleanField, Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from calls.models import Call, Endpoint
from calls.states import WAITING, CallState

SHOWN_AT_DESK: Final = """(
  calls_call.state = 'queued' OR calls_call.state = 'ringing' AND EXISTS (
    SELECT 1 FROM calls_endpoint desk
     WHERE desk.code = {endpoint} AND desk.expires_at > {now}
       AND (calls_call.widen_at IS NULL OR calls_call.widen_at <= {now}
            OR CASE WHEN calls_call.wanted_member_id IS NOT NULL
                    THEN calls_call.wanted_member_id = desk.member_id
                    ELSE calls_call.mode = 'relay' OR calls_call.address = desk.address END)
       AND NOT EXISTS (SELECT 1 FROM calls_call talk
            WHERE talk.member_id = desk.member_id AND talk.state IN ('accepted', 'live'))))"""
"""The condition that a waiting call is shown at a desk, once for lists and for the heartbeat.

The queue is shown at every desk. A call rings at one that is online and whose member does not talk:
in the first stage where the promise was made, or behind the named address; then everywhere.
"""


def waiting_calls() -> QuerySet[Call]:
    """Return the unanswered calls of the merchant in scope, oldest first, with `seen_before`."""
    rows = Call.objects.filter(state__in=WAITING)
    return with_seen_before(rows).order_by("requested_at", "id")


def with_seen_before(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Return the calls, each with `seen_before`: whether the two have talked before."""
    earlier = Call.objects.filter(
        merchant_id=OuterRef("merchant_id"),
        customer_id=OuterRef("customer_id"),
        state=CallState.COMPLETED,
    )
    return calls.annotate(seen_before=Exists(earlier))


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
        "callback": str(call.callback_id) if call.callback_id else None,
    }


def desk_calls(endpoint: Endpoint | None) -> list[dict[str, Any]]:
    """Return the summaries of what one desk shows, oldest first: the queue, and what rings there.

    Nothing rings at a desk that is not online, nor at any desk of a member who is talking.
    """
    now = timezone.now()
    sql = SHOWN_AT_DESK.format(endpoint="%s", now="%s")
    shown = RawSQL(sql, [endpoint.code if endpoint else "", now, now], BooleanField())  # noqa: S611
    return [
        summary(call, seen_before=getattr(call, "seen_before", False))
        for call in waiting_calls().filter(shown)
    ]
