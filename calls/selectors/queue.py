"""Who waits for a free member, at which place and for how long. In a merchant's scope."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet

from calls.models import Call
from calls.rules import estimate
from calls.selectors.reach import reach_of
from calls.states import CallState

RECENT_TALKS: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A caller's place in the queue (the first is 1), and an honest guess of the wait."""

    call_id: UUID
    position: int
    estimate_seconds: int | None

    def as_dict(self) -> dict[str, int | None]:
        """Return what the caller is told."""
        return {"position": self.position, "estimate_seconds": self.estimate_seconds}


def queued_calls() -> QuerySet[Call]:
    """Return the calls that wait at the merchant in scope, first come first."""
    rows: QuerySet[Call] = Call.objects.filter(state=CallState.QUEUED)
    return rows.order_by("requested_at", "id")


def places(merchant_id: UUID) -> list[Place]:
    """Return all places in the queue of a merchant, first place first."""
    keys = list(queued_calls().values_list("id", flat=True))
    if not keys:
        return []
    reach, talks = reach_of(merchant_id), _talks()
    members = reach.free_members + reach.talking
    return [
        Place(key, number, estimate(talks, position=number, members=members))
        for number, key in enumerate(keys, start=1)
    ]


def place_of(call: Call) -> Place | None:
    """Return a call's place in the queue; None once it waits no longer."""
    return next((place for place in places(call.merchant_id) if place.call_id == call.id), None)


def merchants_that_wait() -> list[UUID]:
    """Return the merchants with a queue. In the platform's scope."""
    rows = Call.objects.filter(state=CallState.QUEUED).order_by("merchant_id")
    return list(rows.values_list("merchant_id", flat=True).distinct())


def _talks() -> list[float]:
    """Return how many seconds the merchant's last talks took, whatever ended them."""
    rows = Call.objects.filter(answered_at__isnull=False, ended_at__isnull=False)
    lengths = rows.order_by("-requested_at").values_list(F("ended_at") - F("answered_at"))
    return [length.total_seconds() for (length,) in lengths[:RECENT_TALKS]]
