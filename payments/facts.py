"""What we ask of Stripe and what Stripe tells us, as small frozen values. Pure.

The SDK's own objects stay behind the gateway; amounts are minor units, currencies upper case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """A merchant who wants to receive transfers."""

    merchant_id: str
    email: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A connected account as Stripe sees it."""

    id: str
    transfers: str


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """One attempt to pay one revision of one order."""

    payment_id: str
    order_code: str
    revision: int
    merchant_id: str
    amount_minor: int
    currency: str
    title: str
    expires_at: datetime

    @property
    def transfer_group(self) -> str:
        """Return the name under which charge and transfer of an order belong together."""
        return transfer_group(self.order_code)

    @property
    def metadata(self) -> dict[str, str]:
        """Return what Stripe keeps for us, on the session and on its payment intent."""
        return {
            "payment": self.payment_id,
            "order": self.order_code,
            "revision": str(self.revision),
            "merchant": self.merchant_id,
        }


@dataclass(frozen=True, slots=True)
class BalanceFacts:
    """A balance transaction: what the charge came to on the platform's books at Stripe."""

    id: str
    amount_minor: int
    fee_minor: int
    currency: str
    available_on: datetime


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A checkout session, fetched anew."""

    id: str
    status: str  # open, complete, expired
    payment_status: str  # paid, unpaid, no_payment_required
    amount_minor: int | None
    currency: str
    order_code: str
    live: bool
    client_secret: str = ""
    intent_id: str = ""
    intent_status: str = ""
    intent_error: str = ""
    charge_id: str = ""
    balance: BalanceFacts | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """Whose a payment intent or a charge is: the metadata we gave its session."""

    id: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """The merchant's share on its way to the connected account."""

    settlement_id: str
    idempotency_key: str
    order_code: str
    amount_minor: int
    currency: str
    account_id: str
    charge_id: str


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer that exists at Stripe."""

    id: str
    amount_minor: int
    currency: str
    account_id: str


def transfer_group(order_code: str) -> str:
    """Return the transfer group of an order."""
    return f"order_{order_code}"
