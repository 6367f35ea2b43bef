"""A request and a response, free of any HTTP server."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Request:
    """Header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str = ""

    def wants_html(self) -> bool:
        """Tell whether a person's browser asks."""
        return "text/html" in self.headers.get("accept", "")

    def is_json(self) -> bool:
        """Tell whether the body is JSON."""
        return self.headers.get("content-type", "").startswith("application/json")

    def is_local(self) -> bool:
        """Addressed to a loopback name: keeps other sites from reaching in by a name of their own
        (DNS rebinding).
        """
        name = urlsplit(f"//{self.headers.get('host', '')}").hostname or ""
        return name == "localhost" or name.endswith(".localhost") or is_loopback(name)

    def is_same_origin(self) -> bool:
        """Not sent by a page of somebody else; programs send no Origin."""
        origin = self.headers.get("origin")
        return origin is None or urlsplit(origin).netloc == self.headers.get("host")


def is_loopback(address: str) -> bool:
    """Tell whether this is an IP address of this machine only."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Response:
    """What goes back; `headers` beside type and length."""

    status: int
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    return Response(status, json.dumps(body, indent=2), "application/json", headers or {})


def redirect(location: str) -> Response:
    """Lead the browser elsewhere."""
    return Response(303, headers={"Location": location})
