"""PaymentIntents for a card, captured automatically."""

from __future__ import annotations

from payments.sandbox.errors import Json, invalid, not_served
from payments.sandbox.registry import ApiRequest, operation
from payments.sandbox.rows.objects import Stored
from payments.sandbox.rules.intents import (
    IntentDetails,
    cancel_intent,
    confirm_intent,
    create_intent,
    resolve_method,
)
from payments.sandbox.world import World

_CREATE = (
    "amount currency metadata description receipt_email transfer_group payment_method confirm"
    " return_url capture_method automatic_payment_methods"
)


@operation("POST", "/v1/payment_intents", _CREATE)
def create(world: World, request: ApiRequest) -> Json:
    """Create an intent and, with `confirm`, charge its payment method at once."""
    params = request.params
    if params.text("capture_method") not in (None, "automatic_async"):
        raise not_served(f"capture_method={params.text('capture_method')}")
    details = IntentDetails(
        metadata=params.metadata(),
        description=params.text("description"),
        receipt_email=params.text("receipt_email"),
        transfer_group=params.text("transfer_group"),
    )
    amount, currency = params.required_integer("amount"), params.required("currency").lower()
    intent = create_intent(world, amount, currency, details, account=request.account)
    if params.text("payment_method"):
        method = resolve_method(world, params.required("payment_method"), account=request.account)
        intent.body.update(payment_method=method.id, status="requires_confirmation")
        world.save(intent)
    if params.flag("confirm"):
        _confirm(world, intent, intent.body["payment_method"])
    return intent.body


@operation("POST", "/v1/payment_intents/{}/confirm", "payment_method return_url")
def confirm(world: World, request: ApiRequest) -> Json:
    """Charge a payment method now."""
    intent = world.get("payment_intent", request.id, account=request.account)
    _confirm(world, intent, request.params.text("payment_method") or intent.body["payment_method"])
    return intent.body


def _confirm(world: World, intent: Stored, method: str | None) -> None:
    if not method:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    confirm_intent(world, intent, resolve_method(world, method, account=intent.account))


@operation("POST", "/v1/payment_intents/{}/cancel", "cancellation_reason")
def cancel(world: World, request: ApiRequest) -> Json:
    """End an intent that has not succeeded."""
    intent = world.get("payment_intent", request.id, account=request.account)
    cancel_intent(world, intent, request.params.text("cancellation_reason"))
    return intent.body
