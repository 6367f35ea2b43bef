"""Merchants, members, and the bases of every row that belongs to a merchant."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from marketplace.accounts.models import Customer, User
from marketplace.core.models import Row
from merchants.managers import ScopedManager, check_row
from merchants.roles import PERMISSIONS, Permission, Role
from merchants.scope import current_scope
from merchants.states import MerchantState


class MediaMode(models.TextChoices):
    """How a merchant's media travels: over the platform's relay, or straight."""

    RELAY = "relay"
    DIRECT = "direct"


class Merchant(Row):
    """The tenant: a seller with one storefront. Its own row is public knowledge."""

    handle = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=MerchantState, default=MerchantState.APPLIED)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=40)
    hue = models.PositiveSmallIntegerField(default=20)
    # Name of the cover and logo files of the demo artwork; empty shows initials on the hue.
    art = models.SlugField(max_length=40, blank=True)
    tagline = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    about = models.TextField(max_length=2000, blank=True)
    legal_name = models.CharField(max_length=120)
    legal_address = models.CharField(max_length=240)
    contact_email = models.EmailField()
    # Reception: how calls are taken. A merchant's own members may change these (see the walls).
    # The closure switch; `closed_until` switches on again by itself.
    accepting_calls = models.BooleanField(default=True)
    closed_until = models.DateTimeField(null=True, blank=True)
    closed_note = models.CharField(max_length=200, blank=True)
    # Without hours a storefront is open whenever somebody is at the desk.
    keeps_hours = models.BooleanField(default=False)
    ring_seconds = models.PositiveSmallIntegerField(default=45)
    # How many callers may wait while everybody is busy; none: the caller hears that at once.
    queue_length = models.PositiveSmallIntegerField(default=5)
    media_mode = models.CharField(max_length=10, choices=MediaMode, default=MediaMode.RELAY)
    commission_bps = models.PositiveIntegerField(default=800)
    commission_fixed_minor = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=MerchantState.values), name="merchant_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(commission_bps__lte=10_000),
                name="merchant_commission_at_most_all",
            ),
            models.CheckConstraint(
                condition=models.Q(ring_seconds__range=(15, 120)), name="merchant_ring_seconds"
            ),
            models.CheckConstraint(
                condition=models.Q(queue_length__lte=50), name="merchant_queue_length"
            ),
        ]

    def __str__(self) -> str:
        """Return the public name."""
        return self.name

    @property
    def is_closed_by_hand(self) -> bool:
        """Say whether the closure switch is on and its end, if it has one, still ahead."""
        ahead = self.closed_until is None or self.closed_until > timezone.now()
        return not self.accepting_calls and ahead

    @property
    def hue_class(self) -> str:
        """Return the style class of the merchant's hue, in steps of 30 degrees."""
        return f"hue-{round(self.hue / 30) * 30 % 360}"


class MerchantRow(Row):
    """A row that belongs to one merchant."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ScopedManager[Any]] = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save within the scope; raises ScopeError for another tenant's row."""
        check_row(self, current_scope())
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete within the scope; raises ScopeError for another tenant's row."""
        check_row(self, current_scope())
        return super().delete(*args, **kwargs)


class PartyRow(MerchantRow):
    """A row between one merchant and one customer; each sees it through their own policy."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")

    class Meta(MerchantRow.Meta):
        abstract = True


class Member(MerchantRow):
    """A person working for a merchant."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    is_active = models.BooleanField(default=True)

    class Meta(MerchantRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "user"], name="member_once_per_merchant"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="member_role_known"
            ),
        ]

    def __str__(self) -> str:
        """Return the role at the merchant."""
        return f"{self.role} of {self.merchant_id}"

    def may(self, permission: Permission) -> bool:
        """Say whether the member has a right."""
        return self.is_active and permission in PERMISSIONS[Role(self.role)]


class OpeningHours(MerchantRow):
    """One stretch of a weekday in which calls are taken, in minutes of the merchant's local day."""

    # Monday is 0, as in datetime.date.weekday.
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta(MerchantRow.Meta):
        abstract = False
        ordering: ClassVar[list[str]] = ["weekday", "opens"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "weekday", "opens"], name="hours_once_per_start"
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6, closes__lte=1440, opens__lt=models.F("closes")),
                name="hours_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        """Return the stretch."""
        return f"{self.weekday}: {self.opens}-{self.closes}"


class Holiday(MerchantRow):
    """A day with hours of its own, or with none: it stands above the weekday's hours."""

    day = models.DateField()
    name = models.CharField(max_length=80, blank=True)
    # Both empty: closed all day.
    opens = models.PositiveSmallIntegerField(null=True, blank=True)
    closes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(MerchantRow.Meta):
        abstract = False
        ordering: ClassVar[list[str]] = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "day"], name="holiday_once_per_day"),
            models.CheckConstraint(
                condition=models.Q(opens__isnull=True, closes__isnull=True)
                | models.Q(closes__lte=1440, opens__lt=models.F("closes")),
                name="holiday_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        """Return the day."""
        return str(self.day)


class QuickItem(MerchantRow):
    """Something often sold, offered on the storefront and at the desk; not a catalogue."""

    title = models.CharField(max_length=80)
    price_minor = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(MerchantRow.Meta):
        abstract = False
        ordering: ClassVar[list[str]] = ["position", "id"]

    def __str__(self) -> str:
        """Return the title."""
        return self.title
