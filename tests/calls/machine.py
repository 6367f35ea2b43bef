"""What customers, members and the clock may do to calls, in any order: the pure model's machine.

`real_machine.py` does every action on the services as well.
"""

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from calls.states import MOVES, OPEN, TALKING, TERMINAL, CallState, Side, TransferState
from tests.calls.model import MEMBERS, QUEUE_LENGTH, Desk, Talk

ONE_DESK_EACH = ("ann-laptop", "bo-laptop", "cem-laptop")
CUSTOMERS = ("lena", "aras", "mei", "tom", "ida", "noor")
CLOSINGS = [("withdraw", TransferState.WITHDRAWN), ("refuse", TransferState.DECLINED)]
any_call, any_offer = st.integers(0, 30), st.integers(0, 30)
names, colleagues = st.sampled_from(sorted(MEMBERS)), st.sampled_from(sorted(set(MEMBERS.values())))
some_call = precondition(lambda self: self.desk.calls)
some_offer = precondition(lambda self: self.desk.offers)
answered = precondition(lambda self: any(call.member for call in self.desk.calls))


class CallMachine(RuleBasedStateMachine):
    """Draws actions; a subclass does each one for real as well. `seen` counts the answers."""

    seen: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()

    def both(self, expected: str, action: str, *subjects: object) -> None:
        """Compare what the model answered with what the product answers; here there is none."""
        self.seen[expected] += 1

    def call(self, number: int, *, lively: bool = False) -> Talk:
        """One of the calls, the last being 0; lively ones first, if wished and there."""
        chosen = [call for call in self.desk.calls if call.state in OPEN] if lively else []
        found = (chosen or self.desk.calls)[::-1]
        return found[number % len(found)]

    @initialize(
        busy=st.sampled_from([3, 3, 2, 1, 0]),
        waiting=st.integers(0, 3),
        away=st.sets(names, max_size=2),
    )
    def begin(self, busy, waiting, away):
        """A day at the desk: some talk already, some wait, some have gone."""
        for customer, name in zip(CUSTOMERS[:busy], ONE_DESK_EACH, strict=False):
            self.request(customer)
            self.answer(0, [name])
        for customer in CUSTOMERS[busy : busy + waiting]:
            self.request(customer)
        for name in sorted(away):
            self.leave(name)

    # -- customer --------------------------------------------------------------------------

    @rule(customer=st.sampled_from(CUSTOMERS))
    def request(self, customer):
        """Somebody calls."""
        self.both(self.desk.request(customer), "request", customer)

    @some_call
    @rule(number=any_call, lively=st.booleans())
    def cancel(self, number, lively):
        call = self.call(number, lively=lively)
        self.both(self.desk.cancel(call), "cancel", call)

    # -- merchant --------------------------------------------------------------------------

    @some_call
    @rule(number=any_call, tries=st.lists(names, min_size=1, max_size=3))
    def answer(self, number, tries):
        call = self.call(number, lively=True)
        for name in tries:
            self.both(self.desk.answer(call, name), "answer", call, name)

    @some_call
    @rule(number=any_call, name=names)
    def answer_late(self, number, name):
        call = self.call(number)
        self.both(self.desk.answer(call, name), "answer", call, name)

    @some_call
    @rule(number=any_call)
    def decline(self, number):
        call = self.call(number)
        self.both(self.desk.decline(call), "decline", call)

    @rule(name=names)
    def leave(self, name):
        if name in self.desk.online:
            self.desk.leave(name)
            self.both("ok", "leave", name)

    @rule()
    def everybody_leaves(self):
        for name in sorted(self.desk.online):
            self.leave(name)

    @rule(name=names)
    def come_back(self, name):
        if name not in self.desk.online:
            self.desk.come_back(name)
            self.both("ok", "come_back", name)

    # -- either side -----------------------------------------------------------------------

    @some_call
    @rule(number=any_call, lively=st.booleans(), side=st.sampled_from(Side))
    def connect(self, number, lively, side):
        call = self.call(number, lively=lively)
        self.both(self.desk.connect(call), "connect", call, side)

    @some_call
    @rule(number=any_call, lively=st.booleans(), side=st.sampled_from(Side))
    def hang_up(self, number, lively, side):
        call = self.call(number, lively=lively)
        self.both(self.desk.hang_up(call), "hang_up", call, side)

    @precondition(lambda self: self.desk.having(*TALKING))
    @rule(number=any_call, side=st.sampled_from(Side))
    def finish_a_talk(self, number, side):
        talking = self.desk.having(*TALKING)
        call = talking[number % len(talking)]
        self.both(self.desk.hang_up(call), "hang_up", call, side)

    @some_call
    @rule(number=any_call, back=st.integers(0, 1), side=st.sampled_from(Side))
    def restart(self, number, back, side):
        call = self.call(number, lively=True)
        generation = max(1, call.generation - back)
        self.both(self.desk.restart(call, generation), "restart", call, side, generation)

    # -- the clock -------------------------------------------------------------------------

    @some_call
    @rule(number=any_call)
    def time_runs_out(self, number):
        call = self.call(number, lively=True)
        if call.state in OPEN - TALKING:
            call.late = True
            self.both("ok", "time_runs_out", call)

    @some_call
    @rule(number=any_call)
    def drop(self, number):
        call = self.call(number, lively=True)
        if call.state in TALKING and not call.dropped:
            call.dropped = True
            self.both("ok", "drop", call)

    @rule()
    def sweep(self):
        self.desk.sweep()
        self.both("ok", "sweep")

    # -- transfer --------------------------------------------------------------------------

    @answered
    @rule(number=any_call, to=colleagues)
    def offer(self, number, to):
        held = [call for call in self.desk.calls if call.member][::-1]
        call = held[number % len(held)]
        self.both(self.desk.offer(call, to), "offer", call, to)

    @precondition(lambda self: self.desk.having(*TALKING) and self.desk.free_members())
    @rule(number=any_call)
    def offer_to_somebody_free(self, number):
        talking, free = self.desk.having(*TALKING), sorted(self.desk.free_members())
        call, to = talking[number % len(talking)], free[number % len(free)]
        self.both(self.desk.offer(call, to), "offer", call, to)

    @some_offer
    @rule(number=any_offer)
    def offer_runs_out(self, number):
        offer = self.desk.offers[::-1][number % len(self.desk.offers)]
        if offer.state == TransferState.OFFERED:
            offer.late = True
            self.both("ok", "offer_runs_out", offer)

    @some_offer
    @rule(number=any_offer, kinds=st.lists(st.sampled_from(CLOSINGS), min_size=1, max_size=3))
    def close_offer(self, number, kinds):
        offer = self.desk.offers[::-1][number % len(self.desk.offers)]
        for kind, target in kinds:
            self.both(self.desk.close(offer, target), kind, offer)

    @some_offer
    @rule(number=any_offer, name=names)
    def take_over(self, number, name):
        offer = self.desk.offers[::-1][number % len(self.desk.offers)]
        mine = sorted(own for own, member in MEMBERS.items() if member == offer.to)
        name = mine[sorted(MEMBERS).index(name) % len(mine)]
        self.both(self.desk.take_over(offer, name), "take_over", offer, name)

    # -- what always holds -----------------------------------------------------------------

    @invariant()
    def every_call_ends_once_and_stays_as_it_ended(self):
        for call in self.desk.calls:
            ends = [state for state in call.history if state in TERMINAL]
            assert len(ends) == (call.state in TERMINAL)
            assert not ends or call.history[-1] == ends[0] == call.state
            assert ("ended" in call.times) == bool(ends)
            for before, after in zip(call.history, call.history[1:], strict=False):
                assert after in MOVES[before]

    @invariant()
    def nobody_is_in_two_calls_and_no_call_has_two_answers(self):
        talking = self.desk.having(*TALKING)
        assert len({call.member for call in talking}) == len(talking)
        assert len({call.endpoint for call in talking}) == len(talking)
        for call in self.desk.calls:
            assert len(call.holders) == (CallState.ACCEPTED in call.history) + sum(
                offer.call is call and offer.state == TransferState.ACCEPTED
                for offer in self.desk.offers
            )

    @invariant()
    def times_are_in_order(self):
        for call in self.desk.calls:
            in_order = ("requested", "rang", "answered", "live", "ended")
            times = [call.times[name] for name in in_order if name in call.times]
            assert times == sorted(times)

    @invariant()
    def queue_is_short_and_waits_for_somebody(self):
        desk = self.desk
        waiting, ringing = desk.having(CallState.QUEUED), desk.having(CallState.RINGING)
        assert len(waiting) <= QUEUE_LENGTH
        assert not waiting or len(desk.free_members()) <= len(ringing)
