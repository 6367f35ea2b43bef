"""Which tab of a side speaks: the newest one; an older one can no longer write."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from calls.errors import SeatTakenError
from calls.models import Call
from calls.realtime import announce_seat
from calls.selectors import call_for_customer
from calls.services.door import locked_call
from calls.services.publish_address import hold_address
from calls.states import OPEN, Side
from merchants.models import Member


def take_seat(code: str, side: Side, *, member: Member | None = None) -> Call:
    """Seat a new tab of that side and unseat the one before; announces `peer.joined`.

    Locks the call. A call that has ended seats nobody. Raises NotFoundError, and SeatTakenError
    when the call has passed from `member` to a colleague.
    """
    call = locked_call(code)
    if member is not None and call.member_id != member.pk:
        raise SeatTakenError
    if not call.is_open:
        return call
    seat = getattr(call, f"{side}_seat") + 1
    fields: dict[str, Any] = {"seat": seat, "present": True, "seen_at": timezone.now()}
    for name, value in fields.items():
        setattr(call, f"{side}_{name}", value)
    call.save(update_fields=[f"{side}_{name}" for name in fields])
    announce_seat(call.id, side, seat, present=True)
    return call


def keep_seat(code: str, *, side: Side, seat: int, heard_at: datetime) -> Call:
    """Note when the tab was last heard of, and return the call as it stands.

    On the merchant's side it keeps the published address up as well, as a desk would.
    Raises SeatTakenError when another tab has taken over, NotFoundError.
    """
    kept = _of_seat(code, side, seat).update(
        **{f"{side}_seen_at": heard_at, f"{side}_present": True}
    )
    call = call_for_customer(code)
    if not kept and call.is_open:
        raise SeatTakenError
    if kept and side is Side.MERCHANT:
        hold_address(call.merchant_id)
    return call


def leave_seat(code: str, *, side: Side, seat: int, heard_at: datetime) -> None:
    """Note that the tab is gone, unless another has taken over; announces `peer.left`.

    A tab that had been silent before it was given up was last there at `heard_at`: the time that
    a drop may last began then.
    """
    left = _of_seat(code, side, seat).update(
        **{f"{side}_seen_at": heard_at, f"{side}_present": False}
    )
    if left:
        announce_seat(call_for_customer(code).id, side, seat, present=False)


def _of_seat(code: str, side: Side, seat: int) -> Any:
    return Call.objects.filter(code=code, state__in=OPEN, **{f"{side}_seat": seat})
