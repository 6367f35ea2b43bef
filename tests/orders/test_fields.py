"""The field registry: kinds, limits, rights. One place for socket, page and API."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.countries import COUNTRIES
from orders.faults import FieldError
from orders.fields import FIELDS, GROUPS, LINE_PARTS, LINES, REQUESTABLE, Kind, clean, field_for
from orders.states import Role

CUSTOMER, MERCHANT = Role.CUSTOMER, Role.MERCHANT


def writer_of(key):
    """A side that may write the field; the merchant where both may."""
    return MERCHANT if MERCHANT in FIELDS[key].writers else CUSTOMER


def fault(key, text, *, role=None, currency="EUR"):
    side = role or (writer_of(key) if key in FIELDS else MERCHANT)
    with pytest.raises(FieldError) as caught:
        clean(key, text, role=side, currency=currency)
    return caught.value


def test_registry_has_the_agreed_groups_and_every_line_its_parts():
    assert (
        *("content", "lines", "price", "proposal", "terms"),
        *("time", "address", "contact", "note"),
    ) == GROUPS
    lines = {f"line.{n}.{part}" for n in range(1, LINES + 1) for part in LINE_PARTS}
    assert {key for key in FIELDS if key.startswith("line.")} == lines
    assert sorted(REQUESTABLE) == [
        *("address.city", "address.country", "address.line1", "address.line2"),
        *("address.postal_code", "address.region"),
        *("contact.email", "contact.name", "contact.phone"),
        *("content", "note", "price.proposal", "time.end", "time.start"),
    ]


MERCHANTS = {
    *("price", "discount", "delivery", "tax.rate", "tax.included", "deposit", "pay_within"),
    *(f"line.{n}.price" for n in range(1, LINES + 1)),
}


@pytest.mark.proves("INV-F8", "M11")
@pytest.mark.parametrize("key", sorted(FIELDS))
def test_money_is_the_merchants_the_proposal_the_customers_and_the_rest_is_both_sides(key):
    """The rights by name, so that a slip in the registry is not taken for the rule."""
    foreign = {CUSTOMER} if key in MERCHANTS else {MERCHANT} if key == "price.proposal" else set()
    for role in Role:
        if role not in foreign:
            assert field_for(key, role).key == key
            continue
        with pytest.raises(FieldError) as caught:
            field_for(key, role)
        assert caught.value.code == "field_forbidden"


@pytest.mark.proves("M11", "P7.2", "INV-F13")
@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("line.1.quantity", "2", "2"),
        ("line.1.quantity", "1,50", "1.5"),
        ("line.1.quantity", "0.125", "0.125"),
        ("line.1.quantity", "100000", "100000"),
        ("line.20.price", "12", "12.00"),
        ("discount", "10 %", "10%"),
        ("discount", "10.50%", "10.5%"),
        ("discount", "5", "5.00"),
        ("deposit", "30%", "30%"),
        ("tax.rate", "19", "19"),
        ("tax.rate", "7.725 %", "7.725"),
        ("tax.included", "no", "no"),
        ("pay_within", "24", "24"),
        ("line.3.photo", "A" * 22, "A" * 22),
    ],
)
def test_terms_and_lines_are_kept_in_one_form(key, typed, kept):
    assert clean(key, typed, role=MERCHANT, currency="EUR") == kept


@pytest.mark.proves("M11", "P2.3")
@pytest.mark.parametrize(
    ("key", "typed", "code"),
    [
        *(("line.1.quantity", text, "quantity_invalid") for text in ("0", "-1", "1.2345", "two")),
        *(("line.1.quantity", text, "quantity_invalid") for text in ("100001", "1e3", "٢", "NaN")),
        *(("tax.rate", text, "percent_invalid") for text in ("100.001", "-1", "1.2345", "x")),
        ("discount", "101%", "percent_invalid"),
        ("discount", "1.001", "amount_too_precise"),
        ("deposit", "-1", "amount_negative"),
        ("tax.included", "y", "choice_unknown"),
        ("pay_within", "2", "choice_unknown"),
        ("line.1.photo", "../../etc/passwd", "photo_unknown"),
        ("line.21.price", "1", "field_unknown"),
        ("line.0.price", "1", "field_unknown"),
        ("line.01.price", "1", "field_unknown"),
        ("line.1.total", "1", "field_unknown"),
    ],
)
def test_term_or_part_of_a_line_that_does_not_fit_is_refused(key, typed, code):
    assert fault(key, typed).code == code


@pytest.mark.proves("P3.3", "P4.3")
@pytest.mark.parametrize(
    "key", ["", "Price", "prices", "total_minor", "state", "__proto__", "x" * 500]
)
def test_foreign_field_name_is_refused(key):
    found = fault(key, "1")
    assert found.code == "field_unknown"
    assert len(found.field) <= 40


@pytest.mark.proves("P2.3", "P7.2", "INV-O3")
@pytest.mark.parametrize(
    ("currency", "typed", "kept"),
    [
        ("EUR", "48", "48.00"),
        ("EUR", "48.", "48.00"),
        ("EUR", " 48,5 ", "48.50"),
        ("JPY", "4800", "4800"),
        ("KWD", "1.250", "1.250"),
        ("KWD", "1.2", "1.200"),
        ("EUR", "0", "0.00"),
        ("EUR", "999999.99", "999999.99"),
        ("EUR", "", ""),
    ],
)
def test_price_is_kept_with_the_decimals_of_its_currency(currency, typed, kept):
    assert clean("price", typed, role=MERCHANT, currency=currency) == kept


@pytest.mark.proves("P2.3", "P7.2")
@pytest.mark.parametrize(
    ("currency", "typed", "code"),
    [
        ("EUR", "-1", "amount_negative"),
        ("EUR", "-0.01", "amount_negative"),
        ("EUR", "1.001", "amount_too_precise"),
        ("JPY", "1.5", "amount_too_precise"),
        ("KWD", "1.2345", "amount_too_precise"),
        ("EUR", "1e3", "amount_invalid"),
        ("EUR", "NaN", "amount_invalid"),
        ("EUR", "1,000.00", "amount_invalid"),
        ("EUR", "1000000.00", "amount_too_large"),
        ("EUR", "٤٨", "amount_invalid"),
    ],
)
def test_price_that_is_no_amount_is_refused(currency, typed, code):
    assert fault("price", typed, currency=currency).code == code


@pytest.mark.proves("P2.3", "P3.3", "INV-F13")
@pytest.mark.parametrize("key", sorted(FIELDS))
def test_text_longer_than_the_field_is_refused_with_the_limit(key):
    limit = FIELDS[key].max_length
    found = fault(key, "9" * (limit + 1))
    assert (found.code, found.data["limit"]) == ("field_too_long", limit)


@pytest.mark.proves("INV-F13")
@pytest.mark.parametrize("bad", ["\0", "a\0b", "\x1b[31m", "a\tb", "\x85", "\ud83d", "\udc00x"])
def test_control_characters_and_lone_surrogates_are_refused(bad):
    assert fault("content", bad).code == "field_control_character"
    assert fault("address.line1", bad).code == "field_control_character"


def test_newline_is_text_only_where_there_are_lines():
    assert clean("content", "a\r\nb\nc", role=CUSTOMER, currency="EUR") == "a\nb\nc"
    assert fault("address.city", "a\nb").code == "field_control_character"


@pytest.mark.proves("INV-F13", "P4.6")
@given(
    text=st.text(max_size=100).filter(
        lambda t: not any(unicodedata.category(c) in {"Cc", "Cs"} for c in t)
    )
)
def test_free_text_keeps_every_character(text):
    for key, field in FIELDS.items():
        if field.kind in {Kind.LINE, Kind.PROSE} and field.max_length >= 100:
            assert clean(key, text, role=CUSTOMER, currency="EUR") == text


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("address.country", "de", "DE"),
        ("contact.email", " lena@example.com ", "lena@example.com"),
        ("contact.phone", "+49 (30) 123-45", "+49 (30) 123-45"),
        ("time.zone", "Asia/Shanghai", "Asia/Shanghai"),
        ("time.start", "2026-12-24T18:30", "2026-12-24T18:30"),
    ],
)
def test_structured_values_are_kept_in_one_form(key, typed, kept):
    assert clean(key, typed, role=CUSTOMER, currency="EUR") == kept


@pytest.mark.proves("P2.3")
@pytest.mark.parametrize(
    ("key", "typed", "code"),
    [
        ("address.country", "XX", "country_unknown"),
        ("contact.email", "lena@", "email_malformed"),
        ("contact.email", "a b@example.com", "email_malformed"),
        ("contact.phone", "call me", "phone_malformed"),
        ("time.zone", "Mars/Olympus", "zone_unknown"),
        ("time.zone", "../etc/passwd", "zone_unknown"),
        ("time.start", "tomorrow", "time_malformed"),
        ("time.start", "2026-02-30T10:00", "time_malformed"),
        ("time.start", "9999-12-31T23:59", "time_malformed"),
        ("time.start", "2026-1-2T1:00", "time_malformed"),
        ("time.start", "2026-12-2٤T10:00", "time_malformed"),
    ],
)
def test_structured_value_that_does_not_fit_is_refused(key, typed, code):
    assert fault(key, typed).code == code


@pytest.mark.parametrize("key", sorted(FIELDS))
def test_empty_text_clears_every_field(key):
    assert clean(key, "", role=writer_of(key), currency="EUR") == ""


def test_countries_are_two_letters_each_once():
    assert len(COUNTRIES) == 249
    assert all(len(code) == 2 and code.isupper() for code in COUNTRIES)
