"""The balance of the platform or of a connected account."""

from __future__ import annotations

from payments.sandbox.errors import Json
from payments.sandbox.registry import ApiRequest, operation
from payments.sandbox.rules.balance import totals
from payments.sandbox.world import World


@operation("GET", "/v1/balance", for_connected=True)
def retrieve(world: World, request: ApiRequest) -> Json:
    """Return what is available and pending, per currency."""
    sums = totals(world, request.account) or {"usd": {"available": 0, "pending": 0}}
    return {
        "object": "balance",
        "livemode": False,
        **{
            state: [_amount(currency, sums[currency][state]) for currency in sums]
            for state in ("available", "pending")
        },
    }


def _amount(currency: str, amount: int) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
