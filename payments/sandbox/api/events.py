"""The list of events; a single one is retrieved like any other resource."""

from __future__ import annotations

from payments.sandbox.errors import Json, invalid
from payments.sandbox.forms import Params
from payments.sandbox.listing import PAGING, page
from payments.sandbox.registry import ApiRequest, operation
from payments.sandbox.rows.objects import Filter
from payments.sandbox.world import World


@operation("GET", "/v1/events", f"{PAGING} type types delivery_success", for_connected=True)
def index(world: World, request: ApiRequest) -> Json:
    """List events by type, creation and delivery."""
    return page(world, request, "event", _filters(request.params))


def _filters(params: Params) -> list[Filter]:
    """By type (`charge.*` works), by several types, by delivery."""
    names = params.texts("types") or ([params.required("type")] if "type" in params else [])
    if "types" in params and "type" in params:
        raise invalid("You may pass either `type` or `types`, but not both.", param="types")
    patterns = [f"json_extract(body, '$.type') GLOB '{_safe(name)}'" for name in names]
    # A condition of its own value keeps every filter one expression with one placeholder.
    filters = [Filter(f"({' OR '.join(patterns)}) AND 1 = ?", 1)] if patterns else []
    delivered = params.flag("delivery_success")
    if delivered is not None:
        comparison = "=" if delivered else ">"
        filters.append(Filter(f"json_extract(body, '$.pending_webhooks') {comparison} ?", 0))
    return filters


def _safe(name: str) -> str:
    """Let through an event name or a prefix ending in `*`; nothing else may reach the query."""
    plain = name.removesuffix("*")
    if not plain.replace(".", "").replace("_", "").isalnum() and plain:
        raise invalid(f"Invalid event type: {name}", param="type")
    return name
