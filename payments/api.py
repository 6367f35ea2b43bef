"""Endpoints that ask Stripe: opening the checkout, revising an order."""

from typing import Annotated

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.accounts.models import User
from marketplace.core.api import ApiView
from marketplace.core.errors import InputInvalidError
from merchants.access import member_where
from merchants.roles import Permission
from merchants.scope import Scope, entered
from orders.models import Order
from orders.order_links import access_of
from orders.order_summary import order_summary
from orders.selectors import order_for_member
from orders.services.revise_order import withdraw_revision
from payments.services.revise_order import revise_order
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
        access = access_of(request._request, code)  # noqa: SLF001  # the request the cookie came with
        try:
            shown = CheckoutInput.model_validate(request.data)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise InputInvalidError(field=where) from error
        checkout = start_checkout(
            code, revision=shown.revision, digest=shown.digest, scope=access.scope
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


class ReviseView(ApiView):
    """POST /api/v1/orders/<code>/revise/."""

    def post(self, request: Request, code: str) -> Response:
        """Open the form of the member's unpaid order again; refusals are coded."""
        order, scope = _order_of_member(request, code)
        return Response({"form": revise_order(order, scope).code})


class WithdrawRevisionView(ApiView):
    """POST /api/v1/orders/<code>/revise/withdraw/."""

    def post(self, request: Request, code: str) -> Response:
        """Take a revision back; the order stays as it was."""
        order, scope = _order_of_member(request, code)
        with entered(scope):
            return Response({"order": order_summary(withdraw_revision(order.id))})


def _order_of_member(request: Request, code: str) -> tuple[Order, Scope]:
    user: User | AnonymousUser = request.user
    _, scope, order = member_where(user, Permission.ORDERS_CREATE, lambda: order_for_member(code))
    return order, scope
