"""Merchants, members, and the bases of every row that belongs to a merchant."""

from typing import Any, ClassVar

from django.db import models

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
    accepting_calls = models.BooleanField(default=True)
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
        ]

    def __str__(self) -> str:
        """Return the public name."""
        return self.name

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
