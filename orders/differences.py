"""What an order changed against the one it takes the place of."""

from dataclasses import dataclass

from orders.fields import FIELDS
from orders.labels import label_of, readable
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Difference:
    """One value before and after; empty where there was none, or is none any more."""

    label: str
    before: str
    after: str


def differences_of(order: Order, changes: list[str]) -> list[Difference]:
    """Return what `changes`, the keys that differ, mean to a reader, in the order of the form."""
    old = order.revises
    if old is None:
        return []
    keys = [key for key in FIELDS if key in set(changes)]
    return [Difference(label_of(key), _value(old, key), _value(order, key)) for key in keys]


def _value(order: Order, key: str) -> str:
    value: str = order.values.get(key, {}).get("value", "")
    return readable(key, value, order.currency) if value else ""
