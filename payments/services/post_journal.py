"""Write one journal into the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orders.models import Order
from payments.journals import Line
from payments.models import LedgerEntry


@dataclass(frozen=True, slots=True)
class Evidence:
    """What at Stripe a journal rests on."""

    stripe_object: str = ""
    balance_transaction: str = ""
    event_id: str = ""
    idempotency_key: str = ""
    available_on: datetime | None = None


def post_journal(
    journal: str, *, order: Order, currency: str, lines: Sequence[Line], evidence: Evidence
) -> None:
    """Append the lines of one journal, in the merchant's scope and the caller's transaction.

    Locks nothing: the caller holds the row the journal belongs to. The same journal twice breaks
    a unique key and so the transaction; a sum other than zero is refused at commit.
    """
    if sum(line.amount_minor for line in lines) != 0:
        raise ValueError(f"journal {journal} does not balance")
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            merchant_id=order.merchant_id,
            order=order,
            journal=journal,
            account=line.account,
            amount_minor=line.amount_minor,
            currency=currency,
            stripe_object=evidence.stripe_object,
            balance_transaction=evidence.balance_transaction,
            event_id=evidence.event_id,
            idempotency_key=evidence.idempotency_key,
            available_on=evidence.available_on,
        )
        for line in lines
    )
