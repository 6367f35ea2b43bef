"""What does not fit changes nothing and is kept for a person."""

import pytest

from merchants.scope import entered
from orders.models import Order
from payments.models import StripeEvent
from payments.services.apply_stripe_event import apply_stripe_event
from tests.factories.merchants import scope_of_system
from tests.factories.orders import make_order, make_table
from tests.factories.payments import (
    check_out,
    payment_of,
    set_payment,
    tell,
    untouched,
)
from tests.payments.stripe_sandbox import deliver


def pay(sandbox, order, card="4242424242424242") -> dict:
    """Pay on the sandbox's page; the product has heard nothing yet."""
    session = check_out(order).session_id
    sandbox.pay(session, card)
    return session


@pytest.mark.proves("INV-P5", "INV-P4")
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"amount_minor": 4799}, "amount,order_amount"),
        ({"currency": "USD"}, "currency,order_currency"),
        ({"revision": 7}, "revision,order_revision"),
    ],
)
def test_whatever_differs_from_stripe_is_quarantined(stripe_sandbox, fields, named):
    order = make_order()
    pay(stripe_sandbox, order)
    set_payment(order, **fields)
    event = tell(stripe_sandbox, "checkout.session.completed")
    assert (event.state, event.reason) == ("quarantined", f"differs:{named}")
    assert untouched(order)


@pytest.mark.proves("INV-P5")
def test_session_of_another_order_is_quarantined(stripe_sandbox):
    """A cheap order's paid session cannot pay a dear order, whatever our row says."""
    cheap, dear = make_order(price="1.00"), make_order(price="900.00")
    pay(stripe_sandbox, cheap)
    check_out(dear)
    session = payment_of(cheap).session_id
    set_payment(cheap, session_id="cs_test_elsewhere")
    set_payment(dear, session_id=session, amount_minor=100)
    event = tell(stripe_sandbox, "checkout.session.completed")
    assert event.state == "quarantined"
    assert "order" in event.reason
    assert untouched(dear)


@pytest.mark.proves("INV-P4")
def test_event_about_an_unknown_object_is_quarantined(stripe_sandbox):
    order = make_order()
    pay(stripe_sandbox, order)
    event = stripe_sandbox.event("checkout.session.completed")
    event["data"]["object"]["id"] = "cs_test_unknown"
    assert deliver(event) == 200
    apply_stripe_event(event["id"])
    kept = StripeEvent.objects.get()
    assert (kept.state, kept.reason) == ("quarantined", "object_unknown")
    assert untouched(order)


@pytest.mark.proves("INV-P4")
def test_event_about_a_charge_stripe_does_not_know_is_quarantined(stripe_sandbox):
    order = make_order()
    pay(stripe_sandbox, order)
    event = stripe_sandbox.event("charge.updated")
    event["data"]["object"]["id"] = "ch_unknown"
    assert deliver(event) == 200
    apply_stripe_event(event["id"])
    kept = StripeEvent.objects.get()
    assert (kept.state, kept.reason) == ("quarantined", "object_unknown:resource_missing")


@pytest.mark.proves("INV-P4")
def test_event_of_a_connected_account_never_pays(stripe_sandbox):
    order = make_order()
    pay(stripe_sandbox, order)
    event = stripe_sandbox.event("checkout.session.completed") | {"account": "acct_other"}
    assert deliver(event) == 200
    apply_stripe_event(event["id"])
    assert StripeEvent.objects.get().reason == "differs:account"
    assert untouched(order)


@pytest.mark.proves("INV-P4")
def test_event_of_another_kind_is_ignored(stripe_sandbox):
    order = make_order()
    pay(stripe_sandbox, order)
    event = tell(stripe_sandbox, "payment_intent.succeeded")
    assert (event.state, event.reason) == ("ignored", "kind")
    assert untouched(order)


@pytest.mark.proves("INV-P5")
def test_body_of_the_event_is_never_believed(stripe_sandbox):
    """A signed body says paid; Stripe, asked anew, says open."""
    order = make_order()
    pay(stripe_sandbox, order)
    event = stripe_sandbox.event("checkout.session.completed")
    stripe_sandbox.reset()
    other = make_order()
    session = check_out(other).session_id
    event["data"]["object"]["id"] = session
    assert deliver(event) == 200
    apply_stripe_event(event["id"])
    assert untouched(other)


@pytest.mark.proves("INV-P8", "INV-O10")
@pytest.mark.parametrize("state", ["cancelled", "expired", "superseded"])
def test_money_for_a_closed_order_is_quarantined_and_pays_nothing(stripe_sandbox, state):
    table = make_table()
    order = make_order(table)
    pay(stripe_sandbox, order)
    with entered(scope_of_system(table.merchant)):
        Order.objects.filter(pk=order.pk).update(state=state)
    event = tell(stripe_sandbox, "checkout.session.completed")
    assert (event.state, event.reason) == ("quarantined", f"order_not_payable:{state}")
    assert untouched(order)
