"""The money is there: payment, order, books and settlement in one transaction."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM, record
from orders.models import Order
from orders.services.mark_order_paid import mark_order_paid
from orders.states import FormState, OrderState
from payments.facts import BalanceFacts, SessionFacts
from payments.fees import Split, split
from payments.journals import fee_lines, payment_lines
from payments.models import Payment, Settlement
from payments.outcomes import APPLIED, UNCHANGED, Outcome, quarantined
from payments.realtime import announce_stage
from payments.services.post_journal import Evidence, post_journal
from payments.states import (
    PAYMENT_MOVES,
    HoldReason,
    PaymentStage,
    PaymentState,
    SettlementState,
)

# Stripe books a charge within seconds; after this we ask instead of waiting to be told.
_FEE_PATIENCE = timedelta(seconds=60)


def confirm_payment(
    order: Order, payment: Payment, *, facts: SessionFacts, event_id: str
) -> Outcome:
    """Make the payment succeeded and the order paid, book it and schedule its settlement.

    The caller is in the merchant's scope, holds the order and then the payment, and has compared
    `facts` with both. A repeat only adds what was not known before (Stripe's fee). Money for an
    order that no longer waits for it, or is being revised, changes nothing and is quarantined.
    Announces
    payment.changed.
    """
    if payment.state == PaymentState.SUCCEEDED:
        return APPLIED if _book_fee(order, payment, facts.balance, event_id) else UNCHANGED
    if order.state != OrderState.AWAITING_PAYMENT:
        return quarantined(f"order_not_payable:{order.state}")
    if order.form.state == FormState.OPEN:
        return quarantined("order_being_revised")
    if PaymentState.SUCCEEDED not in PAYMENT_MOVES.get(PaymentState(payment.state), ()):
        return quarantined(f"payment_closed:{payment.state}")
    now = timezone.now()
    _succeed(payment, facts, now)
    mark_order_paid(order.id, paid_at=now)
    _book(order, payment, now, event_id)
    _book_fee(order, payment, facts.balance, event_id)
    record(
        SYSTEM,
        "payment.succeeded",
        subject=("payment", payment.id),
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
        data={"order": order.code, "amount_minor": payment.amount_minor},
    )
    announce_stage(order, payment)
    return APPLIED


def _succeed(payment: Payment, facts: SessionFacts, now: datetime) -> None:
    payment.state, payment.stage = PaymentState.SUCCEEDED, PaymentStage.PAID
    payment.intent_id, payment.charge_id = facts.intent_id, facts.charge_id
    payment.failure_code = ""
    payment.paid_at, payment.next_at = now, now + _FEE_PATIENCE
    payment.save(
        update_fields=[
            "state",
            "stage",
            "intent_id",
            "charge_id",
            "failure_code",
            "paid_at",
            "next_at",
        ]
    )


def _book(order: Order, payment: Payment, now: datetime, event_id: str) -> None:
    """Book the money that came in by the terms frozen on the order, and schedule the rest."""
    parts = split(
        payment.amount_minor,
        commission_bps=order.commission_bps,
        commission_fixed_minor=order.commission_fixed_minor,
    )
    post_journal(
        f"payment:{payment.id}:v1",
        order=order,
        currency=payment.currency,
        lines=payment_lines(parts),
        evidence=Evidence(stripe_object=payment.charge_id, event_id=event_id),
    )
    _schedule(order, payment, parts, now)


def _schedule(order: Order, payment: Payment, parts: Split, paid_at: datetime) -> None:
    if parts.share_minor == 0:
        return  # the commission takes it all: there is nothing to transfer
    served_at = order.time_end or order.time_start or paid_at
    due_at = max(paid_at, served_at) + timedelta(seconds=settings.SETTLEMENT_HOLD_SECONDS)
    Settlement.objects.create(
        merchant_id=order.merchant_id,
        order=order,
        payment=payment,
        amount_minor=parts.share_minor,
        commission_minor=parts.commission_minor,
        currency=payment.currency,
        due_at=due_at,
        next_at=due_at,
    )


def _book_fee(order: Order, payment: Payment, balance: BalanceFacts | None, event_id: str) -> bool:
    """Book Stripe's fee once it is known; False when it is unknown or booked already."""
    if balance is None or payment.balance_transaction:
        return False
    payment.balance_transaction = balance.id
    payment.fee_minor, payment.fee_currency = balance.fee_minor, balance.currency
    payment.next_at = None
    payment.save(update_fields=["balance_transaction", "fee_minor", "fee_currency", "next_at"])
    post_journal(
        f"fee:{payment.id}:v1",
        order=order,
        currency=balance.currency,
        lines=fee_lines(balance.fee_minor),
        evidence=Evidence(
            stripe_object=payment.charge_id,
            balance_transaction=balance.id,
            event_id=event_id,
            available_on=balance.available_on,
        ),
    )
    Settlement.objects.filter(
        payment=payment, state=SettlementState.HELD, hold_reason=HoldReason.FEE_UNKNOWN
    ).update(next_at=timezone.now())
    return True
