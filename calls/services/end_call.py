"""The ways a call ends: by either side, by the clock, or by being lost."""

from calls.models import Call
from calls.services.door import locked_call, require_seat
from calls.services.ending import end
from calls.states import CallState, Side


def cancel_call(code: str, *, seat: int | None = None) -> Call:
    """Stop ringing, or leave the queue, on the caller's wish; announces `call.cancelled`.

    Raises NotFoundError, SeatTakenError, CallOverError, MoveForbiddenError once answered.
    """
    call = locked_call(code)
    require_seat(call, Side.CUSTOMER, seat)
    reason = "left_queue" if call.state == CallState.QUEUED else "caller_cancelled"
    end(call, CallState.CANCELLED, reason=reason, by=Side.CUSTOMER)
    return call


def hang_up(code: str, *, side: Side, seat: int | None = None) -> Call:
    """End an answered call; announces `call.ended`.

    Raises NotFoundError, SeatTakenError, CallOverError, MoveForbiddenError while it rings.
    """
    call = locked_call(code)
    require_seat(call, side, seat)
    end(call, CallState.COMPLETED, reason="hung_up", by=side)
    return call


def miss_call(call: Call) -> bool:
    """End the locked call whose time to ring or to wait is up; announces `call.missed`."""
    reason = "waited_too_long" if call.state == CallState.QUEUED else "not_answered"
    return end(call, CallState.MISSED, reason=reason, by="system")


def fail_call(call: Call) -> bool:
    """End the locked call that both sides have dropped out of; announces `call.ended`."""
    return end(call, CallState.FAILED, reason="connection_lost", by="system")


def give_up_call(call: Call) -> bool:
    """End the locked call that waits where nobody is left to answer; announces `call.ended`."""
    return end(call, CallState.UNAVAILABLE, reason="nobody_at_desk", by="system")


def abandon_call(call: Call) -> bool:
    """End the locked call whose caller has left the queue unsaid; announces `call.cancelled`."""
    return end(call, CallState.CANCELLED, reason="left_queue", by="system")
