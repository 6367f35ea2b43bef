"""An attempt to pay."""

from typing import ClassVar

from django.db import models

from merchants.models import PartyRow
from orders.models import Order
from payments.states import PAYABLE, PaymentStage, PaymentState


class Payment(PartyRow):
    """One attempt to pay one revision of one order; amount and currency are the order's, frozen."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=12, default=PaymentState.CREATED)
    stage = models.CharField(max_length=12, default=PaymentStage.OPENED)
    failure_code = models.CharField(max_length=80, blank=True, default="")
    # Part of the request to Stripe, so it is kept: a repeat must send the same.
    expires_at = models.DateTimeField()
    session_id = models.CharField(max_length=128, blank=True, default="")
    intent_id = models.CharField(max_length=64, blank=True, default="")
    charge_id = models.CharField(max_length=64, blank=True, default="")
    paid_at = models.DateTimeField(null=True)
    # Known only when Stripe has booked the charge, a moment after it succeeded.
    balance_transaction = models.CharField(max_length=64, blank=True, default="")
    fee_minor = models.BigIntegerField(null=True)
    fee_currency = models.CharField(max_length=3, blank=True, default="")
    # When to ask Stripe should no webhook come; empty when there is nothing left to learn.
    next_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0)

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=list(PaymentState)), name="payment_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="payment_amount_positive"
            ),
            models.UniqueConstraint(
                fields=["merchant", "order"],
                condition=models.Q(state=PaymentState.SUCCEEDED),
                name="payment_succeeds_once",
            ),
            models.UniqueConstraint(
                fields=["merchant", "order", "revision"],
                condition=models.Q(state__in=list(PAYABLE)),
                name="payment_open_once_per_revision",
            ),
            models.UniqueConstraint(
                fields=["merchant", "session_id"],
                condition=~models.Q(session_id=""),
                name="payment_session_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "-created_at"], name="payment_of_order"),
            models.Index(fields=["session_id"], name="payment_of_session"),
            models.Index(
                fields=["next_at"],
                condition=models.Q(next_at__isnull=False),
                name="payment_to_ask",
            ),
        ]

    def __str__(self) -> str:
        """Return the state; amounts stay out of logs."""
        return f"{self.state} payment {self.id}"

    @property
    def idempotency_key(self) -> str:
        """Return the key under which Stripe makes at most one session for this row."""
        return f"checkout:{self.id}:v1"
