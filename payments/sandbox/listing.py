"""Lists as Stripe pages them: newest first, by cursors, within ranges of `created`."""

from __future__ import annotations

from collections.abc import Sequence

from payments.sandbox.errors import Json, invalid, missing_object
from payments.sandbox.forms import Params
from payments.sandbox.registry import ApiRequest
from payments.sandbox.rows import objects
from payments.sandbox.rows.objects import Filter, Stored
from payments.sandbox.world import World

PAGING = "limit starting_after ending_before created"
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(world: World, request: ApiRequest, kind: str, filters: Sequence[Filter] = ()) -> Json:
    """One page of this account's objects of a kind."""
    params = request.params
    conditions = [*filters, *_created(params)]
    limit = read_limit(params)
    backwards = params.text("ending_before")
    if backwards:
        found = _before(world, request, kind, conditions, limit)
    else:
        conditions += _after(world, request, kind)
        found = objects.select(
            world.db, kind, account=request.account, filters=conditions, limit=limit + 1
        )
    rows = found[-limit:] if backwards else found[:limit]
    return {
        "object": "list",
        "data": [row.body for row in rows],
        "has_more": len(found) > limit,
        "url": request.path,
    }


def read_limit(params: Params) -> int:
    """Stripe's 1 to 100, ten by default."""
    limit = 10 if params.text("limit") is None else params.integer("limit") or 0
    if not 1 <= limit <= 100:
        message = f"Invalid integer: {limit}. Limit must be between 1 and 100."
        raise invalid(message, code="parameter_invalid_integer", param="limit")
    return limit


def _created(params: Params) -> list[Filter]:
    if isinstance(params.values.get("created"), dict):
        bounds = params.child("created")
        return [
            Filter(f"created {_COMPARISONS[name]} ?", bounds.required_integer(name))
            for name in bounds.values
            if name in _COMPARISONS
        ]
    exact = params.integer("created")
    return [] if exact is None else [Filter("created = ?", exact)]


def _position(world: World, request: ApiRequest, kind: str, param: str) -> int:
    cursor = request.params.required(param)
    stored = objects.find(world.db, cursor)
    if stored is None or stored.kind != kind or stored.account != request.account:
        raise missing_object(kind, cursor, param=param, status=400)
    return stored.seq


def _after(world: World, request: ApiRequest, kind: str) -> list[Filter]:
    if "starting_after" not in request.params:
        return []
    return [Filter("seq < ?", _position(world, request, kind, "starting_after"))]


def _before(
    world: World, request: ApiRequest, kind: str, conditions: list[Filter], limit: int
) -> list[Stored]:
    """Return the `limit` + 1 objects just newer than the cursor, newest first."""
    newer = Filter("seq > ?", _position(world, request, kind, "ending_before"))
    found = objects.select(world.db, kind, account=request.account, filters=[*conditions, newer])
    return found[-(limit + 1) :]
