"""States of payments, settlements and Stripe events, and the literal tables of moves. Pure."""

from enum import StrEnum
from typing import Final


class PaymentState(StrEnum):
    """One attempt to pay one revision of one order; it only ever moves forward."""

    CREATED = "created"  # our row is in, Stripe's answer is not
    OPEN = "open"  # Stripe has a checkout session the customer can pay
    PROCESSING = "processing"  # the customer is done, the money is on its way
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


PAYMENT_MOVES: Final = {
    PaymentState.CREATED: frozenset(
        {PaymentState.OPEN, PaymentState.FAILED, PaymentState.EXPIRED},
    ),
    PaymentState.OPEN: frozenset(
        {
            PaymentState.PROCESSING,
            PaymentState.SUCCEEDED,
            PaymentState.FAILED,
            PaymentState.EXPIRED,
        }
    ),
    PaymentState.PROCESSING: frozenset({PaymentState.SUCCEEDED, PaymentState.FAILED}),
}

# While one of these holds, a second attempt at the same revision is the same attempt.
PAYABLE: Final = (PaymentState.CREATED, PaymentState.OPEN, PaymentState.PROCESSING)


class PaymentStage(StrEnum):
    """What a person is told about an attempt; finer than the state and without its guarantees."""

    OPENED = "opened"
    DECLINED = "declined"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


STAGE_OF: Final = {
    PaymentState.CREATED: PaymentStage.OPENED,
    PaymentState.OPEN: PaymentStage.OPENED,
    PaymentState.PROCESSING: PaymentStage.PROCESSING,
    PaymentState.SUCCEEDED: PaymentStage.PAID,
    PaymentState.FAILED: PaymentStage.FAILED,
    PaymentState.EXPIRED: PaymentStage.EXPIRED,
}


class SettlementState(StrEnum):
    """The job that turns a paid order into a transfer.

    “Due” is no stored state: a scheduled settlement is due once its time has come.
    """

    SCHEDULED = "scheduled"
    TRANSFERRING = "transferring"  # leased by a worker
    HELD = "held"  # a stated reason keeps the money back; looked at again from time to time
    TRANSFERRED = "transferred"
    STUCK = "stuck"  # tried too often or refused: an operator decides


SETTLEMENT_MOVES: Final = {
    SettlementState.SCHEDULED: frozenset({SettlementState.TRANSFERRING, SettlementState.HELD}),
    SettlementState.HELD: frozenset({SettlementState.SCHEDULED, SettlementState.TRANSFERRING}),
    SettlementState.TRANSFERRING: frozenset(
        {
            SettlementState.TRANSFERRING,
            SettlementState.SCHEDULED,
            SettlementState.HELD,
            SettlementState.TRANSFERRED,
            SettlementState.STUCK,
        }
    ),
    SettlementState.STUCK: frozenset({SettlementState.SCHEDULED}),
}


class HoldReason(StrEnum):
    """Why a settlement waits although its time has come."""

    ACCOUNT_MISSING = "account_missing"
    TRANSFERS_INACTIVE = "transfers_inactive"
    FEE_UNKNOWN = "fee_unknown"  # Stripe has not made the charge's balance transaction yet
    CURRENCY_DIFFERS = "currency_differs"  # Stripe converted the charge: an operator decides


class EventState(StrEnum):
    """What became of a Stripe event."""

    RECEIVED = "received"
    APPLIED = "applied"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"  # does not fit what we know: kept for a person, changes nothing
    FAILED = "failed"  # tried too often


EVENT_MOVES: Final = {
    EventState.RECEIVED: frozenset(
        {EventState.APPLIED, EventState.IGNORED, EventState.QUARANTINED, EventState.FAILED}
    ),
    EventState.QUARANTINED: frozenset({EventState.RECEIVED}),
    EventState.FAILED: frozenset({EventState.RECEIVED}),
}


class TransferCapability(StrEnum):
    """Whether a connected account may receive transfers, in Stripe's words."""

    UNKNOWN = "unknown"
    ACTIVE = "active"
    PENDING = "pending"
    RESTRICTED = "restricted"
    UNSUPPORTED = "unsupported"


class LedgerAccount(StrEnum):
    """Every account of the ledger. A debit is positive, a credit negative."""

    CLEARING_PENDING = "clearing_pending"  # at Stripe, not yet available
    CLEARING_AVAILABLE = "clearing_available"
    MERCHANT_PAYABLE = "merchant_payable"  # what we owe the merchant
    COMMISSION = "commission"
    STRIPE_FEES = "stripe_fees"
    REFUNDS = "refunds"
    DISPUTES = "disputes"
    MERCHANT_DEBT = "merchant_debt"
    PAYOUTS_IN_TRANSIT = "payouts_in_transit"
    TAX = "tax"
