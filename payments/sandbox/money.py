"""Amounts in minor units: decimals, limits and Stripe's price.

Minimum charges are Stripe's published ones per settlement currency (from general knowledge; check
https://docs.stripe.com/currencies before relying on one). The sandbox settles in the charge's own
currency.
"""

from __future__ import annotations

from payments.sandbox.errors import invalid

ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
MINIMUM = {
    "usd": 50,
    "eur": 50,
    "gbp": 30,
    "jpy": 50,
    "chf": 50,
    "aud": 50,
    "cad": 50,
    "nzd": 50,
    "sgd": 50,
    "brl": 50,
    "inr": 50,
    "aed": 200,
    "czk": 1500,
    "dkk": 250,
    "hkd": 400,
    "huf": 17500,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 1000,
}
MAXIMUM = 99_999_999
SYMBOLS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥", "cny": "CN¥", "krw": "₩", "inr": "₹"}


def decimals(currency: str) -> int:
    """Decimals Stripe counts this currency in."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def processing_fee(amount: int) -> int:
    """2.9 % rounded half up, plus 30."""
    return (amount * 29 + 500) // 1000 + 30


def display(amount: int, currency: str) -> str:
    """`€48.00`; a currency without a symbol of its own gets its code: `CHF 48.00`."""
    places = decimals(currency)
    whole, rest = divmod(abs(amount), 10**places)
    number = f"{whole:,}" + (f".{rest:0{places}d}" if places else "")
    sign = "-" if amount < 0 else ""
    return sign + SYMBOLS.get(currency, f"{currency.upper()} ") + number


def check_chargeable(amount: int, currency: str, param: str) -> None:
    """Raise Stripe's `amount_too_small`, `amount_too_large` or the three-decimal rule as a 400."""
    if amount < MINIMUM.get(currency, 1):
        least = display(MINIMUM.get(currency, 1), currency)
        raise invalid(f"Amount must be at least {least}.", code="amount_too_small", param=param)
    if amount > MAXIMUM:
        raise invalid(
            f"Amount must be no more than {display(MAXIMUM, currency)}.",
            code="amount_too_large",
            param=param,
        )
    if currency in THREE_DECIMAL and amount % 10:
        raise invalid(
            "The last digit of an amount in this currency must be 0.",
            code="parameter_invalid_integer",
            param=param,
        )
