"""Payments whose webhook never came: found by asking, with the same result."""

from datetime import timedelta

import pytest
from django.utils import timezone

from payments import gateway
from payments.services.reconcile_payments import LONGEST_PAUSE, reconcile_open_payments
from tests.factories.orders import make_order
from tests.factories.payments import (
    books,
    check_out,
    payment_of,
    reload,
    set_payment,
    settlement_of,
    tell,
    untouched,
)


def ask_now(order) -> int:
    set_payment(order, next_at=timezone.now())
    return reconcile_open_payments()


@pytest.mark.proves("INV-P14")
def test_paid_session_without_any_webhook_is_found(stripe_sandbox):
    order = make_order()
    stripe_sandbox.pay(check_out(order).session_id)
    stripe_sandbox.event("charge.updated")
    assert ask_now(order) == 1
    assert reload(order).state == "paid"
    assert books(order)["stripe_fees"] == 169
    assert settlement_of(order).amount_minor == 4416
    assert payment_of(order).next_at is None
    assert reconcile_open_payments() == 0


@pytest.mark.proves("INV-P14")
def test_open_payment_is_looked_at_a_minute_later_and_at_least_every_ten(stripe_sandbox):
    order = make_order()
    check_out(order)
    first = payment_of(order).next_at - timezone.now()
    assert timedelta(seconds=50) < first <= timedelta(seconds=60)
    assert reconcile_open_payments() == 0
    pauses = []
    for _ in range(6):
        assert ask_now(order) == 1
        pauses.append(round((payment_of(order).next_at - timezone.now()) / timedelta(minutes=1)))
    assert pauses == [2, 4, 8, 10, 10, 10]
    assert timedelta(minutes=15) > LONGEST_PAUSE
    assert untouched(order)


@pytest.mark.proves("INV-P14")
def test_fee_that_no_webhook_told_is_found(stripe_sandbox):
    stripe_sandbox.control("config", capture_delay=60)
    order = make_order()
    stripe_sandbox.pay(check_out(order).session_id)
    tell(stripe_sandbox, "checkout.session.completed")
    assert payment_of(order).fee_minor is None
    stripe_sandbox.control("clock", advance=61)
    stripe_sandbox.event("charge.updated")
    assert ask_now(order) == 1
    assert (payment_of(order).fee_minor, payment_of(order).next_at) == (169, None)


@pytest.mark.proves("INV-P14")
def test_expired_session_is_found(stripe_sandbox):
    order = make_order()
    check_out(order)
    stripe_sandbox.control("clock", advance=2 * 3600)
    assert ask_now(order) == 1
    assert payment_of(order).state == "expired"


@pytest.mark.proves("INV-P10")
def test_attempt_that_never_got_an_answer_expires(stripe_sandbox, monkeypatch):
    order = make_order()

    def dies(request, key):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "open_session", dies)
        with pytest.raises(KeyboardInterrupt):
            check_out(order)
    ask_now(order)
    assert payment_of(order).state == "created"
    set_payment(order, expires_at=timezone.now() - timedelta(minutes=2))
    ask_now(order)
    assert (payment_of(order).state, payment_of(order).next_at) == ("expired", None)


@pytest.mark.proves("INV-X10")
def test_stripe_away_changes_nothing_and_is_asked_again(stripe_sandbox, settings):
    order = make_order()
    stripe_sandbox.pay(check_out(order).session_id)
    settings.STRIPE_API_BASE, base = "http://127.0.0.1:9", settings.STRIPE_API_BASE
    assert ask_now(order) == 1
    assert untouched(order)
    assert payment_of(order).next_at > timezone.now()
    settings.STRIPE_API_BASE = base
    ask_now(order)
    assert reload(order).state == "paid"


def test_session_that_differs_is_told_in_the_log_and_pays_nothing(stripe_sandbox, caplog):
    order = make_order()
    stripe_sandbox.pay(check_out(order).session_id)
    set_payment(order, amount_minor=1)
    ask_now(order)
    assert "differs:amount,order_amount" in caplog.text
    assert untouched(order)
