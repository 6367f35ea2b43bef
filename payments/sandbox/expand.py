"""`expand`: ids in an answer replaced by the objects they name."""

from __future__ import annotations

import copy
from typing import Any

from payments.sandbox.errors import Json, invalid
from payments.sandbox.rows import objects
from payments.sandbox.rows.objects import body_equals
from payments.sandbox.rules.balance import refresh_status
from payments.sandbox.rules.checkout import line_items
from payments.sandbox.world import World

DEEPEST = 4


def expanded(world: World, answer: Json, paths: list[str]) -> Json:
    """Return a copy of the answer with these paths expanded and with statuses as of now. Raises 400
    for what cannot be.
    """
    answer = copy.deepcopy(answer)
    _refresh(world, answer)
    for path in paths:
        names = path.split(".")
        if len(names) > DEEPEST + (names[0] == "data"):
            raise invalid(
                f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}",
                param="expand",
            )
        _expand(world, answer, names, path)
    return answer


def _refresh(world: World, body: Any) -> None:
    if isinstance(body, list):
        for item in body:
            _refresh(world, item)
    elif isinstance(body, dict) and body.get("object") == "list":
        _refresh(world, body["data"])
    elif isinstance(body, dict) and body.get("object") == "balance_transaction":
        refresh_status(world, body)


def _expand(world: World, body: Any, names: list[str], path: str) -> None:
    if not names or body is None:
        return
    if isinstance(body, list):
        for item in body:
            _expand(world, item, names, path)
        return
    name, *rest = names
    if not isinstance(body, dict):
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    if name not in body or (body[name] is None and name in _INCLUDED):
        _include(world, body, name, path)
    if isinstance(body[name], str):
        body[name] = _object(world, body[name], path)
    _expand(world, body[name], rest, path)


def _object(world: World, object_id: str, path: str) -> Json:
    stored = objects.find(world.db, object_id)
    if stored is None or stored.kind.startswith("v2."):
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    body = copy.deepcopy(stored.body)
    _refresh(world, body)
    return body


def _session_lines(world: World, body: Json) -> Json:
    return line_items(world.get("checkout.session", body["id"], account=_account(world, body)))


def _charge_refunds(world: World, body: Json) -> Json:
    refunds = world.select(
        "refund", body_equals("charge", body["id"]), account=_account(world, body)
    )
    url = f"/v1/charges/{body['id']}/refunds"
    return {
        "object": "list",
        "data": [item.body for item in refunds[:10]],
        "has_more": len(refunds) > 10,
        "url": url,
    }


def _account(world: World, body: Json) -> str:
    stored = objects.find(world.db, body["id"])
    if stored is None:
        raise invalid("This property cannot be expanded.", param="expand")
    return stored.account


# Left out unless asked for.
_INCLUDED = {
    "line_items": ("checkout.session", _session_lines),
    "refunds": ("charge", _charge_refunds),
}


def _include(world: World, body: Json, name: str, path: str) -> None:
    kind, load = _INCLUDED.get(name, (None, None))
    if load is None or body.get("object") != kind:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    body[name] = load(world, body)
