"""The deal record: what both sides did, each entry sealed by the one before."""

from typing import ClassVar

from django.db import models

from merchants.models import PartyRow
from orders.models.order_form import OrderForm


class DealEntry(PartyRow):
    """One entry of a form's chain, see `orders.chain`. Append-only; held by a trigger too."""

    form = models.ForeignKey(OrderForm, on_delete=models.PROTECT, related_name="deal")
    # From 1, without a gap.
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    # `customer`, `merchant`, or empty for the platform.
    role = models.CharField(max_length=8, blank=True)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    # As written into the digest: RFC 3339 in UTC, microseconds.
    at = models.CharField(max_length=32)
    data = models.JSONField(default=dict)
    # Digest of the entry before; 64 zeros at the start.
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta(PartyRow.Meta):
        abstract = False
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "number"], name="deal_number_once"),
        ]

    def __str__(self) -> str:
        """Return number and kind; the data stays out of logs."""
        return f"deal entry {self.number}: {self.kind}"
