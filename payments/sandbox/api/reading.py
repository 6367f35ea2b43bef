"""Retrieving and listing the resources that need nothing more."""

from __future__ import annotations

from dataclasses import dataclass

from payments.sandbox.errors import Json
from payments.sandbox.listing import PAGING, page
from payments.sandbox.registry import ApiRequest, operation
from payments.sandbox.rows.objects import body_equals
from payments.sandbox.world import World


@dataclass(frozen=True)
class Resource:
    """A resource and the fields its list may be filtered by; `listed` False: retrieved only."""

    path: str
    kind: str
    filters: tuple[str, ...] = ()
    listed: bool = True


RESOURCES = (
    Resource("/v1/charges", "charge", ("payment_intent", "transfer_group")),
    Resource("/v1/payment_intents", "payment_intent"),
    Resource("/v1/transfers", "transfer", ("destination", "transfer_group")),
    Resource("/v1/refunds", "refund", ("charge", "payment_intent")),
    Resource("/v1/balance_transactions", "balance_transaction", ("currency", "source", "type")),
    Resource("/v1/webhook_endpoints", "webhook_endpoint"),
    Resource("/v1/checkout/sessions", "checkout.session", ("payment_intent", "status")),
    Resource("/v1/products", "product", listed=False),
    Resource("/v1/prices", "price", listed=False),
    Resource("/v1/payment_methods", "payment_method", listed=False),
    Resource("/v1/events", "event", listed=False),
)


def serve(resource: Resource) -> None:
    """Register GET of one object and, where it is listed, of the list."""

    @operation("GET", resource.path + "/{}", for_connected=True)
    def retrieve(world: World, request: ApiRequest) -> Json:
        return world.get(resource.kind, request.id, account=request.account).body

    if resource.listed:

        @operation(
            "GET", resource.path, f"{PAGING} {' '.join(resource.filters)}", for_connected=True
        )
        def index(world: World, request: ApiRequest) -> Json:
            asked = [name for name in resource.filters if name in request.params]
            filters = [body_equals(name, request.params.required(name)) for name in asked]
            return page(world, request, resource.kind, filters)


for _resource in RESOURCES:
    serve(_resource)
