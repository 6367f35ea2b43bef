"""What Stripe does not have: faults, clock, state, contract report. Never reachable on the real
Stripe.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from payments.sandbox.contract.responses import findings_of
from payments.sandbox.errors import ApiError, Json, invalid, unknown_url
from payments.sandbox.forms import Params, decode_form, decode_json
from payments.sandbox.host import Sandbox
from payments.sandbox.paying import Typed, pay
from payments.sandbox.rows import deliveries, objects, settings
from payments.sandbox.rows.objects import Stored
from payments.sandbox.rules.accounts import activate
from payments.sandbox.wire import Request, Response, json_response, redirect
from payments.sandbox.world import World


@dataclass(frozen=True)
class Asked:
    """A control request; `subject` is the object its path names, if any."""

    sandbox: Sandbox
    params: Params
    subject: str


Control = Callable[[Asked], Any]


def answer_control(sandbox: Sandbox, request: Request) -> Response:
    """Return the answer to a request under /_sandbox; a browser's form is led back to the index
    page.
    """
    try:
        for method, pattern, control in _CONTROLS:
            match = re.fullmatch(pattern, request.path)
            if match and method == request.method:
                body = control(Asked(sandbox, _params(request), match[1] if match.groups() else ""))
                leave = request.method == "POST" and request.wants_html()
                return redirect("/") if leave else json_response(body)
        raise unknown_url(request.method, request.path)
    except ApiError as error:
        return json_response(error.body, error.status)


def _params(request: Request) -> Params:
    if request.method == "GET":
        return Params(decode_form(request.query))
    return Params(decode_json(request.body) if request.is_json() else decode_form(request.body))


def _health(asked: Asked) -> Json:
    return {"sandbox": asked.sandbox.base_url}


def _read_config(asked: Asked) -> Json:
    with asked.sandbox.world() as world:
        return world.config.model_dump()


def _change_config(asked: Asked) -> Json:
    """Change the named faults; the others stay."""
    with asked.sandbox.world() as world:
        try:
            config = settings.Config.model_validate(
                {**world.config.model_dump(), **asked.params.values}
            )
        except ValidationError as error:
            raise invalid(
                str(error.errors()[0]["msg"]), param=str(error.errors()[0]["loc"][0])
            ) from error
        settings.write_config(world.db, config)
    return config.model_dump()


def _read_clock(asked: Asked) -> Json:
    with asked.sandbox.world() as world:
        return {"now": world.now, "offset": settings.read_offset(world.db)}


def _move_clock(asked: Asked) -> Json:
    """Move the clock by `advance` seconds or sets its `offset`; what becomes due then happens."""
    with asked.sandbox.world() as world:
        offset = settings.read_offset(world.db) + (asked.params.integer("advance") or 0)
        if "offset" in asked.params:
            offset = asked.params.required_integer("offset")
        settings.write_offset(world.db, offset)
        now = World(world.db, world.base_url).now
    return {"now": now, "offset": offset}


def _reset(asked: Asked) -> Json:
    asked.sandbox.reset()
    return {}


def _state(asked: Asked) -> Json:
    """Every object by kind, newest first; with `kind` that kind only."""
    with asked.sandbox.world() as world:
        kind = asked.params.text("kind")
        stored = objects.select(world.db, kind) if kind else objects.everything(world.db)
        found: dict[str, list[Json]] = {}
        for item in stored:
            found.setdefault(item.kind, []).append({**item.body, "_account": item.account})
        sent = [dict(row) for row in deliveries.recent(world.db, 500)]
        return {"now": world.now, "objects": found, "deliveries": sent}


def _contract(asked: Asked) -> list[str]:
    """Report requests the SDK's types refuse and stored objects its classes would not expect."""
    with asked.sandbox.world() as world:
        requests = [
            f"request {row[0]}"
            for row in world.db.execute("SELECT finding FROM request_findings ORDER BY id")
        ]
        stored = objects.everything(world.db)
    return requests + [finding for item in stored for finding in findings_of(item.body)]


def _activate(asked: Asked) -> Json:
    """Do what onboarding would."""
    with asked.sandbox.world() as world:
        account = world.get("v2.core.account", asked.subject)
        activate(world, account)
        return account.body


def _pay(asked: Asked) -> Json:
    """Pay a checkout session as its page would: `card` (default 4242…), `email`, `name`."""
    number = asked.params.text("card") or "4242424242424242"
    email = asked.params.text("email") or "payer@example.com"
    with asked.sandbox.world() as world:
        session = _session(world, asked.subject)
    pay(asked.sandbox, session, Typed(number, "12/49", "123", email, asked.params.text("name")))
    with asked.sandbox.world() as world:
        return _session(world, asked.subject).body


def _session(world: World, subject: str) -> Stored:
    stored = objects.find(world.db, subject)
    return world.get("checkout.session", subject, account=stored.account if stored else "")


def _resend(asked: Asked) -> Json:
    with asked.sandbox.world() as world:
        return {"deliveries": deliveries.resend(world.db, asked.subject, world.clock)}


_CONTROLS: tuple[tuple[str, str, Control], ...] = (
    ("GET", "/_sandbox/health", _health),
    ("GET", "/_sandbox/config", _read_config),
    ("POST", "/_sandbox/config", _change_config),
    ("GET", "/_sandbox/clock", _read_clock),
    ("POST", "/_sandbox/clock", _move_clock),
    ("POST", "/_sandbox/reset", _reset),
    ("GET", "/_sandbox/state", _state),
    ("GET", "/_sandbox/contract", _contract),
    ("POST", r"/_sandbox/accounts/(\w+)/activate", _activate),
    ("POST", r"/_sandbox/sessions/(\w+)/pay", _pay),
    ("POST", r"/_sandbox/events/(\w+)/resend", _resend),
)
