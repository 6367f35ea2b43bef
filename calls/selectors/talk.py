"""Reading what happens inside a call: lines of text, colleagues, offers to take it over."""

from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from calls.limits import LINES_SHOWN
from calls.models import Block, Call, Endpoint, TextLine, Transfer
from calls.states import TALKING, TransferState
from merchants.models import Member
from merchants.roles import PERMISSIONS, Permission

ANSWERING: Final = [
    role.value for role, rights in PERMISSIONS.items() if Permission.CALLS_ANSWER in rights
]
"""Roles of members who may answer calls."""


# -- text ----------------------------------------------------------------------------------


def line_facts(line: TextLine) -> dict[str, Any]:
    """Return what both sides see of a line."""
    return {
        "number": line.number,
        "role": line.side,
        "name": line.name,
        "text": line.text,
        "at": line.created_at.isoformat(),
    }


def last_number(call_id: UUID) -> int:
    """Return the number of the call's last line; 0 without any."""
    lines = TextLine.objects.filter(call_id=call_id).order_by("-number")
    found: int | None = lines.values_list("number", flat=True).first()
    return found or 0


def last_lines(call_id: UUID, *, after: int = 0) -> list[dict[str, Any]]:
    """Return the last lines of a call that come after a number, oldest first."""
    lines = TextLine.objects.filter(call_id=call_id, number__gt=after).order_by("-number")
    return [line_facts(line) for line in reversed(lines[:LINES_SHOWN])]


# -- colleagues ----------------------------------------------------------------------------


def colleagues_of(member: Member) -> QuerySet[Member]:
    """Return the other members who may answer, with `talking` and `at_desk`, by name."""
    now = timezone.now()
    talking = Call.objects.filter(member_id=OuterRef("pk"), state__in=TALKING)
    at_desk = Endpoint.objects.filter(member_id=OuterRef("pk"), expires_at__gt=now)
    rows: QuerySet[Member] = Member.objects.filter(is_active=True, role__in=ANSWERING)
    return (
        rows.exclude(pk=member.pk)
        .select_related("user")
        .annotate(talking=Exists(talking), at_desk=Exists(at_desk))
        .order_by("user__name", "id")
    )


def standing_of(colleague: Member) -> str:
    """Return free, busy or away for a row of `colleagues_of`."""
    if getattr(colleague, "talking", False):
        return "busy"
    return "free" if getattr(colleague, "at_desk", False) else "away"


def colleague_facts(member: Member) -> list[dict[str, Any]]:
    """Return what a member sees of their colleagues."""
    return [
        {"member": str(row.pk), "name": row.user.name, "state": standing_of(row)}
        for row in colleagues_of(member)
    ]


# -- offers to take over -------------------------------------------------------------------


def transfer_facts(transfer: Transfer) -> dict[str, Any]:
    """Return what the colleague sees of an offer; read with its call and the member's user."""
    return {
        "code": transfer.code,
        "call": transfer.call.code,
        "customer_name": transfer.call.caller,
        "from": transfer.from_member.user.name,
        "note": transfer.note,
        "until": transfer.until.isoformat(),
    }


def offers_to(member: Member) -> list[dict[str, Any]]:
    """Return the offers a member may still take."""
    rows = Transfer.objects.filter(
        to_member=member,
        state=TransferState.OFFERED,
        until__gt=timezone.now(),
        call__state__in=TALKING,
    )
    return [transfer_facts(row) for row in rows.select_related("call", "from_member__user")]


def note_for(member: Member, call: Call) -> str:
    """Return what the colleague noted who handed the call to its present member."""
    rows = Transfer.objects.filter(call=call, to_member=member, state=TransferState.ACCEPTED)
    found: str | None = rows.order_by("-offered_at").values_list("note", flat=True).first()
    return found or ""


def due_transfers(limit: int) -> list[Transfer]:
    """Lock and return open offers whose time or call is over, passing over those held elsewhere."""
    over = Q(until__lte=timezone.now()) | ~Q(call__state__in=TALKING)
    rows = Transfer.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        over, state=TransferState.OFFERED
    )
    return list(rows.select_related("call").order_by("until")[:limit])


# -- blocks --------------------------------------------------------------------------------


def standing_block(customer_id: UUID) -> Block | None:
    """Return why the merchant in scope takes no calls from a customer; None if it does."""
    rows = Block.objects.filter(customer_id=customer_id, lifted_at__isnull=True)
    found: Block | None = rows.select_related("member__user").first()
    return found
