"""What the clock does to calls, on any node: due rings, dropped calls, old addresses."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from calls.models import Endpoint, PublishedAddress
from calls.selectors import dropped_calls, due_rings
from calls.services.end_call import fail_call, miss_call

BATCH: Final = 200
KEEP_ADDRESSES: Final = timedelta(days=1)
"""How long the real address of a desk that is gone is kept, for abuse handling only."""


def sweep_calls() -> int:
    """End overdue rings and dropped calls, each once; returns how many. Locks what it takes."""
    ended = [miss_call(call) for call in due_rings(BATCH)]
    ended += [fail_call(call) for call in dropped_calls(BATCH)]
    return sum(ended)


def forget_addresses() -> int:
    """Forget the real addresses of desks long gone; returns how many."""
    now = timezone.now()
    PublishedAddress.objects.filter(former_until__lt=now).update(
        former_address=None, former_until=None
    )
    old = Endpoint.objects.filter(address__isnull=False, expires_at__lt=now - KEEP_ADDRESSES)
    return int(old.update(address=None))
