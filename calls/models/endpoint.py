"""Open desks, and the address at which a merchant may be called."""

from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from calls.models.choices import one_of
from marketplace.core.ids import new_code
from merchants.models import MediaMode, Member, MerchantRow

LONGEST_LIFE: Final = timedelta(seconds=90)
"""An endpoint that is not heard of for longer is gone, whatever else is true."""


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
    # How long callers rang here lately until somebody answered: the median, once a few did.
    answer_seconds = models.PositiveSmallIntegerField(null=True)

    class Meta(MerchantRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="published_address_once"),
            models.CheckConstraint(
                condition=one_of("mode", MediaMode.values), name="published_address_mode_known"
            ),
        ]

    def __str__(self) -> str:
        """Return the mode; the address stays out of logs."""
        return f"published address, {self.mode}"

    @property
    def is_valid(self) -> bool:
        """Say whether somebody is at the desk behind it."""
        return self.address is not None and self.valid_until > timezone.now()
