"""End every checkout of an order at Stripe, so that nobody can pay it."""

from marketplace.core.ids import new_code
from merchants.scope import Scope, entered
from orders.models import Order
from payments import gateway
from payments.errors import (
    CheckoutUnavailableError,
    GatewayRefused,
    GatewayUnavailable,
    OrderAlreadyPaidError,
    PaymentProcessingError,
)
from payments.facts import SessionFacts
from payments.models import Payment
from payments.services.apply_session import apply_session
from payments.services.checkout_session import Attempt, keep_session, session_of
from payments.states import PAYABLE


def expire_checkouts(order: Order, scope: Scope) -> None:
    """Expire the open sessions of an order that takes no new ones (held for a revision, say).

    Called outside any transaction, with the merchant's scope. What Stripe says is applied, so
    a customer who paid a moment before has paid. Announces payment.changed. Raises
    OrderAlreadyPaidError, PaymentProcessingError, CheckoutUnavailableError.
    """
    with entered(scope):
        attempts = list(Payment.objects.filter(order=order, state__in=list(PAYABLE)))
    for payment in attempts:
        _end(Attempt(order, payment, fresh=False, scope=scope))


def _end(attempt: Attempt) -> None:
    payment = attempt.payment
    # An attempt whose session we never heard of may have one: asked for by the same key.
    facts = None if payment.session_id else session_of(attempt)
    if facts is not None:
        payment = keep_session(attempt, facts)
    if not payment.session_id:
        return  # Stripe never took it, and the attempt is closed
    facts = _expired(payment)
    apply_session(payment.id, merchant_id=payment.merchant_id, facts=facts)
    if facts.payment_status == "paid":
        raise OrderAlreadyPaidError
    if facts.status == "complete":
        raise PaymentProcessingError


def _expired(payment: Payment) -> SessionFacts:
    try:
        # Expiring twice does no harm, so a repeat need not be told from the first.
        return gateway.expire_session(payment.session_id, key=f"expire:{payment.id}:{new_code()}")
    except GatewayRefused:
        return _asked(payment)  # over already: paid, or expired
    except GatewayUnavailable as error:
        raise CheckoutUnavailableError from error


def _asked(payment: Payment) -> SessionFacts:
    try:
        facts = gateway.retrieve_session(payment.session_id)
    except (GatewayRefused, GatewayUnavailable) as error:
        raise CheckoutUnavailableError from error
    if facts.status == "open":
        raise CheckoutUnavailableError
    return facts
