"""The call request and the published address over HTTP.

Guests and the client's address live on Django's own request, so `_request` is reached for.
"""

from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response

from calls.errors import MerchantUnknownError
from calls.gate import address_of_request, require_rate_of_address
from calls.models import Call
from calls.rules import RingFacts
from calls.selectors import caller_and_facts, place_of, published_address
from calls.serializers import CallRequestSerializer
from calls.services.request_call import asked_for, request_call
from calls.states import CallState
from marketplace.accounts.guests import claim_of, ensure_customer, introduce, note_customer
from marketplace.core.api import ApiView
from merchants.boundaries import system_scope_at
from merchants.models import Merchant
from merchants.scope import entered

# Made once: it keeps nothing of a request, and copying its fields is a good part of the answer.
_ASKED = CallRequestSerializer()
_FRESH = {"Cache-Control": "no-store"}


class CallsView(ApiView):
    """`POST /api/v1/calls/`: a customer calls a merchant at an address."""

    def post(self, request: Request) -> Response:
        """Ring; 201 with the call, 200 with the one that is open already."""
        page = request._request  # noqa: SLF001
        require_rate_of_address(address_of_request(page))
        wanted: dict[str, Any] = _ASKED.run_validation(request.data)
        facts = _facts_for(page, wanted)
        customer = ensure_customer(page)
        introduce(customer, wanted["name"])
        call, new = request_call(
            customer,
            handle=wanted["merchant"],
            address=wanted["address"],
            page=wanted["page"],
            callback=wanted["callback"],
            facts=facts,
        )
        body = {"call": call.code, "url": f"/c/{call.code}/", **_state_of(call)}
        return Response(body, status=201 if new else 200, headers=_FRESH)


def _facts_for(page: HttpRequest, wanted: dict[str, Any]) -> RingFacts | None:
    """Read the customer of the request and the facts of their call together; None for nobody."""
    claim = claim_of(page)
    if claim is None:
        return None
    asked = asked_for(
        claim.customer_id,
        handle=wanted["merchant"],
        address=wanted["address"],
        callback=wanted["callback"],
    )
    customer, facts = caller_and_facts(claim, asked)
    note_customer(page, customer)
    return facts if customer is not None else None


def _state_of(call: Call) -> dict[str, Any]:
    """Return how the call stands: a place in the queue, or that it rings by now."""
    if call.state != CallState.QUEUED:
        return {"state": str(call.state)}
    with entered(system_scope_at(call.merchant_id)):
        place = place_of(call)
    if place is None:
        return {"state": str(CallState.RINGING)}
    return {"state": str(call.state), **place.as_dict()}


class AddressView(ApiView):
    """`GET /api/v1/merchants/<handle>/address/`: where the merchant can be called now."""

    def get(self, _request: Request, handle: str) -> Response:
        """Return the address, its mode and how long it holds."""
        merchant = Merchant.objects.filter(handle=handle).first()
        if merchant is None:
            raise MerchantUnknownError
        with entered(system_scope_at(merchant.id)):
            published = published_address(merchant)
        body = {
            "address": published.address,
            "mode": published.mode,
            "valid_until": published.valid_until.isoformat(),
        }
        return Response(body, headers=_FRESH)
