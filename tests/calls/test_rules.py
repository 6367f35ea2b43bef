"""What becomes of a call request, decided from facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from calls.rules import FIRST_STAGE, Reach, RingFacts, Verdict, estimate, verdict, widens_at

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
HERE, BEFORE, ELSEWHERE = "198.51.100.7", "198.51.100.6", "203.0.113.9"
FREE = Reach(["a"], ["b"], is_promised=False, free_members=2, talking=0, ringing=0, queued=0)
BUSY = Reach([], [], is_promised=False, free_members=0, talking=2, ringing=0, queued=0)
AWAY = replace(BUSY, talking=0)
FACTS = RingFacts(
    merchant_id=uuid4(),
    state="live",
    time_zone="Europe/Berlin",
    ring_seconds=45,
    queue_length=5,
    accepting_calls=True,
    closed_until=None,
    closed_note="",
    keeps_hours=False,
    hours=None,
    holidays=None,
    address=HERE,
    mode="direct",
    former_address=BEFORE,
    former_until=NOW + timedelta(minutes=5),
    recent_calls=0,
    open_call=None,
    seen_before=False,
    blocked=False,
    callback_id=None,
    wanted_member_id=None,
    reach=FREE,
)
NIGHT = {"keeps_hours": True, "hours": [(2, 0, 60)]}
PROMISE = {"reach": replace(FREE, is_promised=True), "wanted_member_id": uuid4()}


def judged(named: str = HERE, **changes) -> Verdict:
    return verdict(replace(FACTS, **changes), named=named, now=NOW, most_calls=6)


@pytest.mark.proves("P1.1", "P1.2", "P1.5", "C2", "INV-C15", "INV-C4")
@pytest.mark.parametrize(
    ("changes", "named", "expected"),
    [
        ({}, HERE, Verdict.RING),
        ({}, BEFORE, Verdict.STALE),
        ({}, ELSEWHERE, Verdict.UNKNOWN_ADDRESS),
        ({"former_until": NOW}, BEFORE, Verdict.UNKNOWN_ADDRESS),
        ({"address": None, "former_address": None}, HERE, Verdict.UNKNOWN_ADDRESS),
        ({"open_call": "x", "recent_calls": 9, "blocked": True}, ELSEWHERE, Verdict.AGAIN),
        ({"recent_calls": 6}, HERE, Verdict.TOO_OFTEN),
        ({"accepting_calls": False}, HERE, Verdict.CLOSED),
        ({"accepting_calls": False}, ELSEWHERE, Verdict.CLOSED),
        ({"accepting_calls": False, "closed_until": NOW}, HERE, Verdict.RING),
        (NIGHT, HERE, Verdict.CLOSED),
        ({"holidays": [("2026-03-04", None, None, "Feast")]}, HERE, Verdict.CLOSED),
        ({"blocked": True}, HERE, Verdict.BLOCKED),
        ({"blocked": True}, ELSEWHERE, Verdict.UNKNOWN_ADDRESS),
        ({"blocked": True, "accepting_calls": False}, HERE, Verdict.CLOSED),
        ({"reach": AWAY}, HERE, Verdict.NOBODY),
        ({"reach": AWAY}, BEFORE, Verdict.NOBODY),
        ({"reach": BUSY}, HERE, Verdict.QUEUE),
        ({"reach": BUSY}, BEFORE, Verdict.STALE),
        ({"reach": replace(BUSY, queued=4)}, HERE, Verdict.QUEUE),
        ({"reach": replace(BUSY, queued=5)}, HERE, Verdict.BUSY),
        ({"reach": BUSY, "queue_length": 0}, HERE, Verdict.BUSY),
        # Somebody is free, yet another waits longer: nobody is overtaken.
        ({"reach": replace(FREE, queued=1)}, HERE, Verdict.QUEUE),
        ({"reach": replace(FREE, ringing=3)}, HERE, Verdict.RING),
        # A promise stands above hours, closure and the queue, but not above a block.
        ({**PROMISE, **NIGHT}, HERE, Verdict.RING),
        ({**PROMISE, "accepting_calls": False}, HERE, Verdict.RING),
        ({**PROMISE, "reach": replace(FREE, is_promised=True, queued=3)}, HERE, Verdict.RING),
        ({**PROMISE, "blocked": True}, HERE, Verdict.BLOCKED),
        ({**PROMISE, **NIGHT, "reach": FREE}, HERE, Verdict.CLOSED),
    ],
)  # fmt: skip
def test_verdict(changes, named, expected):
    assert judged(named, **changes) is expected


def test_second_stage_begins_after_a_third_if_anybody_comes_first():
    start, life = NOW, timedelta(seconds=45)
    assert widens_at(FREE, staged=True, start=start, life=life) == NOW + life / FIRST_STAGE
    assert widens_at(FREE, staged=False, start=start, life=life) is None
    assert widens_at(replace(FREE, first=[]), staged=True, start=start, life=life) is None
    promised = replace(FREE, is_promised=True)
    assert widens_at(promised, staged=False, start=start, life=life) == NOW + timedelta(seconds=15)


@pytest.mark.proves("C2")
@pytest.mark.parametrize(
    ("talks", "position", "members", "seconds"),
    [
        ([], 1, 1, None),
        ([60, 60], 1, 1, None),
        ([10, 100, 1000], 1, 1, 100),
        ([10, 100, 1000], 2, 1, 200),
        ([10, 100, 1000], 1, 2, 50),
        ([10, 100, 1000], 3, 2, 150),
        ([10, 20, 30, 40], 1, 1, 30),
        ([100, 100, 100], 1, 3, 34),
        ([100, 100, 100], 1, 0, None),
    ],
)
def test_estimate_is_an_honest_median_or_nothing(talks, position, members, seconds):
    assert estimate(talks, position=position, members=members) == seconds


def test_one_caller_rings_per_free_member():
    assert [replace(FREE, ringing=number).capacity for number in range(4)] == [2, 1, 0, 0]
