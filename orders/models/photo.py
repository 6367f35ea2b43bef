"""Pictures of what is sold, attached to a line of the form by either side.

Kept in the database: small (re-encoded, see `orders.pictures`), behind the same walls as the
form, in the same backup, and gone with it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from marketplace.core.ids import new_code
from merchants.models import PartyRow
from orders.models.order_form import OrderForm
from orders.states import Role


class Photo(PartyRow):
    """One picture. Append-only."""

    code = models.CharField(max_length=22, unique=True, default=new_code, editable=False)
    form = models.ForeignKey(OrderForm, on_delete=models.PROTECT, related_name="photos")
    author = models.CharField(max_length=8, choices=[(role.value, role.value) for role in Role])
    author_id = models.UUIDField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    # SHA-256 of the bytes, in hex; printed with the order.
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(author__in=[role.value for role in Role]), name="photo_author_known"
            ),
        ]

    def __str__(self) -> str:
        """Return the size."""
        return f"photo {self.width}×{self.height}"
