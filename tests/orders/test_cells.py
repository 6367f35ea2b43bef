"""What follows from the stored values: marks, what changed, what is wanting."""

from datetime import UTC, datetime

import pytest

from orders.cells import changed_since, mark_of, shown, values_of, wanting
from orders.states import Mark, Role

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def cell(value="x", author="customer", revision=1, disputed=False):
    return {
        "value": value,
        "author": author,
        "author_id": "secret",
        "author_name": "Lena",
        "revision": revision,
        "at": "2026-01-01T00:00:00Z",
        "disputed": disputed,
    }


def lacking(**values):
    filled = {"content": "tea", "price": "48.00"} | {
        key.replace("_", ".", 1): value for key, value in values.items()
    }
    return wanting(filled, currency="EUR", zone="Europe/Berlin", now=NOW)


@pytest.mark.proves("P4.4")
@pytest.mark.parametrize(
    ("given", "confirmed", "mark"),
    [
        (cell(value=""), {Role.MERCHANT: 9}, Mark.EMPTY),
        (cell(), {}, Mark.PROPOSED),
        (cell(), {Role.CUSTOMER: 1, Role.MERCHANT: None}, Mark.PROPOSED),
        (cell(), {Role.MERCHANT: 1}, Mark.AGREED),
        (cell(author="merchant"), {Role.CUSTOMER: 4}, Mark.AGREED),
        (cell(disputed=True), {}, Mark.DISPUTED),
        (cell(disputed=True), {Role.MERCHANT: 2}, Mark.AGREED),
    ],
)
def test_mark_says_what_the_other_side_made_of_a_value(given, confirmed, mark):
    assert mark_of(given, confirmed) is mark


def test_what_is_shown_has_no_key_of_a_person():
    assert set(shown({"content": cell()}, {})["content"]) == {
        "value",
        "author",
        "author_name",
        "revision",
        "at",
        "mark",
    }


def test_changed_since_names_the_keys_in_order():
    cells = {"price": cell(revision=5), "note": cell(revision=3), "content": cell(revision=4)}
    assert changed_since(cells, 3) == ["content", "price"]
    assert changed_since(cells, 5) == []
    assert values_of({"a": cell(value=""), "b": cell(value="1")}) == {"b": "1"}


@pytest.mark.proves("P7.1", "P7.2", "P7.3", "P7.4")
def test_form_with_content_and_price_lacks_nothing():
    assert lacking() == {}
    assert lacking(time_start="2026-02-01T10:00", time_end="2026-02-01T11:00") == {}


@pytest.mark.proves("P7.1")
@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"content": ""}, {"content": "field_missing"}),
        ({"content": " \n "}, {"content": "field_missing"}),
        ({"price": ""}, {"price": "field_missing"}),
        ({"price": "0.00"}, {"price": "field_missing"}),
        ({"time_end": "2026-02-01T10:00"}, {"time.start": "field_missing"}),
        ({"time_start": "2025-01-01T10:00"}, {"time.start": "time_past"}),
        ({"time_start": "2026-03-29T02:30"}, {"time.start": "time_in_gap"}),
        (
            {"time_start": "2026-02-01T10:00", "time_end": "2026-02-01T09:00"},
            {"time.start": "time_end_before_start"},
        ),
    ],
)
def test_form_that_cannot_be_confirmed_says_why(values, missing):
    assert lacking(**values) == missing


def test_zone_of_the_form_wins_over_the_merchants():
    assert lacking(time_start="2026-03-29T02:30", time_zone="Asia/Shanghai") == {}
