"""The row every table starts from."""

from django.db import models

from marketplace.core.ids import new_id


class Row(models.Model):
    """A table row with a time-ordered key that never leaves the server."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
