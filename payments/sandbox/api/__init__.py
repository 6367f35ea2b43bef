"""Stripe's operations, one module per resource; importing this package registers them all."""

from payments.sandbox.api import (
    account_links,
    accounts,
    balance,
    checkout_sessions,
    events,
    payment_intents,
    reading,
    refunds,
    transfers,
    webhook_endpoints,
)

__all__ = [
    "account_links",
    "accounts",
    "balance",
    "checkout_sessions",
    "events",
    "payment_intents",
    "reading",
    "refunds",
    "transfers",
    "webhook_endpoints",
]
