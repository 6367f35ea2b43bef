"""Who wrote each value of an order, when, in which revision; and how to reach the customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orders.fields import CONTACT_KEYS, FIELDS
from orders.labels import label_of, readable
from orders.models import Order
from orders.pricing import has_lines
from orders.states import Role

_PLACE: Final[Mapping[str, int]] = {key: place for place, key in enumerate(FIELDS)}


@dataclass(frozen=True, slots=True)
class Authored:
    """One value with its author, as the order froze it."""

    key: str
    label: str
    value: str
    by: str
    role: Role
    at: datetime
    revision: int


def authorship_of(order: Order) -> list[Authored]:
    """Return every value of an order with its author, in the order of the form.

    A price typed before the lines had theirs is part of what was confirmed, but counts no more.
    """
    summed = has_lines({key: cell["value"] for key, cell in order.values.items()})
    return [
        Authored(
            key=key,
            label=label_of(key),
            value=readable(key, cell["value"], order.currency),
            by=cell["author_name"],
            role=Role(cell["author"]),
            at=datetime.fromisoformat(cell["at"]),
            revision=cell["revision"],
        )
        for key, cell in sorted(order.values.items(), key=lambda item: _PLACE[item[0]])
        if not (summed and key == "price")
    ]


def contacts_of(order: Order) -> list[tuple[str, str]]:
    """Return how to reach the customer, as agreed: label and value."""
    values = order.values
    return [(label_of(key), values[key]["value"]) for key in CONTACT_KEYS if key in values]


def buyer_of(order: Order) -> str:
    """Return the customer's name where the order itself does not say one; reads the customer."""
    return "" if "contact.name" in order.values else order.customer.name
