"""Rows of the money: accounts, attempts, events, books, settlements."""

from payments.models.connected_account import ConnectedAccount
from payments.models.ledger import LedgerEntry
from payments.models.payment import Payment
from payments.models.settlement import Settlement
from payments.models.stripe_event import StripeEvent

__all__ = ["ConnectedAccount", "LedgerEntry", "Payment", "Settlement", "StripeEvent"]
