"""What the clock has to end, on whichever node sees it first. Each list is locked as it is read.

Rows that another node holds are passed over. In the platform's scope.
"""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from calls.models import Call, Endpoint
from calls.states import TALKING, WAITING, CallState, Side

RETURN: Final = timedelta(seconds=60)
"""So long a member may take from the end of a call back to the desk before a queue is given up."""
ABSENT: Final = timedelta(seconds=60)
"""So long a caller's tab may be gone before their place in the queue is."""


def due_rings(limit: int) -> list[Call]:
    """Lock and return calls whose time to ring or to wait is up."""
    return _first(Call.objects.filter(state__in=WAITING, ring_until__lte=timezone.now()), limit)


def dropped_calls(limit: int) -> list[Call]:
    """Lock and return answered calls of which a side was not heard of for too long.

    One side is enough: whoever is left has waited long enough, and the order form goes on.
    """
    before = timezone.now() - timedelta(seconds=settings.CALL_DROP_SECONDS)
    both_here = {f"{side}_seen_at__gte": before for side in Side}
    rows = Call.objects.filter(state__in=TALKING, answered_at__lt=before).exclude(**both_here)
    return _first(rows, limit)


def deserted_calls(limit: int) -> list[Call]:
    """Lock and return queued calls at a merchant where nobody is at a desk or in a call any more.

    Whoever has just ended a call is given the time to come back to the desk.
    """
    now = timezone.now()
    of_merchant = Call.objects.filter(merchant_id=OuterRef("merchant_id"))
    desks = Endpoint.objects.filter(merchant_id=OuterRef("merchant_id"), expires_at__gt=now)
    busy = of_merchant.filter(
        Q(state__in=TALKING) | Q(answered_at__isnull=False, ended_at__gt=now - RETURN)
    )
    rows = Call.objects.filter(state=CallState.QUEUED, requested_at__lt=now - RETURN)
    return _first(rows.exclude(Exists(desks)).exclude(Exists(busy)), limit)


def left_calls(limit: int) -> list[Call]:
    """Lock and return queued calls whose caller's tab has been gone for too long."""
    before = timezone.now() - ABSENT
    rows = Call.objects.filter(state=CallState.QUEUED, requested_at__lt=before)
    return _first(rows.exclude(customer_seen_at__gte=before), limit)


def _first(rows: QuerySet[Call], limit: int) -> list[Call]:
    locked = rows.select_for_update(skip_locked=True, of=("self",))
    return list(locked.order_by("ring_until")[:limit])
