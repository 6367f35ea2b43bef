"""Transfers; reversals are not served yet."""

from __future__ import annotations

from payments.sandbox.errors import Json
from payments.sandbox.registry import ApiRequest, operation
from payments.sandbox.rules.transfers import TransferDetails, create_transfer
from payments.sandbox.world import World

_CREATE = "amount currency destination source_transaction transfer_group description metadata"


@operation("POST", "/v1/transfers", _CREATE)
def create(world: World, request: ApiRequest) -> Json:
    """Move money to a connected account."""
    params = request.params
    details = TransferDetails(
        amount=params.required_integer("amount"),
        currency=params.required("currency").lower(),
        destination=params.required("destination"),
        source_transaction=params.text("source_transaction"),
        transfer_group=params.text("transfer_group"),
        description=params.text("description"),
        metadata=params.metadata(),
    )
    return create_transfer(world, details).body
