"""Methods that take days: complete is not paid, and what comes later decides."""

from dataclasses import replace

import pytest

from payments import gateway
from payments.errors import PaymentProcessingError
from payments.facts import SessionFacts
from payments.services.apply_session import apply_session
from payments.states import EventState
from tests.factories.orders import make_order
from tests.factories.payments import check_out, payment_of, payments_of, reload, untouched


@pytest.fixture
def waiting(stripe_sandbox):
    """An order whose customer is done and whose bank is not."""
    order = make_order()
    open_session = gateway.retrieve_session(check_out(order).session_id)
    return order, replace(open_session, status="complete", intent_status="processing")


def learn(order, facts: SessionFacts):
    return apply_session(payment_of(order).id, merchant_id=order.merchant_id, facts=facts)


@pytest.mark.proves("INV-P6")
def test_complete_and_unpaid_does_not_pay(waiting):
    order, facts = waiting
    assert learn(order, facts).state is EventState.APPLIED
    assert (payment_of(order).state, payment_of(order).stage) == ("processing", "processing")
    assert untouched(order)
    assert learn(order, facts).state is EventState.IGNORED


@pytest.mark.proves("INV-P6")
def test_success_later_pays(waiting, stripe_sandbox):
    order, facts = waiting
    learn(order, facts)
    stripe_sandbox.pay(facts.id)
    assert learn(order, gateway.retrieve_session(facts.id)).state is EventState.APPLIED
    assert reload(order).state == "paid"


@pytest.mark.proves("INV-P6", "P5.7")
def test_failure_later_leaves_the_order_payable(waiting):
    order, facts = waiting
    learn(order, facts)
    learn(order, replace(facts, intent_status="requires_payment_method", intent_error="declined"))
    payment = payment_of(order)
    assert (payment.state, payment.failure_code, payment.next_at) == ("failed", "declined", None)
    assert untouched(order)
    check_out(order)
    assert [payment.state for payment in payments_of(order)] == ["failed", "open"]


@pytest.mark.proves("INV-P2")
def test_older_truth_never_moves_a_payment_back(waiting):
    order, facts = waiting
    learn(order, facts)
    for older in (replace(facts, status="open"), replace(facts, status="expired")):
        assert learn(order, older).state is EventState.IGNORED
    assert payment_of(order).state == "processing"


@pytest.mark.proves("C13")
def test_second_payment_does_not_begin_while_one_is_processing(waiting, monkeypatch):
    order, facts = waiting
    learn(order, facts)
    monkeypatch.setattr(gateway, "retrieve_session", lambda _session: facts)
    with pytest.raises(PaymentProcessingError):
        check_out(order)


@pytest.mark.proves("INV-P8", "INV-P2")
def test_money_for_a_closed_attempt_is_quarantined(waiting, stripe_sandbox):
    order, facts = waiting
    learn(order, replace(facts, intent_status="canceled"))
    stripe_sandbox.pay(facts.id)
    outcome = learn(order, gateway.retrieve_session(facts.id))
    assert (outcome.state, outcome.reason) == (EventState.QUARANTINED, "payment_closed:failed")
    assert untouched(order)
