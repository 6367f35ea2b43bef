"""Checks what a request carries against the SDK's parameter types.

Stricter than Python's own reading in one point: the SDK's enums are open (`Literal[…] | str`), here
they are closed, because Stripe refuses values it does not know.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typing_extensions
from stripe._request_options import RequestOptions

from payments.sandbox.contract.hints import NONE, UNIONS, arms_of, hints_of, literals_of
from payments.sandbox.errors import ApiError, invalid

_OPTIONS = frozenset(RequestOptions.__annotations__)
_INTEGER = re.compile(r"-?\d+")
_BOOLEANS = (True, False, "true", "false", "True", "False")


@dataclass(frozen=True)
class Problem:
    """One parameter that Stripe would refuse. `kind` is unknown, missing, integer or invalid."""

    param: str
    kind: str
    detail: str

    def __str__(self) -> str:
        """Return the problem for the contract report."""
        return f"{self.param}: {self.detail}"

    def as_error(self) -> ApiError:
        """Return the 400 in Stripe's words."""
        if self.kind == "unknown":
            return invalid(
                f"Received unknown parameter: {self.param}",
                code="parameter_unknown",
                param=self.param,
            )
        if self.kind == "missing":
            return invalid(
                f"Missing required param: {self.param}.", code="parameter_missing", param=self.param
            )
        code = "parameter_invalid_integer" if self.kind == "integer" else None
        return invalid(f"Invalid {self.param}: {self.detail}", code=code, param=self.param)


def problems_of(params_type: Any, values: dict[str, Any]) -> Iterator[Problem]:
    """Tell what is wrong with these decoded parameters, top level first. `params_type` None: takes
    no parameters.
    """
    if params_type is None:
        return (Problem(name, "unknown", "unknown parameter") for name in values)
    return _hash(params_type, values, "")


def _name(parent: str, key: object) -> str:
    return f"{parent}[{key}]" if parent else str(key)


def _hash(params_type: Any, value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(at, "invalid", "expected a hash")
        return
    fields = {name: kind for name, kind in hints_of(params_type).items() if name not in _OPTIONS}
    for key in value:
        if key not in fields:
            yield Problem(_name(at, key), "unknown", "unknown parameter")
    for key, kind in fields.items():
        optional = typing_extensions.get_origin(kind) is typing_extensions.NotRequired
        if key in value:
            yield from _value(
                typing.get_args(kind)[0] if optional else kind, value[key], _name(at, key)
            )
        elif not optional:
            yield Problem(_name(at, key), "missing", "missing")


def _value(kind: Any, value: Any, at: str) -> Iterator[Problem]:
    origin = typing.get_origin(kind)
    if origin in UNIONS:
        yield from _union(kind, value, at)
    elif origin is typing.Literal:
        yield from _one_of(typing.get_args(kind), value, at)
    elif origin is list:
        yield from _list(typing.get_args(kind)[0], value, at)
    elif typing_extensions.is_typeddict(kind):
        yield from _hash(kind, value, at)
    else:
        yield from _plain(kind, value, at)


def _union(kind: Any, value: Any, at: str) -> Iterator[Problem]:
    arms = [arm for arm in arms_of(kind) if arm is not NONE]
    literals = literals_of(tuple(arms))
    plain = all(arm is str or typing.get_origin(arm) is typing.Literal for arm in arms)
    if literals and plain and not isinstance(value, (dict, list)):
        if literals != ("",):
            yield from _one_of(literals, value, at)
        return
    findings = [list(_value(arm, value, at)) for arm in arms]
    if all(findings):
        yield from min(findings, key=len)


def _one_of(allowed: tuple[Any, ...], value: Any, at: str) -> Iterator[Problem]:
    if value not in allowed:
        names = ", ".join(str(name) for name in allowed[:8])
        yield Problem(at, "invalid", f"must be one of {names}")


def _list(kind: Any, value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(at, "invalid", "expected an array")
        return
    for index, item in enumerate(value):
        yield from _value(kind, item, _name(at, index))


def _plain(kind: Any, value: Any, at: str) -> Iterator[Problem]:
    if kind is int and not _INTEGER.fullmatch(str(value)):
        yield Problem(at, "integer", f"{value} is not an integer")
    elif kind is bool and value not in _BOOLEANS:
        yield Problem(at, "invalid", f"{value} is not a boolean")
    elif kind is str and isinstance(value, (dict, list)):
        yield Problem(at, "invalid", "expected a string")
    elif typing.get_origin(kind) is dict and not isinstance(value, dict):
        yield Problem(at, "invalid", "expected a hash")
