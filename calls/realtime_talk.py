"""What is said after commit about text and transfers. Past tense, one function each."""

from calls.groups import call_group, member_group
from calls.models import Call, TextLine, Transfer
from calls.selectors.talk import line_facts, transfer_facts
from marketplace.core.after_commit import announce


def announce_said(line: TextLine) -> None:
    """Show both sides a finished line; `op` lets its writer know it again."""
    frame = {"type": "text.said", **line_facts(line), "op": line.op}
    announce(call_group(line.call_id), frame)


def announce_offered(transfer: Transfer) -> None:
    """Tell the colleague's desks all about an offer, and the call that there is one."""
    frame = {"type": "transfer.offered", "transfer": transfer_facts(transfer)}
    announce(member_group(transfer.to_member_id), frame)
    announce(
        call_group(transfer.call_id),
        {"type": "transfer.offered", "to": transfer.to_member.user.name},
    )


def announce_offer_closed(transfer: Transfer) -> None:
    """Tell the colleague's desks and the call how an offer came out."""
    told = {"type": "transfer.closed", "state": transfer.state}
    announce(member_group(transfer.to_member_id), {**told, "transfer": transfer.code})
    announce(call_group(transfer.call_id), {**told, "to": transfer.to_member.user.name})


def announce_transferred(call: Call) -> None:
    """Tell the customer who takes over, and the former member's tab that it no longer speaks."""
    frame = {
        "type": "call.transferred",
        "member_name": call.member_name,
        "generation": call.generation,
        "seat": call.merchant_seat,
    }
    announce(call_group(call.id), frame)
