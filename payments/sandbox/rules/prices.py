"""Products and prices, as Stripe makes them from a line item's `price_data`."""

from __future__ import annotations

from dataclasses import dataclass

from payments.sandbox.rows.objects import Stored
from payments.sandbox.world import World


@dataclass(frozen=True)
class LineItem:
    """One line as asked for."""

    name: str
    currency: str
    unit_amount: int
    quantity: int
    description: str | None = None


def create_price(world: World, item: LineItem, *, account: str) -> Stored:
    """Create the one-time price of a line, inactive as all made on the fly."""
    return world.new(
        "price",
        "price",
        account=account,
        active=False,
        billing_scheme="per_unit",
        currency=item.currency,
        product=_create_product(world, item, account).id,
        tax_behavior="unspecified",
        type="one_time",
        unit_amount=item.unit_amount,
        unit_amount_decimal=str(item.unit_amount),
    )


def _create_product(world: World, item: LineItem, account: str) -> Stored:
    return world.new(
        "product",
        "prod",
        account=account,
        active=False,
        description=item.description,
        images=[],
        marketing_features=[],
        name=item.name,
        type="service",
        updated=world.now,
    )
