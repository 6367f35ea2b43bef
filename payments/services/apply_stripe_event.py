"""Work off the inbox: fetch what an event is about, and let the fresh facts decide."""

from collections.abc import Callable, Mapping
from typing import Final

from django.db import transaction
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from payments import gateway
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.leases import LEASE, backoff
from payments.models import StripeEvent
from payments.outcomes import APPLIED, Outcome, ignored, quarantined
from payments.selectors import (
    PaymentRef,
    merchant_of_account,
    payment_of_metadata,
    payment_of_session,
)
from payments.services.apply_session import apply_session
from payments.services.connect_account import refresh_account
from payments.states import EventState

ATTEMPTS: Final = 20
BATCH: Final = 50


def apply_stripe_event(event_id: str | None = None) -> bool:
    """Apply one event, or the one that has waited longest; False when there is nothing to do.

    The row is leased in a short transaction (SKIP LOCKED), Stripe is asked outside any, and the
    row is closed only by the worker that leased it last. No answer from Stripe leaves the event
    for a later sweep; an object that Stripe does not know is quarantined.
    """
    event = _lease(event_id)
    if event is None:
        return False
    try:
        outcome = _outcome(event)
    except GatewayUnavailable as error:
        _postpone(event, error.code)
        return False  # Stripe is away: the others may wait as well
    except GatewayRefused as error:
        outcome = quarantined(f"object_unknown:{error.code}")
    _finish(event, outcome)
    return True


def apply_due_events() -> int:
    """Apply what lost messages, crashes and pauses left behind; return how many were taken."""
    taken = 0
    while taken < BATCH and apply_stripe_event():
        taken += 1
    return taken


def _lease(event_id: str | None) -> StripeEvent | None:
    now = timezone.now()
    due = StripeEvent.objects.filter(state=EventState.RECEIVED, next_at__lte=now)
    if event_id is not None:
        due = due.filter(event_id=event_id)
    with transaction.atomic():
        event = due.select_for_update(skip_locked=True).order_by("next_at").first()
        if event is None:
            return None
        event.attempts += 1
        event.next_at = now + LEASE
        event.save(update_fields=["attempts", "next_at"])
    return event


def _finish(event: StripeEvent, outcome: Outcome) -> None:
    _still_mine(event, state=outcome.state, reason=outcome.reason[:200], next_at=None)


def _postpone(event: StripeEvent, code: str) -> None:
    if event.attempts >= ATTEMPTS:
        _finish(event, Outcome(EventState.FAILED, code))
        return
    _still_mine(event, reason=code[:200], next_at=timezone.now() + backoff(event.attempts))


def _still_mine(event: StripeEvent, **values: object) -> None:
    """Write unless another worker has taken the event over since."""
    closed_at = timezone.now() if values["next_at"] is None else None
    StripeEvent.objects.filter(
        pk=event.pk, state=EventState.RECEIVED, attempts=event.attempts
    ).update(closed_at=closed_at, **values)


# -- what each kind of event is about ----------------------------------------------------


def _outcome(event: StripeEvent) -> Outcome:
    if event.attempts > ATTEMPTS:  # a worker died over it again and again
        return Outcome(EventState.FAILED, "attempts")
    look = ABOUT_PAYMENTS.get(event.kind)
    if look is not None:
        return _about_payment(event, look)
    if event.kind in ABOUT_ACCOUNTS:
        return _about_account(event)
    return ignored("kind")


def _about_payment(event: StripeEvent, look: Callable[[str], PaymentRef | None]) -> Outcome:
    if event.account_id:
        return quarantined("differs:account")  # our payments are the platform's own
    payment = look(event.object_id)
    if payment is None or not payment.session_id:
        return quarantined("object_unknown")
    return apply_session(
        payment.id,
        merchant_id=payment.merchant_id,
        facts=gateway.retrieve_session(payment.session_id),
        event_id=event.event_id,
    )


def _of_intent(intent_id: str) -> PaymentRef | None:
    return payment_of_metadata(gateway.retrieve_intent(intent_id).metadata.get("payment", ""))


def _of_charge(charge_id: str) -> PaymentRef | None:
    return payment_of_metadata(gateway.retrieve_charge(charge_id).metadata.get("payment", ""))


def _about_account(event: StripeEvent) -> Outcome:
    merchant_id = merchant_of_account(event.object_id)
    if merchant_id is None:
        return quarantined("object_unknown")
    refresh_account(merchant_id, SYSTEM)
    return APPLIED


ABOUT_PAYMENTS: Final[Mapping[str, Callable[[str], PaymentRef | None]]] = {
    "checkout.session.completed": payment_of_session,
    "checkout.session.async_payment_succeeded": payment_of_session,
    "checkout.session.async_payment_failed": payment_of_session,
    "checkout.session.expired": payment_of_session,
    "payment_intent.payment_failed": _of_intent,
    "charge.updated": _of_charge,
}
ABOUT_ACCOUNTS: Final = frozenset(
    {
        "account.updated",
        "v2.core.account[requirements].updated",
        "v2.core.account[configuration.recipient].capability_status_updated",
    }
)
