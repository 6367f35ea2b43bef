"""What a merchant fills a form with at a stroke."""

from typing import ClassVar

from django.db import models

from merchants.models import MerchantRow


class OrderTemplate(MerchantRow):
    """A named set of values for the form; applied as ordinary edits of the member."""

    name = models.CharField(max_length=80)
    # Field key to value, for `line.*` and what else the merchant may write.
    values = models.JSONField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(MerchantRow.Meta):
        abstract = False
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "name"], name="template_name_once"),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name
