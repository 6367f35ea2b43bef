"""Lines and totals in integer minor units: rule O3, in currencies of 0, 2 and 3 decimals."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import LARGEST_MINOR, Money
from orders.fields import FIELDS, LINES, clean, line_key
from orders.pricing import faults_of, has_lines, lines_of, totals_of
from orders.states import Role

VECTORS = json.loads(
    (Path(__file__).parent.parent / "shared" / "pricing_vectors.json").read_text(encoding="utf-8")
)
CURRENCIES = ["JPY", "EUR", "KWD"]


def half_up(exact: Fraction) -> int:
    """Round as people round on paper; written without Decimal on purpose."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


@st.composite
def decimals(draw, largest: int) -> str:
    """A number of up to three decimals in its canonical text."""
    thousandths = draw(st.integers(1, largest * 1000))
    whole, part = divmod(thousandths, 1000)
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".")


@st.composite
def shares(draw, currency: str) -> str:
    if draw(st.booleans()):
        return f"{draw(decimals(100))}%"
    return Money(draw(st.integers(0, 200_000)), currency).text


@st.composite
def forms(draw) -> tuple[dict[str, str], str]:
    """The values of a form, canonical as the server keeps them, and its currency."""
    currency = draw(st.sampled_from(CURRENCIES))
    amounts = st.integers(0, 100_000).map(lambda minor: Money(minor, currency).text)
    values: dict[str, str] = {}
    for number in draw(st.sets(st.integers(1, LINES), max_size=5)):
        values[line_key(number, "description")] = draw(st.sampled_from(["", "Tea"]))
        values[line_key(number, "quantity")] = draw(st.just("") | decimals(100))
        values[line_key(number, "price")] = draw(st.just("") | amounts)
    values["price"] = draw(st.just("") | amounts)
    values["discount"] = draw(st.just("") | shares(currency))
    values["delivery"] = draw(st.just("") | amounts)
    values["tax.rate"] = draw(st.just("") | decimals(100))
    values["tax.included"] = draw(st.sampled_from(["", "yes", "no"]))
    values["deposit"] = draw(st.just("") | shares(currency))
    return values, currency


@pytest.mark.proves("INV-O3", "INV-O8", "M8")
@given(form=forms())
def test_total_is_lines_less_discount_plus_delivery_plus_tax(form):
    values, currency = form
    totals = totals_of(values, currency)
    assert totals.subtotal_minor == (
        sum(line.total_minor for line in lines_of(values, currency))
        if has_lines(values)
        else Money.parse(values["price"] or "0", currency).minor
    )
    assert totals.total_minor == (
        totals.subtotal_minor
        - totals.discount_minor
        + totals.delivery_minor
        + (0 if totals.tax_included else totals.tax_minor)
    )
    assert totals.balance_minor + totals.deposit_minor == totals.total_minor
    assert 0 <= totals.discount_minor <= totals.subtotal_minor
    assert 0 <= totals.deposit_minor <= totals.total_minor
    assert all(isinstance(value, int) for value in amounts_of(totals).values())


@pytest.mark.proves("INV-O3")
@given(form=forms())
def test_every_product_is_rounded_once_and_half_up(form):
    values, currency = form
    totals = totals_of(values, currency)
    for line in lines_of(values, currency):
        assert line.total_minor == half_up(Fraction(line.quantity) * line.unit_price_minor)
    net = totals.subtotal_minor - totals.discount_minor + totals.delivery_minor
    rate = Fraction(values["tax.rate"] or 0)
    base = 100 + rate if totals.tax_included else 100
    assert totals.tax_minor == half_up(Fraction(net) * rate / base)
    if values["discount"].endswith("%"):
        part = Fraction(values["discount"][:-1]) / 100
        assert totals.discount_minor == half_up(totals.subtotal_minor * part)


@pytest.mark.proves("INV-O3")
@given(form=forms())
def test_what_is_named_wrong_is_exactly_what_was_cut(form):
    values, currency = form
    faults, totals = faults_of(values, currency), totals_of(values, currency)
    for key, whole in (("discount", totals.subtotal_minor), ("deposit", totals.total_minor)):
        text = values[key]
        asked = 0 if not text or text.endswith("%") else Money.parse(text, currency).minor
        assert (key in faults) == (asked > whole)
    if totals.total_minor == 0:
        assert faults["price"] == "field_missing"


def test_lines_without_what_they_must_have_are_named():
    values = {"line.1.description": "Tea", "line.2.price": "2.00", "line.3.quantity": "2"}
    assert faults_of(values, "EUR") == {
        "line.1.price": "field_missing",
        "line.2.description": "field_missing",
        "line.3.description": "field_missing",
        "line.3.price": "field_missing",
    }


def test_total_beyond_the_largest_amount_is_named():
    values = {"line.1.description": "Tea", "line.1.price": "99999.99", "line.1.quantity": "100"}
    assert totals_of(values, "EUR").total_minor > LARGEST_MINOR
    assert faults_of(values, "EUR") == {"price": "amount_too_large"}


@given(form=forms())
def test_the_values_are_canonical_for_the_form_itself(form):
    """The strategy makes what `clean` would keep, so the tests above are about real forms."""
    values, currency = form
    for key, value in values.items():
        writer = next(iter(FIELDS[key].writers - {Role.CUSTOMER}), Role.MERCHANT)
        assert clean(key, value, role=writer, currency=currency) == value


def amounts_of(totals) -> dict[str, int]:
    names = ("subtotal", "discount", "delivery", "tax", "total", "deposit", "balance")
    return {f"{name}_minor": getattr(totals, f"{name}_minor") for name in names}


@pytest.mark.proves("INV-O3", "M8")
@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_totals_meet_the_vectors_shared_with_javascript(vector):
    values, currency = vector["values"], vector["currency"]
    totals = totals_of(values, currency)
    found = {**amounts_of(totals), "tax_included": totals.tax_included}
    assert found == vector["totals"]
    assert [line.total_minor for line in lines_of(values, currency)] == vector["lines"]


def test_vectors_are_of_all_decimals_and_of_halves():
    assert {vector["currency"] for vector in VECTORS} >= set(CURRENCIES)
    assert any(vector["values"].get("tax.included") == "no" for vector in VECTORS)
    assert len(VECTORS) >= 60
