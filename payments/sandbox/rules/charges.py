"""Charges: what the bank answers, and the balance transaction that follows later.

With `automatic_async`, Stripe's default, the response, `charge.succeeded` and
`payment_intent.succeeded` carry no balance transaction; it is filled moments afterwards and
announced by `charge.updated`.
"""

from __future__ import annotations

from dataclasses import dataclass

from payments.sandbox.cards import Card, Decline
from payments.sandbox.errors import Json
from payments.sandbox.money import processing_fee
from payments.sandbox.rows.objects import Stored
from payments.sandbox.rules.balance import CHARGE_PENDING_SECONDS, Movement, book
from payments.sandbox.world import World

FILL_CHARGE = "fill_charge"


@dataclass(frozen=True)
class Payer:
    """Who pays, as typed on the page."""

    email: str | None = None
    name: str | None = None

    def billing_details(self) -> Json:
        """Return the payer as Stripe writes it."""
        return {
            "address": None,
            "email": self.email,
            "name": self.name,
            "phone": None,
            "tax_id": None,
        }


# What Stripe shows of a card; a payment method's fields for all other kinds are left out.
_METHOD_FIELDS = frozenset(
    [
        "id",
        "object",
        "allow_redisplay",
        "billing_details",
        "card",
        "created",
        "customer",
        "customer_account",
        "livemode",
        "metadata",
        "type",
    ]
)


def new_payment_method(world: World, card: Card, payer: Payer, *, account: str) -> Stored:
    """Store a card as Stripe keeps it; the number stays in the private part."""
    method = world.new(
        "payment_method",
        "pm",
        account=account,
        private={"number": card.number},
        type="card",
        card=_kept_card(card),
        billing_details=payer.billing_details(),
        allow_redisplay="unspecified",
    )
    shown = method.body.items()
    method.body = {name: value for name, value in shown if name in _METHOD_FIELDS}
    world.save(method)
    return method


def _kept_card(card: Card) -> Json:
    return {
        "brand": card.brand,
        "checks": _checks(),
        "country": "US",
        "display_brand": card.brand,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": f"sandbox{card.last4}",
        "funding": "credit",
        "generated_from": None,
        "last4": card.last4,
        "networks": None,
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def _checks() -> Json:
    return {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}


def new_charge(world: World, intent: Stored, method: Stored, card: Card) -> Stored:
    """Create a charge for the whole amount of an intent, accepted; `refuse` turns it into a failed
    one.
    """
    amount = intent.body["amount"]
    return world.new(
        "charge",
        "ch",
        account=intent.account,
        amount=amount,
        amount_captured=amount,
        amount_refunded=0,
        billing_details=method.body["billing_details"],
        captured=True,
        currency=intent.body["currency"],
        description=intent.body["description"],
        disputed=False,
        fraud_details={},
        metadata=dict(intent.body["metadata"]),
        outcome=_accepted(),
        paid=True,
        payment_intent=intent.id,
        payment_method=method.id,
        payment_method_details={"type": "card", "card": _card_details(card, amount)},
        radar_options={},
        receipt_email=intent.body["receipt_email"],
        refunded=False,
        status="succeeded",
        calculated_statement_descriptor="VISAVIS SANDBOX",
        transfer_group=intent.body["transfer_group"],
    )


def _accepted() -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "reason": None,
        "network_status": "approved_by_network",
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }


def _card_details(card: Card, amount: int) -> Json:
    return {
        "amount_authorized": amount,
        "brand": card.brand,
        "checks": _checks(),
        "country": "US",
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": f"sandbox{card.last4}",
        "funding": "credit",
        "last4": card.last4,
        "network": card.brand,
        "three_d_secure": None,
        "wallet": None,
    }


def refuse(world: World, charge: Stored, decline: Decline) -> None:
    """Turn a new charge into a refused one and announce it."""
    outcome = {
        **charge.body["outcome"],
        "type": "issuer_declined",
        "network_status": "declined_by_network",
        "reason": decline.reason,
        "seller_message": "The bank did not return any further details with this decline.",
    }
    charge.body.update(
        status="failed",
        paid=False,
        captured=False,
        amount_captured=0,
        outcome=outcome,
        failure_code=decline.code,
        failure_message=decline.message,
    )
    world.save(charge)
    world.emit("charge.failed", charge)


def accept(world: World, charge: Stored) -> None:
    """Announces a successful charge; its balance transaction follows after `capture_delay`."""
    charge.private["available_on"] = world.now + CHARGE_PENDING_SECONDS
    charge.body["receipt_url"] = f"{world.base_url}/receipts/{charge.id}"
    world.save(charge)
    world.emit("charge.succeeded", charge)
    world.later(FILL_CHARGE, charge.id, world.clock + world.config.capture_delay)


def fill(world: World, charge: Stored) -> None:
    """Books the charge's money and sends `charge.updated`; does nothing the second time."""
    if charge.body["balance_transaction"] or charge.body["status"] != "succeeded":
        return
    amount, currency = charge.body["amount_captured"], charge.body["currency"]
    movement = Movement(
        amount,
        currency,
        "charge",
        charge.id,
        processing_fee(amount),
        charge.private["available_on"],
        charge.body["description"],
    )
    charge.body["balance_transaction"] = book(world, movement, account=charge.account).id
    world.save(charge)
    world.emit("charge.updated", charge, previous={"balance_transaction": None})
