"""How a call came out, read from its terminal state and the reason for it. Pure.

Every call that has ended has exactly one outcome. The words are elsewhere, keyed by the outcome:
the customer's in templates/calls/_ending_words.html, the merchant's in calls/outcome_words.py.
"""

from enum import StrEnum
from typing import Final

from calls.states import CallState


class Outcome(StrEnum):
    """What both sides are told; each has words of its own."""

    COMPLETED = "completed"
    LOST = "lost"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    NOT_ANSWERED = "not_answered"
    LEFT_QUEUE = "left_queue"
    WAITED_TOO_LONG = "waited_too_long"
    BUSY = "busy"
    NOBODY_THERE = "nobody_there"
    CLOSED = "closed"
    BLOCKED = "blocked"


MISSED: Final = frozenset(
    {
        Outcome.NOT_ANSWERED,
        Outcome.LEFT_QUEUE,
        Outcome.WAITED_TOO_LONG,
        Outcome.BUSY,
        Outcome.NOBODY_THERE,
    }
)
"""The customer wanted to talk and the merchant was not there for them."""

OUTCOMES: Final = {
    (CallState.COMPLETED, "hung_up"): Outcome.COMPLETED,
    (CallState.FAILED, "connection_lost"): Outcome.LOST,
    (CallState.DECLINED, "declined"): Outcome.DECLINED,
    (CallState.CANCELLED, "caller_cancelled"): Outcome.CANCELLED,
    (CallState.CANCELLED, "left_queue"): Outcome.LEFT_QUEUE,
    (CallState.MISSED, "not_answered"): Outcome.NOT_ANSWERED,
    (CallState.MISSED, "waited_too_long"): Outcome.WAITED_TOO_LONG,
    (CallState.UNAVAILABLE, "nobody_at_desk"): Outcome.NOBODY_THERE,
    (CallState.UNAVAILABLE, "busy"): Outcome.BUSY,
    (CallState.UNAVAILABLE, "closed"): Outcome.CLOSED,
    (CallState.UNAVAILABLE, "blocked"): Outcome.BLOCKED,
}
"""Every end the services write: state and reason of the row → outcome."""
# A desk may give a reason of its own for declining; the state decides then.
_BY_STATE: Final = {
    CallState.COMPLETED: Outcome.COMPLETED,
    CallState.FAILED: Outcome.LOST,
    CallState.DECLINED: Outcome.DECLINED,
    CallState.CANCELLED: Outcome.CANCELLED,
    CallState.MISSED: Outcome.NOT_ANSWERED,
    CallState.UNAVAILABLE: Outcome.NOBODY_THERE,
}


def outcome_of(state: str, end_reason: str) -> Outcome:
    """Return the outcome of a call that has ended; raises KeyError for one that has not."""
    ended = CallState(state)
    return OUTCOMES.get((ended, end_reason)) or _BY_STATE[ended]
