"""Which page answers which address."""

from __future__ import annotations

import re
from collections.abc import Callable

from payments.sandbox.host import Sandbox
from payments.sandbox.pages.checkout import embedded_page, hosted_page
from payments.sandbox.pages.index import index_page
from payments.sandbox.pages.onboarding import onboarding_page, receipt_page
from payments.sandbox.pages.render import message_page, static_response
from payments.sandbox.pages.visit import Visit
from payments.sandbox.wire import Request, Response

Page = Callable[[Visit], Response]


def _static(visit: Visit) -> Response:
    return static_response(visit.subject) or not_found()


_PAGES: tuple[tuple[str, tuple[str, ...], Page], ...] = (
    (r"/()", ("GET",), index_page),
    (r"/c/pay/(cs_test_\w+)", ("GET", "POST"), hosted_page),
    (r"/embed/([\w-]+)", ("GET", "POST"), embedded_page),
    (r"/onboard/([\w-]+)", ("GET", "POST"), onboarding_page),
    (r"/receipts/(\w+)", ("GET",), receipt_page),
    (r"/static/([\w.-]+)", ("GET",), _static),
    (r"/js/(?:v3|[a-z]+)/(stripe\.js)", ("GET",), _static),
)


def answer_page(sandbox: Sandbox, request: Request) -> Response:
    """Return the page at an address, or a 404 page."""
    for pattern, methods, page in _PAGES:
        match = re.fullmatch(pattern, request.path)
        if match and request.method in methods:
            return page(Visit(sandbox, request, match[1]))
    return not_found()


def not_found() -> Response:
    """Return the 404 page."""
    return message_page("Nothing here", "The sandbox has no page at this address.", status=404)
