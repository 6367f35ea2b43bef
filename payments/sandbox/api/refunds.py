"""Refunds of charges the platform took."""

from __future__ import annotations

from payments.sandbox.errors import Json, invalid
from payments.sandbox.forms import Params
from payments.sandbox.registry import ApiRequest, operation
from payments.sandbox.rows.objects import Stored
from payments.sandbox.rules.refunds import RefundDetails, create_refund
from payments.sandbox.world import World


@operation("POST", "/v1/refunds", "charge payment_intent amount reason metadata")
def create(world: World, request: ApiRequest) -> Json:
    """Give a charge back, whole or in part."""
    params = request.params
    details = RefundDetails(
        amount=params.integer("amount"), reason=params.text("reason"), metadata=params.metadata()
    )
    return create_refund(world, _charge(world, params, request.account), details).body


def _charge(world: World, params: Params, account: str) -> Stored:
    charge_id = params.text("charge")
    if charge_id is None:
        intent_id = params.text("payment_intent")
        if intent_id is None:
            raise invalid(
                "One of the following params should be provided for this request: "
                "payment_intent or charge."
            )
        intent = world.get(
            "payment_intent", intent_id, account=account, param="payment_intent", status=400
        )
        charge_id = intent.body["latest_charge"]
    if charge_id is None:
        raise invalid(
            f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
        )
    return world.get("charge", charge_id, account=account, param="charge", status=400)
