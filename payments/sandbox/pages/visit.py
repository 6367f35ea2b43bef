"""A request for a page."""

from __future__ import annotations

from dataclasses import dataclass

from payments.sandbox.host import Sandbox
from payments.sandbox.wire import Request


@dataclass(frozen=True)
class Visit:
    """Who asks what; `subject` is the variable part of the address."""

    sandbox: Sandbox
    request: Request
    subject: str
