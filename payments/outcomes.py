"""What became of a Stripe event or of an answer we asked for. Pure."""

from dataclasses import dataclass
from typing import Final

from payments.states import EventState


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state an event ends in, and why."""

    state: EventState
    reason: str = ""


APPLIED: Final = Outcome(EventState.APPLIED)
UNCHANGED: Final = Outcome(EventState.IGNORED, "unchanged")


def quarantined(reason: str) -> Outcome:
    """Return the outcome for what does not fit: nothing changes, a person looks."""
    return Outcome(EventState.QUARANTINED, reason)


def ignored(reason: str) -> Outcome:
    """Return the outcome for what is none of our business."""
    return Outcome(EventState.IGNORED, reason)
