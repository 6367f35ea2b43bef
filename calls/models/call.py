"""The call: one ring and what follows."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext

from calls.models.callback import Callback
from calls.models.choices import choices, one_of
from calls.models.endpoint import Endpoint
from calls.states import OPEN, TALKING, TERMINAL, WAITING, CallState, Side
from marketplace.core.ids import new_code
from merchants.models import MediaMode, Member, PartyRow


class Call(PartyRow):
    """One ring and what follows. Every change of state goes through `calls.services`."""

    code = models.CharField(max_length=22, unique=True, default=new_code, editable=False)
    state = models.CharField(max_length=12, choices=choices(CallState))
    # As named in the call request: the published address, frozen with its mode.
    address = models.GenericIPAddressField()
    mode = models.CharField(max_length=10, choices=MediaMode)
    page = models.CharField(max_length=200, blank=True)
    customer_name = models.CharField(max_length=80, blank=True)
    requested_at = models.DateTimeField(default=timezone.now)
    # When it began to ring; a call that waits in the queue first rings later than requested.
    rang_at = models.DateTimeField(null=True)
    # From then on all desks of the merchant ring, not only those the request names.
    widen_at = models.DateTimeField(null=True)
    # The end of ringing, or of waiting in the queue.
    ring_until = models.DateTimeField()
    # Somebody who promised to be there: the call rings with this member first.
    wanted_member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    callback = models.ForeignKey(Callback, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    live_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=32, blank=True)
    ended_by = models.CharField(max_length=10, blank=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    member_name = models.CharField(max_length=80, blank=True)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, null=True, related_name="+")
    generation = models.PositiveIntegerField(default=1)
    # A seat is one tab of one side. The number rises with every tab; only the highest may write.
    customer_seat = models.PositiveIntegerField(default=0)
    customer_present = models.BooleanField(default=False)
    customer_seen_at = models.DateTimeField(null=True)
    merchant_seat = models.PositiveIntegerField(default=0)
    merchant_present = models.BooleanField(default=False)
    merchant_seen_at = models.DateTimeField(null=True)
    # Raised whenever a link to go on at another device is used, so that each works once.
    handover_epoch = models.PositiveIntegerField(default=0)
    # Afterwards: what the merchant noted, and what the customer thought of it.
    note = models.TextField(max_length=2000, blank=True)
    # The database lets a customer's scope read all columns but these.
    hidden_from_customers: ClassVar = ("note",)
    rating = models.PositiveSmallIntegerField(null=True)
    rating_words = models.CharField(max_length=500, blank=True)
    rated_at = models.DateTimeField(null=True)

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(condition=one_of("state", CallState), name="call_state_known"),
            models.CheckConstraint(
                condition=one_of("mode", MediaMode.values), name="call_mode_known"
            ),
            models.UniqueConstraint(
                fields=["endpoint"],
                condition=one_of("state", TALKING),
                name="call_once_per_endpoint",
            ),
            # One person talks to one customer, however many desks they have open.
            models.UniqueConstraint(
                fields=["member"],
                condition=one_of("state", TALKING),
                name="call_once_per_member",
            ),
            models.UniqueConstraint(
                fields=["merchant", "customer"],
                condition=one_of("state", OPEN),
                name="call_open_once_per_customer",
            ),
            models.CheckConstraint(
                condition=~one_of("state", TALKING)
                | Q(endpoint__isnull=False, member__isnull=False, answered_at__isnull=False),
                name="call_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=(one_of("state", TERMINAL) & Q(ended_at__isnull=False))
                | (one_of("state", OPEN) & Q(ended_at__isnull=True)),
                name="call_ended_once",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("requested_at")),
                name="call_answered_after_request",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | (
                    Q(ended_at__gte=F("requested_at"))
                    & (Q(answered_at__isnull=True) | Q(ended_at__gte=F("answered_at")))
                ),
                name="call_ended_after_answer",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5), rated_at__isnull=False),
                name="call_rating_one_to_five",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-requested_at"], name="call_of_merchant"),
            models.Index(fields=["customer", "-requested_at"], name="call_of_customer"),
            models.Index(
                fields=["ring_until"], condition=one_of("state", WAITING), name="call_ring_due"
            ),
            models.Index(
                fields=["answered_at"], condition=one_of("state", TALKING), name="call_talking"
            ),
        ]

    def __str__(self) -> str:
        """Return code and state."""
        return f"call {self.code}: {self.state}"

    @property
    def caller(self) -> str:
        """Return the name shown to the merchant."""
        return self.customer_name or gettext("Guest")

    @property
    def is_open(self) -> bool:
        """Say whether the call has not ended."""
        return self.state in OPEN

    @property
    def is_talking(self) -> bool:
        """Say whether one endpoint has it: signals flow and an order form may be opened."""
        return self.state in TALKING

    @property
    def relay_only(self) -> bool:
        """Say whether neither side may learn the other's real address."""
        return self.mode == MediaMode.RELAY

    def present(self, side: Side, *, within: timedelta) -> bool:
        """Say whether a tab of that side is open and was heard of lately."""
        seen = getattr(self, f"{side}_seen_at")
        there = getattr(self, f"{side}_present")
        return bool(there and seen is not None and seen > timezone.now() - within)
