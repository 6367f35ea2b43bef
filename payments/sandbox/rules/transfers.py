"""Transfers from the platform to a connected account."""

from __future__ import annotations

from dataclasses import dataclass, field

from payments.sandbox.errors import invalid
from payments.sandbox.ids import PLATFORM
from payments.sandbox.rows.objects import Stored, body_equals, find
from payments.sandbox.rules import balance
from payments.sandbox.rules.accounts import can_receive
from payments.sandbox.rules.balance import Movement
from payments.sandbox.rules.charges import Payer, fill
from payments.sandbox.world import World


@dataclass(frozen=True)
class TransferDetails:
    """What a transfer is asked for with."""

    amount: int
    currency: str
    destination: str
    source_transaction: str | None = None
    transfer_group: str | None = None
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


def create_transfer(world: World, details: TransferDetails) -> Stored:
    """Move money of the platform. Raises the 400s for destination, currency, charge limit and
    balance.
    """
    if details.amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount",
        )
    _check_destination(world, details.destination)
    charge = _source_charge(world, details) if details.source_transaction else None
    if charge is None and balance.available(world, PLATFORM, details.currency) < details.amount:
        raise invalid(
            "You have insufficient available funds in your Stripe account.",
            code="balance_insufficient",
        )
    available_on = charge.private["available_on"] if charge else None
    group = details.transfer_group or (charge.body["transfer_group"] if charge else None)
    transfer = world.new(
        "transfer",
        "tr",
        amount=details.amount,
        amount_reversed=0,
        currency=details.currency,
        description=details.description,
        destination=details.destination,
        metadata=details.metadata,
        reversed=False,
        source_transaction=details.source_transaction,
        source_type="card",
        transfer_group=group,
    )
    return _move(world, transfer, available_on)


def _check_destination(world: World, destination: str) -> None:
    account = find(world.db, destination)
    if account is None or account.kind != "v2.core.account":
        raise invalid(
            f"No such destination: '{destination}'", code="resource_missing", param="destination"
        )
    if not can_receive(account):
        raise invalid(
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )


def _source_charge(world: World, details: TransferDetails) -> Stored:
    """Return the charge the money comes from; the sum of its transfers stays within it."""
    charge = world.get(
        "charge", details.source_transaction or "", param="source_transaction", status=400
    )
    if charge.body["status"] != "succeeded":
        raise invalid(
            "The source_transaction must be a successful charge.", param="source_transaction"
        )
    # The limit is that of the charge's balance transaction: it must exist now, due or not.
    fill(world, charge)
    if charge.body["currency"] != details.currency:
        raise invalid(
            f"The currency of source_transaction's balance transaction ({charge.body['currency']}) "
            f"must be the same as the transfer currency ({details.currency})",
            param="currency",
        )
    used = sum(
        item.body["amount"]
        for item in world.select("transfer", body_equals("source_transaction", charge.id))
    )
    if used + details.amount > charge.body["amount_captured"]:
        raise invalid(
            "Transfers using this transaction as a source must not exceed the source amount of "
            f"{charge.body['amount_captured']}. "
            f"(There are already transfers of {used} using this source.)",
            param="amount",
        )
    return charge


def _move(world: World, transfer: Stored, available_on: int | None) -> Stored:
    """Books both sides: out of the platform, into the destination as a payment."""
    body, destination = transfer.body, transfer.body["destination"]
    amount, currency = body["amount"], body["currency"]
    outgoing = Movement(-amount, currency, "transfer", transfer.id, available_on=available_on)
    body["balance_transaction"] = balance.book(world, outgoing).id
    payment = world.new(
        "charge",
        "py",
        account=destination,
        amount=amount,
        amount_captured=amount,
        amount_refunded=0,
        billing_details=Payer().billing_details(),
        captured=True,
        currency=currency,
        disputed=False,
        paid=True,
        refunded=False,
        source_transfer=transfer.id,
        status="succeeded",
        fraud_details={},
        private={"available_on": available_on},
    )
    incoming = Movement(amount, currency, "payment", payment.id, available_on=available_on)
    payment.body["balance_transaction"] = balance.book(world, incoming, account=destination).id
    url = f"/v1/transfers/{transfer.id}/reversals"
    body["reversals"] = {"object": "list", "data": [], "has_more": False, "url": url}
    body["destination_payment"] = payment.id
    world.save(transfer, payment)
    world.emit("transfer.created", transfer)
    return transfer
