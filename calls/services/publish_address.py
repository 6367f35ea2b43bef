"""The address at which a merchant may be called, kept in step with who is at the desk."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from calls.addresses import canonical, is_public
from calls.models import Call, Endpoint, PublishedAddress
from calls.realtime import announce_address
from calls.selectors import live_endpoints, mode_in_force
from calls.states import TALKING
from merchants.models import MediaMode, Merchant

LIFE: Final = timedelta(seconds=60)
"""Three heartbeats of the desk; the database allows at most 90 seconds."""
FORMER_LIFE: Final = timedelta(minutes=10)
"""How long a page may still name the address before this one and be told the new one."""


def publish_address(merchant: Merchant) -> PublishedAddress:
    """Bring the merchant's published address in step with its live endpoints.

    Relay mode publishes the relay's address; direct mode the address of an endpoint, and stays
    with it as long as a live endpoint is there. While a member talks, their desk being closed, the
    address holds on, so that the next caller is queued and not turned away. Locks the row;
    announces a move to the desks.
    """
    mode, reason = mode_in_force(merchant)
    now = timezone.now()
    published: PublishedAddress
    published, _made = PublishedAddress.objects.select_for_update().get_or_create(
        merchant_id=merchant.id, defaults={"mode": mode, "valid_until": now}
    )
    endpoints = list(live_endpoints())
    wanted = _address(mode, endpoints, published.address)
    moved = wanted != published.address
    if moved:
        _move(published, wanted, now)
    changed = moved or published.mode != mode
    published.mode = mode
    published.valid_until = max([now, *(endpoint.expires_at for endpoint in endpoints)])
    if Call.objects.filter(state__in=TALKING).exists():
        published.valid_until = max(published.valid_until, now + LIFE)
    published.save(
        update_fields=["address", "mode", "valid_until", "former_address", "former_until"]
    )
    if changed:
        announce_address(
            merchant.id, {"address": published.address, "mode": mode, "mode_reason": reason}
        )
    return published


def is_in_step(
    merchant: Merchant, *, mode: str | None, address: str | None, is_there: bool
) -> bool:
    """Say whether what is published is what `publish_address` would publish.

    `is_there`: a live endpoint has that address.
    """
    wanted, _reason = mode_in_force(merchant)
    if wanted == MediaMode.RELAY:
        return mode == wanted and address == canonical(settings.RELAY_ADDRESS)
    return mode == wanted and is_there


def hold_address(merchant_id: UUID) -> None:
    """Keep the address up while a member of the merchant in scope talks."""
    now = timezone.now()
    rows = PublishedAddress.objects.filter(merchant_id=merchant_id)
    rows.filter(valid_until__lt=now + LIFE / 2).update(valid_until=now + LIFE)


def may_be_published(address: str) -> bool:
    """Say whether customers may be told an address: a private one only on a private installation.

    Another network's 192.168.1.7 is somebody else, and a customer's browser must not be sent
    looking for it.
    """
    return bool(settings.ALLOW_PRIVATE_ADDRESSES) or is_public(address)


def _address(mode: MediaMode, endpoints: list[Endpoint], current: str | None) -> str | None:
    if mode == MediaMode.RELAY:
        return canonical(settings.RELAY_ADDRESS)
    seen = [endpoint.address for endpoint in endpoints if endpoint.address]
    addresses = [address for address in seen if may_be_published(address)]
    if current in addresses or (not endpoints and current and may_be_published(current)):
        return current
    return addresses[0] if addresses else None


def _move(published: PublishedAddress, wanted: str | None, now: datetime) -> None:
    published.former_address = published.address
    published.former_until = now + FORMER_LIFE
    published.address = wanted
