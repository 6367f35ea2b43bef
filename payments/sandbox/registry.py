"""Which requests the sandbox serves: operations register themselves with a decorator."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from payments.sandbox.errors import Json
from payments.sandbox.forms import Params
from payments.sandbox.world import World


@dataclass(frozen=True)
class ApiRequest:
    """One API request after authentication. `ids` are the variable parts of its path."""

    method: str
    path: str
    account: str
    params: Params
    ids: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return the first variable part of the path."""
        return self.ids[0]


Run = Callable[[World, ApiRequest], Json]


@dataclass(frozen=True)
class Operation:
    """One served operation. `serves` are the parameters it takes; any other one answers 501."""

    method: str
    template: str
    pattern: re.Pattern[str]
    run: Run
    serves: frozenset[str]
    for_connected: bool = field(default=False)

    @property
    def name(self) -> str:
        """Return method and address for people."""
        return f"{self.method} {self.template}"


_OPERATIONS: list[Operation] = []


def operation(
    method: str, template: str, serves: str = "", *, for_connected: bool = False
) -> Callable[[Run], Run]:
    """Register an operation; `serves` are its parameters, separated by spaces (`expand` always is).

    `for_connected`: also served on behalf of a connected account (`Stripe-Account`).
    """

    def register(run: Run) -> Run:
        pattern = re.compile(template.replace("{}", "([^/]+)"))
        names = frozenset([*serves.split(), "expand"])
        _OPERATIONS.append(Operation(method, template, pattern, run, names, for_connected))
        return run

    return register


def find_served(method: str, path: str) -> tuple[Operation, tuple[str, ...]] | None:
    """Return the operation behind a request and the ids in its path."""
    for found in sorted(_OPERATIONS, key=lambda entry: entry.template.count("{}")):
        match = found.pattern.fullmatch(path)
        if found.method == method and match:
            return found, match.groups()
    return None


def served_operations() -> list[str]:
    """Names of everything served, for the index page."""
    return sorted(entry.name for entry in _OPERATIONS)
