"""Celery's door to the services. The rows are the truth; a message only shortens the wait."""

from celery import shared_task

from payments.services.apply_stripe_event import apply_due_events, apply_stripe_event
from payments.services.expire_orders import expire_orders, release_left_holds
from payments.services.reconcile_payments import reconcile_open_payments
from payments.services.settle_order import settle_due


@shared_task(name="payments.apply_stripe_event")  # type: ignore[untyped-decorator]  # celery ships no types
def apply_one_event(event_id: str) -> None:
    """Apply the event that has just been kept."""
    apply_stripe_event(event_id)


@shared_task(name="payments.apply_due_events")  # type: ignore[untyped-decorator]  # celery ships no types
def sweep_events() -> None:
    """Apply events whose message was lost or that had to wait."""
    apply_due_events()


@shared_task(name="payments.settle_due")  # type: ignore[untyped-decorator]  # celery ships no types
def sweep_settlements() -> None:
    """Settle what is due."""
    settle_due()


@shared_task(name="payments.reconcile_open_payments")  # type: ignore[untyped-decorator]  # celery ships no types
def sweep_payments() -> None:
    """Ask Stripe about payments whose webhook never came."""
    reconcile_open_payments()


@shared_task(name="payments.expire_orders")  # type: ignore[untyped-decorator]  # celery ships no types
def sweep_offers() -> None:
    """Expire orders not paid in time, and let go of those a broken-off revision held."""
    expire_orders()
    release_left_holds()
