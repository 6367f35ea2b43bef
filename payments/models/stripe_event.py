"""The inbox of Stripe's events."""

from typing import ClassVar

from django.db import models

from marketplace.core.models import Row
from payments.states import EventState


class StripeEvent(Row):
    """A signed event, kept before it is answered.

    It names an object and says nothing about it that we would believe: the object is fetched
    anew. So no body is kept, and no personal data with it. It belongs to no tenant yet.
    """

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=120)
    object_id = models.CharField(max_length=255, blank=True, default="")
    account_id = models.CharField(max_length=64, blank=True, default="")
    api_version = models.CharField(max_length=40, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, default=EventState.RECEIVED)
    reason = models.CharField(max_length=200, blank=True, default="")
    # Raised by each worker that takes the event; only the last one may close it.
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=list(EventState)), name="stripe_event_state_known"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(next_at__isnull=False),
                name="stripe_event_due",
            ),
            models.Index(fields=["-created_at"], name="stripe_event_newest"),
        ]

    def __str__(self) -> str:
        """Return what happened and what became of it."""
        return f"{self.kind} {self.state}"
