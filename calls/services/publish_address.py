"""The address at which a merchant may be called, kept in step with who is at the desk."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from calls.addresses import canonical
from calls.models import Endpoint, PublishedAddress
from calls.realtime import announce_address
from calls.selectors import live_endpoints, mode_in_force
from merchants.models import MediaMode, Merchant

FORMER_LIFE: Final = timedelta(minutes=10)
"""How long a page may still name the address before this one and be told the new one."""


def publish_address(merchant: Merchant) -> PublishedAddress:
    """Bring the merchant's published address in step with its live endpoints.

    Relay mode publishes the relay's address; direct mode the address of an endpoint, and stays
    with it as long as a live endpoint is there. Locks the row; announces a move to the desks.
    """
    mode, reason = mode_in_force(merchant)
    now = timezone.now()
    published: PublishedAddress
    published, _made = PublishedAddress.objects.select_for_update().get_or_create(
        merchant_id=merchant.id, defaults={"mode": mode, "valid_until": now}
    )
    endpoints = list(live_endpoints())
    wanted = _address(mode, endpoints, published.address)
    moved = wanted is not None and wanted != published.address
    if moved:
        _move(published, wanted, now)
    changed = moved or published.mode != mode
    published.mode = mode
    published.valid_until = max((endpoint.expires_at for endpoint in endpoints), default=now)
    published.save(
        update_fields=["address", "mode", "valid_until", "former_address", "former_until"]
    )
    if changed:
        announce_address(
            merchant.id, {"address": published.address, "mode": mode, "mode_reason": reason}
        )
    return published


def _address(mode: MediaMode, endpoints: list[Endpoint], current: str | None) -> str | None:
    if mode == MediaMode.RELAY:
        return canonical(settings.RELAY_ADDRESS)
    addresses = [endpoint.address for endpoint in endpoints]
    return current if current in addresses or not addresses else addresses[0]


def _move(published: PublishedAddress, wanted: str | None, now: datetime) -> None:
    published.former_address = published.address
    published.former_until = now + FORMER_LIFE
    published.address = wanted
