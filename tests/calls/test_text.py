"""Real-time text: letters as typed, finished lines numbered without a gap, for the two alone."""

from functools import partial

import pytest

from calls.models import TextLine
from calls.services import text as text_service
from calls.services.text import say_line
from calls.states import Side
from calls.text import clean_text
from marketplace.core import sockets
from merchants.access import scope_of_customer
from merchants.scope import entered
from tests.calls.peers import both, close_all, customer_side, desk, merchant_side, outside
from tests.calls.test_races import at_once, won
from tests.factories.calls import (
    make_accepted_call,
    make_live_call,
    make_ringing_call,
    set_call,
)
from tests.factories.merchants import scope_of_member

accepted = outside(make_accepted_call)
live = outside(make_live_call)
write = outside(set_call)
sockets_test = pytest.mark.usefixtures("tidy_sockets")
OP = "op-12345"


def say(call, words: str, *, op: str, side: Side = Side.CUSTOMER) -> TextLine:
    customer = side is Side.CUSTOMER
    scope = scope_of_customer(call.customer) if customer else scope_of_member(call.member_hint)
    with entered(scope):
        return say_line(call.code, side=side, op=op, text=words)


def numbers(call) -> list[int]:
    with entered(scope_of_member(call.member_hint)):
        return list(
            TextLine.objects.filter(call=call).order_by("number").values_list("number", flat=True)
        )


# -- what is typed, cleaned ----------------------------------------------------------------


@pytest.mark.unit
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Hello", "Hello"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("tab\tstop", "tab stop"),
        ("\u202eevil\u2066x", "evilx"),
        ('<b>bold</b> & "q"', '<b>bold</b> & "q"'),
        ("👩‍👩‍👧 ok", "👩‍👩‍👧 ok"),
        ("e\u0301", "é"),
        ("\x7f\x85", ""),
    ],
)
@pytest.mark.proves("C18")
def test_what_is_typed_keeps_its_letters_and_loses_what_cannot_be_seen(typed, shown):
    assert clean_text(typed) == shown


def test_letters_that_grow_when_composed_stay_as_typed_so_that_a_line_fits_its_column():
    grows = "\u0958" * 1000
    assert clean_text(grows) == grows


# -- both ways -----------------------------------------------------------------------------


@sockets_test
@pytest.mark.proves("C18")
async def test_letters_appear_at_the_other_side_as_typed_and_nowhere_else():
    call, other = await accepted(), await accepted()
    strangers = [await customer_side(other), await merchant_side(other)]
    await strangers[0].hear("peer.joined")
    strangers.append(await desk(call.member_hint, online=False))
    async with both(call) as (customer, merchant):
        for speaker, hearer, role in (
            (customer, merchant, "customer"),
            (merchant, customer, "merchant"),
        ):
            for words in ("H", "He", "Hello\x07 <i>", ""):
                assert (await speaker.ask("text.type", text=words))["type"] == "ok"
                typed = await hearer.hear("text.typed")
                assert typed == {
                    "type": "text.typed",
                    "role": role,
                    "text": words.replace("\x07", ""),
                }
        for quiet in (*strangers, customer, merchant):
            assert await quiet.silent(0.1), quiet.frames
    assert await outside(numbers)(call) == []


@sockets_test
@pytest.mark.proves("C18", "INV-C11")
async def test_finished_line_is_numbered_told_to_both_and_kept_once():
    call = await accepted()
    async with both(call) as (customer, merchant):
        ack = await customer.ask("text.say", op=OP, text="  Zwei Dosen <b>Tee</b>\x00 ")
        assert (ack["type"], ack["number"]) == ("ok", 1)
        for side in (customer, merchant):
            said = await side.hear("text.said")
            assert said == {
                "type": "text.said",
                "number": 1,
                "role": "customer",
                "name": "Lena",
                "text": "Zwei Dosen <b>Tee</b>",
                "at": ack["at"],
                "op": OP,
            }
        again = await customer.ask("text.say", op=OP, text="Zwei Dosen <b>Tee</b>")
        assert (again["number"], again["at"]) == (1, ack["at"])
        assert await merchant.silent(0.1), "a repeat is told to nobody"
        reused = await customer.ask("text.say", op=OP, text="Something else")
        assert reused["code"] == "op_reused"
        reused = await merchant.ask("text.say", op=OP, text="Zwei Dosen <b>Tee</b>")
        assert reused["code"] == "op_reused"
        assert (await merchant.ask("text.say", op="op-of-merchant", text="Gern"))["number"] == 2
        said = await customer.hear("text.said")
        assert (said["role"], said["name"]) == ("merchant", call.member_hint.user.name)
    assert await outside(numbers)(call) == [1, 2]


@sockets_test
@pytest.mark.proves("C18", "C16")
async def test_lines_are_there_after_a_reload_and_a_gap_can_be_asked_for(monkeypatch):
    monkeypatch.setattr("calls.selectors.talk.LINES_SHOWN", 3)
    call = await live()
    for number in range(1, 6):
        await outside(say)(call, f"line {number}", op=f"op-number-{number}")
    customer = await customer_side(call)
    assert [text["number"] for text in customer.snapshot["texts"]] == [3, 4, 5]
    assert customer.snapshot["texts"][-1]["text"] == "line 5"
    reply = await customer.ask("text.sync", after=3)
    assert [text["text"] for text in reply["texts"]] == ["line 4", "line 5"]
    assert (await customer.ask("text.sync", after=5))["texts"] == []
    await customer.ask("call.hang_up")
    late = await customer_side(call)
    assert len(late.snapshot["texts"]) == 3, "what was said can be read after the call"


@sockets_test
@pytest.mark.proves("C18", "INV-C10")
async def test_lost_line_is_noticed_at_the_heartbeat(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(text_service, "announce_said", lambda _line: None)
    call = await live()
    customer = await customer_side(call)
    assert (await customer.hear("heartbeat"))["lines"] == 0
    await outside(say)(call, "unheard", op=OP, side=Side.MERCHANT)
    while (await customer.hear("heartbeat"))["lines"] != 1:
        pass
    assert (await customer.ask("text.sync", after=0))["texts"][0]["text"] == "unheard"


# -- when, how much, how often -------------------------------------------------------------


@sockets_test
@pytest.mark.proves("C18")
async def test_text_flows_from_the_answer_to_the_end_and_no_longer():
    call = await outside(make_ringing_call)()
    customer = await customer_side(call)
    for kind, data in (("text.type", {"text": "x"}), ("text.say", {"op": OP, "text": "x"})):
        assert (await customer.ask(kind, **data))["code"] == "call_not_answered"
    talking = await live()
    async with both(talking) as (speaker, _merchant):
        assert (await speaker.ask("text.say", op=OP, text="x"))["type"] == "ok"
        await speaker.ask("call.hang_up")
        for kind, data in (
            ("text.type", {"text": "x"}),
            ("text.say", {"op": "op-other-1", "text": "x"}),
        ):
            late = await speaker.ask(kind, **data)
            assert (late["code"], late["data"]) == ("call_over", {"state": "completed"})
        assert (await speaker.ask("text.say", op=OP, text="x"))["number"] == 1, "a late repeat"


@sockets_test
@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("text.type", {"text": "x" * 501}, "message_malformed"),
        ("text.type", {"text": None}, "message_malformed"),
        ("text.type", {"text": "x", "role": "merchant"}, "message_malformed"),
        ("text.say", {"op": OP, "text": "x" * 1001}, "message_malformed"),
        ("text.say", {"op": OP, "text": " \n\u202e\x00 "}, "text_blank"),
        ("text.say", {"op": OP, "text": ""}, "text_blank"),
        ("text.say", {"op": "short", "text": "x"}, "message_malformed"),
        ("text.say", {"op": "with space", "text": "x"}, "message_malformed"),
        ("text.say", {"text": "x"}, "message_malformed"),
        ("text.sync", {"after": -1}, "message_malformed"),
        ("text.sync", {"after": "1"}, "message_malformed"),
    ],
)
@pytest.mark.proves("INV-C13")
async def test_bad_line_is_refused_with_a_code_and_reaches_nobody(kind, data, code):
    call = await accepted()
    async with both(call) as (customer, merchant):
        assert (await customer.ask(kind, **data))["code"] == code
        assert await merchant.silent(0.1)
        longest = await customer.ask("text.say", op="op-longest", text="x" * 1000)
        assert longest["number"] == 1
        assert (await customer.ask("text.type", text="x" * 500))["type"] == "ok"


@sockets_test
@pytest.mark.proves("INV-C13", "C18")
async def test_typing_too_fast_is_left_out_and_the_socket_stays():
    call = await accepted()
    async with both(call) as (customer, merchant):
        replies = [await customer.ask("text.type", text="x" * n) for n in range(40)]
        refused = [reply for reply in replies if reply["type"] == "error"]
        assert refused
        assert {reply["code"] for reply in refused} == {"too_fast"}
        assert (await customer.ask("text.say", op=OP, text="still here"))["type"] == "ok"
        assert (await merchant.hear("text.said"))["text"] == "still here"


@sockets_test
@pytest.mark.proves("INV-C14")
async def test_old_tab_that_has_not_heard_yet_neither_writes_nor_reads():
    call = await live()
    customer = await customer_side(call)
    await write(call, customer_seat=7)
    assert (await customer.ask("text.say", op=OP, text="x"))["code"] == "taken_over"
    assert (await customer.ask("text.sync", after=0))["code"] == "taken_over"
    assert await outside(numbers)(call) == []


@sockets_test
@pytest.mark.proves("INV-C14")
async def test_what_an_old_tab_types_is_not_shown():
    call = await live()
    async with both(call) as (old, merchant):
        await old.ask("text.type", text="mine")
        await merchant.hear("text.typed")
        await customer_side(call)
        await merchant.hear("peer.joined")
        await old.say("text.type", text="not mine any more")
        assert await merchant.silent(0.2)
    await close_all()


# -- at once -------------------------------------------------------------------------------


@pytest.mark.proves("C18", "INV-C11")
def test_lines_of_both_sides_at_once_are_numbered_without_a_gap(db):
    call = make_live_call()
    works = [
        partial(say, call, f"{side} {n}", op=f"op-{side}-{n}", side=side)
        for n in range(4)
        for side in Side
    ]
    repeats = [partial(say, call, "customer 0", op="op-customer-0")] * 2
    results = at_once(*works, *repeats)
    assert len(won(results)) == 10
    assert numbers(call) == list(range(1, 9))


@pytest.mark.proves("C18")
def test_control_without_the_lock_two_lines_want_the_same_number(db, monkeypatch):
    from threading import Barrier

    from django.db import IntegrityError

    from calls.selectors import call_for_customer

    call, met = make_live_call(), Barrier(2)

    def unlocked(code):
        return call_for_customer(code)

    def last_together(call_id):
        met.wait(10)
        return 0

    monkeypatch.setattr(text_service, "locked_call", unlocked)
    monkeypatch.setattr(text_service, "last_number", last_together)
    with pytest.raises(IntegrityError, match="line_number_once"):
        at_once(partial(say, call, "a", op="op-aaaaa"), partial(say, call, "b", op="op-bbbbb"))
