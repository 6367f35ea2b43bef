"""A customer who could not be answered leaves a way to be reached; a form goes with it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from calls.models.choices import choices, one_of
from calls.states import CALLBACK_OPEN, CallbackState
from marketplace.core.ids import new_code
from merchants.models import Member, PartyRow


class Callback(PartyRow):
    """A request to be called back: closed, busy or unanswered. Its order form is in `orders`."""

    code = models.CharField(max_length=22, unique=True, default=new_code, editable=False)
    state = models.CharField(
        max_length=8, choices=choices(CallbackState), default=CallbackState.WAITING.value
    )
    # Why there was no call: an outcome of `calls.outcomes`.
    cause = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, blank=True)
    page = models.CharField(max_length=200, blank=True)
    # Who said "ready now", when, and until when the promise holds.
    ready_member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    # The name the customer sees; a customer may not read members.
    ready_name = models.CharField(max_length=80, blank=True)
    ready_at = models.DateTimeField(null=True)
    ready_until = models.DateTimeField(null=True)
    # Raised when a promise begins, when it ends, and when its link is used: each works once.
    key_epoch = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    # Why it was closed: a word of `calls.states.CloseReason`.
    close_reason = models.CharField(max_length=32, blank=True)
    expires_at = models.DateTimeField()

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=one_of("state", CallbackState), name="callback_state_known"
            ),
            models.UniqueConstraint(
                fields=["merchant", "customer"],
                condition=one_of("state", CALLBACK_OPEN),
                name="callback_open_once_per_customer",
            ),
            models.CheckConstraint(
                condition=~Q(state=CallbackState.READY.value)
                | Q(
                    ready_member__isnull=False,
                    ready_at__isnull=False,
                    ready_until__gt=F("ready_at"),
                ),
                name="callback_ready_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-created_at"], name="callback_of_merchant"),
            models.Index(
                fields=["expires_at"],
                condition=one_of("state", CALLBACK_OPEN),
                name="callback_expiry_due",
            ),
            models.Index(
                fields=["ready_until"],
                condition=Q(state=CallbackState.READY.value),
                name="callback_promise_due",
            ),
        ]

    def __str__(self) -> str:
        """Return code and state; the way to be reached stays out of logs."""
        return f"callback {self.code}: {self.state}"
