"""From the values of a form to its lines and its total, in integer minor units. Pure.

The page shows the same numbers while one types: `orders/static/orders/js/pricing.js`;
`tests/shared/pricing_vectors.json` holds examples both must meet. Every product is rounded
once, half up, as people round on paper.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from marketplace.core.money import LARGEST_MINOR, Money
from orders.fields import LINE_PARTS, LINES, line_key

Values = Mapping[str, str]
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `number` is its place in the form, which may have gaps."""

    number: int
    description: str
    quantity: Decimal
    unit: str
    unit_price_minor: int
    photo: str

    @property
    def total_minor(self) -> int:
        """Return quantity times price."""
        return _rounded(self.quantity * self.unit_price_minor)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a form comes to. Rule O3: total = subtotal − discount + delivery (+ tax on top)."""

    currency: str
    subtotal_minor: int
    discount_minor: int
    delivery_minor: int
    tax_rate: Decimal | None
    tax_included: bool
    tax_minor: int
    total_minor: int
    deposit_minor: int

    @property
    def balance_minor(self) -> int:
        """Return what is left after the deposit."""
        return self.total_minor - self.deposit_minor


def lines_of(values: Values, currency: str) -> tuple[Line, ...]:
    """Return the lines that say anything, in the order of the form."""
    return tuple(
        Line(
            number=number,
            description=parts["description"],
            quantity=Decimal(parts["quantity"] or 1),
            unit=parts["unit"],
            unit_price_minor=_minor(parts["price"], currency),
            photo=parts["photo"],
        )
        for number, parts in _used(values)
    )


def has_lines(values: Values) -> bool:
    """Say whether the price is the sum of lines: one of them has a price."""
    return any(parts["price"] for _, parts in _used(values))


def totals_of(values: Values, currency: str) -> Totals:
    """Return what the form comes to as it stands; what is missing counts as nothing.

    A discount is never more than the subtotal, a deposit never more than the total: `faults_of`
    names both before anything can be confirmed.
    """
    subtotal = _subtotal(values, currency)
    discount = min(_part(values.get("discount", ""), subtotal, currency), subtotal)
    delivery = _minor(values.get("delivery", ""), currency)
    rate = Decimal(values["tax.rate"]) if values.get("tax.rate") else None
    included = values.get("tax.included") != "no"
    net = subtotal - discount + delivery
    tax = _tax(net, rate, included=included)
    total = net if included else net + tax
    return Totals(
        currency=currency,
        subtotal_minor=subtotal,
        discount_minor=discount,
        delivery_minor=delivery,
        tax_rate=rate,
        tax_included=included,
        tax_minor=tax,
        total_minor=total,
        deposit_minor=min(_part(values.get("deposit", ""), total, currency), total),
    )


def faults_of(values: Values, currency: str) -> dict[str, str]:
    """Return what keeps lines and total from being confirmed: field key to code."""
    faults: dict[str, str] = {}
    for number, parts in _used(values):
        for part in ("description", "price"):
            if not parts[part].strip():
                faults[line_key(number, part)] = "field_missing"
    totals = totals_of(values, currency)
    if _part(values.get("discount", ""), totals.subtotal_minor, currency) > totals.subtotal_minor:
        faults["discount"] = "discount_too_large"
    if _part(values.get("deposit", ""), totals.total_minor, currency) > totals.total_minor:
        faults["deposit"] = "deposit_too_large"
    if totals.total_minor > LARGEST_MINOR:
        faults["price"] = "amount_too_large"
    if totals.total_minor == 0:
        faults.setdefault("price", "field_missing")
    return faults


def _used(values: Values) -> Iterator[tuple[int, dict[str, str]]]:
    for number in range(1, LINES + 1):
        parts = {part: values.get(line_key(number, part), "") for part in LINE_PARTS}
        if any(parts.values()):
            yield number, parts


def _subtotal(values: Values, currency: str) -> int:
    if has_lines(values):
        return sum(line.total_minor for line in lines_of(values, currency))
    return _minor(values.get("price", ""), currency)


def _tax(net: int, rate: Decimal | None, *, included: bool) -> int:
    if rate is None:
        return 0
    base = _HUNDRED + rate if included else _HUNDRED
    return _rounded(net * rate / base)


def _part(text: str, whole: int, currency: str) -> int:
    """Return an amount, or a share of `whole` in percent."""
    if text.endswith("%"):
        return _rounded(whole * Decimal(text[:-1]) / _HUNDRED)
    return _minor(text, currency)


def _minor(text: str, currency: str) -> int:
    return Money.parse(text, currency).minor if text else 0


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
