"""The base of every socket, driven over the real protocol and the real layer."""

import asyncio
from typing import Annotated, Literal

import pytest
from channels.testing import WebsocketCommunicator
from pydantic import Field, TypeAdapter

from marketplace.core import sockets
from marketplace.core.errors import DomainError, ForbiddenError, NotFoundError, SignInRequiredError
from marketplace.core.frames import Frame
from marketplace.core.sockets import Bucket, Rate, Socket
from marketplace.origin import ExactOrigin

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("layer")]


class Say(Frame):
    type: Literal["word.say"]
    word: str


class Fail(Frame):
    type: Literal["word.fail"]


class Refuse(Frame):
    type: Literal["word.refuse"]


class Words(Socket):
    messages = TypeAdapter(Annotated[Say | Fail | Refuse, Field(discriminator="type")])
    handlers = {"word.say": "say", "word.fail": "fail", "word.refuse": "refuse"}
    rates = {"word.fail": Rate(per_second=0.001, burst=2)}
    refusal: DomainError | None = None

    async def authorise(self):
        if self.refusal:
            raise self.refusal

    async def joined(self):
        await self.join("words")

    async def say(self, message):
        await self.tell("words", {"type": "word.said", "word": message.word})
        return {"length": len(message.word)}

    async def fail(self, message):
        raise ZeroDivisionError

    async def refuse(self, message):
        raise ForbiddenError(reason="no")


def peer(consumer=Words):
    return WebsocketCommunicator(consumer.as_asgi(), "/ws/words/")


async def joined(consumer=Words):
    socket = peer(consumer)
    assert (await socket.connect())[0]
    return socket


async def test_events_reach_their_handlers_without_a_crossing_into_a_thread(monkeypatch):
    async def crossed():
        raise AssertionError("into a thread")

    monkeypatch.setattr("channels.consumer.aclose_old_connections", crossed)
    a, b = await joined(), await joined()
    await a.send_json_to({"type": "word.say", "word": "tea"})
    assert await b.receive_json_from() == {"type": "word.said", "word": "tea"}
    for socket in (a, b):
        await socket.disconnect()


async def test_event_nobody_handles_is_a_bug_that_shows():
    with pytest.raises(ValueError, match="no handler"):
        await Words().dispatch({"type": "word.unheard"})


async def test_reply_goes_to_the_sender_and_the_broadcast_to_the_others():
    a, b = await joined(), await joined()
    await a.send_json_to({"type": "word.say", "id": 1, "word": "tea"})
    assert await a.receive_json_from() == {"type": "ok", "id": 1, "length": 3}
    assert await b.receive_json_from() == {"type": "word.said", "word": "tea"}
    assert await a.receive_nothing(0.1)
    for socket in (a, b):
        await socket.disconnect()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not json", "message_malformed"),
        ("[1]", "message_malformed"),
        ('{"type": "word.say", "id": 1}', "message_malformed"),
        ('{"type": "word.say", "id": 1, "word": 5}', "message_malformed"),
        ('{"type": "word.say", "id": 1, "word": "x", "extra": 1}', "message_malformed"),
        (
            '{"type": "word.say", "word": {"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}}',
            "message_malformed",
        ),
        ('{"type": "word.unheard", "id": 1}', "message_unknown"),
        ('{"id": 1}', "message_unknown"),
        ('{"type": "word.refuse", "id": 1}', "forbidden"),
        ('{"type": "word.fail", "id": 1}', "failed"),
    ],
)
async def test_bad_frame_gets_a_coded_error_and_the_socket_lives(text, code):
    socket = await joined()
    await socket.send_to(text_data=text)
    answer = await socket.receive_json_from()
    assert (answer["type"], answer["code"]) == ("error", code)
    await socket.send_json_to({"type": "ping", "id": 7})
    assert await socket.receive_json_from() == {"type": "pong", "id": 7}
    await socket.disconnect()


@pytest.mark.proves("C23")
@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([], "You do not have the right to do this."),
        ([(b"accept-language", b"zh-CN,zh;q=0.9")], "你没有这项权限。"),
        ([(b"accept-language", b"\xff;q=x")], "You do not have the right to do this."),
    ],
)
async def test_refusal_speaks_the_language_of_the_page(headers, words):
    socket = WebsocketCommunicator(Words.as_asgi(), "/ws/words/", headers=headers)
    assert (await socket.connect())[0]
    await socket.send_json_to({"type": "word.refuse", "id": 1})
    assert (await socket.receive_json_from())["message"] == words
    await socket.disconnect()


@pytest.mark.proves("INV-F13")
@pytest.mark.parametrize(("extra", "open_after"), [(0, True), (1, False)])
async def test_message_limit_is_sixteen_kibibytes_to_the_byte(extra, open_after):
    socket = await joined()
    empty = '{"type":"word.say","id":1,"word":""}'
    word = "x" * (16 * 1024 - len(empty) + extra)
    await socket.send_to(text_data=empty.replace('""', f'"{word}"'))
    answer = await socket.receive_output()
    assert (answer["type"] == "websocket.send") is open_after
    if not open_after:
        assert answer["code"] == sockets.TOO_LONG
    await socket.disconnect()


async def test_bytes_are_refused():
    socket = await joined()
    await socket.send_to(bytes_data=b"\x00")
    assert (await socket.receive_output())["code"] == sockets.TOO_LONG
    await socket.disconnect()


async def test_flood_closes_the_socket_with_a_code():
    socket = await joined()
    codes = []
    for number in range(3):
        await socket.send_json_to({"type": "word.fail", "id": number})
        codes.append((await socket.receive_json_from())["code"])
    assert codes == ["failed", "failed", "too_fast"]
    assert (await socket.receive_output())["code"] == sockets.TOO_FAST
    await socket.disconnect()


@pytest.mark.proves("INV-F16")
async def test_too_many_hints_are_left_out_and_only_a_flood_of_them_closes():
    class Hinting(Words):
        hints = frozenset({"word.fail"})
        left_out_rate = Rate(per_second=0.001, burst=3)

    socket = await joined(Hinting)
    codes = []
    for number in range(5):
        await socket.send_json_to({"type": "word.fail", "id": number})
        codes.append((await socket.receive_json_from())["code"])
    assert codes == ["failed", "failed", "too_fast", "too_fast", "too_fast"]
    await socket.send_json_to({"type": "ping", "id": 9})
    assert (await socket.receive_json_from())["type"] == "pong"
    await socket.send_json_to({"type": "word.fail", "id": 10})
    assert (await socket.receive_json_from())["code"] == "too_fast"
    assert (await socket.receive_output())["code"] == sockets.TOO_FAST
    await socket.disconnect()


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (SignInRequiredError(), sockets.SIGN_IN),
        (ForbiddenError(), sockets.FORBIDDEN),
        (NotFoundError(), sockets.NOT_FOUND),
    ],
)
async def test_refused_socket_says_why_and_joins_nothing(refusal, code):
    class Refused(Words):
        pass

    Refused.refusal = refusal
    socket = peer(Refused)
    await socket.connect()
    assert (await socket.receive_output())["code"] == code
    listener = await joined()
    await listener.send_json_to({"type": "word.say", "word": "x"})
    assert await socket.receive_nothing(0.1)
    await listener.disconnect()
    await socket.disconnect()


async def test_heartbeat_comes_by_itself_and_silence_ends_the_socket(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(sockets, "SILENCE_SECONDS", 0.12)
    talking, silent = await joined(), await joined()
    for _ in range(6):
        assert (await talking.receive_json_from())["type"] == "heartbeat"
        await talking.send_json_to({"type": "alive"})
    outputs = []
    while not outputs or outputs[-1]["type"] != "websocket.close":
        outputs.append(await silent.receive_output())
    assert outputs[-1]["code"] == sockets.SILENT
    await talking.disconnect()
    await silent.disconnect()


def test_bucket_refills_with_time():
    bucket = Bucket(Rate(per_second=10, burst=1))
    assert bucket.take()
    assert not bucket.take()
    bucket.at -= 0.2
    assert bucket.take()


@pytest.mark.proves("INV-A10")
@pytest.mark.parametrize(
    ("origins", "passed"),
    [
        ([b"http://testserver"], True),
        ([], False),
        ([b"null"], False),
        ([b"https://testserver"], False),
        ([b"http://testserver:81"], False),
        ([b"http://sibling.testserver"], False),
        ([b"http://testserver", b"http://evil.example"], False),
        ([b"http://TESTSERVER"], False),
        ([b"http://testserver/"], False),
    ],
)
async def test_origin_is_compared_exactly(origins, passed):
    application = ExactOrigin(Words.as_asgi())
    headers = [(b"origin", origin) for origin in origins]
    socket = WebsocketCommunicator(application, "/ws/words/", headers=headers)
    assert (await socket.connect())[0] is passed
    if passed:
        await socket.disconnect()


async def test_a_hundred_idle_sockets_stay_open_for_twelve_seconds():
    """redis-py 8 ends idle readers after five seconds and caps pools at 100 unless told."""
    group = [await joined() for _ in range(110)]
    await asyncio.sleep(12)
    await group[0].send_json_to({"type": "word.say", "word": "still here"})
    frames = []
    for socket in group[1:]:
        frame = await socket.receive_json_from()
        while frame["type"] == "heartbeat":
            frame = await socket.receive_json_from()
        frames.append(frame)
    assert frames == [{"type": "word.said", "word": "still here"}] * 109
    for socket in group:
        await socket.disconnect()


async def test_flood_of_frames_whose_type_is_no_word_closes_as_well():
    class Few(Words):
        default_rate = Rate(per_second=0.001, burst=1)

    socket = await joined(Few)
    await socket.send_json_to({"type": [], "id": 1})
    assert (await socket.receive_json_from())["code"] == "message_unknown"
    await socket.send_json_to({"type": [], "id": 2})
    assert (await socket.receive_json_from())["code"] == "too_fast"
    assert (await socket.receive_output())["code"] == sockets.TOO_FAST
    await socket.disconnect()
