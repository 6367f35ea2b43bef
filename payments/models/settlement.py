"""The due table of transfers to merchants."""

from typing import ClassVar

from django.db import models

from merchants.models import MerchantRow
from orders.models import Order
from payments.models.payment import Payment
from payments.states import SettlementState


class Settlement(MerchantRow):
    """A merchant's share of one payment, on its way.

    A worker leases the row, calls Stripe outside any transaction, and may close the row only
    while `fence` is still the number it drew.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    commission_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=14, default=SettlementState.SCHEDULED)
    due_at = models.DateTimeField()
    # When a worker should look again: due time, pause after a failure, or the end of a lease.
    next_at = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    hold_reason = models.CharField(max_length=24, blank=True, default="")
    last_error = models.CharField(max_length=120, blank=True, default="")
    # Frozen at the first attempt: a repeat must send the same.
    account_id = models.CharField(max_length=64, blank=True, default="")
    first_tried_at = models.DateTimeField(null=True)
    transfer_id = models.CharField(max_length=64, blank=True, default="")
    transferred_at = models.DateTimeField(null=True)

    class Meta(MerchantRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "payment"], name="settlement_once_per_payment"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=list(SettlementState)), name="settlement_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0, commission_minor__gte=0),
                name="settlement_parts_not_negative",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at", "id"],
                condition=models.Q(next_at__isnull=False),
                name="settlement_due",
            ),
            models.Index(fields=["merchant", "-created_at"], name="settlement_of_merchant"),
        ]

    def __str__(self) -> str:
        """Return the state; amounts stay out of logs."""
        return f"{self.state} settlement {self.id}"

    @property
    def idempotency_key(self) -> str:
        """Return the key under which Stripe makes at most one transfer for this row."""
        return f"settlement:{self.id}:v1"
