"""The life of a call, of a transfer and of a callback: states and literal tables of moves. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class CallState(StrEnum):
    """Where a call stands; exactly one terminal state ends it."""

    QUEUED = "queued"
    RINGING = "ringing"
    ACCEPTED = "accepted"
    LIVE = "live"
    COMPLETED = "completed"
    FAILED = "failed"
    DECLINED = "declined"
    MISSED = "missed"
    CANCELLED = "cancelled"
    UNAVAILABLE = "unavailable"


class Side(StrEnum):
    """The two people of a call; their politeness is fixed by it."""

    CUSTOMER = "customer"
    MERCHANT = "merchant"

    @property
    def other(self) -> "Side":
        """Return the opposite side."""
        return Side.MERCHANT if self is Side.CUSTOMER else Side.CUSTOMER


_S = CallState

MOVES: Final[Mapping[CallState, frozenset[CallState]]] = {
    _S.QUEUED: frozenset(
        {_S.RINGING, _S.DECLINED, _S.CANCELLED, _S.MISSED, _S.UNAVAILABLE},
    ),
    _S.RINGING: frozenset(
        {_S.ACCEPTED, _S.DECLINED, _S.MISSED, _S.CANCELLED, _S.UNAVAILABLE},
    ),
    _S.ACCEPTED: frozenset({_S.LIVE, _S.COMPLETED, _S.FAILED}),
    _S.LIVE: frozenset({_S.COMPLETED, _S.FAILED}),
    _S.COMPLETED: frozenset(),
    _S.FAILED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.MISSED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.UNAVAILABLE: frozenset(),
}

WAITING: Final = frozenset({_S.QUEUED, _S.RINGING})
"""Nobody has answered yet."""
TALKING: Final = frozenset({_S.ACCEPTED, _S.LIVE})
"""One endpoint has it; signalling flows and order forms are open."""
OPEN: Final = WAITING | TALKING
TERMINAL: Final = frozenset(state for state, targets in MOVES.items() if not targets)


class TransferState(StrEnum):
    """Where an offer to take over a running call stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


TRANSFER_MOVES: Final[Mapping[TransferState, frozenset[TransferState]]] = {
    TransferState.OFFERED: frozenset(set(TransferState) - {TransferState.OFFERED}),
    TransferState.ACCEPTED: frozenset(),
    TransferState.DECLINED: frozenset(),
    TransferState.WITHDRAWN: frozenset(),
    TransferState.EXPIRED: frozenset(),
}


class CallbackState(StrEnum):
    """Where a request to be called back stands."""

    WAITING = "waiting"
    READY = "ready"
    CALLED = "called"
    CLOSED = "closed"
    EXPIRED = "expired"


_C = CallbackState

CALLBACK_MOVES: Final[Mapping[CallbackState, frozenset[CallbackState]]] = {
    _C.WAITING: frozenset({_C.READY, _C.CALLED, _C.CLOSED, _C.EXPIRED}),
    # A promise runs out: the customer waits again, and another "ready now" may follow.
    _C.READY: frozenset({_C.WAITING, _C.CALLED, _C.CLOSED, _C.EXPIRED}),
    _C.CALLED: frozenset(),
    _C.CLOSED: frozenset(),
    _C.EXPIRED: frozenset(),
}
CALLBACK_OPEN: Final = frozenset({_C.WAITING, _C.READY})


class CloseReason(StrEnum):
    """Why a request to be called back was closed."""

    # By the customer.
    WITHDRAWN = "withdrawn"
    # By a member.
    REACHED = "reached"
    NOT_REACHED = "not_reached"
    CANNOT_HELP = "cannot_help"
    UNWANTED = "unwanted"


MEMBER_CLOSES: Final = tuple(
    reason for reason in CloseReason if reason is not CloseReason.WITHDRAWN
)
"""The reasons a member may give, in the order they are offered."""
