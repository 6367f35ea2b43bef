"""Checks objects the sandbox stores against the SDK's object classes, nested ones included."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from stripe._list_object import ListObject
from stripe._object_classes import get_object_class
from stripe._stripe_object import StripeObject, UntypedStripeObject

from payments.sandbox.contract.hints import (
    NONE,
    UNIONS,
    arms_of,
    hints_of,
    is_nullable,
    literals_of,
)
from payments.sandbox.errors import Json

# Fields Stripe leaves out altogether unless they are asked for or apply.
_ABSENT = frozenset(
    {
        "deleted",
        "account",
        "context",
        "line_items",
        "refunds",
        "secret",
        "currency_options",
        "tiers",
    }
)
_PLAIN: dict[Any, tuple[type, ...]] = {
    int: (int,),
    str: (str,),
    bool: (bool,),
    float: (int, float),
    Decimal: (str,),
}


def class_of(name: str) -> Any:
    """Return the SDK's class of an object name; None when it has none."""
    found = get_object_class("V2" if name.startswith("v2.") else "V1", name)
    return None if found is StripeObject else found


@cache
def fields_of(cls: Any) -> dict[str, Any]:
    """Return the fields of an SDK object class with their types."""
    return {
        name: kind
        for name, kind in hints_of(cls).items()
        if not name.startswith("_")
        and not name.isupper()
        and typing.get_origin(kind) is not typing.ClassVar
    }


def empty_object(name: str) -> Json:
    """All nullable fields of an object, null; what Stripe always fills is left to the caller."""
    fields = fields_of(class_of(name))
    return {
        field: None for field, kind in fields.items() if is_nullable(kind) and field not in _ABSENT
    }


def findings_of(body: Json, at: str = "") -> Iterator[str]:
    """Tell what the SDK's class would not expect in this object; an event's own object is looked
    into as well.
    """
    name = str(body.get("object"))
    cls = class_of(name)
    if cls is None:
        yield f"{at or body.get('id')}: unknown object {name!r}"
        return
    place = at or f"{name} {body.get('id')}"
    yield from _object(cls, body, place)
    if name == "event" and isinstance(body.get("data", {}).get("object"), dict):
        yield from findings_of(body["data"]["object"], f"{place}.data.object")


def _object(cls: Any, body: Json, at: str) -> Iterator[str]:
    fields = fields_of(cls)
    for name in body:
        if name not in fields:
            yield f"{at}.{name}: unknown to the SDK"
    for name, kind in fields.items():
        if name in body:
            yield from _value(kind, body[name], f"{at}.{name}")
        elif not is_nullable(kind):
            yield f"{at}.{name}: missing"


def _value(kind: Any, value: Any, at: str) -> Iterator[str]:
    origin = typing.get_origin(kind)
    if origin in UNIONS:
        yield from _union(kind, value, at)
    elif value is None:
        yield f"{at}: null but never null at Stripe"
    elif origin in {list, ListObject}:
        yield from _items(kind, value if origin is list else _data(value), at)
    elif isinstance(kind, type) and issubclass(kind, StripeObject):
        yield from _nested(kind, value, at)
    else:
        yield from _plain(kind, value, at)


def _plain(kind: Any, value: Any, at: str) -> Iterator[str]:
    if typing.get_origin(kind) is typing.Literal:
        if value not in typing.get_args(kind):
            yield f"{at}: {value!r} is not a value the SDK knows"
    elif kind in _PLAIN and type(value) not in _PLAIN[kind]:
        yield f"{at}: {value!r} is not {kind.__name__}"


def _union(kind: Any, value: Any, at: str) -> Iterator[str]:
    arms = arms_of(kind)
    if value is None:
        if NONE not in arms:
            yield f"{at}: null but never null at Stripe"
        return
    literals = literals_of(arms)
    if literals and isinstance(value, str):
        if value not in literals:
            yield f"{at}: {value!r} is not a value the SDK knows"
        return
    findings = [list(_value(arm, value, at)) for arm in arms if arm is not NONE]
    if all(findings):
        yield from min(findings, key=len)


def _nested(kind: Any, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: {value!r} is not an object"
    elif kind not in (StripeObject, UntypedStripeObject):
        yield from _object(kind, value, at)


def _data(value: Any) -> Any:
    return value.get("data") if isinstance(value, dict) else value


def _items(kind: Any, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{at}: not a list"
        return
    arms = typing.get_args(kind) or (Any,)
    for index, item in enumerate(value):
        yield from _value(arms[0], item, f"{at}[{index}]")
