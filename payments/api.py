"""The endpoint that opens the checkout."""

from typing import Annotated

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.accounts.guests import customer_of
from marketplace.core.api import ApiView
from marketplace.core.errors import InputInvalidError, NotFoundError
from merchants.access import scope_of_customer
from payments.services.start_checkout import start_checkout


class CheckoutInput(BaseModel):
    """What the customer's screen shows; the amount is not asked for, it is the order's."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    revision: Annotated[int, Field(ge=0, lt=2**31)]
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class CheckoutView(ApiView):
    """POST /api/v1/orders/<code>/checkout/."""

    def post(self, request: Request, code: str) -> Response:
        """Answer with the order's one open checkout session; refusals are coded."""
        customer = customer_of(request._request)  # noqa: SLF001  # the request the cookie came with
        if customer is None:
            raise NotFoundError
        try:
            shown = CheckoutInput.model_validate(request.data)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise InputInvalidError(field=where) from error
        checkout = start_checkout(
            code, revision=shown.revision, digest=shown.digest, scope=scope_of_customer(customer)
        )
        return Response(
            {
                "session": checkout.session_id,
                "client_secret": checkout.client_secret,
                "publishable_key": settings.STRIPE_PUBLISHABLE_KEY,
                "amount": checkout.amount.minor,
                "currency": checkout.amount.currency,
                "revision": checkout.revision,
            }
        )
