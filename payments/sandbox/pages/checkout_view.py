"""How a checkout session looks: one form, hosted or embedded, or the state that replaces it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from payments.sandbox import money
from payments.sandbox.errors import Json
from payments.sandbox.pages.render import Markup, Reach, join, page_response, render
from payments.sandbox.pages.texts import texts_in
from payments.sandbox.rows.objects import Stored
from payments.sandbox.wire import Response


@dataclass(frozen=True)
class Frame:
    """Where a session is shown.

    `origins` may frame an embedded one; `parent` is the one of them that does, when it said so.
    """

    session: Stored
    action: str
    language: str
    embedded: bool = False
    origins: Sequence[str] = ()
    parent: str = ""

    @property
    def texts(self) -> dict[str, str]:
        """Return the page's words."""
        return texts_in(self.language)

    @property
    def leads_to(self) -> str | None:
        """Return where a paid session leads; None: the page around it is told instead."""
        body = self.session.body
        returns = body["redirect_on_completion"] == "always"
        url = body["success_url"] or (body["return_url"] if returns else None)
        return None if url is None else str(url).replace("{CHECKOUT_SESSION_ID}", self.session.id)


def frame_page(frame: Frame, *, error: str = "", status: int = 200) -> Response:
    """Return the page of a session as it stands; `error` is shown above the button."""
    body = _body(frame, error)
    if frame.embedded:
        holder, page = render("embed", body=body, parent=frame.parent), "embedded"
    else:
        holder, page = render("hosted", body=body), "hosted"
    target = _origin(frame.leads_to)
    return page_response(
        frame.texts["title"],
        holder,
        status=status,
        language=frame.language,
        page=page,
        reach=Reach(frame.origins, (target,) if target else ()),
    )


def unknown_page(language: str, origins: Sequence[str]) -> Response:
    """Return the page of a session that does not exist or is not open to this address."""
    texts = texts_in(language)
    body = render("plain", body=_message(texts, "unknown"))
    return page_response(texts["title"], body, status=404, language=language, reach=Reach(origins))


def _body(frame: Frame, error: str) -> Markup:
    state = frame.session.body["status"]
    if state == "open":
        return _form(frame, error)
    return _message(frame.texts, "paid" if state == "complete" else "expired")


def _message(texts: dict[str, str], name: str) -> Markup:
    return render("message", heading=texts[name], text=texts[f"{name}_hint"], state=name)


def _origin(url: str | None) -> str | None:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None


def _form(frame: Frame, error: str) -> Markup:
    body, texts = frame.session.body, frame.texts
    total = money.display(body["amount_total"], body["currency"])
    words = {f"t_{name}": text for name, text in texts.items()}
    words["t_pay"] = texts["pay"].format(amount=total)
    return render(
        "checkout",
        **words,
        action=frame.action,
        back=_back(body["cancel_url"], texts["back"]),
        email=body["customer_email"] or "",
        error=error,
        lines=join([_line(item) for item in frame.session.private["items"]]),
        note=(body["custom_text"]["submit"] or {}).get("message", ""),
        total=total,
    )


def _back(url: str | None, text: str) -> Markup:
    return render("back", url=url, text=text) if url else Markup()


def _line(item: Json) -> Markup:
    amount = money.display(item["amount_total"], item["currency"])
    quantity = f" × {item['quantity']}" if item["quantity"] > 1 else ""
    return render("line", description=f"{item['description']}{quantity}", amount=amount)
