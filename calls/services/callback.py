"""What becomes of a request to be called back: promised, called, closed. Left in `leave_callback`.

    leave_callback → mark_ready ⇄ withdraw_ready → mark_called | close_callback | (the clock)

A request stays open until the two have talked: a call that nobody answers changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from calls.callbacks import promised
from calls.errors import (
    CallbackOverError,
    ReadyNotAtDeskError,
    ReadyTakenError,
)
from calls.mails import mail_ready
from calls.models import Call, Callback, Endpoint
from calls.realtime import announce_callback
from calls.states import CALLBACK_MOVES, CALLBACK_OPEN, CallbackState, CloseReason
from marketplace.accounts.audit import record
from marketplace.core.errors import NotFoundError
from marketplace.core.transitions import move
from merchants.models import Member
from merchants.scope import current_scope

READY_FOR: Final = timedelta(minutes=30)
"""How long "ready now" holds; said again, it holds that long from then."""
BATCH: Final = 200


def mark_ready(code: str, *, member: Member) -> Callback:
    """Promise that `member` is there for the customer's call; said again, it lasts longer.

    Locks the request. A new promise queues a mail with its link. Announces `callback.changed`.
    Raises NotFoundError, CallbackOverError, ReadyTakenError (a colleague's promise holds),
    ReadyNotAtDeskError.
    """
    callback = locked_callback(code)
    require_open(callback)
    now = timezone.now()
    renewed = promised(callback)
    if renewed and callback.ready_member_id != member.id:
        raise ReadyTakenError(member=callback.ready_name, until=_iso(callback.ready_until))
    if not Endpoint.objects.filter(member=member, expires_at__gt=now).exists():
        raise ReadyNotAtDeskError
    callback.ready_until = now + READY_FOR
    if not renewed:
        callback.ready_member, callback.ready_name = member, member.user.name
        callback.ready_at, callback.key_epoch = now, callback.key_epoch + 1
    _change(callback, CallbackState.READY)
    if not renewed:
        mail_ready(callback)
    return callback


def withdraw_ready(code: str) -> Callback:
    """Take a promise back; the customer waits again. Without a promise nothing changes.

    Locks the request; announces `callback.changed`. Raises NotFoundError, CallbackOverError.
    """
    callback = locked_callback(code)
    require_open(callback)
    if callback.state == CallbackState.READY:
        _take_back(callback)
    return callback


def mark_called(call: Call) -> Callback | None:
    """Note that the two talk: the pair's open request is done. To be said when a call is answered.

    Locks the request; announces `callback.changed`. Returns it, None when there is none open.
    """
    rows = Callback.objects.select_for_update(of=("self",)).select_related("merchant")
    callback: Callback | None = rows.filter(
        merchant_id=call.merchant_id, customer_id=call.customer_id, state__in=CALLBACK_OPEN
    ).first()
    if callback is not None:
        _close(callback, CallbackState.CALLED)
    return callback


def close_callback(code: str, *, reason: CloseReason) -> Callback:
    """Close a request: the customer withdraws it, or a member says what became of it.

    Locks the request; closing again changes nothing. Announces `callback.changed`. Raises
    NotFoundError, CallbackOverError when it ended otherwise.
    """
    callback = locked_callback(code)
    if callback.state != CallbackState.CLOSED:
        require_open(callback)
        _close(callback, CallbackState.CLOSED, reason=reason)
    return callback


def sweep_callbacks() -> int:
    """End promises that ran out and requests whose time is up; returns how many.

    Locks what it takes and passes over what another node holds. Announces `callback.changed`.
    """
    now = timezone.now()
    over = _due(ready_until__lte=now, state=CallbackState.READY)
    for callback in over:
        _take_back(callback)
    old = _due(expires_at__lte=now, state__in=CALLBACK_OPEN)
    for callback in old:
        _close(callback, CallbackState.EXPIRED)
    return len(over) + len(old)


def locked_callback(code: str) -> Callback:
    """Lock and return a request of the scope, with its merchant; raises NotFoundError."""
    rows = Callback.objects.select_for_update(of=("self",)).select_related("merchant")
    callback: Callback | None = rows.filter(code=code).first()
    if callback is None:
        raise NotFoundError
    return callback


def require_open(callback: Callback) -> None:
    """Raise CallbackOverError for a request that has ended."""
    if callback.state not in CALLBACK_OPEN:
        raise CallbackOverError(state=callback.state)


def _due(**conditions: Any) -> list[Callback]:
    rows = Callback.objects.select_for_update(skip_locked=True, of=("self",))
    return list(rows.select_related("merchant").filter(**conditions)[:BATCH])


def _take_back(callback: Callback) -> None:
    callback.ready_member, callback.ready_name = None, ""
    callback.ready_at = callback.ready_until = None
    callback.key_epoch += 1
    _change(callback, CallbackState.WAITING)


def _close(callback: Callback, target: CallbackState, *, reason: str = "") -> None:
    callback.closed_at, callback.close_reason = timezone.now(), reason
    callback.key_epoch += 1
    _change(callback, target)


_PROMISE: Final = ("ready_member", "ready_name", "ready_at", "ready_until", "key_epoch")


def _change(callback: Callback, target: CallbackState) -> None:
    """Move the locked request, saving promise and ending with it; announces it."""
    move(CALLBACK_MOVES, CallbackState(callback.state), target)
    callback.state = target.value
    callback.save(update_fields=["state", "closed_at", "close_reason", *_PROMISE])
    tell_callback(callback, "callback.changed")


def tell_callback(callback: Callback, kind: str) -> None:
    """Write the audit row of what happened to a request, and announce it."""
    action = kind if kind == "callback.left" else f"callback.{callback.state}"
    record(
        current_scope().actor,
        action,
        subject=("callback", callback.id),
        merchant_id=callback.merchant_id,
        customer_id=callback.customer_id,
        data={"reason": callback.close_reason} if callback.close_reason else None,
    )
    announce_callback(callback, kind)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
