"""Webhook endpoints: created and listed. Their secret is shown once."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from payments.sandbox.errors import Json, invalid
from payments.sandbox.registry import ApiRequest, operation
from payments.sandbox.world import World


@operation(
    "POST", "/v1/webhook_endpoints", "url enabled_events api_version connect description metadata"
)
def create(world: World, request: ApiRequest) -> Json:
    """Create an endpoint; its secret is in this answer only."""
    params = request.params
    url = params.required("url")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            code="url_invalid",
            param="url",
        )
    events = params.texts("enabled_events")
    if not events:
        raise invalid(
            "Missing required param: enabled_events.",
            code="parameter_missing",
            param="enabled_events",
        )
    secret = f"whsec_{secrets.token_urlsafe(24)}"
    endpoint = world.new(
        "webhook_endpoint",
        "we",
        url=url,
        enabled_events=events,
        status="enabled",
        metadata=params.metadata(),
        api_version=params.text("api_version"),
        description=params.text("description"),
        private={"secret": secret, "connect": bool(params.flag("connect"))},
    )
    return {**endpoint.body, "secret": secret}
