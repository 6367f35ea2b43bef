"""Bring our rows to what Stripe says about a checkout session, fetched anew."""

from uuid import UUID

from django.conf import settings

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, merchant_scope
from orders.models import Order
from orders.selectors import locked_order
from payments.facts import SessionFacts
from payments.models import Payment
from payments.outcomes import APPLIED, UNCHANGED, Outcome, quarantined
from payments.realtime import announce_stage
from payments.services.confirm_payment import confirm_payment
from payments.states import PAYABLE, PAYMENT_MOVES, STAGE_OF, PaymentStage, PaymentState

_NOT_COMING = frozenset({"requires_payment_method", "canceled"})


def apply_session(
    payment_id: UUID, *, merchant_id: UUID, facts: SessionFacts, event_id: str = ""
) -> Outcome:
    """Move payment and order to the state `facts` shows, in one transaction of the merchant.

    Which event made us ask does not matter, so any order and repetition of events ends the same.
    Locks the form, the order, then the payment. Whatever differs from what we agreed with the
    customer (session, amount, currency, order, revision, mode) changes nothing and is
    quarantined. Announces payment.changed.
    """
    with entered(merchant_scope(merchant_id, SYSTEM)):
        order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
        order = locked_order(order_id)
        payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
        wrong = differences(order, payment, facts)
        if wrong:
            return quarantined("differs:" + ",".join(wrong))
        if facts.payment_status == "paid":
            return confirm_payment(order, payment, facts=facts, event_id=event_id)
        return _unpaid(order, payment, facts)


def differences(order: Order, payment: Payment, facts: SessionFacts) -> list[str]:
    """Name every fact in which Stripe's session is not the payment we meant."""
    live = "_live_" in settings.STRIPE_SECRET_KEY
    expected = {
        "session": (facts.id, payment.session_id),
        "amount": (facts.amount_minor, payment.amount_minor),
        "order_amount": (payment.amount_minor, order.total_minor),
        "currency": (facts.currency, payment.currency),
        "order_currency": (payment.currency, order.currency),
        "order": (facts.order_code, order.code),
        "revision": (facts.metadata.get("revision"), str(payment.revision)),
        "order_revision": (payment.revision, order.form_revision),
        "payment": (facts.metadata.get("payment"), str(payment.id)),
        "payment_status": (facts.payment_status in {"paid", "unpaid"}, True),
        "mode": (facts.live, live),
    }
    return [name for name, (found, meant) in expected.items() if found != meant]


def _unpaid(order: Order, payment: Payment, facts: SessionFacts) -> Outcome:
    target = _target(facts)
    if target is PaymentState.OPEN:
        return _declined(order, payment, facts)
    state = PaymentState(payment.state)
    if state is target or target not in PAYMENT_MOVES.get(state, ()):
        return UNCHANGED  # an older truth than the one we know
    payment.state, payment.stage = target, STAGE_OF[target]
    payment.failure_code = facts.intent_error
    if target not in PAYABLE:
        payment.next_at = None
    payment.save(update_fields=["state", "stage", "failure_code", "next_at"])
    announce_stage(order, payment)
    return APPLIED


def _target(facts: SessionFacts) -> PaymentState:
    if facts.status == "expired":
        return PaymentState.EXPIRED
    if facts.status == "complete":
        failed = facts.intent_status in _NOT_COMING
        return PaymentState.FAILED if failed else PaymentState.PROCESSING
    return PaymentState.OPEN


def _declined(order: Order, payment: Payment, facts: SessionFacts) -> Outcome:
    """Note that the bank said no; the session stays open and the order payable."""
    known = (payment.stage, payment.failure_code)
    told = (PaymentStage.DECLINED, facts.intent_error)
    if payment.state != PaymentState.OPEN or not facts.intent_error or known == told:
        return UNCHANGED
    payment.stage, payment.failure_code = told
    payment.save(update_fields=["stage", "failure_code"])
    announce_stage(order, payment)
    return APPLIED
