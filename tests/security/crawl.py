"""Asks every URL by every method as every role about every kind of object, and notes the answers."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories.pictures import picture
from tests.pages.helpers import streamed
from tests.security.people import Person
from tests.security.policy import METHODS, TABLE, UNSAFE, Where, expected
from tests.security.rows import Rows
from tests.security.words import leaks
from tests.security.world import ADDRESS_A, ADDRESS_B, World

_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')


@dataclass(frozen=True)
class Cell:
    """One request and what came of it."""

    name: str
    method: str
    role: str
    where: Where
    wanted: int
    status: int
    body: str
    headers: dict[str, str]
    cookies: dict[str, dict]
    leaked: list[str]
    changed: frozenset[str]
    readable: bool

    @property
    def label(self) -> str:
        return f"{self.method} {self.name} {self.where.handle}/{self.where.code} as {self.role}"


@dataclass
class Crawl:
    """All cells, and which words the right readers found."""

    cells: list[Cell] = field(default_factory=list, repr=False)
    words_read: dict[str, set[str]] = field(default_factory=dict, repr=False)


def patterns(resolver: URLResolver | None = None) -> Iterator[tuple[str, URLPattern]]:
    """Every pattern below the resolver, with its name ('' has none)."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one.name or "", one


def places(name: str, pattern: URLPattern, world: World) -> Iterator[tuple[Where, dict[str, str]]]:
    """The kinds of objects to ask about, with the arguments of the URL."""
    takes = set(pattern.pattern.converters)
    codes = _codes(TABLE[name].code, world)
    assert takes <= {"code", "handle", "token"}, f"{name}: say what {takes} are"
    assert ("code" in takes) == bool(codes), f"{name}: the table must say what its code is"
    by_handle = "handle" in takes or name in {"api-calls", "templates"}
    handles = world.merchants if by_handle else {"": ""}
    given = {"token": world.token_of_foreign} if "token" in takes else {}
    for (handle, h), (code, c) in product(handles.items(), (codes or {"": ""}).items()):
        named = {k: v for k, v in (("handle", h), ("code", c)) if k in takes}
        yield Where(handle, code), {**named, **given}


def _codes(kind: str, world: World) -> dict[str, str]:
    """Object kind to code. The token in the world is good for `foreign`, so that is left out."""
    known = {
        "call": world.calls,
        "call but foreign": {k: v for k, v in world.calls.items() if k != "foreign"},
        "ended call": world.ended,
        "callback": world.callbacks,
        "order": world.orders,
        "form": world.forms,
        "photo": world.photos,
        "template": world.template_keys,
    }
    return known[kind] if kind else {}


FORMS = {
    "leave-request": {"name": "X", "email": "x@example.com", "content": "x"},
    "request-open": {"key": "x"},
    "desk-request": {"action": "close", "reason": "reached"},
    "desk-reception": {"ring_seconds": "30", "queue_length": "5", "media_mode": "direct"},
    # Closing would turn every later call away.
    "desk-reception-closure": {"wish": "open"},
    "desk-call-note": {"note": "x"},
    "desk-call-block": {"reason": "x"},
    "desk-items": {"name": "x", "content": "x"},
    "desk-order-fulfil": {"action": "note", "words": "x"},
}
"""What a browser would send as a form; all other URLs are sent JSON."""
PICTURE = picture()


def sent(name: str, where: Where, world: World) -> tuple[str | bytes, str]:
    """A body that is right in form, so that nothing but the rights decides, and its type."""
    if name == "form-photos":
        file = SimpleUploadedFile("x.jpg", PICTURE, content_type="image/jpeg")
        return encode_multipart(BOUNDARY, {"photo": file}), MULTIPART_CONTENT
    if name in FORMS:
        return urlencode(FORMS[name]), "application/x-www-form-urlencoded"
    return json.dumps(_data(name, where, world)), "application/json"


def _data(name: str, where: Where, world: World) -> dict:
    if name == "api-calls":
        address = {"own": ADDRESS_A, "foreign": ADDRESS_B, "none": ADDRESS_A}[where.handle]
        handle = world.merchants["none"] if where.handle == "none" else world.a.handle
        return {"merchant": handle, "address": address, "page": "/"}
    if name == "api-call-rating":
        return {"stars": 5, "words": "x"}
    if name == "templates":
        return {"merchant": world.merchants[where.handle], "name": "x", "values": {"content": "x"}}
    if name == "form-edits":  # what stands there already, so that the form stays as it is
        return {"op": "op-of-nobody", "field": "line.20.unit", "value": "", "base": 0}
    deal = world.deals.get(where.code)
    if name == "order-checkout" and deal:
        return {"revision": deal.order.form_revision, "digest": deal.order.digest}
    return {"revision": 1, "digest": "0" * 64}


def crawl(world: World, reverse) -> Crawl:
    """Fill the matrix."""
    found, rows = Crawl(), Rows()
    for name, pattern in patterns():
        for where, arguments in places(name, pattern, world):
            path, body = reverse(name, kwargs=arguments), sent(name, where, world)
            for person, method in product(world.people.values(), METHODS):
                answer = _ask(person, method, path, body)
                found.cells.append(
                    _noted(Cell, name, method, person, where, answer, rows, arguments)
                )
                if method == "GET":
                    read = set(re.findall(rb"qx[a-z]+\d{4}", answer.content))
                    found.words_read.setdefault(person.role, set()).update(w.decode() for w in read)
                if name == "sign-out" and method == "POST":
                    person.sign_in()
                    rows.changed()
                if TABLE[name].code == "template" and method in UNSAFE:
                    world.keep_templates()
                    rows.changed()
    return found


def _ask(person: Person, method: str, path: str, body: tuple[str | bytes, str]) -> HttpResponse:
    person.forget()
    text, kind = body
    data = text if method in UNSAFE else ""
    answer = person.client.generic(method, path, data, content_type=kind)
    if not answer.streaming:
        return answer
    body = streamed(answer) if answer.is_async else answer.getvalue()
    whole = HttpResponse(body, status=answer.status_code, headers=answer.headers)
    whole.cookies = answer.cookies
    return whole


def _noted(kind, name, method, person, where, answer, rows, arguments) -> Cell:
    return kind(
        name=name,
        method=method,
        role=person.role,
        where=where,
        wanted=int(expected(name, method, person, where)),
        status=answer.status_code,
        body=_digest(answer, arguments),
        headers={key: _plain(value, arguments) for key, value in answer.headers.items()},
        cookies={key: dict(morsel.items()) for key, morsel in answer.cookies.items()},
        leaked=leaks(answer.content, person.reads),
        changed=frozenset(rows.changed()),
        readable=bool(person.signed_in or person.cookies),
    )


def _digest(answer: HttpResponse, arguments: dict[str, str]) -> str:
    """The body but for the token and for what the asker has named in the URL."""
    text = _TOKEN.sub(rb"\1", answer.content).decode(errors="backslashreplace")  # pictures too
    return sha256(_plain(text, arguments).encode()).hexdigest()


def _plain(text: str, arguments: dict[str, str]) -> str:
    for name, value in arguments.items():
        text = text.replace(value, f"<{name}>")
    return text
