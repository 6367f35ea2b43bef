"""Which accounts each event of an order's money touches. Pure.

Every function returns lines that sum to zero in their one currency, so the ledger balances
after each journal by itself and does not depend on the order in which they are booked: the fee,
which Stripe makes known only after the payment, may come before or after the transfer.
"""

from dataclasses import dataclass

from payments.fees import Split
from payments.states import LedgerAccount


@dataclass(frozen=True, slots=True)
class Line:
    """An amount on an account; a debit is positive, a credit negative."""

    account: LedgerAccount
    amount_minor: int


def payment_lines(parts: Split) -> list[Line]:
    """Return the lines for money that came in: at Stripe, partly the merchant's, partly ours."""
    return _without_zero(
        Line(LedgerAccount.CLEARING_PENDING, parts.total_minor),
        Line(LedgerAccount.MERCHANT_PAYABLE, -parts.share_minor),
        Line(LedgerAccount.COMMISSION, -parts.commission_minor),
    )


def fee_lines(fee_minor: int) -> list[Line]:
    """Return the lines for the fee Stripe took out of what lies there; the platform bears it."""
    return _without_zero(
        Line(LedgerAccount.STRIPE_FEES, fee_minor),
        Line(LedgerAccount.CLEARING_PENDING, -fee_minor),
    )


def transfer_lines(share_minor: int) -> list[Line]:
    """Return the lines for the share that left for the merchant: the debt to them is paid."""
    return _without_zero(
        Line(LedgerAccount.MERCHANT_PAYABLE, share_minor),
        Line(LedgerAccount.CLEARING_PENDING, -share_minor),
    )


def _without_zero(*lines: Line) -> list[Line]:
    return [line for line in lines if line.amount_minor]
