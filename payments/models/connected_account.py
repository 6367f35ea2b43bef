"""A merchant's account at Stripe."""

from typing import ClassVar

from django.db import models

from merchants.models import MerchantRow
from payments.states import TransferCapability


class ConnectedAccount(MerchantRow):
    """The recipient account transfers go to. The row is written before Stripe is asked for one."""

    account_id = models.CharField(max_length=64, blank=True, default="")
    transfers = models.CharField(max_length=16, default=TransferCapability.UNKNOWN)
    refreshed_at = models.DateTimeField(null=True)

    class Meta(MerchantRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="connected_account_once"),
            models.UniqueConstraint(
                fields=["account_id"],
                condition=~models.Q(account_id=""),
                name="connected_account_of_one_merchant",
            ),
        ]

    def __str__(self) -> str:
        """Return Stripe's id, or a word while there is none."""
        return self.account_id or "not connected"

    @property
    def idempotency_key(self) -> str:
        """Return the key under which Stripe makes at most one account for this row."""
        return f"account:{self.id}:v1"

    @property
    def is_active(self) -> bool:
        """Say whether the account can receive transfers now."""
        return bool(self.account_id) and self.transfers == TransferCapability.ACTIVE
