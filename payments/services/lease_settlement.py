"""Take the next settlement whose time has come."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils import timezone

from marketplace.accounts.audit import SYSTEM, record
from marketplace.core.transitions import move
from merchants.scope import entered, operator_scope
from payments.leases import LEASE
from payments.models import Settlement
from payments.states import SETTLEMENT_MOVES, SettlementState

# With an hour's pause at most: longer than the day for which Stripe replays an answer to a key.
ATTEMPTS: Final = 40


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one settlement until somebody else draws a higher number."""

    settlement_id: UUID
    merchant_id: UUID
    fence: int
    attempts: int


def lease_settlement() -> Lease | None:
    """Lease the settlement that has been due longest, over all merchants; None when none is.

    Locks the row for a short transaction and passes over rows that others hold (SKIP LOCKED), so
    any number of workers and schedules may ask at once. A row whose lease ran out is due again.
    """
    now = timezone.now()
    with entered(operator_scope(SYSTEM)):
        row = (
            Settlement.objects.filter(next_at__lte=now)
            .order_by("next_at", "id")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if row is None:
            return None
        move(SETTLEMENT_MOVES, SettlementState(row.state), SettlementState.TRANSFERRING)
        row.state = SettlementState.TRANSFERRING
        row.fence += 1
        row.attempts += 1
        row.next_at = now + LEASE
        row.save(update_fields=["state", "fence", "attempts", "next_at"])
        return Lease(row.id, row.merchant_id, row.fence, row.attempts)


def held_by(lease: Lease) -> Settlement | None:
    """Lock and return the leased row; None when another worker has taken it over.

    In the merchant's scope.
    """
    return (
        Settlement.objects.select_for_update(of=("self",))
        .filter(pk=lease.settlement_id, state=SettlementState.TRANSFERRING, fence=lease.fence)
        .first()
    )


def give_up(row: Settlement, code: str) -> None:
    """Leave the settlement to an operator; the caller holds the row."""
    row.state, row.next_at, row.last_error = SettlementState.STUCK, None, code[:120]
    row.save(update_fields=["state", "next_at", "last_error"])
    record(
        SYSTEM,
        "settlement.stuck",
        subject=("settlement", row.id),
        merchant_id=row.merchant_id,
        data={"code": code[:120], "attempts": row.attempts},
    )
