"""Refunds of the platform's own charges."""

from __future__ import annotations

from dataclasses import dataclass, field

from payments.sandbox.errors import Json, invalid
from payments.sandbox.rows.objects import Stored
from payments.sandbox.rules import balance
from payments.sandbox.rules.balance import Movement
from payments.sandbox.rules.charges import fill
from payments.sandbox.world import World

_DESTINATION: Json = {
    "type": "card",
    "card": {
        "type": "refund",
        "reference_status": "pending",
        "reference_type": "acquirer_reference_number",
    },
}


@dataclass(frozen=True)
class RefundDetails:
    """What a refund is asked for with; `amount` None is all that is left."""

    amount: int | None = None
    reason: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


def create_refund(world: World, charge: Stored, details: RefundDetails) -> Stored:
    """Give money back. Raises the 400s for a failed, spent or too small charge. Stripe keeps its
    fee.
    """
    amount = _checked_amount(charge, details.amount)
    fill(world, charge)
    refund = world.new(
        "refund",
        "re",
        account=charge.account,
        amount=amount,
        charge=charge.id,
        currency=charge.body["currency"],
        metadata=details.metadata,
        payment_intent=charge.body["payment_intent"],
        reason=details.reason,
        status="succeeded",
        destination_details=_DESTINATION,
    )
    movement = Movement(
        -amount,
        charge.body["currency"],
        "refund",
        refund.id,
        available_on=charge.private["available_on"],
    )
    refund.body["balance_transaction"] = balance.book(world, movement, account=charge.account).id
    before = {
        "amount_refunded": charge.body["amount_refunded"],
        "refunded": charge.body["refunded"],
    }
    charge.body["amount_refunded"] += amount
    charge.body["refunded"] = charge.body["amount_refunded"] == charge.body["amount_captured"]
    world.save(refund, charge)
    world.emit("refund.created", refund)
    world.emit("charge.refunded", charge, previous=before)
    return refund


def _checked_amount(charge: Stored, asked: int | None) -> int:
    if charge.body["status"] != "succeeded":
        raise invalid(
            f"Charge {charge.id} has not succeeded and cannot be refunded.", param="charge"
        )
    left = charge.body["amount_captured"] - charge.body["amount_refunded"]
    if left == 0:
        raise invalid(
            f"Charge {charge.id} has already been refunded.", code="charge_already_refunded"
        )
    amount = left if asked is None else asked
    if not 0 < amount <= left:
        raise invalid(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            code="amount_too_large" if amount > left else "parameter_invalid_integer",
            param="amount",
        )
    return amount
