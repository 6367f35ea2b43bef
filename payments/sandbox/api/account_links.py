"""Account links: single-use addresses of the onboarding page."""

from __future__ import annotations

from payments.sandbox.errors import Json, not_served
from payments.sandbox.registry import ApiRequest, operation
from payments.sandbox.rules.accounts import create_link, timestamp
from payments.sandbox.world import World


@operation("POST", "/v2/core/account_links", "account use_case")
def create(world: World, request: ApiRequest) -> Json:
    """Create a single-use onboarding address."""
    params = request.params
    account = world.get("v2.core.account", params.required("account"), param="account", status=400)
    use_case = params.child("use_case")
    if use_case.required("type") != "account_onboarding":
        raise not_served(f"use_case.type={use_case.text('type')}")
    onboarding = use_case.child("account_onboarding")
    onboarding.only(
        frozenset({"refresh_url", "return_url", "collection_options"}), "account_onboarding"
    )
    refresh_url = onboarding.required("refresh_url")
    return_url = onboarding.text("return_url")
    url, expires_at = create_link(world, account, return_url or refresh_url, refresh_url)
    onboarding_shown: Json = {
        "collection_options": None,
        "refresh_url": refresh_url,
        "return_url": return_url,
    }
    return {
        "object": "v2.core.account_link",
        "account": account.id,
        "created": timestamp(world.now),
        "livemode": False,
        "expires_at": timestamp(expires_at),
        "url": url,
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": onboarding_shown,
            "account_update": None,
        },
    }
