"""A desk goes online, stays, and leaves; the published address follows."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from calls.errors import AddressUnseenError, EndpointOfflineError
from calls.models import Endpoint, PublishedAddress
from calls.services.publish_address import publish_address
from marketplace.accounts.audit import record
from merchants.models import Member
from merchants.scope import current_scope

LIFE: Final = timedelta(seconds=60)
"""Three heartbeats of the desk; the database allows at most 90 seconds."""


def register_endpoint(
    member: Member, *, device: str, address: str | None
) -> tuple[Endpoint, PublishedAddress]:
    """Make a desk an endpoint, ringing from now on; returns it and the address published.

    Locks the merchant's published address, announces it if it moved. Raises AddressUnseenError
    when the server does not know where the desk is.
    """
    if address is None:
        raise AddressUnseenError
    now = timezone.now()
    endpoint: Endpoint = Endpoint.objects.create(
        merchant_id=member.merchant_id,
        member=member,
        device=device,
        address=address,
        last_seen_at=now,
        expires_at=now + LIFE,
    )
    _audit(endpoint, "endpoint.registered")
    return endpoint, publish_address(member.merchant)


def refresh_endpoint(member: Member, code: str) -> None:
    """Keep an endpoint alive after its desk has answered a heartbeat.

    Raises EndpointOfflineError when it has expired or left: the desk must go online again.
    """
    now = timezone.now()
    kept = Endpoint.objects.filter(code=code, member=member, expires_at__gt=now).update(
        last_seen_at=now, expires_at=now + LIFE
    )
    if not kept:
        raise EndpointOfflineError
    publish_address(member.merchant)


def leave_desk(member: Member, code: str) -> None:
    """Take an endpoint off the desk at once; a repeat changes nothing."""
    now = timezone.now()
    endpoint = Endpoint.objects.filter(code=code, member=member, expires_at__gt=now).first()
    if endpoint is None:
        return
    _expire(endpoint, now)
    _audit(endpoint, "endpoint.left")
    publish_address(member.merchant)


def _expire(endpoint: Endpoint, now: datetime) -> None:
    endpoint.expires_at = now
    endpoint.save(update_fields=["expires_at"])


def _audit(endpoint: Endpoint, action: str) -> None:
    record(
        current_scope().actor,
        action,
        subject=("endpoint", endpoint.id),
        merchant_id=endpoint.merchant_id,
    )
