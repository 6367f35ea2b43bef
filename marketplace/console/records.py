"""The deal record of an order as a time line, from the rows themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Order
from orders.states import OrderState
from payments.models import Payment, Settlement
from payments.states import PaymentState, SettlementState

_PAYMENT_WORDS: Final[dict[str, str | Promise]] = {
    PaymentState.FAILED: gettext_lazy("An attempt to pay failed"),
    PaymentState.EXPIRED: gettext_lazy("An attempt to pay ran out of time"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record: done, now (being waited for), or still ahead (empty)."""

    text: str | Promise
    at: datetime | None = None
    note: str = ""
    state: str = "done"


def record_of(
    order: Order, payments: Sequence[Payment], settlements: Sequence[Settlement]
) -> list[Entry]:
    """Return what happened to an order and what comes next, in order of time."""
    revision = _("both confirmed revision %(revision)s") % {"revision": order.form_revision}
    created = Entry(_("Order created"), order.created_at, revision)
    return [created, *_attempts(payments), *_paying(order), *_settling(settlements)]


def _attempts(payments: Iterable[Payment]) -> list[Entry]:
    return [
        Entry(_PAYMENT_WORDS[payment.state], payment.created_at, payment.failure_code)
        for payment in payments
        if payment.state in _PAYMENT_WORDS
    ]


def _paying(order: Order) -> list[Entry]:
    if order.paid_at:
        return [Entry(_("Paid"), order.paid_at)]
    if order.state == OrderState.AWAITING_PAYMENT:
        return [Entry(_("Waiting for payment"), None, "", "now")]
    return []


def _settling(settlements: Iterable[Settlement]) -> list[Entry]:
    found = []
    for settlement in settlements:
        if settlement.state == SettlementState.TRANSFERRED:
            found.append(Entry(_("Transferred to you"), settlement.transferred_at))
        else:
            found.append(Entry(_("Transfer to you is due"), settlement.due_at, "", "now"))
    return found
