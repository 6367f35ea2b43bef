"""The digest: the same in Python and in the browser, different for whatever differs."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.digest import both_confirmed, form_digest
from orders.fields import FIELDS
from orders.states import Role

VECTORS = json.loads(
    (Path(__file__).parent.parent / "shared" / "digest_vectors.json").read_text(encoding="utf-8")
)
values = st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=20), max_size=6)


@pytest.mark.proves("INV-F2", "M9")
@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_digest_meets_the_vectors_shared_with_javascript(vector):
    given = {key: vector[key] for key in ("code", "revision", "currency", "values")}
    assert form_digest(**given) == vector["digest"]


@given(values=values, other=values)
def test_digest_differs_exactly_when_shown_values_differ(values, other):
    def digest(of):
        return form_digest(code="c", revision=1, currency="EUR", values=of)

    def shown(of):
        return {key: value for key, value in of.items() if value}

    try:
        same = digest(values) == digest(other)
    except UnicodeEncodeError:  # lone surrogates never get past `clean`
        return
    assert same is (shown(values) == shown(other))


def test_digest_names_form_revision_and_currency():
    base = {"code": "a", "revision": 1, "currency": "EUR", "values": {"price": "1.00"}}
    digests = {
        form_digest(**{**base, **change})
        for change in ({}, {"code": "b"}, {"revision": 2}, {"currency": "USD"})
    }
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("customer", "merchant", "both"),
    [(4, 4, True), (4, None, False), (None, 4, False), (3, 4, False), (3, 3, False)],
)
def test_confirmed_means_both_sides_and_this_revision(customer, merchant, both):
    assert both_confirmed({Role.CUSTOMER: customer, Role.MERCHANT: merchant}, 4) is both
