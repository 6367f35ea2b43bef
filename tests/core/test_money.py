import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import LARGEST_MINOR, Money, MoneyError, decimals_of

pytestmark = pytest.mark.unit


@pytest.mark.proves("P7.2")
@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("48", "EUR", 4800),
        ("48.5", "EUR", 4850),
        ("48,05", "EUR", 4805),
        ("48.", "EUR", 4800),
        ("0.10", "USD", 10),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
        (" 7 ", "HUF", 700),
    ],
)
def test_parse_knows_the_currency(text, currency, minor):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.proves("P2.3", "P7.2")
@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("-1", "EUR", "amount_negative"),
        ("1.001", "EUR", "amount_too_precise"),
        ("1.5", "JPY", "amount_too_precise"),
        ("1.0001", "KWD", "amount_too_precise"),
        ("", "EUR", "amount_invalid"),
        ("1e3", "EUR", "amount_invalid"),
        ("١٢", "EUR", "amount_invalid"),
        ("1,000.00", "EUR", "amount_invalid"),
        ("999999999", "EUR", "amount_too_large"),
    ],
)
def test_parse_refuses_with_a_code(text, currency, code):
    with pytest.raises(MoneyError) as refused:
        Money.parse(text, currency)
    assert refused.value.code == code


@pytest.mark.proves("P7.2", "INV-O3")
@given(st.integers(0, LARGEST_MINOR), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_text_and_parse_are_inverse(minor, currency):
    money = Money(minor, currency)
    assert Money.parse(money.text, currency) == money
    assert len(money.text.partition(".")[2]) == decimals_of(currency)


def test_format_speaks_the_language():
    assert Money(4800, "EUR").format("en") == "€48.00"
    assert Money(1200, "JPY").format("zh-hans") == "JP¥1,200"
    assert Money(1, "EUR").format("xx-yy") == "€0.01"


def test_currencies_do_not_mix():
    with pytest.raises(ValueError, match="do not mix"):
        Money(1, "EUR") + Money(1, "USD")
    assert Money(3, "EUR") - Money(1, "EUR") == Money(2, "EUR")
