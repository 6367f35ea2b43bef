"""From a signed event to a paid order: fetched anew, compared, monotonic, booked once."""

import itertools

import pytest
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import AuditEntry
from merchants.scope import entered, operator_scope
from payments.models import LedgerEntry, Settlement, StripeEvent
from payments.services.apply_stripe_event import ATTEMPTS, apply_due_events, apply_stripe_event
from tests.factories.orders import make_order
from tests.factories.payments import (
    books,
    check_out,
    make_paid_order,
    payment_of,
    payments_of,
    reload,
    settlement_of,
    tell,
    untouched,
)
from tests.payments.stripe_sandbox import DECLINED, deliver


def pay(sandbox, order, card="4242424242424242") -> dict:
    """Pay on the sandbox's page; the product has heard nothing yet."""
    session = check_out(order).session_id
    sandbox.pay(session, card)
    return session


@pytest.mark.proves("P5.5", "INV-P5", "INV-S1")
def test_signed_webhook_makes_the_order_paid_and_books_it(stripe_sandbox):
    order = make_order()
    pay(stripe_sandbox, order)
    assert untouched(order)
    event = tell(stripe_sandbox, "checkout.session.completed")
    assert (event.state, event.reason) == ("applied", "")
    paid = reload(order)
    assert (paid.state, paid.paid_at is not None) == ("paid", True)
    payment = payment_of(order)
    assert (payment.state, payment.stage) == ("succeeded", "paid")
    assert payment.charge_id == stripe_sandbox.objects("charge")[0]["id"]
    assert books(order)["clearing_pending"] in {4800, 4800 - 169}
    settlement = settlement_of(order)
    assert (settlement.amount_minor, settlement.commission_minor) == (4416, 384)
    assert (settlement.state, settlement.due_at) == ("scheduled", paid.paid_at)


@pytest.mark.proves("INV-S1")
def test_fee_is_booked_when_charge_updated_comes(stripe_sandbox):
    stripe_sandbox.control("config", capture_delay=60)
    order = make_order()
    pay(stripe_sandbox, order)
    tell(stripe_sandbox, "checkout.session.completed")
    assert books(order) == {"clearing_pending": 4800, "merchant_payable": -4416, "commission": -384}
    assert payment_of(order).fee_minor is None
    stripe_sandbox.control("clock", advance=61)
    assert tell(stripe_sandbox, "charge.updated").state == "applied"
    assert books(order) == {
        "clearing_pending": 4800 - 169,
        "stripe_fees": 169,
        "merchant_payable": -4416,
        "commission": -384,
    }
    payment = payment_of(order)
    assert (payment.fee_minor, payment.next_at) == (169, None)
    with entered(operator_scope(SYSTEM)):
        fee = LedgerEntry.objects.get(order=order, account="stripe_fees")
    assert fee.balance_transaction == payment.balance_transaction
    assert fee.available_on is not None


@pytest.mark.proves("INV-P1", "INV-P2")
def test_webhook_delivered_twice_pays_once(stripe_sandbox):
    order = make_order()
    pay(stripe_sandbox, order)
    tell(stripe_sandbox, "checkout.session.completed")
    before = books(order)
    tell(stripe_sandbox, "checkout.session.completed")
    assert books(order) == before
    assert StripeEvent.objects.count() == 1


@pytest.mark.proves("INV-P1", "INV-P2", "INV-S9")
def test_events_in_any_order_and_twice_end_in_the_same_state(stripe_sandbox):
    """All 24 orders of the four events of a payment with a decline, each event applied twice."""
    kinds = (
        "payment_intent.payment_failed",
        "checkout.session.completed",
        "charge.updated",
        "payment_intent.succeeded",
    )
    endings = set()
    for order_of_events in itertools.permutations(kinds):
        stripe_sandbox.reset()
        order = make_order()
        session = check_out(order).session_id
        assert stripe_sandbox.pay(session, DECLINED) == 402
        assert stripe_sandbox.pay(session) == 200
        stripe_sandbox.event("charge.updated")
        for kind in order_of_events:
            tell(stripe_sandbox, kind)
        again = StripeEvent.objects.exclude(state="ignored")
        again.update(state="received", next_at=timezone.now())
        apply_due_events()
        endings.add(ending(order))
    assert len(endings) == 1, endings


def ending(order) -> tuple:
    payment = payment_of(order)
    with entered(operator_scope(SYSTEM)):
        lines = sorted(
            LedgerEntry.objects.filter(order=order).values_list("account", "amount_minor")
        )
        settlements = Settlement.objects.filter(order=order).count()
        audit = AuditEntry.objects.filter(action="payment.succeeded", subject_id=payment.id).count()
    state = (reload(order).state, payment.state, payment.stage, payment.failure_code)
    return (*state, payment.fee_minor, tuple(lines), settlements, audit)


@pytest.mark.proves("P5.7", "INV-P6")
def test_declined_card_is_shown_and_the_order_stays_payable(stripe_sandbox):
    order = make_order()
    session = pay(stripe_sandbox, order, DECLINED)
    assert tell(stripe_sandbox, "payment_intent.payment_failed").state == "applied"
    payment = payment_of(order)
    assert (payment.state, payment.stage) == ("open", "declined")
    assert payment.failure_code == "generic_decline"
    assert untouched(order)
    assert check_out(order).session_id == session
    assert stripe_sandbox.pay(session) == 200
    tell(stripe_sandbox, "checkout.session.completed")
    payment = payment_of(order)
    assert (payment.stage, payment.failure_code, reload(order).state) == ("paid", "", "paid")


@pytest.mark.proves("INV-P2")
def test_late_decline_after_success_changes_nothing(stripe_sandbox):
    order = make_order()
    session = pay(stripe_sandbox, order, DECLINED)
    declined = stripe_sandbox.event("payment_intent.payment_failed")
    assert stripe_sandbox.pay(session) == 200
    tell(stripe_sandbox, "checkout.session.completed")
    assert deliver(declined) == 200
    apply_stripe_event(declined["id"])
    assert payment_of(order).stage == "paid"


def test_expired_session_closes_the_attempt_and_not_the_order(stripe_sandbox):
    order = make_order()
    check_out(order)
    stripe_sandbox.control("clock", advance=2 * 3600)
    tell(stripe_sandbox, "checkout.session.expired")
    payment = payment_of(order)
    assert (payment.state, payment.stage, payment.next_at) == ("expired", "expired", None)
    assert reload(order).state == "awaiting_payment"
    stripe_sandbox.control("clock", offset=0)
    check_out(order)
    assert [payment.state for payment in payments_of(order)] == ["expired", "open"]


@pytest.mark.proves("INV-P15")
def test_lost_message_costs_only_the_sweep(stripe_sandbox):
    order = make_order()
    pay(stripe_sandbox, order)
    assert deliver(stripe_sandbox.event("checkout.session.completed")) == 200
    assert untouched(order)
    assert apply_due_events() == 1
    assert reload(order).state == "paid"
    assert apply_due_events() == 0


@pytest.mark.proves("INV-P11", "INV-P15")
def test_event_waits_while_stripe_is_away_and_is_applied_later(stripe_sandbox, settings):
    order = make_order()
    pay(stripe_sandbox, order)
    event = stripe_sandbox.event("checkout.session.completed")
    deliver(event)
    base, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    apply_stripe_event(event["id"])
    kept = StripeEvent.objects.get()
    assert (kept.state, kept.attempts) == ("received", 1)
    assert kept.next_at > timezone.now()
    settings.STRIPE_API_BASE = base
    assert apply_due_events() == 0  # not yet due again
    StripeEvent.objects.update(next_at=timezone.now())
    assert apply_due_events() == 1
    assert reload(order).state == "paid"


@pytest.mark.proves("INV-X11")
def test_event_tried_too_often_is_failed_and_stays_visible(stripe_sandbox, settings):
    order = make_order()
    pay(stripe_sandbox, order)
    event = stripe_sandbox.event("checkout.session.completed")
    deliver(event)
    StripeEvent.objects.update(attempts=ATTEMPTS - 1)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    apply_stripe_event(event["id"])
    kept = StripeEvent.objects.get()
    assert (kept.state, kept.next_at) == ("failed", None)
    assert kept.closed_at is not None


def test_event_whose_worker_died_is_taken_over_and_closed_once(stripe_sandbox):
    order = make_order()
    pay(stripe_sandbox, order)
    event = stripe_sandbox.event("checkout.session.completed")
    deliver(event)
    StripeEvent.objects.update(attempts=1, next_at=timezone.now())  # its lease has run out
    assert apply_due_events() == 1
    assert StripeEvent.objects.get().attempts == 2
    assert reload(order).state == "paid"


@pytest.mark.proves("INV-P1")
def test_second_payment_of_an_order_is_refused_by_the_database(stripe_sandbox):
    from django.db import IntegrityError

    from payments.models import Payment

    order = make_paid_order(stripe_sandbox)
    first = payment_of(order)
    first.pk, first.session_id = None, "cs_test_second"
    with (
        pytest.raises(IntegrityError, match="payment_succeeds_once"),
        entered(operator_scope(SYSTEM)),
    ):
        Payment.objects.bulk_create([Payment(**values_of(first))])


def values_of(payment) -> dict:
    names = ("merchant_id", "customer_id", "order_id", "revision", "amount_minor", "currency")
    more = {"state": payment.state, "session_id": payment.session_id}
    return (
        {name: getattr(payment, name) for name in names} | more | {"expires_at": payment.expires_at}
    )
