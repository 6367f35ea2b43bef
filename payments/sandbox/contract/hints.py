"""Resolved type annotations of the SDK's parameter and object classes."""

from __future__ import annotations

import builtins
import sys
import types
import typing
from functools import cache
from typing import Any

import stripe
import typing_extensions
from stripe._stripe_object import UntypedStripeObject

UNIONS = (typing.Union, types.UnionType)
NONE = type(None)


class _Names(dict[str, Any]):
    """Names for evaluating annotations.

    What a module imports for type checkers only is asked of `stripe` itself; a private alias found
    nowhere counts as an object of unknown fields.
    """

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        return getattr(stripe, name, UntypedStripeObject)


@cache
def hints_of(cls: Any) -> dict[str, Any]:
    """Field name to type, inherited fields included."""
    names = _Names({**vars(typing), **vars(typing_extensions)})
    for base in reversed(getattr(cls, "__mro__", (cls,))):
        if base.__module__.startswith("stripe"):
            names.update(vars(sys.modules[base.__module__]))
    names.update(vars(sys.modules[cls.__module__]))
    return typing_extensions.get_type_hints(cls, globalns={}, localns=names, include_extras=True)


def arms_of(kind: Any) -> tuple[Any, ...]:
    """Return the members of a union, or the type alone."""
    return typing.get_args(kind) if typing.get_origin(kind) in UNIONS else (kind,)


def literals_of(arms: tuple[Any, ...]) -> tuple[Any, ...]:
    """All literal values among these types."""
    return tuple(
        value
        for arm in arms
        if typing.get_origin(arm) is typing.Literal
        for value in typing.get_args(arm)
    )


def is_nullable(kind: Any) -> bool:
    """Tell whether the value may be null."""
    return NONE in arms_of(kind)
