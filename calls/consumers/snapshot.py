"""What a call socket shows of its call: all a page needs after a reload, or after a lost frame."""

from datetime import datetime
from typing import Any

from calls.models import Call
from calls.selectors import PRESENT_WITHIN, ice_for
from calls.selectors.talk import last_lines, note_for
from calls.states import Side
from merchants.models import Member


def snapshot_of(call: Call, side: Side, member: Member | None) -> dict[str, Any]:
    """Return the snapshot for one side; `member` is who has the call, on the merchant's side.

    A call of the scope, read with its merchant.
    """
    snapshot = {
        "type": "call.snapshot",
        "call": call.code,
        "state": call.state,
        "role": str(side),
        "merchant": {"name": call.merchant.name, "handle": call.merchant.handle},
        "customer_name": call.caller,
        "member_name": call.member_name,
        "page": call.page,
        "mode": call.mode,
        "peer_present": call.present(side.other, within=PRESENT_WITHIN),
        "generation": call.generation,
        "ring_until": call.ring_until.isoformat(),
        "answered_at": _iso(call.answered_at),
        "ended_at": _iso(call.ended_at),
        "end_reason": call.end_reason,
        "ended_by": call.ended_by,
        "ice": ice_for(call, side),
        "texts": last_lines(call.id),
    }
    if member is not None:
        snapshot["note_for_merchant"] = note_for(member, call)
    return snapshot


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
