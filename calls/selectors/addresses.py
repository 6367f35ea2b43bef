"""Published addresses, and who is at the desk behind them."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from calls.errors import (
    MerchantSuspendedError,
    MerchantUnavailableError,
    MerchantUnknownError,
    StorefrontClosedError,
)
from calls.models import Endpoint, PublishedAddress
from merchants.models import MediaMode, Merchant
from merchants.selectors import standing_of
from merchants.states import MerchantState


def mode_in_force(merchant: Merchant) -> tuple[MediaMode, str]:
    """Return the media mode and why: `chosen`, `default`, or `no_relay` on the embedded default."""
    if merchant.media_mode == MediaMode.DIRECT:
        return MediaMode.DIRECT, "chosen"
    if settings.TURN_URLS and settings.RELAY_ADDRESS:
        return MediaMode.RELAY, "default"
    return MediaMode.DIRECT, "no_relay"


def require_reachable(state: str) -> None:
    """Raise the coded error when a merchant in that state takes no calls at all."""
    if state == MerchantState.SUSPENDED:
        raise MerchantSuspendedError
    if state == MerchantState.CLOSED:
        raise StorefrontClosedError
    if state != MerchantState.LIVE:
        raise MerchantUnknownError


def published_address(merchant: Merchant) -> PublishedAddress:
    """Return the address at which a merchant can be called now.

    Raises MerchantUnknownError, MerchantSuspendedError, StorefrontClosedError,
    MerchantUnavailableError.
    """
    require_reachable(merchant.state)
    now = standing_of(merchant)
    if not now.is_open:
        raise StorefrontClosedError.of(now)
    found = standing_address(merchant)
    if found is None:
        raise MerchantUnavailableError
    return found


def standing_address(merchant: Merchant) -> PublishedAddress | None:
    """Return the merchant's published address if it is valid now."""
    found: PublishedAddress | None = PublishedAddress.objects.filter(merchant=merchant).first()
    return found if found is not None and found.is_valid else None


def live_endpoints() -> QuerySet[Endpoint]:
    """Return the endpoints of the merchant in scope that are at the desk, oldest first."""
    rows: QuerySet[Endpoint] = Endpoint.objects.filter(expires_at__gt=timezone.now())
    return rows.order_by("created_at")
