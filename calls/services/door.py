"""The one door for every change of a call's state."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from calls.errors import CallNotAnsweredError, CallOverError, SeatTakenError
from calls.models import Call
from calls.states import MOVES, TERMINAL, CallState, Side
from marketplace.accounts.audit import record
from marketplace.core.errors import NotFoundError
from marketplace.core.transitions import move
from merchants.scope import current_scope


def locked_call(code: str) -> Call:
    """Lock and return a call of the scope; raises NotFoundError."""
    call: Call | None = Call.objects.select_for_update().filter(code=code).first()
    if call is None:
        raise NotFoundError
    return call


def moment(call: Call) -> datetime:
    """Return now, but never before what has already happened: a stepped clock breaks no row."""
    return max(filter(None, (timezone.now(), call.requested_at, call.answered_at)))


def change(call: Call, target: CallState, **fields: Any) -> bool:
    """Move the locked `call` to `target`, saving `fields` with it and the audit row.

    Returns False for a repeat, which changes nothing. Raises CallOverError when the call has
    ended otherwise, MoveForbiddenError when the table does not list the move.
    """
    current = CallState(call.state)
    if current in TERMINAL and current != target:
        raise CallOverError(state=str(current))
    if not move(MOVES, current, target):
        return False
    call.state = target
    for name, value in fields.items():
        setattr(call, name, value)
    call.save(update_fields=["state", *fields])
    record(
        current_scope().actor,
        f"call.{target}",
        subject=("call", call.id),
        merchant_id=call.merchant_id,
        customer_id=call.customer_id,
        data={"reason": call.end_reason} if call.end_reason else None,
    )
    return True


def require_seat(call: Call, side: Side, seat: int | None) -> None:
    """Raise SeatTakenError when another tab of that side has taken over since."""
    if seat is not None and getattr(call, f"{side}_seat") != seat:
        raise SeatTakenError


def require_talking(call: Call) -> None:
    """Raise CallOverError or CallNotAnsweredError unless the call is answered and open."""
    if call.state in TERMINAL:
        raise CallOverError(state=call.state)
    if not call.is_talking:
        raise CallNotAnsweredError
