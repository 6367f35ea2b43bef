"""A desk goes online, stays, and leaves; the published address follows."""

from datetime import datetime

from django.utils import timezone

from calls.errors import AddressPrivateError, AddressUnseenError
from calls.models import Endpoint, PublishedAddress
from calls.realtime import announce_endpoints
from calls.selectors import mode_in_force
from calls.services.publish_address import LIFE, may_be_published, publish_address
from calls.services.queue import wake
from calls.text import clean_text
from marketplace.accounts.audit import record
from merchants.models import MediaMode, Member
from merchants.scope import current_scope


def register_endpoint(
    member: Member, *, device: str, address: str | None
) -> tuple[Endpoint, PublishedAddress]:
    """Make a desk an endpoint, ringing from now on; returns it and the address published.

    Locks the merchant's published address, announces it if it moved, and the desks that there is
    one more; wakes the queue. Raises AddressUnseenError when the server does not know where the
    desk is, AddressPrivateError when customers would be sent to an address of a private network.
    """
    if address is None:
        raise AddressUnseenError
    mode, _reason = mode_in_force(member.merchant)
    if mode == MediaMode.DIRECT and not may_be_published(address):
        raise AddressPrivateError
    now = timezone.now()
    endpoint: Endpoint = Endpoint.objects.create(
        merchant_id=member.merchant_id,
        member=member,
        device=" ".join(clean_text(device).split()),
        address=address,
        last_seen_at=now,
        expires_at=now + LIFE,
    )
    _audit(endpoint, "endpoint.registered")
    announce_endpoints(member.merchant_id)
    wake(member.merchant_id)
    return endpoint, publish_address(member.merchant)


def leave_desk(member: Member, code: str) -> None:
    """Take an endpoint off the desk at once; a repeat changes nothing."""
    now = timezone.now()
    endpoint = Endpoint.objects.filter(code=code, member=member, expires_at__gt=now).first()
    if endpoint is None:
        return
    _expire(endpoint, now)
    _audit(endpoint, "endpoint.left")
    announce_endpoints(member.merchant_id)
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
