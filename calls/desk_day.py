"""What the desk shows beside the ringing: today's calls, open requests, who is online."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from calls.models import Call, Callback, Endpoint
from calls.outcomes import MISSED, outcome_of
from calls.selectors import live_endpoints
from calls.states import CALLBACK_OPEN, TALKING, WAITING
from merchants.models import Member, Merchant

ROWS: Final = 12
REQUESTS: Final = 30


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One call of today; missed, with the customer's open request to be called back if any."""

    call: Call
    is_missed: bool
    callback: Callback | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A member at one device: reachable, or in the call that was answered there."""

    endpoint: Endpoint
    member: Member
    is_busy: bool


@dataclass(frozen=True, slots=True)
class DeskDay:
    """All of it; `rows` and `requests` are cut to what a page can show, the figures are not."""

    rows: list[TodayRow]
    answered: int
    missed: int
    requests: list[Callback]
    open_requests: int
    desks: list[Desk]


def desk_day(merchant: Merchant) -> DeskDay:
    """Return the merchant's day so far, in the scope of a member: four statements."""
    calls = _calls_since_midnight(merchant)
    requests = list(Callback.objects.filter(state__in=CALLBACK_OPEN).order_by("created_at"))
    by_customer = {request.customer_id: request for request in requests}
    return DeskDay(
        rows=[_row(call, by_customer) for call in calls[:ROWS]],
        answered=sum(call.answered_at is not None for call in calls),
        missed=sum(_is_missed(call) for call in calls),
        requests=requests[:REQUESTS],
        open_requests=len(requests),
        desks=_desks(),
    )


def _calls_since_midnight(merchant: Merchant) -> list[Call]:
    """Return the calls since midnight at the merchant's place that wait no more, newest first."""
    here = timezone.now().astimezone(ZoneInfo(merchant.time_zone))
    midnight = datetime(here.year, here.month, here.day, tzinfo=here.tzinfo)
    rows = Call.objects.filter(requested_at__gte=midnight).exclude(state__in=WAITING)
    return list(rows.order_by("-requested_at"))


def _is_missed(call: Call) -> bool:
    return not call.is_open and outcome_of(call.state, call.end_reason) in MISSED


def _row(call: Call, requests: dict[UUID, Callback]) -> TodayRow:
    missed = _is_missed(call)
    left = requests.get(call.customer_id) if missed else None
    return TodayRow(call, missed, left)


def _desks() -> list[Desk]:
    """Return the desks that are online, and those left for the call page; busy is the member."""
    endpoints = list(live_endpoints().select_related("member__user"))
    calls = Call.objects.filter(state__in=TALKING).select_related("member__user", "endpoint")
    talking = [(call.endpoint, call.member) for call in calls if call.endpoint and call.member]
    busy = {member.id for _, member in talking}
    online = {endpoint.id for endpoint in endpoints}
    desks = [Desk(one, one.member, one.member_id in busy) for one in endpoints]
    return desks + [Desk(one, who, True) for one, who in talking if one.id not in online]
