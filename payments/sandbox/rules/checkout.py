"""Checkout sessions: paid on a page, completed or expired, never both."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from payments.sandbox.cards import Card
from payments.sandbox.errors import Json, invalid
from payments.sandbox.ids import new_id
from payments.sandbox.money import check_chargeable
from payments.sandbox.rows.objects import Stored
from payments.sandbox.rules.charges import Payer, new_payment_method
from payments.sandbox.rules.intents import IntentDetails, confirm_intent, create_intent
from payments.sandbox.rules.prices import LineItem, create_price
from payments.sandbox.world import World

EXPIRE_SESSION = "expire_session"
SHORTEST, LONGEST = 30 * 60, 24 * 3600
# A request takes a moment to arrive: exactly 30 minutes must not be refused for a second.
_TOLERANCE = 5


@dataclass(frozen=True)
class SessionDetails:
    """What a session is made with; `shown` are fields kept and returned as they came."""

    ui_mode: str
    items: list[LineItem]
    expires_at: int | None
    intent: IntentDetails
    shown: Json = field(default_factory=dict)


def create_session(world: World, details: SessionDetails, *, account: str) -> Stored:
    """Create an open session. Raises the 400s for amounts, currencies and expiry."""
    currency = _one_currency(details.items)
    total = sum(item.unit_amount * item.quantity for item in details.items)
    check_chargeable(total, currency, "line_items")
    session_id = new_id("cs_test", 58)
    expires_at = _expiry(world, details.expires_at)
    fields = {**_defaults(total), **details.shown, **_addresses(world, session_id, details)}
    session = world.new(
        "checkout.session",
        "cs_test",
        account=account,
        id=session_id,
        currency=currency,
        expires_at=expires_at,
        private={
            "items": [_line(world, item, account) for item in details.items],
            "intent": vars(details.intent),
        },
        **fields,
    )
    world.later(EXPIRE_SESSION, session.id, expires_at)
    return session


def _one_currency(items: list[LineItem]) -> str:
    currencies = {item.currency for item in items}
    if len(currencies) != 1:
        raise invalid(
            "The Checkout Session's line items must all have the same currency.", param="line_items"
        )
    return currencies.pop()


def _expiry(world: World, asked: int | None) -> int:
    expires_at = world.now + LONGEST if asked is None else asked
    if not SHORTEST - _TOLERANCE <= expires_at - world.now <= LONGEST + _TOLERANCE:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout "
            "Session creation.",
            param="expires_at",
        )
    return expires_at


def _addresses(world: World, session_id: str, details: SessionDetails) -> Json:
    hosted = details.ui_mode == "hosted_page"
    return {
        "ui_mode": details.ui_mode,
        "url": f"{world.base_url}/c/pay/{session_id}" if hosted else None,
        "client_secret": None if hosted else f"{session_id}_secret_{secrets.token_urlsafe(24)}",
    }


def _defaults(total: int) -> Json:
    empty_texts = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    return {
        "amount_subtotal": total,
        "amount_total": total,
        "mode": "payment",
        "status": "open",
        "payment_status": "unpaid",
        "customer_creation": "if_required",
        "payment_method_types": ["card"],
        "payment_method_collection": "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "custom_text": dict.fromkeys(empty_texts),
        "custom_fields": [],
        "shipping_options": [],
        "phone_number_collection": {"enabled": False},
        "adaptive_pricing": {"enabled": False},
    }


def _line(world: World, item: LineItem, account: str) -> Json:
    """Return a line item, which lives inside its session; its price is an object of its own."""
    amount = item.unit_amount * item.quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": item.currency,
        "description": item.name,
        "metadata": {},
        "price": create_price(world, item, account=account).body,
        "quantity": item.quantity,
    }


def line_items(session: Stored, *, limit: int = 10, after: str | None = None) -> Json:
    """Return a page of a session's line items."""
    items: list[Any] = session.private["items"]
    start = next((index + 1 for index, item in enumerate(items) if item["id"] == after), 0)
    page = items[start : start + limit]
    url = f"/v1/checkout/sessions/{session.id}/line_items"
    return {"object": "list", "data": page, "has_more": start + limit < len(items), "url": url}


def pay_session(world: World, session: Stored, card: Card, payer: Payer) -> None:
    """Pays an open session. A decline raises 402 and leaves it open; a session no longer open
    raises 400.
    """
    if session.body["status"] != "open":
        raise invalid(
            f"This Checkout Session is no longer open: its status is {session.body['status']}.",
            code="checkout_session_not_open",
        )
    account, body = session.account, session.body
    if body["payment_intent"] is None:
        details = IntentDetails(**session.private["intent"])
        amount, currency = body["amount_total"], body["currency"]
        body["payment_intent"] = create_intent(world, amount, currency, details, account=account).id
        world.save(session)
    intent = world.get("payment_intent", body["payment_intent"], account=account)
    confirm_intent(world, intent, new_payment_method(world, card, payer, account=account))
    _complete(world, session, payer)


def _complete(world: World, session: Stored, payer: Payer) -> None:
    details: Json = {
        "address": None,
        "business_name": None,
        "email": payer.email,
        "individual_name": None,
        "name": payer.name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    session.body.update(
        status="complete", payment_status="paid", url=None, customer_details=details
    )
    world.save(session)
    world.emit("checkout.session.completed", session)


def expire_session(world: World, session: Stored) -> None:
    """End an open session unpaid. Raises Stripe's 400 for one that is no longer open."""
    status = session.body["status"]
    if status != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {status}."
        )
    session.body.update(status="expired", url=None)
    world.save(session)
    world.emit("checkout.session.expired", session)
