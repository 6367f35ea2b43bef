"""The checkout page, hosted (`/c/pay/…`) and embedded (`/embed/…`): who sees it, what it does."""

from __future__ import annotations

import secrets
from dataclasses import replace
from urllib.parse import parse_qs

from payments.sandbox.errors import ApiError
from payments.sandbox.forms import Params, decode_form, decode_json
from payments.sandbox.pages.checkout_view import Frame, frame_page, unknown_page
from payments.sandbox.pages.texts import error_in, language_for
from payments.sandbox.pages.visit import Visit
from payments.sandbox.paying import pay, read_typed
from payments.sandbox.rows import objects
from payments.sandbox.rows.objects import Stored
from payments.sandbox.wire import Request, Response, json_response, redirect


def hosted_page(visit: Visit) -> Response:
    """Show or pay a session with `ui_mode=hosted_page`."""
    session = _find(visit, visit.subject)
    if session is None or session.body["ui_mode"] != "hosted_page":
        return unknown_page(_language(visit, None), ())
    frame = Frame(session, visit.request.path, _language(visit, session))
    return _answer(visit, frame)


def embedded_page(visit: Visit) -> Response:
    """Show or pay a session with `ui_mode=embedded_page`; only its client secret opens it."""
    origins = visit.sandbox.arguments.allow_origins
    session = _find(visit, visit.subject.partition("_secret_")[0])
    if session is None or not _opens(session, visit.subject):
        return unknown_page(_language(visit, None), origins)
    parent = parse_qs(visit.request.query).get("parent", [""])[0]
    frame = Frame(
        session,
        visit.request.path,
        _language(visit, session),
        embedded=True,
        origins=origins,
        parent=parent if parent in origins else "",
    )
    return _answer(visit, frame)


def _find(visit: Visit, session_id: str) -> Stored | None:
    with visit.sandbox.world() as world:
        stored = objects.find(world.db, session_id)
    return stored if stored and stored.kind == "checkout.session" else None


def _opens(session: Stored, client_secret: str) -> bool:
    known = session.body["client_secret"] or ""
    return bool(known) and secrets.compare_digest(known.encode(), client_secret.encode())


def _language(visit: Visit, session: Stored | None) -> str:
    locale = session.body["locale"] if session else None
    return language_for(locale, visit.request.headers.get("accept-language", ""))


def _answer(visit: Visit, frame: Frame) -> Response:
    """Show the page, or take its form: the page's script asks for JSON, a plain form for HTML."""
    request = visit.request
    if request.method == "GET":
        return frame_page(frame)
    try:
        pay(visit.sandbox, frame.session, read_typed(_form(request)))
    except ApiError as error:
        return _refused(visit, frame, error)
    if not request.wants_html():
        return json_response({"status": "complete", "redirect": frame.leads_to})
    if frame.leads_to and not frame.embedded:
        return redirect(frame.leads_to)
    return frame_page(_again(visit, frame))


def _form(request: Request) -> Params:
    return Params(decode_json(request.body) if request.is_json() else decode_form(request.body))


def _again(visit: Visit, frame: Frame) -> Frame:
    return replace(frame, session=_find(visit, frame.session.id) or frame.session)


def _refused(visit: Visit, frame: Frame, error: ApiError) -> Response:
    reason = error.body["error"].get("decline_code")
    text = error_in(frame.language, error.code, reason, error.message)
    if visit.request.wants_html():
        return frame_page(_again(visit, frame), error=text, status=error.status)
    answer = {"code": error.code, "decline_code": reason, "message": text}
    return json_response({"error": answer}, error.status)
