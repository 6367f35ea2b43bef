"""The lives of a form, an information request and an order: literal tables of moves. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """The two sides of a form; every field value has one of them as its author."""

    CUSTOMER = "customer"
    MERCHANT = "merchant"

    @property
    def other(self) -> "Role":
        """Return the opposite side."""
        return Role.MERCHANT if self is Role.CUSTOMER else Role.CUSTOMER


class FormState(StrEnum):
    """Where a form stands; *confirmed* is not a state but two equal revisions on the row."""

    OPEN = "open"
    ORDERED = "ordered"
    EXPIRED = "expired"


class RequestState(StrEnum):
    """Where an information request stands."""

    SENT = "sent"
    ANSWERED = "answered"
    DECLINED = "declined"
    RECALLED = "recalled"
    EXPIRED = "expired"


class OrderState(StrEnum):
    """Where an order stands; refunds and disputes are facts beside it, not states."""

    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    FULFILLED = "fulfilled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class Mark(StrEnum):
    """What the two sides make of one value."""

    EMPTY = "empty"
    PROPOSED = "proposed"
    AGREED = "agreed"
    DISPUTED = "disputed"


FORM_MOVES: Final[Mapping[FormState, frozenset[FormState]]] = {
    FormState.OPEN: frozenset({FormState.ORDERED, FormState.EXPIRED}),
    # an order that is not paid yet is being revised
    FormState.ORDERED: frozenset({FormState.OPEN}),
}
REQUEST_MOVES: Final[Mapping[RequestState, frozenset[RequestState]]] = {
    RequestState.SENT: frozenset(
        {
            RequestState.ANSWERED,
            RequestState.DECLINED,
            RequestState.RECALLED,
            RequestState.EXPIRED,
        }
    ),
}
_O = OrderState
ORDER_MOVES: Final[Mapping[OrderState, frozenset[OrderState]]] = {
    _O.AWAITING_PAYMENT: frozenset({_O.PAID, _O.CANCELLED, _O.EXPIRED, _O.SUPERSEDED}),
    _O.PAID: frozenset({_O.FULFILLED}),
    _O.FULFILLED: frozenset({_O.COMPLETED}),
}
