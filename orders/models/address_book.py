"""What a customer keeps for the next time. Theirs alone: no merchant, no operator sees it."""

from typing import Any, ClassVar

from django.db import models

from marketplace.accounts.models import Customer
from marketplace.core.models import Row
from merchants.managers import OwnManager


class KnownValues(Row):
    """One entry of a customer's own address book: address and contact fields that go together."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    # Field key to value, for `address.*` and `contact.*`.
    values = models.JSONField()
    # SHA-256 over the values, so that the same is not kept twice.
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField()

    objects: ClassVar[OwnManager[Any]] = OwnManager()

    class Meta:
        base_manager_name = "objects"
        default_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "digest"], name="known_once"),
        ]

    def __str__(self) -> str:
        """Return a neutral word; values stay out of logs."""
        return f"known values of {self.customer_id}"
