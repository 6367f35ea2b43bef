"""One attempt to pay at Stripe: its session asked for, found again, or closed.

Shared by what opens the checkout and what ends it.
"""

from dataclasses import dataclass

from merchants.scope import Scope, entered
from orders.models import Order
from payments import gateway
from payments.errors import (
    CheckoutRefusedError,
    CheckoutUnavailableError,
    GatewayFailed,
    GatewayRefused,
    GatewayUnavailable,
)
from payments.facts import SessionFacts, SessionRequest
from payments.models import Payment
from payments.realtime import announce_stage
from payments.states import PAYABLE, PaymentStage, PaymentState


@dataclass(frozen=True, slots=True)
class Attempt:
    """The row that stands for an attempt, and whether this request wrote it."""

    order: Order
    payment: Payment
    fresh: bool
    scope: Scope


def session_of(attempt: Attempt) -> SessionFacts | None:
    """Ask Stripe; None when it will never take this old attempt, which is closed then."""
    payment = attempt.payment
    try:
        if payment.session_id:
            return gateway.retrieve_session(payment.session_id)
        return _opened_session(attempt)
    except GatewayUnavailable as error:
        raise CheckoutUnavailableError from error
    except GatewayRefused as error:
        _close(attempt, error.code)
        if attempt.fresh:
            raise CheckoutRefusedError(reason=error.code) from error
        return None


def _opened_session(attempt: Attempt) -> SessionFacts:
    """Make the session under the row's key, or find it if Stripe made it and then failed.

    A fault that left nothing behind would be replayed to this key for a day, so the attempt is
    closed and the customer's next click begins another.
    """
    payment = attempt.payment
    try:
        return gateway.open_session(_request(attempt), key=payment.idempotency_key)
    except GatewayFailed as error:
        found = gateway.find_session(payment_id=str(payment.id), since=payment.created_at)
        if found is None:
            _close(attempt, error.code)
            raise
        return found


def _request(attempt: Attempt) -> SessionRequest:
    order, payment = attempt.order, attempt.payment
    return SessionRequest(
        payment_id=str(payment.id),
        order_code=order.code,
        revision=payment.revision,
        merchant_id=str(payment.merchant_id),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        title=" ".join(order.content.split()),
        expires_at=payment.expires_at,
    )


def _close(attempt: Attempt, code: str) -> None:
    with entered(attempt.scope):
        Payment.objects.filter(pk=attempt.payment.pk, state__in=list(PAYABLE)).update(
            state=PaymentState.FAILED,
            stage=PaymentStage.FAILED,
            failure_code=code[:80],
            next_at=None,
        )


def keep_session(attempt: Attempt, facts: SessionFacts) -> Payment:
    """Write down which session Stripe made for an attempt; announces payment.changed."""
    with entered(attempt.scope):
        locked = Payment.objects.select_for_update(of=("self",))
        payment: Payment = locked.get(pk=attempt.payment.pk)
        if payment.state == PaymentState.CREATED:
            payment.state, payment.session_id = PaymentState.OPEN, facts.id
            payment.save(update_fields=["state", "session_id"])
            announce_stage(attempt.order, payment)
    return payment
