"""What becomes of a call request, and at which desks a call rings. Pure.

`verdict` reads facts and decides; nothing else does. Its order is the order of what a caller has a
right to know: first what is public of the merchant, then what is between the two of them, then who
is at the desk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from statistics import median_high
from typing import Final
from uuid import UUID

from merchants.hours import Standing, reception_from, standing

FIRST_STAGE: Final = 3
"""The first stage lasts this part of the ring time: a third."""
LEAST_TALKS: Final = 3
"""With fewer talks to judge by, nobody is told how long they will wait."""


class Verdict(StrEnum):
    """What becomes of a call request."""

    RING = "ring"
    QUEUE = "queue"
    # There is one already between the two: they get that one.
    AGAIN = "again"
    TOO_OFTEN = "too_often"
    UNKNOWN_ADDRESS = "unknown_address"
    STALE = "stale"
    # Refused and kept, so that the merchant's log shows it; the value is the reason of the row.
    CLOSED = "closed"
    BLOCKED = "blocked"
    NOBODY = "nobody_at_desk"
    BUSY = "busy"


REFUSED: Final = frozenset({Verdict.CLOSED, Verdict.BLOCKED, Verdict.NOBODY, Verdict.BUSY})


@dataclass(frozen=True, slots=True)
class Reach:
    """Which desks are free, and how many callers wait. A desk is free while its member is.

    `first` are the codes of free desks behind the named address, or of those of the member who
    promised to be there (`is_promised`); `others` are the codes of all other free desks.
    """

    first: Sequence[str]
    others: Sequence[str]
    is_promised: bool
    free_members: int
    talking: int
    ringing: int
    queued: int

    @property
    def free(self) -> list[str]:
        """Return the codes of all free desks."""
        return [*self.first, *self.others]

    @property
    def capacity(self) -> int:
        """Return how many of those who wait may ring now: one per free member."""
        return max(0, self.free_members - self.ringing)


@dataclass(frozen=True, slots=True)
class RingFacts:
    """All that decides about a call request, read in one statement."""

    merchant_id: UUID
    state: str
    time_zone: str
    ring_seconds: int
    queue_length: int
    accepting_calls: bool
    closed_until: datetime | None
    closed_note: str
    keeps_hours: bool
    hours: Sequence[tuple[int, int, int]] | None
    holidays: Sequence[tuple[str, int | None, int | None, str]] | None
    address: str | None
    mode: str | None
    former_address: str | None
    former_until: datetime | None
    recent_calls: int
    open_call: str | None
    seen_before: bool
    blocked: bool
    callback_id: UUID | None
    wanted_member_id: UUID | None
    reach: Reach

    def standing(self, now: datetime) -> Standing:
        """Return whether the merchant takes calls at `now`."""
        return standing(reception_from(self, self.hours or (), self.holidays or ()), now)


def verdict(facts: RingFacts, *, named: str, now: datetime, most_calls: int) -> Verdict:
    """Return what becomes of a call request that names the address `named`; the merchant is live.

    A promise to be there for this caller stands above hours, closure and the queue.
    """
    if facts.open_call is not None:
        return Verdict.AGAIN
    if facts.recent_calls >= most_calls:
        return Verdict.TOO_OFTEN
    if not facts.reach.is_promised and not facts.standing(now).is_open:
        return Verdict.CLOSED
    if not is_known(facts, named, now):
        return Verdict.UNKNOWN_ADDRESS
    return Verdict.BLOCKED if facts.blocked else _at_the_desk(facts, named)


def is_known(facts: RingFacts, named: str, now: datetime) -> bool:
    """Say whether the address is the merchant's, or was until a short while ago."""
    lately = facts.former_until is not None and facts.former_until > now
    return named == facts.address or (lately and named == facts.former_address)


def _at_the_desk(facts: RingFacts, named: str) -> Verdict:
    reach = facts.reach
    if not reach.free and not reach.talking:
        return Verdict.NOBODY
    if named != facts.address:
        return Verdict.STALE
    # Where others wait already, somebody free changes nothing: nobody is overtaken.
    if reach.is_promised or (reach.free and not reach.queued):
        return Verdict.RING
    return Verdict.QUEUE if reach.queued < facts.queue_length else Verdict.BUSY


def widens_at(reach: Reach, *, staged: bool, start: datetime, life: timedelta) -> datetime | None:
    """Return when a call begins to ring at all free desks; None: it does so from the start.

    `staged` says whether some desks come first; if none of those is free, nobody waits for them.
    """
    if not reach.first or not (staged or reach.is_promised):
        return None
    return start + life / FIRST_STAGE


def estimate(talks: Sequence[float], *, position: int, members: int) -> int | None:
    """Return in how many seconds a caller may expect to be rung through, None if nobody can say.

    The median of recent talks (of an even number: the longer of the middle two) once for each
    caller who is served before or is this one, shared by the members who answer: a member frees up
    about every `median / members`. How long the running calls have lasted is left out, so it is
    rather too long than too short.
    """
    if len(talks) < LEAST_TALKS or members < 1:
        return None
    return ceil(position * median_high(talks) / members)
