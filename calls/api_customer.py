"""What a customer does around their call over HTTP: go on at another device, rate it."""

from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from calls.gate import address_of_request, require_handover_rate_of_address
from calls.serializers import RatingSerializer
from calls.services.after_call import rate_call
from calls.services.handover import offer_handover
from marketplace.accounts.guests import customer_of
from marketplace.core.api import ApiView
from marketplace.core.errors import NotFoundError
from merchants.access import scope_of_customer
from merchants.scope import Scope, entered

_FRESH = {"Cache-Control": "no-store"}


class HandoverView(ApiView):
    """`POST /api/v1/calls/<code>/handover/`: a link with which another device takes over."""

    def post(self, request: Request, code: str) -> Response:
        """Return the link, the same as a QR code, and when it ends."""
        page = request._request  # noqa: SLF001  # guests live on Django's own request
        scope = _scope_of(page)
        require_handover_rate_of_address(address_of_request(page))
        with entered(scope):
            token, expires = offer_handover(code)
        url = settings.ORIGIN + reverse("call-continue", args=[code, token])
        body = {"url": url, "qr": _drawn(url), "expires_at": expires.isoformat()}
        return Response(body, headers=_FRESH)


class RatingView(ApiView):
    """`POST /api/v1/calls/<code>/rating/`: what the customer thought of the call."""

    def post(self, request: Request, code: str) -> Response:
        """Keep the rating; a later one replaces it."""
        scope = _scope_of(request._request)  # noqa: SLF001
        said = RatingSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        given: dict[str, Any] = said.validated_data
        with entered(scope):
            call = rate_call(code, stars=given["stars"], words=given["words"])
        return Response({"stars": call.rating, "words": call.rating_words}, headers=_FRESH)


def _scope_of(request: HttpRequest) -> Scope:
    """Return the scope of the request's customer; raises NotFoundError for nobody."""
    customer = customer_of(request)
    if customer is None:
        raise NotFoundError
    return scope_of_customer(customer)


def _drawn(url: str) -> str:
    """Return a QR code as SVG: dark on light in both modes, because cameras want it so."""
    code = segno.make_qr(url, error="m")
    return str(code.svg_inline(omitsize=True, border=4, dark="#211d17", light="#fff"))
