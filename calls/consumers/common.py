"""What both sockets of the calls need: work inside a scope, and where a client comes from."""

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from django.conf import settings

from calls.addresses import client_address, trusted_proxies
from merchants.scope import Scope, entered

P = ParamSpec("P")
R = TypeVar("R")

LOOK_EVERY_BEATS: Final = 2
"""Every so many heartbeats the rows are read again, so that a lost announcement heals."""


def in_scope(scope: Scope, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service or selector inside `scope`."""
    with entered(scope):
        return function(*args, **kwargs)


def address_of(scope: dict[str, Any]) -> str | None:
    """Return the client's address of a socket as the server sees it."""
    client = scope.get("client") or (None,)
    forwarded = [
        value.decode("latin-1")
        for name, value in scope.get("headers", [])
        if name == b"x-forwarded-for"
    ]
    return client_address(client[0], forwarded, trusted_proxies(*settings.TRUSTED_PROXIES))
