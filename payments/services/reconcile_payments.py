"""Ask Stripe about payments whose webhook never came."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, merchant_scope, operator_scope
from payments import gateway
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.models import Payment
from payments.services.apply_session import apply_session
from payments.states import EventState, PaymentStage, PaymentState

log = logging.getLogger(__name__)
BATCH: Final = 50
LONGEST_PAUSE: Final = timedelta(minutes=10)


def reconcile_open_payments() -> int:
    """Apply what Stripe knows about payments that wait for an answer; return how many were asked.

    An attempt is looked at a minute after it began and then less and less often, at least every
    ten minutes while anything is open. The next look is written before Stripe is asked, so two
    workers do not ask about the same payment at once. No answer changes nothing.
    """
    for asked in range(BATCH):
        payment = _lease()
        if payment is None:
            return asked
        if not _ask(payment):
            return asked + 1
    return BATCH


def _lease() -> Payment | None:
    now = timezone.now()
    with entered(operator_scope(SYSTEM)):
        payment: Payment | None = (
            Payment.objects.filter(next_at__lte=now)
            .order_by("next_at")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if payment is None:
            return None
        payment.asked += 1
        payment.next_at = _next_look(payment, now)
        payment.save(update_fields=["asked", "next_at"])
        return payment


def _next_look(payment: Payment, now: datetime) -> datetime:
    if not payment.session_id:
        return max(payment.expires_at, now) + timedelta(seconds=60)
    return now + min(timedelta(seconds=60 * 2 ** min(payment.asked, 10)), LONGEST_PAUSE)


def _ask(payment: Payment) -> bool:
    """Ask about one payment; False when Stripe does not answer and the others may wait as well."""
    if not payment.session_id:
        _expire(payment)
        return True
    try:
        facts = gateway.retrieve_session(payment.session_id)
    except GatewayRefused as error:
        log.warning("payment %s: Stripe refuses to show its session: %s", payment.id, error.code)
        return True
    except GatewayUnavailable:
        return False  # looked at again at `next_at`
    outcome = apply_session(payment.id, merchant_id=payment.merchant_id, facts=facts)
    if outcome.state is EventState.QUARANTINED:
        log.warning("payment %s: %s", payment.id, outcome.reason)
    return True


def _expire(payment: Payment) -> None:
    """Close an attempt that never got Stripe's answer, once no session of it can be open.

    Its client secret never left the server, so nobody can have paid it.
    """
    if payment.expires_at > timezone.now():
        return
    with entered(merchant_scope(payment.merchant_id, SYSTEM)):
        Payment.objects.filter(pk=payment.pk, state=PaymentState.CREATED).update(
            state=PaymentState.EXPIRED, stage=PaymentStage.EXPIRED, next_at=None
        )
