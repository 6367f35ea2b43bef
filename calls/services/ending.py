"""How every call ends: once, told to all, and the next caller's turn."""

from calls.models import Call
from calls.realtime import announce_ended
from calls.services.door import change, moment
from calls.services.queue import wake
from calls.states import CallState


def end(call: Call, target: CallState, *, reason: str, by: str) -> bool:
    """End the locked `call`; announces how, and wakes the queue. Returns False for a repeat."""
    ended = change(call, target, ended_at=moment(call), end_reason=reason, ended_by=by)
    if ended:
        announce_ended(call)
        wake(call.merchant_id)
    return ended
