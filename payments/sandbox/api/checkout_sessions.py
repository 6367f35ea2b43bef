"""Checkout Sessions, `mode=payment` only."""

from __future__ import annotations

from payments.sandbox.errors import Json, invalid, not_served
from payments.sandbox.forms import Params
from payments.sandbox.listing import read_limit
from payments.sandbox.registry import ApiRequest, operation
from payments.sandbox.rules.checkout import (
    SessionDetails,
    create_session,
    expire_session,
    line_items,
)
from payments.sandbox.rules.intents import IntentDetails
from payments.sandbox.rules.prices import LineItem
from payments.sandbox.world import World

_KEPT = (
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "locale",
    "redirect_on_completion",
    "return_url",
    "submit_type",
    "success_url",
    "origin_context",
)
# Switches the sandbox takes when they are off, because then there is nothing to do.
_OFF = (
    "adaptive_pricing",
    "automatic_tax",
    "phone_number_collection",
    "tax_id_collection",
    "invoice_creation",
)
_INTENT = frozenset({"description", "metadata", "receipt_email", "transfer_group"})
_ITEM = frozenset({"price_data", "quantity"})
_PRICE = frozenset({"currency", "unit_amount", "product_data"})
_SERVES = " ".join(
    (
        "mode",
        "ui_mode",
        "line_items",
        "expires_at",
        "metadata",
        "payment_intent_data",
        "custom_text",
        "payment_method_types",
        "allowed_payment_method_types",
        *_KEPT,
        *_OFF,
    )
)
_UI_MODES = ("hosted_page", "embedded_page")
_EMBEDDED_ONLY, _HOSTED_ONLY = (
    ("return_url", "redirect_on_completion"),
    ("success_url", "cancel_url"),
)


@operation("POST", "/v1/checkout/sessions", _SERVES)
def create(world: World, request: ApiRequest) -> Json:
    """Create a session; raises Stripe's 400s for a form that does not fit its `ui_mode`."""
    params = request.params
    if params.required("mode") != "payment":
        raise not_served(f"mode={params.text('mode')} of {request.method} {request.path}")
    ui_mode = params.text("ui_mode") or "hosted_page"
    if ui_mode not in _UI_MODES:
        raise not_served(f"ui_mode={ui_mode} of {request.method} {request.path}")
    _check_addresses(params, ui_mode)
    _check_methods(params)
    details = SessionDetails(
        ui_mode=ui_mode,
        items=[_line_item(item) for item in params.children("line_items")],
        expires_at=params.integer("expires_at"),
        intent=_intent(params.child("payment_intent_data")),
        shown=_shown(params, ui_mode),
    )
    return create_session(world, details, account=request.account).body


def _check_addresses(params: Params, ui_mode: str) -> None:
    embedded = ui_mode == "embedded_page"
    for name in _HOSTED_ONLY if embedded else _EMBEDDED_ONLY:
        if name in params:
            raise invalid(f"`{name}` cannot be used when `ui_mode` is `{ui_mode}`.", param=name)
    if not embedded:
        params.required("success_url")
    elif params.text("redirect_on_completion") != "never":
        params.required("return_url")
    elif "return_url" in params:
        raise invalid(
            "`return_url` cannot be used when `redirect_on_completion` is `never`.",
            param="return_url",
        )
    if not params.children("line_items"):
        raise invalid(
            "`line_items` is required in `payment` mode.",
            code="parameter_missing",
            param="line_items",
        )
    if len(params.text("client_reference_id") or "") > 200:
        raise invalid(
            "Invalid string: must be at most 200 characters.", param="client_reference_id"
        )


def _check_methods(params: Params) -> None:
    for name in ("payment_method_types", "allowed_payment_method_types"):
        if name in params and "card" not in params.texts(name):
            raise not_served("payment methods other than card")
    for name in _OFF:
        if params.child(name).flag("enabled"):
            raise not_served(f"{name}[enabled]")


def _line_item(item: Params) -> LineItem:
    item.only(_ITEM, "a line item")
    price = item.child("price_data")
    price.only(_PRICE, "price_data")
    product = price.child("product_data")
    product.only(frozenset({"name", "description"}), "product_data")
    quantity = 1 if item.integer("quantity") is None else item.integer("quantity") or 0
    amount = price.required_integer("unit_amount")
    if quantity < 1 or amount < 0:
        raise invalid(
            "Invalid line item: quantity and amount must be positive.", param=item.named("quantity")
        )
    currency = price.required("currency").lower()
    return LineItem(
        product.required("name"), currency, amount, quantity, product.text("description")
    )


def _intent(data: Params) -> IntentDetails:
    data.only(_INTENT, "payment_intent_data")
    return IntentDetails(
        metadata=data.metadata(),
        description=data.text("description"),
        receipt_email=data.text("receipt_email"),
        transfer_group=data.text("transfer_group"),
    )


def _shown(params: Params, ui_mode: str) -> Json:
    kept: Json = {name: params.text(name) for name in _KEPT}
    if ui_mode == "embedded_page":
        kept["redirect_on_completion"] = kept["redirect_on_completion"] or "always"
    kept["metadata"] = params.metadata()
    texts = params.child("custom_text")
    texts.only(frozenset({"submit"}), "custom_text")
    message = texts.child("submit").text("message")
    submit = {"message": message} if message else None
    kept["custom_text"] = {
        "after_submit": None,
        "shipping_address": None,
        "submit": submit,
        "terms_of_service_acceptance": None,
    }
    return kept


@operation("POST", "/v1/checkout/sessions/{}/expire")
def expire(world: World, request: ApiRequest) -> Json:
    """End an open session unpaid."""
    session = world.get("checkout.session", request.id, account=request.account)
    expire_session(world, session)
    return session.body


@operation("GET", "/v1/checkout/sessions/{}/line_items", "limit starting_after", for_connected=True)
def list_line_items(world: World, request: ApiRequest) -> Json:
    """Return a page of a session's line items."""
    session = world.get("checkout.session", request.id, account=request.account)
    return line_items(
        session, limit=read_limit(request.params), after=request.params.text("starting_after")
    )
