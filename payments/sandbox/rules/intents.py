"""PaymentIntents: one payment with as many attempts as it needs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from payments.sandbox.cards import TEST_METHODS, Card, Decline, card_error
from payments.sandbox.errors import Json, invalid
from payments.sandbox.money import check_chargeable
from payments.sandbox.rows.objects import Stored
from payments.sandbox.rules.charges import Payer, accept, new_charge, new_payment_method, refuse
from payments.sandbox.world import World

_CONFIRMABLE = ("requires_payment_method", "requires_confirmation")


@dataclass(frozen=True)
class IntentDetails:
    """What an intent is made with besides its amount."""

    metadata: dict[str, str] = field(default_factory=dict)
    description: str | None = None
    receipt_email: str | None = None
    transfer_group: str | None = None


def create_intent(
    world: World, amount: int, currency: str, details: IntentDetails, *, account: str
) -> Stored:
    """Create an intent waiting for a payment method."""
    check_chargeable(amount, currency, "amount")
    intent = world.new(
        "payment_intent",
        "pi",
        account=account,
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        amount_details={"tip": {}},
        automatic_payment_methods={"allow_redirects": "always", "enabled": True},
        capture_method="automatic_async",
        confirmation_method="automatic",
        currency=currency,
        description=details.description,
        metadata=details.metadata,
        payment_method_types=["card"],
        receipt_email=details.receipt_email,
        status="requires_payment_method",
        transfer_group=details.transfer_group,
    )
    intent.body["client_secret"] = f"{intent.id}_secret_{secrets.token_hex(12)}"
    world.save(intent)
    world.emit("payment_intent.created", intent)
    return intent


def resolve_method(world: World, reference: str, *, account: str) -> Stored:
    """Return a stored payment method, or a new one for a test name such as `pm_card_visa`."""
    if reference in TEST_METHODS:
        return new_payment_method(world, Card(TEST_METHODS[reference]), Payer(), account=account)
    return world.get(
        "payment_method", reference, account=account, param="payment_method", status=400
    )


def confirm_intent(world: World, intent: Stored, method: Stored) -> None:
    """Charges the card. A decline raises the 402 after its events are written; the intent may be
    tried again.
    """
    status = intent.body["status"]
    if status not in _CONFIRMABLE:
        raise invalid(
            f"You cannot confirm this PaymentIntent because it has a status of {status}.",
            code="payment_intent_unexpected_state",
        )
    details = method.body["card"]
    card = Card(method.private["number"], details["exp_month"], details["exp_year"])
    charge = new_charge(world, intent, method, card)
    intent.body.update(latest_charge=charge.id, last_payment_error=None)
    if card.decline:
        _decline(world, intent, charge, card.decline)
    accept(world, charge)
    intent.body.update(
        status="succeeded",
        amount_received=intent.body["amount"],
        payment_method=method.id,
        next_action=None,
    )
    world.save(intent)
    world.emit("payment_intent.succeeded", intent)


def _decline(world: World, intent: Stored, charge: Stored, decline: Decline) -> None:
    """Write the refusal on charge and intent, then raise it."""
    refuse(world, charge, decline)
    error: Json = {
        "charge": charge.id,
        "code": decline.code,
        "decline_code": decline.reason,
        "message": decline.message,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "type": "card_error",
    }
    intent.body.update(
        status="requires_payment_method", payment_method=None, last_payment_error=error
    )
    world.save(intent)
    world.emit("payment_intent.payment_failed", intent)
    raise card_error(
        decline.code,
        decline.message,
        decline_code=decline.reason,
        charge=charge.id,
        doc_url=error["doc_url"],
        payment_intent=intent.body,
    )


def cancel_intent(world: World, intent: Stored, reason: str | None) -> None:
    """End an intent that has not succeeded."""
    status = intent.body["status"]
    if status not in _CONFIRMABLE:
        raise invalid(
            f"You cannot cancel this PaymentIntent because it has a status of {status}.",
            code="payment_intent_unexpected_state",
        )
    intent.body.update(status="canceled", canceled_at=world.now, cancellation_reason=reason)
    world.save(intent)
    world.emit("payment_intent.canceled", intent)
