"""Every fact of Stripe's session is compared with what was agreed; each one alone is enough."""

from dataclasses import replace
from uuid import uuid4

import pytest

from orders.models import Order
from payments.facts import SessionFacts
from payments.models import Payment
from payments.services.apply_session import differences


@pytest.fixture
def agreed(settings):
    settings.STRIPE_SECRET_KEY = "sk_test_sandbox"
    order = Order(code="o1", total_minor=4800, currency="EUR", form_revision=3)
    payment = Payment(id=uuid4(), amount_minor=4800, currency="EUR", revision=3, session_id="cs_1")
    facts = SessionFacts(
        id="cs_1",
        status="complete",
        payment_status="paid",
        amount_minor=4800,
        currency="EUR",
        order_code="o1",
        live=False,
        metadata={"payment": str(payment.id), "revision": "3"},
    )
    return order, payment, facts


@pytest.mark.proves("INV-P5")
def test_session_that_fits_differs_in_nothing(agreed):
    assert differences(*agreed) == []


@pytest.mark.proves("INV-P5", "INV-P4")
@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"id": "cs_2"}, "session"),
        ({"amount_minor": 4801}, "amount"),
        ({"amount_minor": None}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"order_code": "o2"}, "order"),
        ({"live": True}, "mode"),
        ({"payment_status": "no_payment_required"}, "payment_status"),
    ],
)
def test_session_that_differs_is_named(agreed, changed, named):
    order, payment, facts = agreed
    assert differences(order, payment, replace(facts, **changed)) == [named]


@pytest.mark.proves("INV-P5")
@pytest.mark.parametrize(
    ("key", "value"), [("payment", "p2"), ("revision", "4"), ("revision", None)]
)
def test_metadata_that_differs_is_named(agreed, key, value):
    order, payment, facts = agreed
    changed = {**facts.metadata, key: value}
    assert differences(order, payment, replace(facts, metadata=changed)) == [key]


@pytest.mark.proves("INV-P5", "INV-O4")
@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("total_minor", 1, "order_amount"),
        ("currency", "USD", "order_currency"),
        ("form_revision", 4, "order_revision"),
    ],
)
def test_order_that_has_changed_since_is_named(agreed, field, value, named):
    order, payment, facts = agreed
    setattr(order, field, value)
    assert differences(order, payment, facts) == [named]
