"""Open the checkout for an order: intent row → commit → Stripe → result."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from marketplace.core.money import Money
from merchants.scope import Scope, entered, merchant_scope
from orders.models import Order
from orders.selectors import order_for_customer
from payments.errors import (
    CheckoutUnavailableError,
    OrderAlreadyPaidError,
    OrderNotPayableError,
    PaymentProcessingError,
    StaleRevisionError,
)
from payments.facts import SessionFacts
from payments.models import Payment
from payments.services.apply_session import apply_session
from payments.services.checkout_session import Attempt, keep_session, session_of
from payments.states import PAYABLE

# Stripe takes 30 minutes to 24 hours; the rest of the hour leaves room to repeat the request.
LIFETIME: Final = timedelta(hours=1)
SHORTEST: Final = timedelta(minutes=31)
FIRST_LOOK: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Checkout:
    """What the page needs to show Stripe's form."""

    session_id: str
    client_secret: str
    amount: Money
    revision: int


def start_checkout(order_code: str, *, revision: int, digest: str, scope: Scope) -> Checkout:
    """Return the one open checkout session of an order's revision, making it if there is none.

    Double tabs, the back button and a reload get the same session. `revision` and `digest` are
    what the customer's screen shows; amount and currency come from the frozen order. Locks the
    order while the intent is written, nothing while Stripe is asked. Announces payment.changed
    (stage opened). Raises NotFoundError, StaleRevisionError, OrderAlreadyPaidError,
    OrderNotPayableError, PaymentProcessingError, CheckoutRefusedError, CheckoutUnavailableError.
    """
    for _attempt in range(2):
        intent = _intend(order_code, revision=revision, digest=digest, scope=scope)
        facts = session_of(intent)
        if facts is None:
            continue  # an old attempt that Stripe no longer takes: closed, make a new one
        checkout = _result(intent, facts)
        if checkout is not None:
            return checkout
    raise CheckoutUnavailableError


def _intend(order_code: str, *, revision: int, digest: str, scope: Scope) -> Attempt:
    with entered(scope):
        seen = order_for_customer(order_code)
    # Customers may read payments and not write them; the row is the merchant's.
    inside = merchant_scope(seen.merchant_id, scope.actor)
    with entered(inside):
        order = Order.objects.select_for_update(of=("self",)).get(pk=seen.pk)
        now = timezone.now()
        _check(order, revision=revision, digest=digest, now=now)
        known = Payment.objects.filter(
            order=order, revision=revision, state__in=list(PAYABLE)
        ).first()
        return Attempt(order, known or _create(order, now), known is None, inside)


def _check(order: Order, *, revision: int, digest: str, now: datetime) -> None:
    if order.paid_at is not None:
        raise OrderAlreadyPaidError
    if not order.is_payable or order.pay_by <= now:
        raise OrderNotPayableError(state=order.state, revising=order.revising_at is not None)
    if (revision, digest) != (order.form_revision, order.digest):
        raise StaleRevisionError(revision=order.form_revision, digest=order.digest)


def _create(order: Order, now: datetime) -> Payment:
    lifetime = min(max(order.pay_by - now, SHORTEST), LIFETIME)
    payment: Payment = Payment.objects.create(
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
        order=order,
        revision=order.form_revision,
        amount_minor=order.total_minor,
        currency=order.currency,
        expires_at=(now + lifetime).replace(microsecond=0),
        next_at=now + FIRST_LOOK,
    )
    return payment


def _result(intent: Attempt, facts: SessionFacts) -> Checkout | None:
    """Keep what Stripe said; None when that session is over and a new attempt may begin."""
    payment = keep_session(intent, facts)
    if facts.status == "open":
        amount = Money(payment.amount_minor, payment.currency)
        return Checkout(facts.id, facts.client_secret, amount, payment.revision)
    # Complete or expired: Stripe knows more than our rows do.
    apply_session(payment.id, merchant_id=payment.merchant_id, facts=facts)
    if facts.payment_status == "paid":
        raise OrderAlreadyPaidError
    with entered(intent.scope):
        if Payment.objects.filter(pk=payment.pk, state__in=list(PAYABLE)).exists():
            raise PaymentProcessingError
    return None
