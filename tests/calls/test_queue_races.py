"""The queue under races: its length, its turns. Each guard has a control without it."""

from functools import partial
from threading import Barrier

import pytest

from calls.errors import MerchantBusyError
from calls.services import queue
from calls.services import request_call as requesting
from calls.services.queue import call_next
from marketplace.core.errors import DomainError
from tests.calls.test_queue import ask, cancel, end, states
from tests.calls.test_races import accept, at_once
from tests.factories.calls import make_endpoint, make_live_call
from tests.factories.merchants import change_merchant, make_member
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")
ROUNDS = 5


def asked_at_once(member, number: int) -> list[object]:
    return at_once(*[partial(ask, member, make_customer()) for _ in range(number)])


@pytest.mark.proves("C2", "INV-C4")
def test_queue_never_grows_beyond_its_length():
    for _ in range(ROUNDS):
        member = make_live_call().member_hint
        change_merchant(member.merchant, queue_length=2)
        results = asked_at_once(member, 5)
        waiting = [call for call in results if not isinstance(call, DomainError)]
        assert [call.state for call in waiting] == ["queued"] * 2
        assert sum(isinstance(error, MerchantBusyError) for error in results) == 3


def test_control_without_the_lock_the_queue_grows_too_long(monkeypatch):
    member = make_live_call().member_hint
    change_merchant(member.merchant, queue_length=1)
    met, read = Barrier(2), requesting.ring_facts_here

    def read_together(asked):
        facts = read(asked)
        met.wait(10)
        return facts

    monkeypatch.setattr(requesting, "lock_queue", lambda _merchant_id: None)
    monkeypatch.setattr(requesting, "ring_facts_here", read_together)
    results = asked_at_once(member, 2)
    assert [call.state for call in results] == ["queued", "queued"]


@pytest.mark.proves("C2", "INV-C4", "INV-C5")
def test_one_free_member_is_promised_to_one_caller_whoever_calls_next():
    for _ in range(ROUNDS):
        live = make_live_call()
        calls = [ask(live.member_hint) for _ in range(3)]
        works = [partial(call_next, live.merchant_id)] * 4
        at_once(partial(end, live), *works)
        assert states(*calls) == ["ringing", "queued", "queued"]


def test_control_without_the_lock_one_member_is_promised_twice(monkeypatch):
    live = make_live_call()
    calls = [ask(live.member_hint) for _ in range(2)]
    monkeypatch.setattr(queue, "wake", lambda _merchant_id: None)
    monkeypatch.setattr("calls.services.ending.wake", lambda _merchant_id: None)
    end(live)
    met, read = Barrier(2), queue.reach_of

    def read_together(merchant_id):
        reach = read(merchant_id)
        met.wait(10)
        return reach

    monkeypatch.setattr(queue, "lock_queue", lambda _merchant_id: None)
    monkeypatch.setattr(queue, "reach_of", read_together)
    monkeypatch.setattr("calls.selectors.queue.reach_of", read)
    rang = at_once(*[partial(call_next, live.merchant_id)] * 2)
    assert sum(rang) == 2
    assert states(*calls) == ["ringing", "ringing"]


@pytest.mark.proves("C2", "INV-C5")
def test_caller_who_leaves_at_their_turn_is_passed_over_or_rings_and_nobody_is_lost():
    for _ in range(ROUNDS):
        live = make_live_call()
        first, second = ask(live.member_hint), ask(live.member_hint)
        at_once(partial(end, live), partial(cancel, first))
        assert states(first, second) == ["cancelled", "ringing"]


@pytest.mark.proves("C2")
def test_caller_who_comes_as_the_last_talk_ends_rings_or_is_called_next():
    for _ in range(ROUNDS * 2):
        live = make_live_call()
        _ended, call = at_once(partial(end, live), partial(ask, live.member_hint))
        assert states(call) == ["ringing"]


@pytest.mark.proves("INV-C4", "INV-C3")
def test_member_who_answers_two_calls_at_two_desks_at_once_gets_one():
    for _ in range(ROUNDS):
        member = make_member(make_live_call().member_hint.merchant)
        desks = [make_endpoint(member), make_endpoint(member)]
        calls = [ask(member), ask(member)]
        results = at_once(*[partial(accept, *pair) for pair in zip(calls, desks, strict=True)])
        errors = [result.code for result in results if isinstance(result, DomainError)]
        assert errors == ["endpoint_busy"]
        assert sorted(states(*calls)) == ["accepted", "ringing"]
