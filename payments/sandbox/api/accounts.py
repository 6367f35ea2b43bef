"""Accounts v2 as recipients."""

from __future__ import annotations

from payments.sandbox.errors import Json, invalid, missing_object, not_served
from payments.sandbox.forms import Params
from payments.sandbox.registry import ApiRequest, operation
from payments.sandbox.rows import objects
from payments.sandbox.rows.objects import Filter
from payments.sandbox.rules.accounts import INCLUDABLE, AccountDetails, create_account, visible
from payments.sandbox.world import World

_CREATE = "contact_email display_name dashboard configuration defaults identity include metadata"


@operation("POST", "/v2/core/accounts", _CREATE)
def create(world: World, request: ApiRequest) -> Json:
    """Create a recipient."""
    params = request.params
    include = _include(params)
    return visible(create_account(world, _details(params)), include)


def _details(params: Params) -> AccountDetails:
    configuration, identity, defaults = (
        params.child(name) for name in ("configuration", "identity", "defaults")
    )
    configuration.only(frozenset({"recipient"}), "configuration")
    identity.only(frozenset({"country", "entity_type"}), "identity")
    defaults.only(frozenset({"currency", "responsibilities"}), "defaults")
    if "recipient" not in configuration:
        raise not_served("an account without a recipient configuration")
    capabilities = configuration.child("recipient").child("capabilities")
    capabilities.only(frozenset({"stripe_balance"}), "recipient capabilities")
    transfers = capabilities.child("stripe_balance").child("stripe_transfers")
    responsibilities = defaults.child("responsibilities")
    return AccountDetails(
        contact_email=params.text("contact_email"),
        display_name=params.text("display_name"),
        dashboard=params.text("dashboard"),
        country=_country(identity),
        entity_type=identity.text("entity_type"),
        currency=defaults.text("currency"),
        fees_collector=responsibilities.text("fees_collector") or "application",
        losses_collector=responsibilities.text("losses_collector") or "application",
        wants_transfers=bool(transfers.flag("requested")),
        metadata=params.metadata(),
    )


def _country(identity: Params) -> str:
    country = identity.text("country")
    if not country or len(country) != 2 or not country.isalpha():
        raise invalid(
            "identity.country must be a two-letter country code.",
            code="invalid_country",
            param="identity.country",
        )
    return country.upper()


def _include(params: Params) -> list[str]:
    names = params.texts("include")
    for name in names:
        if name not in INCLUDABLE:
            raise invalid(f"Invalid include: {name}", param="include")
    return names


@operation("GET", "/v2/core/accounts/{}", "include")
def retrieve(world: World, request: ApiRequest) -> Json:
    """Return an account with the parts asked for."""
    return visible(world.get("v2.core.account", request.id), _include(request.params))


@operation("GET", "/v2/core/accounts", "limit applied_configurations closed page")
def index(world: World, request: ApiRequest) -> Json:
    """v2 pages by an opaque address instead of ids."""
    params = request.params
    limit = params.integer("limit") or 20
    cursor = params.text("page")
    filters = [Filter("seq < ?", _position(world, cursor))] if cursor else []
    if set(params.texts("applied_configurations")) - {"recipient"} or params.flag("closed"):
        return {"data": [], "next_page_url": None, "previous_page_url": None}
    found = objects.select(
        world.db, "v2.core.account", account=request.account, filters=filters, limit=limit + 1
    )
    shown = found[:limit]
    following = (
        f"/v2/core/accounts?limit={limit}&page={shown[-1].id}" if len(found) > limit else None
    )
    return {
        "data": [visible(item, []) for item in shown],
        "next_page_url": following,
        "previous_page_url": None,
    }


def _position(world: World, cursor: str) -> int:
    stored = objects.find(world.db, cursor)
    if stored is None:
        raise missing_object("page", cursor, param="page", status=400)
    return stored.seq
