"""Crashes and faults between our row and Stripe's answer: one session, or a clear word."""

import pytest
from django.test import Client

from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.accounts.models import Customer
from orders.models import Order
from payments import gateway
from payments.errors import (
    CheckoutRefusedError,
    CheckoutUnavailableError,
)
from tests.factories.orders import make_order, make_table
from tests.factories.payments import (
    check_out,
    payment_of,
    payments_of,
    set_payment,
)


def sessions(sandbox) -> list[dict]:
    return sandbox.objects("checkout.session")


def browser(customer: Customer) -> Client:
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer)
    return client


def ask(customer: Customer, order: Order, **body):
    shown = {"revision": order.form_revision, "digest": order.digest, **body}
    path = f"/api/v1/orders/{order.code}/checkout/"
    return browser(customer).post(path, data=shown, content_type="application/json")


@pytest.mark.proves("INV-P10")
def test_crash_between_row_and_answer_leaves_one_session(stripe_sandbox, monkeypatch):
    """Stripe made the session, the process died before the answer was kept."""
    order = make_order()
    real = gateway.open_session

    def dies(request, key):
        real(request, key=key)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "open_session", dies)
        with pytest.raises(KeyboardInterrupt):
            check_out(order)
    assert payment_of(order).state == "created"
    (session,) = sessions(stripe_sandbox)
    assert check_out(order).session_id == session["id"]
    assert payment_of(order).state == "open"
    assert len(sessions(stripe_sandbox)) == 1


@pytest.mark.proves("INV-P10")
def test_crash_before_stripe_was_asked_leaves_one_session(stripe_sandbox, monkeypatch):
    order = make_order()

    def dies(request, key):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "open_session", dies)
        with pytest.raises(KeyboardInterrupt):
            check_out(order)
    assert sessions(stripe_sandbox) == []
    check_out(order)
    assert len(sessions(stripe_sandbox)) == len(payments_of(order)) == 1


@pytest.mark.proves("INV-P11")
def test_fault_after_the_effect_finds_the_session_that_was_made(stripe_sandbox):
    order = make_order()
    stripe_sandbox.control("config", api_500_after=1)
    checkout = check_out(order)
    (session,) = sessions(stripe_sandbox)
    assert checkout.session_id == session["id"]


@pytest.mark.proves("INV-P11")
def test_fault_without_effect_says_so_and_the_next_click_begins_anew(stripe_sandbox):
    order = make_order()
    stripe_sandbox.control("config", api_500_before=1)
    with pytest.raises(CheckoutUnavailableError):
        check_out(order)
    check_out(order)
    assert len(sessions(stripe_sandbox)) == 1
    assert [payment.state for payment in payments_of(order)] == ["failed", "open"]


@pytest.mark.proves("INV-X10")
def test_stripe_away_answers_503_and_the_same_attempt_goes_on(stripe_sandbox, settings):
    table = make_table()
    order = make_order(table)
    base, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    answer = ask(table.customer, order)
    assert (answer.status_code, answer.json()["code"]) == (503, "checkout_unavailable")
    settings.STRIPE_API_BASE = base
    assert ask(table.customer, order).status_code == 200
    assert len(payments_of(order)) == 1


def test_amount_too_small_for_stripe_is_refused_with_its_code(stripe_sandbox):
    order = make_order(price="0.01")
    with pytest.raises(CheckoutRefusedError) as refused:
        check_out(order)
    assert refused.value.data["reason"] == "amount_too_small"
    assert payment_of(order).state == "failed"


def test_session_that_stripe_has_forgotten_gives_way_to_a_new_one(stripe_sandbox):
    order = make_order()
    check_out(order)
    set_payment(order, session_id="cs_test_forgotten")
    check_out(order)
    assert [payment.state for payment in payments_of(order)] == ["failed", "open"]
