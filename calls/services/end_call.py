"""The ways a call ends: by either side, by the clock, or by being lost."""

from calls.models import Call
from calls.services.door import end, locked_call, require_seat
from calls.states import CallState, Side


def cancel_call(code: str, *, seat: int | None = None) -> Call:
    """Stop ringing on the caller's wish; announces `call.cancelled`.

    Raises NotFoundError, SeatTakenError, CallOverError, MoveForbiddenError once answered.
    """
    call = locked_call(code)
    require_seat(call, Side.CUSTOMER, seat)
    end(call, CallState.CANCELLED, reason="caller_cancelled", by=Side.CUSTOMER)
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
    """End the locked ring whose time is up; announces `call.missed`."""
    return end(call, CallState.MISSED, reason="not_answered", by="system")


def fail_call(call: Call) -> bool:
    """End the locked call that both sides have dropped out of; announces `call.ended`."""
    return end(call, CallState.FAILED, reason="connection_lost", by="system")
