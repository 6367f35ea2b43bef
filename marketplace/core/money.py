"""Money: integer minor units and an ISO 4217 currency. Never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import InputInvalidError

ZERO_DECIMAL: Final = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
THREE_DECIMAL: Final = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
# Stripe takes at most eight digits for most currencies; nothing sold face to face needs more.
LARGEST_MINOR: Final = 99_999_999
_AMOUNT = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,12})(?:[.,](?P<part>[0-9]*))?")


class MoneyError(InputInvalidError):
    """A text is not an amount in the currency; `data["code"]` says why."""

    def __init__(self, code: str, message: str | Promise) -> None:
        """Keep the reason as this error's own code."""
        super().__init__(message)
        self.code = code  # type: ignore[misc]  # the reason is per instance


def decimals_of(currency: str) -> int:
    """Return the number of decimals of an ISO 4217 currency."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        """Add within one currency."""
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract within one currency."""
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")

    @property
    def decimal(self) -> Decimal:
        """Return the amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-decimals_of(self.currency))

    @property
    def text(self) -> str:
        """Return the plain amount with the currency's own decimals, as typed into a field."""
        return f"{self.decimal:.{decimals_of(self.currency)}f}"

    def format(self, locale: str = "en") -> str:
        """Return the amount with its currency for a person, e.g. “€48.00”."""
        return _formatted(self, locale)

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read a typed amount; a comma or a point separates decimals, no thousands marks.

        Raises MoneyError: amount_invalid, amount_negative, amount_too_precise, amount_too_large.
        """
        found = _AMOUNT.fullmatch(text.strip())
        if not found:
            raise MoneyError("amount_invalid", _("Enter an amount in figures, like 48.00."))
        if found["sign"]:
            raise MoneyError("amount_negative", _("The amount cannot be below zero."))
        decimals, part = decimals_of(currency), found["part"] or ""
        if len(part) > decimals:
            raise MoneyError("amount_too_precise", _("This currency has fewer decimals."))
        minor = int(found["whole"]) * 10**decimals + int(part.ljust(decimals, "0") or 0)
        if minor > LARGEST_MINOR:
            raise MoneyError("amount_too_large", _("The amount is too large."))
        return cls(minor, currency)


@lru_cache(maxsize=4096)
def _formatted(amount: Money, locale: str) -> str:
    """Format once: an order shows the same few amounts again and again."""
    try:
        known = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        known = Locale.parse("en")
    return format_currency(amount.decimal, amount.currency, locale=known)
