"""Balance transactions and the balances they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from payments.sandbox.errors import Json
from payments.sandbox.ids import PLATFORM
from payments.sandbox.rows.objects import Stored
from payments.sandbox.world import World

CHARGE_PENDING_SECONDS = 2 * 86_400
_CATEGORIES = {"payment": "charge", "payment_refund": "refund"}


@dataclass(frozen=True)
class Movement:
    """Money in or out of a balance. `available_on` None: at once."""

    amount: int
    currency: str
    kind: str
    source: str
    fee: int = 0
    available_on: int | None = None
    description: str | None = None


def book(world: World, movement: Movement, *, account: str = PLATFORM) -> Stored:
    """Write the balance transaction of a movement."""
    fees = [_stripe_fee(movement)] if movement.fee else []
    available_on = world.now if movement.available_on is None else movement.available_on
    return world.new(
        "balance_transaction",
        "txn",
        account=account,
        amount=movement.amount,
        fee=movement.fee,
        net=movement.amount - movement.fee,
        fee_details=fees,
        currency=movement.currency,
        type=movement.kind,
        reporting_category=_CATEGORIES.get(movement.kind, movement.kind),
        source=movement.source,
        available_on=available_on,
        description=movement.description,
        balance_type="payments",
        status="available" if available_on <= world.now else "pending",
    )


def _stripe_fee(movement: Movement) -> Json:
    return {
        "amount": movement.fee,
        "application": None,
        "currency": movement.currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }


def refresh_status(world: World, body: Json) -> None:
    """Set the status: it becomes available by the clock, not by a write."""
    body["status"] = "available" if body["available_on"] <= world.now else "pending"


def totals(world: World, account: str) -> dict[str, dict[str, int]]:
    """Per currency: what is available and what is pending."""
    rows: Any = world.db.execute(
        """WITH moved AS (
            SELECT json_extract(body, '$.currency') AS currency, json_extract(body, '$.net') AS net,
                json_extract(body, '$.available_on') <= :now AS ready
            FROM objects WHERE kind = 'balance_transaction' AND account = :account
        )
        SELECT currency, sum(iif(ready, net, 0)) AS available, sum(iif(ready, 0, net)) AS pending
        FROM moved GROUP BY currency ORDER BY currency""",
        {"now": world.now, "account": account},
    )
    return {
        row["currency"]: {"available": row["available"], "pending": row["pending"]} for row in rows
    }


def available(world: World, account: str, currency: str) -> int:
    """Return what may be spent now."""
    return totals(world, account).get(currency, {}).get("available", 0)
