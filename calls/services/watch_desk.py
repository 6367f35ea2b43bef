"""The heartbeat of a desk: it stays an endpoint, and learns what it should show. One round trip.

Every open desk does this several times a minute, so it is one statement; whatever it finds out of
step is put right by the ordinary services.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from calls.models import Endpoint
from calls.selectors import SHOWN_AT_DESK
from calls.services.publish_address import LIFE, is_in_step
from merchants.models import Member
from merchants.round_trip import fetch_one
from merchants.scope import Scope

_WATCH: Final = f"""
WITH kept AS (
  UPDATE calls_endpoint SET last_seen_at = %(now)s, expires_at = %(until)s
   WHERE %(heard)s AND merchant_id = %(merchant)s AND member_id = %(member)s
     AND code = %(endpoint)s AND expires_at > %(now)s
  RETURNING id
), held AS (
  UPDATE calls_publishedaddress SET valid_until = greatest(valid_until, %(until)s)
   WHERE merchant_id = %(merchant)s AND EXISTS (SELECT 1 FROM kept)
)
SELECT EXISTS (SELECT 1 FROM kept), m.media_mode, p.mode, p.address,
       EXISTS (SELECT 1 FROM calls_endpoint e WHERE e.merchant_id = m.id
                  AND e.expires_at > %(now)s AND e.address = p.address),
       (SELECT json_object_agg(code, state) FROM calls_call
         WHERE merchant_id = m.id AND state IN ('queued', 'ringing')
           AND {SHOWN_AT_DESK.format(endpoint="%(endpoint)s", now="%(now)s")}),
       (SELECT min(widen_at) FROM calls_call
         WHERE merchant_id = m.id AND state = 'ringing' AND widen_at > %(now)s),
       (SELECT json_object_agg(c.code, t.code)
          FROM calls_transfer t JOIN calls_call c ON c.id = t.call_id
         WHERE t.merchant_id = m.id AND t.to_member_id = %(member)s AND t.state = 'offered'
           AND t.until > %(now)s AND c.state IN ('accepted', 'live'))
  FROM merchants_merchant m LEFT JOIN calls_publishedaddress p ON p.merchant_id = m.id
 WHERE m.id = %(merchant)s
"""  # noqa: S608  # one literal inside another


@dataclass(frozen=True, slots=True)
class Watched:
    """How things stand for one desk."""

    # Whether it is (still) an endpoint, and whether the published address is as it should be.
    kept: bool
    in_step: bool
    media_mode: str
    # Code → state of the calls it shows; code of the call → code of the offer to take it over.
    shown: dict[str, str]
    offers: dict[str, str]
    # When the next call begins to ring at all desks.
    widens: datetime | None


def watch_desk(
    scope: Scope, member: Member, endpoint: Endpoint | None, *, heard: bool = False
) -> Watched:
    """Return how things stand for a desk; if its browser was `heard`, keep its endpoint alive.

    Enters the member's scope itself, in a transaction of its own.
    """
    now = timezone.now()
    parameters: dict[str, Any] = {
        "merchant": member.merchant_id,
        "member": member.id,
        "endpoint": endpoint.code if endpoint else "",
        "heard": heard,
        "now": now,
        "until": now + LIFE,
    }
    kept, chosen, mode, address, is_there, shown, widens, offers = fetch_one(
        scope, _WATCH, parameters
    )
    member.merchant.media_mode = chosen
    in_step = is_in_step(member.merchant, mode=mode, address=address, is_there=is_there)
    return Watched(kept, in_step, chosen, shown or {}, offers or {}, widens)
