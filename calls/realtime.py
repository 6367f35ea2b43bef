"""What is said to desks and call sockets after commit. Past tense, one function each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from calls.callbacks import callback_summary, stand_of
from calls.groups import call_group, callback_group, desk_group
from calls.models import Call, Callback, Endpoint
from calls.selectors import Place, summary
from calls.states import CallState, Side
from marketplace.core.after_commit import announce

_ENDINGS = {
    CallState.DECLINED: "call.declined",
    CallState.MISSED: "call.missed",
    CallState.CANCELLED: "call.cancelled",
}


def announce_rang(call: Call, desks: Sequence[str], *, seen_before: bool) -> None:
    """Ring at the free `desks` (codes of endpoints), and tell a caller who has waited.

    The others learn when it is their turn (`widen_at`), and look for themselves then.
    """
    frame = {"type": "call.rang", "call": summary(call, seen_before=seen_before)}
    widens = call.widen_at.isoformat() if call.widen_at else None
    announce(desk_group(call.merchant_id), frame, rings=list(desks), widens=widens)
    if call.rang_at is not None and call.rang_at > call.requested_at:
        told = {"type": "call.rang", "ring_until": call.ring_until.isoformat()}
        announce(call_group(call.id), told)


def announce_queued(call: Call, *, seen_before: bool) -> None:
    """Tell every desk that somebody waits."""
    frame = {"type": "call.queued", "call": summary(call, seen_before=seen_before)}
    announce(desk_group(call.merchant_id), frame)


def announce_place(place: Place) -> None:
    """Tell a caller their place in the queue."""
    announce(call_group(place.call_id), {"type": "call.queued", **place.as_dict()})


def announce_accepted(call: Call, endpoint: Endpoint) -> None:
    """Silence the other desks and tell the caller who answered."""
    announce(
        desk_group(call.merchant_id),
        {
            "type": "call.accepted",
            "call": call.code,
            "member": call.member_name,
            "endpoint": endpoint.code,
        },
        of_members=[str(call.member_id)],
    )
    answered = call.answered_at.isoformat() if call.answered_at else None
    announce(
        call_group(call.id),
        {"type": "call.accepted", "member_name": call.member_name, "answered_at": answered},
    )


def announce_live(call: Call) -> None:
    """Tell both sides that media flow."""
    announce(call_group(call.id), {"type": "call.live", "generation": call.generation})


def announce_ended(call: Call) -> None:
    """Tell desks and both sides how the call ended."""
    kind = _ENDINGS.get(CallState(call.state), "call.ended")
    facts = {"state": call.state, "reason": call.end_reason, "by": call.ended_by}
    members = [str(call.member_id)] if call.member_id else []
    announce(
        desk_group(call.merchant_id), {"type": kind, "call": call.code, **facts}, of_members=members
    )
    announce(call_group(call.id), {"type": kind, **facts})


def announce_restarted(call: Call) -> None:
    """Tell both sides to rebuild their media."""
    announce(call_group(call.id), {"type": "signal.restarted", "generation": call.generation})


def announce_seat(call_id: UUID, side: Side, seat: int, *, present: bool) -> None:
    """Tell the call's sockets that a tab has come or gone; each makes of it what it needs."""
    kind = "peer.joined" if present else "peer.left"
    announce(call_group(call_id), {"type": kind, "side": str(side), "seat": seat})


def announce_address(merchant_id: UUID, address: dict[str, Any]) -> None:
    """Tell the desks at which address the merchant is called now."""
    announce(desk_group(merchant_id), {"type": "address.published", **address})


def announce_endpoints(merchant_id: UUID, *members: UUID) -> None:
    """Tell the desks that one has come or gone, or that `members` began or ended to talk."""
    of_members = [str(member) for member in members]
    announce(desk_group(merchant_id), {"type": "endpoints.changed"}, of_members=of_members)


def announce_callback(callback: Callback, kind: str) -> None:
    """Tell the desks that a request was left or changed, and both sides' pages how it stands."""
    announce(
        desk_group(callback.merchant_id), {"type": kind, "callback": callback_summary(callback)}
    )
    announce(
        callback_group(callback.id), {"type": "callback.changed", "callback": stand_of(callback)}
    )
