"""What is said to desks and call sockets after commit. Past tense, one function each."""

from typing import Any
from uuid import UUID

from calls.groups import call_group, desk_group
from calls.models import Call, Endpoint
from calls.selectors import summary
from calls.states import CallState, Side
from marketplace.core.after_commit import announce

_ENDINGS = {
    CallState.DECLINED: "call.declined",
    CallState.MISSED: "call.missed",
    CallState.CANCELLED: "call.cancelled",
}


def announce_rang(call: Call, *, seen_before: bool) -> None:
    """Ring at every desk of the merchant."""
    frame = {"type": "call.rang", "call": summary(call, seen_before=seen_before)}
    announce(desk_group(call.merchant_id), frame)


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
    announce(desk_group(call.merchant_id), {"type": kind, "call": call.code, **facts})
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
