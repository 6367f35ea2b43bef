"""Hand the running call to a colleague: offered, then accepted or not; exactly one outcome."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from calls.errors import ColleagueUnavailableError, TransferOpenError, TransferOverError
from calls.models import Call, Endpoint, Transfer
from calls.realtime import announce_endpoints
from calls.realtime_talk import announce_offer_closed, announce_offered, announce_transferred
from calls.selectors.talk import colleagues_of, standing_of
from calls.services.answer_call import free_endpoint
from calls.services.door import locked_call, require_seat, require_talking
from calls.services.queue import wake
from calls.states import TRANSFER_MOVES, Side, TransferState
from calls.text import clean_text
from marketplace.accounts.audit import record
from marketplace.core.errors import ForbiddenError, NotFoundError
from marketplace.core.transitions import move
from merchants.models import Member
from merchants.scope import current_scope

LIFE: Final = timedelta(seconds=20)
"""How long a colleague has to take the call; then it stays where it is."""


def offer_transfer(code: str, *, member: Member, seat: int, to: UUID, note: str = "") -> Transfer:
    """Offer the call to a colleague who is free at a desk.

    Locks the call. A repeat for the same colleague changes nothing. Announces `transfer.offered`
    to the colleague's desks and to the call. Raises NotFoundError, ForbiddenError (the call is
    somebody else's), SeatTakenError, CallOverError, CallNotAnsweredError, TransferOpenError,
    ColleagueUnavailableError.
    """
    call = locked_call(code)
    if call.member_id != member.pk:
        raise ForbiddenError
    require_seat(call, Side.MERCHANT, seat)
    require_talking(call)
    standing = _open_offer(call)
    if standing is not None:
        if standing.to_member_id != to:
            raise TransferOpenError(transfer=standing.code)
        return standing
    now = timezone.now()
    transfer = Transfer(
        merchant_id=call.merchant_id,
        call=call,
        from_member=member,
        to_member=_free_colleague(member, to),
        note=clean_text(note).strip(),
        offered_at=now,
        until=now + LIFE,
    )
    transfer.save(force_insert=True)
    _audit(transfer, "transfer.offered")
    announce_offered(transfer)
    return transfer


def withdraw_transfer(code: str, *, member: Member, transfer: str) -> Transfer:
    """Keep the call after all; announces `transfer.closed`.

    `code` is the call. Locks the call, then the offer. Raises NotFoundError, ForbiddenError,
    TransferOverError.
    """
    offer = _locked_offer(locked_call(code), transfer)
    if offer.from_member_id != member.pk:
        raise ForbiddenError
    _close(offer, TransferState.WITHDRAWN)
    return offer


def decline_transfer(transfer: str, *, member: Member) -> Transfer:
    """Leave the call with the colleague; announces `transfer.closed`.

    Locks the call, then the offer. Raises NotFoundError, TransferOverError.
    """
    offer = _own_offer(transfer, member)
    _close(offer, TransferState.DECLINED)
    return offer


def accept_transfer(transfer: str, *, member: Member, endpoint: str) -> Call:
    """Take the call over at one endpoint: member, endpoint, generation and seat change at once.

    Locks the call, the offer, then the endpoint. A repeat changes nothing. Announces
    `transfer.closed` and `call.transferred`; the former member's tab may no longer write, and
    whoever waits in the queue may ring with them. Raises
    NotFoundError, TransferOverError (also when it is late and not yet swept), CallOverError,
    EndpointOfflineError, EndpointBusyError.
    """
    offer = _own_offer(transfer, member)
    call = offer.call
    if offer.state == TransferState.ACCEPTED and call.member_id == member.pk:
        return call
    require_talking(call)
    _require_standing(offer)
    desk = free_endpoint(endpoint, member)
    _close(offer, TransferState.ACCEPTED)
    _take_over(call, member, desk)
    _audit_call(call, offer)
    announce_transferred(call)
    announce_endpoints(call.merchant_id, offer.from_member_id, offer.to_member_id)
    wake(call.merchant_id)
    return call


def close_due(transfer: Transfer) -> bool:
    """Close the locked offer that nobody took in time, or whose call is over."""
    target = TransferState.EXPIRED if transfer.call.is_talking else TransferState.WITHDRAWN
    return _close(transfer, target)


def _take_over(call: Call, member: Member, desk: Endpoint) -> None:
    """Put the locked call into other hands; the new seat is still empty."""
    taken = {
        "member": member,
        "member_name": member.user.name,
        "endpoint": desk,
        "generation": call.generation + 1,
        "merchant_seat": call.merchant_seat + 1,
        "merchant_present": False,
        "merchant_seen_at": timezone.now(),
    }
    for name, value in taken.items():
        setattr(call, name, value)
    call.save(update_fields=list(taken))


def _require_standing(offer: Transfer) -> None:
    """Raise TransferOverError for an offer that is closed, or late and not yet swept."""
    if offer.state != TransferState.OFFERED:
        raise TransferOverError(state=offer.state)
    if timezone.now() > offer.until:
        raise TransferOverError(state=str(TransferState.EXPIRED))


def _own_offer(code: str, member: Member) -> Transfer:
    """Lock and return an offer to this member with its locked call; the call comes first."""
    call = Call.objects.filter(transfers__code=code, transfers__to_member=member).first()
    if call is None:
        raise NotFoundError
    return _locked_offer(locked_call(call.code), code)


def _locked_offer(call: Call, code: str) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self",)).filter(call=call, code=code)
    found: Transfer | None = rows.select_related("to_member__user").first()
    if found is None:
        raise NotFoundError
    found.call = call
    return found


def _open_offer(call: Call) -> Transfer | None:
    """Return the offer of the locked call that still stands; one that is late is closed first."""
    rows = Transfer.objects.select_for_update(of=("self",)).filter(
        call=call, state=TransferState.OFFERED
    )
    found: Transfer | None = rows.select_related("to_member__user").first()
    if found is not None and timezone.now() > found.until:
        _close(found, TransferState.EXPIRED)
        return None
    return found


def _free_colleague(member: Member, key: UUID) -> Member:
    found = colleagues_of(member).filter(pk=key).first()
    if found is None:
        raise NotFoundError
    if standing_of(found) != "free":
        raise ColleagueUnavailableError(state=standing_of(found))
    return found


def _close(transfer: Transfer, target: TransferState) -> bool:
    """Move the locked offer to its end; False for a repeat. Raises TransferOverError."""
    current = TransferState(transfer.state)
    if current != target and current != TransferState.OFFERED:
        raise TransferOverError(state=str(current))
    if not move(TRANSFER_MOVES, current, target):
        return False
    transfer.state, transfer.closed_at = target, _moment(transfer)
    transfer.save(update_fields=["state", "closed_at"])
    _audit(transfer, f"transfer.{target}")
    announce_offer_closed(transfer)
    return True


def _moment(transfer: Transfer) -> datetime:
    return max(timezone.now(), transfer.offered_at)


def _audit(transfer: Transfer, action: str) -> None:
    record(
        current_scope().actor,
        action,
        subject=("transfer", transfer.id),
        merchant_id=transfer.merchant_id,
        data={"call": transfer.call.code},
    )


def _audit_call(call: Call, offer: Transfer) -> None:
    record(
        current_scope().actor,
        "call.transferred",
        subject=("call", call.id),
        merchant_id=call.merchant_id,
        customer_id=call.customer_id,
        data={"from": str(offer.from_member_id), "to": str(offer.to_member_id)},
    )
