"""What the clock does to calls, on any node: due rings, dropped calls, old addresses."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from calls.models import Endpoint, PublishedAddress
from calls.selectors import deserted_calls, dropped_calls, due_rings, left_calls
from calls.selectors.talk import due_transfers
from calls.services.end_call import abandon_call, fail_call, give_up_call, miss_call
from calls.services.transfer import close_due

BATCH: Final = 200
KEEP_ADDRESSES: Final = timedelta(days=1)
"""How long the real address of a desk that is gone is kept, for abuse handling only."""


def sweep_calls() -> int:
    """End what is overdue, dropped, deserted or left, each once; returns how many.

    Locks what it takes.
    """
    ended = [miss_call(call) for call in due_rings(BATCH)]
    ended += [fail_call(call) for call in dropped_calls(BATCH)]
    ended += [give_up_call(call) for call in deserted_calls(BATCH)]
    ended += [abandon_call(call) for call in left_calls(BATCH)]
    return sum(ended)


def sweep_transfers() -> int:
    """Close offers nobody took in time, or whose call is over; returns how many."""
    return sum(close_due(transfer) for transfer in due_transfers(BATCH))


def forget_addresses() -> int:
    """Forget the real addresses of desks long gone; returns how many."""
    now = timezone.now()
    PublishedAddress.objects.filter(former_until__lt=now).update(
        former_address=None, former_until=None
    )
    old = Endpoint.objects.filter(address__isnull=False, expires_at__lt=now - KEEP_ADDRESSES)
    return int(old.update(address=None))
