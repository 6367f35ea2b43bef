"""A member answers or declines; of many desks exactly one wins."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from calls.errors import CallOverError, CallTakenError, EndpointBusyError, EndpointOfflineError
from calls.models import Call, Endpoint
from calls.realtime import announce_accepted
from calls.services.callback import mark_called
from calls.services.door import change, locked_call, moment
from calls.services.ending import end
from calls.services.queue import wake
from calls.states import TALKING, CallState, Side
from merchants.models import Member

GRACE: Final = timedelta(seconds=2)
"""An answer may be this late: no ringing outlives its time-out by more, swept or not."""


def accept_call(code: str, *, member: Member, endpoint: str) -> Call:
    """Answer a ringing call at one endpoint, or one that still waits in the queue.

    Locks the call, then endpoint and member. A repeat by the same endpoint changes nothing.
    Announces `call.accepted` to desks and caller; what the caller had asked to be called back for
    is done. Raises NotFoundError, CallTakenError, CallOverError, EndpointOfflineError,
    EndpointBusyError.
    """
    call = locked_call(code)
    if call.is_talking:
        return _repeated(call, endpoint)
    if call.is_open and timezone.now() > call.ring_until + GRACE:
        raise CallOverError(state=str(CallState.MISSED))
    desk = free_endpoint(endpoint, member) if call.is_open else None
    if call.state == CallState.QUEUED:
        change(call, CallState.RINGING, rang_at=moment(call))
        wake(call.merchant_id)
    accepted = change(
        call,
        CallState.ACCEPTED,
        member=member,
        member_name=member.user.name,
        endpoint=desk,
        answered_at=moment(call),
    )
    if accepted and desk is not None:
        announce_accepted(call, desk)
        mark_called(call)
    return call


def decline_call(code: str, *, reason: str) -> Call:
    """Refuse a ringing call for the whole merchant; announces `call.declined`.

    Raises NotFoundError, CallOverError, MoveForbiddenError for a call that was answered.
    """
    call = locked_call(code)
    end(call, CallState.DECLINED, reason=reason, by=Side.MERCHANT)
    return call


def _repeated(call: Call, endpoint: str) -> Call:
    if call.endpoint is None or call.endpoint.code != endpoint:
        raise CallTakenError
    return call


def free_endpoint(code: str, member: Member) -> Endpoint:
    """Lock and return the member's live endpoint, with the member, who is in no other call.

    A member with several desks is busy at all of them while they talk at one. Raises
    EndpointOfflineError, EndpointBusyError.
    """
    found: Endpoint | None = (
        Endpoint.objects.select_related("member")
        .select_for_update(of=("self", "member"), no_key=True)
        .filter(code=code, member=member, expires_at__gt=timezone.now())
        .first()
    )
    if found is None:
        raise EndpointOfflineError
    if Call.objects.filter(member=member, state__in=TALKING).exists():
        raise EndpointBusyError
    return found
