"""The one door to Stripe. Nothing else imports the SDK (except the sandbox).

No call may happen inside a database transaction: Stripe may take a minute, and its effect
stays when ours is rolled back. Every POST carries an idempotency key that comes from a row
written before, so that a repeat after a crash or a time-out finds the same object.
Errors leave as GatewayRefused (final) or GatewayUnavailable (repeat with the same key).
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, wraps
from http import HTTPStatus
from typing import Final, ParamSpec, TypeVar

import stripe
from django.conf import settings
from django.db import connection
from stripe._base_address import BaseAddresses

from payments.errors import (
    GatewayError,
    GatewayFailed,
    GatewayInTransactionError,
    GatewayRefused,
    GatewayUnavailable,
    SignatureInvalidError,
)
from payments.facts import (
    AccountFacts,
    AccountRequest,
    BalanceFacts,
    OwnerFacts,
    SessionFacts,
    SessionRequest,
    TransferFacts,
    TransferRequest,
    transfer_group,
)

P = ParamSpec("P")
R = TypeVar("R")

API_VERSION: Final = "2026-10-28.endive"
RETRIES: Final = 2
TIMEOUT: Final = (3.05, 20.0)
SIGNATURE_TOLERANCE: Final = 300
CLOCK_SKEW: Final = 300
TITLE_LENGTH: Final = 250
_EXPAND_SESSION: Final = ["payment_intent.latest_charge.balance_transaction"]


def _outside(call: Callable[P, R]) -> Callable[P, R]:
    """Refuse to run inside a transaction, and translate the SDK's errors."""

    @wraps(call)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            raise GatewayInTransactionError(f"{call.__name__} called inside a transaction")
        try:
            return call(*args, **kwargs)
        except stripe.StripeError as error:
            raise _translated(error) from error

    return guarded


def _translated(error: stripe.StripeError) -> GatewayError:
    code = error.code or type(error).__name__
    if isinstance(error, stripe.CardError | stripe.InvalidRequestError):
        if error.http_status == HTTPStatus.CONFLICT:  # the first request is still running
            return GatewayUnavailable(code)
        return GatewayRefused(code, str(getattr(error, "param", "") or ""))
    if isinstance(error, stripe.IdempotencyError):
        # Other parameters under one key are a bug of ours; a key in use (409) may be repeated.
        in_use = error.http_status == HTTPStatus.CONFLICT
        return GatewayUnavailable(code) if in_use else GatewayRefused(code)
    if (error.http_status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return GatewayFailed(code)
    # Wrong keys and missing rights are no fault of the row: it waits until they are put right.
    return GatewayUnavailable(code)


@lru_cache(maxsize=4)
def _client_for(key: str, base: str) -> stripe.StripeClient:
    addresses: BaseAddresses = {}
    if base:
        addresses = {"api": base, "connect": base, "files": base, "meter_events": base}
    return stripe.StripeClient(
        key,
        base_addresses=addresses,
        stripe_version=API_VERSION,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    )


def _client() -> stripe.StripeClient:
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


# -- connected accounts ----------------------------------------------------------------


@_outside
def create_account(request: AccountRequest, *, key: str) -> AccountFacts:
    """Create a recipient: an account that receives transfers and takes no cards itself."""
    account = _client().v2.core.accounts.create(
        params={
            "contact_email": request.email,
            "display_name": request.name,
            "dashboard": "express",
            "identity": {"country": request.country.lower(), "entity_type": "company"},
            "configuration": {
                "recipient": {
                    "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
                }
            },
            "defaults": {
                "responsibilities": {
                    "fees_collector": "application",
                    "losses_collector": "application",
                }
            },
            "metadata": {"merchant": request.merchant_id},
            "include": ["configuration.recipient", "requirements"],
        },
        options={"idempotency_key": key},
    )
    return _account(account)


@_outside
def retrieve_account(account_id: str) -> AccountFacts:
    """Fetch an account with its transfer capability."""
    account = _client().v2.core.accounts.retrieve(
        account_id, params={"include": ["configuration.recipient", "requirements"]}
    )
    return _account(account)


def _account(account: stripe.v2.core.Account) -> AccountFacts:
    recipient = account.configuration and account.configuration.recipient
    capabilities = recipient and recipient.capabilities
    balance = capabilities and capabilities.stripe_balance
    transfers = balance and balance.stripe_transfers
    return AccountFacts(account.id, str(transfers.status) if transfers else "unknown")


# -- checkout --------------------------------------------------------------------------


@_outside
def open_session(request: SessionRequest, *, key: str) -> SessionFacts:
    """Open an embedded checkout page; it reports to its own page and never navigates away."""
    session = _client().v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "ui_mode": "embedded_page",
            "redirect_on_completion": "never",
            "client_reference_id": request.order_code,
            "metadata": request.metadata,
            "expires_at": int(request.expires_at.timestamp()),
            "submit_type": "pay",
            # What was agreed is what is charged, in the currency that was agreed.
            "adaptive_pricing": {"enabled": False},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": request.currency.lower(),
                        "unit_amount": request.amount_minor,
                        "product_data": {"name": request.title[:TITLE_LENGTH]},
                    },
                }
            ],
            "payment_intent_data": {
                "transfer_group": request.transfer_group,
                "metadata": request.metadata,
                "description": request.title[:TITLE_LENGTH],
            },
        },
        options={"idempotency_key": key},
    )
    return _session(session)


@_outside
def retrieve_session(session_id: str) -> SessionFacts:
    """Fetch a session with its intent, charge and balance transaction."""
    return _session(
        _client().v1.checkout.sessions.retrieve(session_id, params={"expand": _EXPAND_SESSION})
    )


@_outside
def expire_session(session_id: str, *, key: str) -> SessionFacts:
    """End an open session, so that nobody can pay it; refused for one that is over already."""
    session = _client().v1.checkout.sessions.expire(
        session_id, params={"expand": _EXPAND_SESSION}, options={"idempotency_key": key}
    )
    return _session(session)


@_outside
def find_session(*, payment_id: str, since: datetime) -> SessionFacts | None:
    """Look for a session made although the answer was a fault, by the metadata it carries."""
    earliest = int(since.timestamp()) - CLOCK_SKEW
    found = _client().v1.checkout.sessions.list(params={"created": {"gte": earliest}, "limit": 100})
    for session in found.auto_paging_iter():
        if session.metadata and session.metadata.to_dict().get("payment") == payment_id:
            return _session(session)
    return None


@_outside
def retrieve_intent(intent_id: str) -> OwnerFacts:
    """Fetch whose a payment intent is."""
    intent = _client().v1.payment_intents.retrieve(intent_id)
    return OwnerFacts(intent.id, intent.metadata.to_dict() if intent.metadata else {})


@_outside
def retrieve_charge(charge_id: str) -> OwnerFacts:
    """Fetch whose a charge is; Stripe copies the intent's metadata to it."""
    charge = _client().v1.charges.retrieve(charge_id)
    return OwnerFacts(charge.id, charge.metadata.to_dict() if charge.metadata else {})


def _session(session: stripe.checkout.Session) -> SessionFacts:
    intent = session.payment_intent
    expanded = intent if isinstance(intent, stripe.PaymentIntent) else None
    charge = expanded.latest_charge if expanded else None
    return SessionFacts(
        id=session.id,
        status=str(session.status or ""),
        payment_status=str(session.payment_status),
        amount_minor=session.amount_total,
        currency=(session.currency or "").upper(),
        order_code=session.client_reference_id or "",
        live=session.livemode,
        client_secret=session.client_secret or "",
        intent_id=_id(intent),
        intent_status=str(expanded.status) if expanded else "",
        intent_error=_error(expanded) if expanded else "",
        charge_id=_id(charge),
        balance=_balance(charge.balance_transaction) if isinstance(charge, stripe.Charge) else None,
        metadata=session.metadata.to_dict() if session.metadata else {},
    )


def _error(intent: stripe.PaymentIntent) -> str:
    error = intent.last_payment_error
    if not error:
        return ""
    # Stripe leaves out what does not apply, and the SDK then knows no such attribute.
    return getattr(error, "decline_code", None) or getattr(error, "code", None) or "declined"


def _balance(balance: object) -> BalanceFacts | None:
    # Null until Stripe has booked the charge (`automatic_async`); charge.updated tells.
    if not isinstance(balance, stripe.BalanceTransaction):
        return None
    return BalanceFacts(
        id=balance.id,
        amount_minor=balance.amount,
        fee_minor=balance.fee,
        currency=balance.currency.upper(),
        available_on=datetime.fromtimestamp(balance.available_on, UTC),
    )


def _id(value: object) -> str:
    return value if isinstance(value, str) else str(getattr(value, "id", "") or "")


# -- transfers -------------------------------------------------------------------------


@_outside
def create_transfer(request: TransferRequest, *, key: str) -> TransferFacts:
    """Move the merchant's share; tied to the charge, so it may be made before that is available."""
    transfer = _client().v1.transfers.create(
        params={
            "amount": request.amount_minor,
            "currency": request.currency.lower(),
            "destination": request.account_id,
            "source_transaction": request.charge_id,
            "transfer_group": transfer_group(request.order_code),
            "metadata": {"settlement": request.settlement_id, "order": request.order_code},
        },
        options={"idempotency_key": key},
    )
    return _transfer(transfer)


@_outside
def find_transfer(*, order_code: str, settlement_id: str) -> TransferFacts | None:
    """Look for a transfer made earlier, when the idempotency key may have been forgotten."""
    found = _client().v1.transfers.list(params={"transfer_group": transfer_group(order_code)})
    for transfer in found.auto_paging_iter():
        metadata = transfer.metadata.to_dict() if transfer.metadata else {}
        if metadata.get("settlement") == settlement_id:
            return _transfer(transfer)
    return None


def _transfer(transfer: stripe.Transfer) -> TransferFacts:
    return TransferFacts(
        transfer.id, transfer.amount, transfer.currency.upper(), _id(transfer.destination)
    )


# -- webhooks --------------------------------------------------------------------------


def verify_signature(body: bytes, header: str) -> None:
    """Check that Stripe signed `body` within five minutes of now, with any of our secrets.

    Raises SignatureInvalidError. Several secrets are valid at once while one is being replaced.
    """
    if not any(_signed_with(secret, body, header) for secret in _secrets()):
        raise SignatureInvalidError
    if _stamped_at(header) > time.time() + SIGNATURE_TOLERANCE:
        raise SignatureInvalidError  # the SDK looks only at the past


def _secrets() -> list[str]:
    return [part.strip() for part in settings.STRIPE_WEBHOOK_SECRET.split(",") if part.strip()]


def _signed_with(secret: str, body: bytes, header: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, SIGNATURE_TOLERANCE)
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False  # the last two: bytes that are no UTF-8, a signature that is no ASCII
    return True


def _stamped_at(header: str) -> int:
    # Read as the SDK reads it: the first t= counts, and it has just parsed as a number.
    return int(next(part.split("=")[1] for part in header.split(",") if part.startswith("t=")))
