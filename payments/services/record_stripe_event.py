"""Keep a signed event before it is answered."""

from typing import Final

from django.conf import settings
from django.utils import timezone

from marketplace.core.after_commit import enqueue
from payments.gateway import API_VERSION
from payments.messages import StripeEnvelope
from payments.models import StripeEvent
from payments.states import EventState

TASK: Final = "payments.apply_stripe_event"


def record_stripe_event(envelope: StripeEnvelope) -> bool:
    """Insert the event unless it is there; True when it is new. Calls nobody outside.

    An event of another mode or API version is quarantined at once. Others are handed to the
    worker; should that message be lost, the sweep finds the row.
    """
    reason = _foreign(envelope)
    now = timezone.now()
    event, is_new = StripeEvent.objects.get_or_create(
        event_id=envelope.id,
        defaults={
            "kind": envelope.type,
            "object_id": envelope.object_id,
            "account_id": (envelope.account or envelope.context or "")[:64],
            "api_version": envelope.api_version or "",
            "sent_at": envelope.created,
            "state": EventState.QUARANTINED if reason else EventState.RECEIVED,
            "reason": reason,
            "next_at": None if reason else now,
            "closed_at": now if reason else None,
        },
    )
    if is_new and not reason:
        enqueue(TASK, event_id=event.event_id)
    return is_new


def _foreign(envelope: StripeEnvelope) -> str:
    if envelope.livemode != ("_live_" in settings.STRIPE_SECRET_KEY):
        return "differs:mode"
    if not envelope.is_thin and envelope.api_version != API_VERSION:
        return "differs:api_version"
    return ""
