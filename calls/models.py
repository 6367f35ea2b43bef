"""Endpoints, published addresses and calls."""

from datetime import timedelta
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext

from calls.states import OPEN, TALKING, TERMINAL, WAITING, CallState, Side
from marketplace.core.ids import new_code
from merchants.models import MediaMode, Member, MerchantRow, PartyRow

LONGEST_LIFE: Final = timedelta(seconds=90)
"""An endpoint that is not heard of for longer is gone, whatever else is true."""


def _one_of(field: str, values: Any) -> Q:
    return Q(**{f"{field}__in": sorted(str(value) for value in values)})


class Endpoint(MerchantRow):
    """One open desk on one device, kept alive by the server's heartbeat."""

    code = models.CharField(max_length=22, unique=True, default=new_code, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    device = models.CharField(max_length=80, blank=True)
    # As the server sees it. Forgotten a day after the desk is gone (calls.forget_addresses).
    address = models.GenericIPAddressField(null=True)
    last_seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta(MerchantRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("last_seen_at") + LONGEST_LIFE),
                name="endpoint_life_is_short",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-expires_at"], name="endpoint_live"),
            models.Index(
                fields=["expires_at"],
                condition=Q(address__isnull=False),
                name="endpoint_address_kept",
            ),
        ]

    def __str__(self) -> str:
        """Return the device; the address stays out of logs."""
        return f"endpoint {self.device}"


class PublishedAddress(MerchantRow):
    """The IP address at which a merchant may be called; everybody may read it."""

    address = models.GenericIPAddressField(null=True)
    mode = models.CharField(max_length=10, choices=MediaMode)
    # Somebody is at the desk until then; every heartbeat of an endpoint moves it on.
    valid_until = models.DateTimeField()
    # The address before this one, for as long as a page may still show it.
    former_address = models.GenericIPAddressField(null=True)
    former_until = models.DateTimeField(null=True)

    class Meta(MerchantRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="published_address_once"),
            models.CheckConstraint(
                condition=_one_of("mode", MediaMode.values), name="published_address_mode_known"
            ),
        ]

    def __str__(self) -> str:
        """Return the mode; the address stays out of logs."""
        return f"published address, {self.mode}"

    @property
    def is_valid(self) -> bool:
        """Say whether somebody is at the desk behind it."""
        return self.address is not None and self.valid_until > timezone.now()


class Call(PartyRow):
    """One ring and what follows. Every change of state goes through `calls.services`."""

    code = models.CharField(max_length=22, unique=True, default=new_code, editable=False)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in CallState])
    # As named in the call request: the published address, frozen with its mode.
    address = models.GenericIPAddressField()
    mode = models.CharField(max_length=10, choices=MediaMode)
    page = models.CharField(max_length=200, blank=True)
    customer_name = models.CharField(max_length=80, blank=True)
    requested_at = models.DateTimeField(default=timezone.now)
    ring_until = models.DateTimeField()
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

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(condition=_one_of("state", CallState), name="call_state_known"),
            models.CheckConstraint(
                condition=_one_of("mode", MediaMode.values), name="call_mode_known"
            ),
            models.UniqueConstraint(
                fields=["endpoint"],
                condition=_one_of("state", TALKING),
                name="call_once_per_endpoint",
            ),
            models.UniqueConstraint(
                fields=["merchant", "customer"],
                condition=_one_of("state", OPEN),
                name="call_open_once_per_customer",
            ),
            models.CheckConstraint(
                condition=~_one_of("state", TALKING)
                | Q(endpoint__isnull=False, member__isnull=False, answered_at__isnull=False),
                name="call_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=(_one_of("state", TERMINAL) & Q(ended_at__isnull=False))
                | (_one_of("state", OPEN) & Q(ended_at__isnull=True)),
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
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-requested_at"], name="call_of_merchant"),
            models.Index(fields=["customer", "-requested_at"], name="call_of_customer"),
            models.Index(
                fields=["ring_until"], condition=_one_of("state", WAITING), name="call_ring_due"
            ),
            models.Index(
                fields=["answered_at"], condition=_one_of("state", TALKING), name="call_talking"
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
