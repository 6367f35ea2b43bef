"""Customers a merchant takes no calls from."""

from typing import ClassVar

from django.db import models

from merchants.models import Member, PartyRow


class Block(PartyRow):
    """A customer this merchant takes no calls from, until it is lifted."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "customer"],
                condition=models.Q(lifted_at__isnull=True),
                name="block_once_per_customer",
            ),
        ]

    def __str__(self) -> str:
        """Return a neutral word."""
        return f"block {self.id}"
