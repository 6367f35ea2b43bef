"""Reading the money."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from payments.models import ConnectedAccount, Payment

OVERVIEW_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class PaymentRef:
    """Which payment something is about, before its merchant's scope is entered."""

    id: UUID
    merchant_id: UUID
    order_id: UUID
    session_id: str


def payment_of_session(session_id: str) -> PaymentRef | None:
    """Find the payment a checkout session belongs to, over all merchants."""
    return _payment_where(session_id=session_id)


def payment_of_metadata(payment_id: str) -> PaymentRef | None:
    """Find the payment that Stripe's metadata names, over all merchants."""
    try:
        key = UUID(payment_id)
    except ValueError:
        return None
    return _payment_where(id=key)


def _payment_where(**condition: object) -> PaymentRef | None:
    with entered(operator_scope(SYSTEM)):
        row = (
            Payment.objects.filter(**condition)
            .values_list("id", "merchant_id", "order_id", "session_id")
            .first()
        )
    return PaymentRef(*row) if row else None


def merchant_of_account(account_id: str) -> UUID | None:
    """Find the merchant of a connected account, over all merchants."""
    with entered(operator_scope(SYSTEM)):
        return (
            ConnectedAccount.objects.filter(account_id=account_id)
            .values_list("merchant_id", flat=True)
            .first()
        )


def latest_payment(order_id: UUID) -> Payment | None:
    """Return the newest attempt to pay an order, in the scope in force; None before the first."""
    return Payment.objects.filter(order_id=order_id).order_by("-created_at", "-id").first()


def payment_stage(order_id: UUID) -> dict[str, str] | None:
    """Return state and stage of an order's newest attempt, for order pages."""
    payment = latest_payment(order_id)
    return {"state": payment.state, "stage": payment.stage} if payment else None


def payments_overview() -> QuerySet[Payment]:
    """Return the newest payments with merchant and order, in operator scope for the console."""
    rows = Payment.objects.select_related("merchant", "order")
    return rows.order_by("-created_at", "-id")[:OVERVIEW_ROWS]
