"""Decoding of what a request carries: Stripe's bracketed form fields and JSON bodies."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from payments.sandbox.errors import Json, invalid, not_served

_BRACKETS = re.compile(r"\[([^\]]*)\]")
_INTEGER = re.compile(r"-?\d{1,18}")
_TRUE, _FALSE = ("true", "True", "1"), ("false", "False", "0")


def decode_form(text: str) -> Json:
    """`a[b][0][c]=1` becomes `{"a": {"b": [{"c": "1"}]}}`; `a[]=1` (curl, Stripe CLI) works like
    `a[0]=1` (SDK).
    """
    tree: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *parents, last = [name.split("[", 1)[0], *_BRACKETS.findall(name)]
        branch = tree
        for key in parents:
            branch = _child(branch, key)
        branch[_key(branch, last)] = value
    decoded = _with_lists(tree)
    return decoded if isinstance(decoded, dict) else {}


def decode_json(text: str) -> Json:
    """Decode a v2 body. Raises the 400 that Stripe gives for anything but one JSON object."""
    try:
        body = json.loads(text or "{}")
    except ValueError as error:
        raise invalid("Invalid JSON in the request body.") from error
    if not isinstance(body, dict):
        raise invalid("The request body must be a JSON object.")
    return body


def _key(branch: Json, key: str) -> str:
    return key if key else str(len(branch))


def _child(branch: Json, key: str) -> Json:
    child = branch.setdefault(_key(branch, key), {})
    if not isinstance(child, dict):
        raise invalid(f"Invalid hash: {key}", param=key)
    return child


def _with_lists(value: Any) -> Any:
    """Hashes whose keys are 0..n-1 were lists."""
    if not isinstance(value, dict):
        return value
    items = {key: _with_lists(child) for key, child in value.items()}
    if items and set(items) == {str(index) for index in range(len(items))}:
        return [items[str(index)] for index in range(len(items))]
    return items


class Params:
    """Typed reading of decoded parameters; a value of the wrong kind is a 400 that names the
    parameter.
    """

    def __init__(self, values: Json, prefix: str = "") -> None:
        self.values = values
        self._prefix = prefix

    def __contains__(self, name: str) -> bool:
        """Tell whether the parameter was sent."""
        return name in self.values

    def named(self, name: str) -> str:
        """Return the parameter's full name as Stripe writes it in errors."""
        return f"{self._prefix}[{name}]" if self._prefix else name

    def text(self, name: str) -> str | None:
        """Return a string; None when missing or empty."""
        value = self.values.get(name)
        if isinstance(value, (dict, list)):
            raise invalid(f"Invalid string: {self.named(name)}", param=self.named(name))
        return None if value in (None, "") else str(value)

    def required(self, name: str) -> str:
        """Return a string. Raises `parameter_missing`."""
        value = self.text(name)
        if value is None:
            raise invalid(
                f"Missing required param: {self.named(name)}.",
                code="parameter_missing",
                param=self.named(name),
            )
        return value

    def integer(self, name: str) -> int | None:
        """Return a whole number; None when missing."""
        value = self.text(name)
        if value is None:
            return None
        if not _INTEGER.fullmatch(value):
            raise invalid(
                f"Invalid integer: {value}",
                code="parameter_invalid_integer",
                param=self.named(name),
            )
        return int(value)

    def required_integer(self, name: str) -> int:
        """Return a whole number. Raises `parameter_missing`."""
        self.required(name)
        return self.integer(name) or 0

    def flag(self, name: str) -> bool | None:
        """Return a boolean; None when missing."""
        value = self.text(name)
        if value is not None and value not in _TRUE + _FALSE:
            raise invalid(f"Invalid boolean: {value}", param=self.named(name))
        return None if value is None else value in _TRUE

    def child(self, name: str) -> Params:
        """Return a hash; empty when it was not sent."""
        value = self.values.get(name) or {}
        if not isinstance(value, dict):
            raise invalid(f"Invalid hash: {self.named(name)}", param=self.named(name))
        return Params(value, self.named(name))

    def children(self, name: str) -> list[Params]:
        """Return a list of hashes."""
        value = self.values.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise invalid(f"Invalid array: {self.named(name)}", param=self.named(name))
        return [Params(item, f"{self.named(name)}[{index}]") for index, item in enumerate(value)]

    def texts(self, name: str) -> list[str]:
        """Return a list of strings."""
        value = self.values.get(name) or []
        if not isinstance(value, list) or any(isinstance(item, (dict, list)) for item in value):
            raise invalid(f"Invalid array: {self.named(name)}", param=self.named(name))
        return [str(item) for item in value]

    def metadata(self) -> dict[str, str]:
        """Metadata as Stripe keeps it: at most 50 keys of 40 characters, values of 500, empty ones
        unset.
        """
        pairs = {
            str(key): str(value)
            for key, value in self.child("metadata").values.items()
            if value not in (None, "")
        }
        if len(pairs) > 50:
            raise invalid("You can only have up to 50 metadata keys.", param=self.named("metadata"))
        for key, value in pairs.items():
            if len(key) > 40 or len(value) > 500:
                raise invalid(
                    f"Metadata {key[:40]} is too long.",
                    param=f"{self.named('metadata')}[{key[:40]}]",
                )
        return pairs

    def only(self, served: frozenset[str], operation: str) -> None:
        """Raise 501 for a parameter Stripe knows and the sandbox would have to ignore."""
        for name in self.values:
            if name not in served:
                raise not_served(f"the parameter {self.named(name)} of {operation}")
