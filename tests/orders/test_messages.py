"""Bytes become typed messages at the edge; nothing unknown gets in."""

import pytest
from pydantic import ValidationError

from orders.messages import FORM_MESSAGES, ORDER_MESSAGES

EDIT = {"type": "form.edit", "id": 1, "op": "a" * 8, "field": "price", "value": "1", "base": 0}


def read(frame):
    return FORM_MESSAGES.validate_python(frame)


def test_every_frame_of_the_protocol_is_read():
    frames = [
        EDIT,
        {"type": "form.focus", "id": 1, "field": None},
        {"type": "form.sync", "id": "x", "epoch": "", "revision": 0},
        {"type": "form.confirm", "id": 1, "revision": 3, "digest": "0" * 64},
        {"type": "form.undo", "id": 1},
        {"type": "form.query", "id": 1, "fields": ["price"], "words": "With delivery?"},
        {"type": "form.query", "id": 1, "fields": [], "words": "With delivery?"},
        {"type": "form.refuse", "id": 1, "revision": 3, "words": ""},
        {"type": "form.settle", "id": 1},
        {"type": "request.send", "id": 1, "fields": ["address.city"], "hint": "Where to?"},
        {"type": "request.send", "id": 1, "fields": ["note"], "choices": {"note": ["a", "b"]}},
        {"type": "request.remind", "id": 1, "request": "A" * 22},
        {"type": "request.later", "id": 1, "request": "A" * 22},
        {"type": "request.answer", "id": 1, "request": "A" * 22, "keep": True},
        {"type": "known.list", "id": 1},
        {"type": "known.forget", "id": 1, "known": "01234567-89ab-cdef-0123-456789abcdef"},
        {"type": "request.recall", "id": 1, "request": "A" * 22},
        {"type": "request.answer", "id": 1, "request": "A" * 22},
        {"type": "request.decline", "id": 1, "request": "A" * 22, "fields": ["note"]},
        {"type": "order.create", "id": 1, "revision": 3, "digest": "0" * 64},
    ]
    assert [read(frame).type for frame in frames] == [frame["type"] for frame in frames]
    assert ORDER_MESSAGES.validate_python({"type": "order.sync", "id": 1}).type == "order.sync"


@pytest.mark.proves("INV-F13", "P3.3")
@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"value": 48},
        {"value": None},
        {"value": "x" * 8001},
        {"value": ["a"]},
        {"base": "1"},
        {"base": -1},
        {"base": 2**31},
        {"base": True},
        {"op": "short"},
        {"op": "x" * 65},
        {"op": "no spaces"},
        {"field": None},
        {"field": "x" * 41},
        {"author": "merchant"},
        {"revision": 7},
    ],
)
def test_malformed_edit_is_refused(change):
    with pytest.raises(ValidationError):
        read({**EDIT, **change})


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "form.confirm", "id": 1, "revision": 1, "digest": "X" * 64},
        {"type": "form.confirm", "id": 1, "revision": 1.0, "digest": "0" * 64},
        {"type": "request.send", "id": 1, "fields": []},
        {"type": "request.send", "id": 1, "fields": ["a"] * 21},
        {"type": "request.send", "id": 1, "fields": "note"},
        {"type": "request.send", "id": 1, "fields": ["a" * 41]},
        {"type": "request.send", "id": 1, "fields": ["note"], "hint": "x" * 301},
        {"type": "request.send", "id": 1, "fields": ["note"], "choices": {"note": []}},
        {"type": "request.send", "id": 1, "fields": ["note"], "choices": {"note": ["a"] * 9}},
        {"type": "request.send", "id": 1, "fields": ["note"], "choices": {"note": ["a" * 81]}},
        {"type": "request.send", "id": 1, "fields": ["note"], "choices": {"note": [1]}},
        {"type": "request.answer", "id": 1, "request": "A" * 22, "keep": 1},
        {"type": "request.decline", "id": 1, "request": "A" * 22, "groups": ["time"]},
        {"type": "form.query", "id": 1, "fields": ["a"] * 11},
        {"type": "form.query", "id": 1, "fields": [], "words": "x" * 301},
        {"type": "form.refuse", "id": 1, "words": "no"},
        {"type": "form.undo", "id": 1, "field": "price"},
        {"type": "known.forget", "id": 1, "known": "1 OR 1=1"},
        {"type": "request.answer", "id": 1, "request": "../../etc"},
        {"type": "order.create", "id": 1, "revision": 1},
        {"type": "form.unknown", "id": 1},
    ],
)
def test_malformed_frame_is_refused(frame):
    with pytest.raises(ValidationError):
        read(frame)
