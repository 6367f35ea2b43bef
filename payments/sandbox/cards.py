"""Stripe's test cards, as far as the sandbox serves them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from payments.sandbox.errors import ApiError


@dataclass(frozen=True)
class Decline:
    """How the bank refuses: Stripe's error code, the bank's reason, the words for the payer."""

    code: str
    reason: str
    message: str


@dataclass(frozen=True)
class Card:
    """A card number as it was typed, with its expiry."""

    number: str
    exp_month: int = 12
    exp_year: int = 2034

    @property
    def last4(self) -> str:
        """Return the last four digits."""
        return self.number[-4:]

    @property
    def brand(self) -> str:
        """Return the brand the number stands for."""
        return "mastercard" if self.number.startswith("5") else "visa"

    @property
    def decline(self) -> Decline | None:
        """Return how the bank refuses this card; None when it accepts."""
        return DECLINES.get(self.number)


ACCEPTED = ("4242424242424242", "4000056655665556", "5555555555554444")
DECLINES = {
    "4000000000000002": Decline("card_declined", "generic_decline", "Your card was declined."),
    "4000000000009995": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds."
    ),
    "4000000000009987": Decline("card_declined", "lost_card", "Your card was declined."),
    "4000000000009979": Decline("card_declined", "stolen_card", "Your card was declined."),
    "4000000000000069": Decline("expired_card", "expired_card", "Your card has expired."),
    "4000000000000127": Decline(
        "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."
    ),
    "4000000000000119": Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
}
NOT_SERVED_YET = frozenset(
    [
        "4000002500003155",
        "4000000000003220",
        "4000008400001629",
        "4000000000000259",
        "4000000000000077",
        "4000002760003184",
        "4000000000005423",
        "4000000000002685",
        "4000000000001976",
        "4000003720000278",
        "378282246310005",
        "6011111111111117",
    ]
)
TEST_METHODS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_visa_chargeDeclinedLostCard": "4000000000009987",
    "pm_card_visa_chargeDeclinedStolenCard": "4000000000009979",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeDeclinedProcessingError": "4000000000000119",
}
_EXPIRY = re.compile(r"(\d{1,2})\s*/\s*(?:20)?(\d{2})")


def read_card(number: str, expiry: str, cvc: str, *, today: tuple[int, int]) -> Card:
    """Read the card a payer typed; `today` is (year, month). Raises a 402 card error worded for
    the payer.
    """
    digits = re.sub(r"[\s-]", "", number)
    _check_number(digits)
    match = _EXPIRY.fullmatch(expiry.strip())
    if not match or not 1 <= int(match[1]) <= 12:
        raise card_error("invalid_expiry_month", "Your card's expiration date is incomplete.")
    year, month = 2000 + int(match[2]), int(match[1])
    if (year, month) < today:
        raise card_error("invalid_expiry_year", "Your card's expiration date is in the past.")
    if not re.fullmatch(r"\d{3,4}", cvc.strip()):
        raise card_error("invalid_cvc", "Your card's security code is incomplete.")
    return Card(digits, month, year)


def _check_number(digits: str) -> None:
    if digits in ACCEPTED or digits in DECLINES:
        return
    if digits in NOT_SERVED_YET:
        raise card_error(
            "sandbox_not_served",
            "The sandbox does not serve this test card yet. Try 4242 4242 4242 4242.",
        )
    if not re.fullmatch(r"\d{12,19}", digits) or not passes_luhn(digits):
        raise card_error("incorrect_number", "Your card number is invalid.")
    raise card_error(
        "card_declined",
        "Your card was declined. Your request was in test mode, but used a non test card. "
        "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
        decline_code="test_mode_live_card",
    )


def passes_luhn(digits: str) -> bool:
    """Check the digit every card number ends in."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def card_error(code: str, message: str, **details: object) -> ApiError:
    """402 as Stripe gives it for anything wrong with a card."""
    return ApiError(402, "card_error", message, code=code, **details)
