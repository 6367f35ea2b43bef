"""Templates, static files and the headers every page carries."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from payments.sandbox.wire import Response

BANNERS = {"en": "Sandbox: no real payment is made.", "zh": "沙盒：不会发生真实付款。"}
_PACKAGE = Path(__file__).resolve().parent.parent
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


class Markup(str):
    """Text that is HTML already; anything else is escaped."""

    __slots__ = ()


@cache
def _template(name: str) -> Template:
    return Template((_PACKAGE / "templates" / f"{name}.html").read_text(encoding="utf-8"))


def render(template: str, /, **values: object) -> Markup:
    """Fill a template, its values escaped. Raises KeyError for a value that is missing."""
    safe = {
        key: value if isinstance(value, Markup) else html.escape(str(value))
        for key, value in values.items()
    }
    return Markup(_template(template).substitute(safe))


def join(parts: Sequence[Markup]) -> Markup:
    """Put rendered parts together."""
    return Markup("".join(parts))


@dataclass(frozen=True)
class Reach:
    """Beyond the page itself: who may frame it, and where a form of it may lead."""

    frame_ancestors: Sequence[str] = ()
    form_targets: Sequence[str] = ()

    def policy(self) -> str:
        """Return the page's Content-Security-Policy."""
        targets = " ".join(["'self'", *self.form_targets])
        ancestors = " ".join(self.frame_ancestors) or "'none'"
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "connect-src 'self'; base-uri 'none'; "
            f"form-action {targets}; frame-ancestors {ancestors}"
        )


def page_response(
    title: str,
    body: Markup,
    *,
    status: int = 200,
    language: str = "en",
    page: str = "plain",
    reach: Reach | None = None,
) -> Response:
    """Return a whole page with the banner."""
    text = render(
        "layout", title=title, body=body, language=language, banner=BANNERS[language], page=page
    )
    headers = {
        "Content-Security-Policy": (reach or Reach()).policy(),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
    }
    return Response(status, text, "text/html; charset=utf-8", headers)


def message_page(heading: str, text: str, *, status: int = 200, state: str = "unknown") -> Response:
    """Return a page that says one thing."""
    body = render("message", heading=heading, text=text, state=state)
    return page_response(heading, render("plain", body=body), status=status)


def static_response(name: str) -> Response | None:
    """Return a file of the static folder; None when there is none of that name."""
    files = {path.name: path for path in (_PACKAGE / "static").iterdir()}
    if name not in files:
        return None
    headers = {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(
        200, files[name].read_text(encoding="utf-8"), _TYPES[files[name].suffix], headers
    )
