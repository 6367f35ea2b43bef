"""A merchant's desk as plain Python: what must happen to calls, without a row or a socket.

Every change of state goes through the product's own literal tables; everything else is written
down a second time here. Each action returns "ok" or the code of the refusal.
"""

from dataclasses import dataclass, field
from itertools import count

from calls.states import (
    MOVES,
    OPEN,
    TALKING,
    TERMINAL,
    TRANSFER_MOVES,
    WAITING,
    CallState,
    TransferState,
)
from marketplace.core.transitions import MoveForbiddenError, move

MEMBERS = {"ann-laptop": "ann", "ann-phone": "ann", "bo-laptop": "bo", "cem-laptop": "cem"}
QUEUE_LENGTH = 1
_S = CallState


@dataclass
class Offer:
    """The running call, held out to a colleague."""

    call: "Talk"
    of: str
    to: str
    state: TransferState = TransferState.OFFERED
    late: bool = False


@dataclass
class Talk:
    """One call. `times` are ticks of the model's clock, `history` every state it was in."""

    customer: str
    state: CallState
    reason: str = ""
    member: str | None = None
    # A desk that went away and came back is another endpoint: name and how often it came.
    endpoint: tuple[str, int] | None = None
    generation: int = 1
    late: bool = False
    dropped: bool = False
    history: list[CallState] = field(default_factory=list)
    holders: list[tuple[str, int]] = field(default_factory=list)
    times: dict[str, int] = field(default_factory=dict)


class Desk:
    """All calls of one merchant."""

    def __init__(self) -> None:
        self.clock = count(1)
        self.calls: list[Talk] = []
        self.offers: list[Offer] = []
        self.came = dict.fromkeys(MEMBERS, 1)
        self.online = set(MEMBERS)

    # -- reading ---------------------------------------------------------------------------

    def having(self, *states: CallState) -> list[Talk]:
        return [call for call in self.calls if call.state in states]

    def is_talking(self, member: str) -> bool:
        return any(call.member == member for call in self.having(*TALKING))

    def free_members(self) -> set[str]:
        return {MEMBERS[name] for name in self.online if not self.is_talking(MEMBERS[name])}

    # -- the one door ----------------------------------------------------------------------

    def change(self, call: Talk, target: CallState, when: str) -> str:
        if call.state in TERMINAL and call.state != target:
            return "call_over"
        try:
            if not move(MOVES, call.state, target):
                return "ok"
        except MoveForbiddenError as error:
            return error.code
        call.state = target
        call.history.append(target)
        call.times[when] = next(self.clock)
        return "ok"

    def end(self, call: Talk, target: CallState, reason: str) -> str:
        before = call.state
        answer = self.change(call, target, "ended")
        if call.state != before:
            call.reason = reason
            self.call_next()
        return answer

    def call_next(self) -> None:
        """One caller of the queue rings for each free member for whom nobody rings yet."""
        places = max(0, len(self.free_members()) - len(self.having(_S.RINGING)))
        for call in self.having(_S.QUEUED)[:places]:
            self.change(call, _S.RINGING, "rang")
            call.late = False

    # -- customer --------------------------------------------------------------------------

    def request(self, customer: str) -> str:
        if any(call.customer == customer for call in self.having(*OPEN)):
            return "again"
        state, reason, answer = self.verdict()
        call = Talk(customer, state, reason, history=[state])
        call.times["requested"] = next(self.clock)
        if state in TERMINAL:
            call.times["ended"] = next(self.clock)
        self.calls.append(call)
        if state == _S.QUEUED:
            self.call_next()
        return answer

    def verdict(self) -> tuple[CallState, str, str]:
        free, waiting = self.free_members(), len(self.having(_S.QUEUED))
        if not free and not self.having(*TALKING):
            return _S.UNAVAILABLE, "nobody_at_desk", "merchant_unavailable"
        if free and not waiting:
            return _S.RINGING, "", "ok"
        if waiting < QUEUE_LENGTH:
            return _S.QUEUED, "", "ok"
        return _S.UNAVAILABLE, "busy", "merchant_busy"

    def cancel(self, call: Talk) -> str:
        reason = "left_queue" if call.state == _S.QUEUED else "caller_cancelled"
        return self.end(call, _S.CANCELLED, reason)

    # -- merchant --------------------------------------------------------------------------

    def answer(self, call: Talk, name: str) -> str:
        at = (name, self.came[name])
        if call.state in TALKING:
            return "ok" if call.endpoint == at else "call_taken"
        if call.state in TERMINAL or call.late:
            return "call_over"
        if name not in self.online:
            return "endpoint_offline"
        if self.is_talking(MEMBERS[name]):
            return "endpoint_busy"
        was_queued = call.state == _S.QUEUED
        if was_queued:
            self.change(call, _S.RINGING, "rang")
        self.change(call, _S.ACCEPTED, "answered")
        call.member, call.endpoint = MEMBERS[name], at
        call.holders.append(at)
        if was_queued:
            self.call_next()
        return "ok"

    def decline(self, call: Talk) -> str:
        return self.end(call, _S.DECLINED, "declined")

    def leave(self, name: str) -> None:
        self.online.discard(name)

    def come_back(self, name: str) -> None:
        if name not in self.online:
            self.online.add(name)
            self.came[name] += 1
            self.call_next()

    # -- either side -----------------------------------------------------------------------

    def connect(self, call: Talk) -> str:
        return self.change(call, _S.LIVE, "live")

    def hang_up(self, call: Talk) -> str:
        return self.end(call, _S.COMPLETED, "hung_up")

    def restart(self, call: Talk, generation: int) -> str:
        if call.state in TERMINAL:
            return "call_over"
        if call.state not in TALKING:
            return "call_not_answered"
        call.generation += generation == call.generation
        return "ok"

    # -- the clock -------------------------------------------------------------------------

    def sweep(self) -> None:
        for call in self.calls:
            if call.late and call.state in WAITING:
                queued = call.state == _S.QUEUED
                self.change(call, _S.MISSED, "ended")
                call.reason = "waited_too_long" if queued else "not_answered"
            elif call.dropped and call.state in TALKING:
                self.change(call, _S.FAILED, "ended")
                call.reason = "connection_lost"
        for offer in self.offers:
            if offer.state == TransferState.OFFERED and offer.call.state not in TALKING:
                offer.state = TransferState.WITHDRAWN
            elif offer.state == TransferState.OFFERED and offer.late:
                offer.state = TransferState.EXPIRED
        self.call_next()

    # -- transfer --------------------------------------------------------------------------

    def offer(self, call: Talk, to: str) -> str:
        if call.state not in TALKING:
            return "call_over"
        standing = next(
            (o for o in self.offers if o.call is call and o.state == TransferState.OFFERED), None
        )
        if standing is not None and not standing.late:
            return "ok" if standing.to == to else "transfer_open"
        if to == call.member:
            return "not_found"
        if to not in self.free_members():
            return "colleague_unavailable"
        if standing is not None:
            standing.state = TransferState.EXPIRED
        self.offers.append(Offer(call, call.member or "", to))
        return "ok"

    def close(self, offer: Offer, target: TransferState) -> str:
        if offer.state not in {target, TransferState.OFFERED}:
            return "transfer_over"
        move(TRANSFER_MOVES, offer.state, target)
        offer.state = target
        return "ok"

    def take_over(self, offer: Offer, name: str) -> str:
        call, at = offer.call, (name, self.came[name])
        if offer.state == TransferState.ACCEPTED and call.member == offer.to:
            return "ok"
        if call.state not in TALKING:
            return "call_over"
        if offer.state != TransferState.OFFERED or offer.late:
            return "transfer_over"
        if name not in self.online:
            return "endpoint_offline"
        if self.is_talking(offer.to):
            return "endpoint_busy"
        self.close(offer, TransferState.ACCEPTED)
        call.member, call.endpoint, call.generation = offer.to, at, call.generation + 1
        call.holders.append(at)
        self.call_next()
        return "ok"
