"""What happened to an order as a time line: the deal's own record, with the money beside it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.deal_words import Step
from orders.models import Order
from orders.states import OrderState
from payments.models import Payment, Settlement
from payments.states import PaymentState, SettlementState

_PAYMENT_WORDS: Final[dict[str, str | Promise]] = {
    PaymentState.FAILED: gettext_lazy("An attempt to pay failed"),
    PaymentState.EXPIRED: gettext_lazy("An attempt to pay ran out of time"),
}


def record_of(
    order: Order,
    deal: Sequence[Step],
    *,
    payments: Iterable[Payment],
    settlements: Iterable[Settlement],
) -> list[Step]:
    """Return what happened to an order, in order of time, and then what comes next."""
    settled = list(_settling(settlements))
    found = [*(deal or _older(order)), *_attempts(payments)]
    done = [step for step in [*found, *settled] if step.state == "done"]
    ahead = [*_waiting(order), *(step for step in settled if step.state != "done")]
    return [*sorted(done, key=_moment), *ahead]


def _moment(step: Step) -> datetime:
    if step.at is None:
        raise ValueError("what is done has a time")
    return step.at


def _older(order: Order) -> list[Step]:
    """Return the steps of an order made before records were kept."""
    revision = _("both confirmed revision %(revision)s") % {"revision": order.form_revision}
    steps = [Step(_("Order created"), order.created_at, revision)]
    return [*steps, Step(_("Paid"), order.paid_at)] if order.paid_at else steps


def _attempts(payments: Iterable[Payment]) -> list[Step]:
    return [
        Step(_PAYMENT_WORDS[payment.state], payment.created_at, payment.failure_code)
        for payment in payments
        if payment.state in _PAYMENT_WORDS
    ]


def _waiting(order: Order) -> list[Step]:
    waits = order.state == OrderState.AWAITING_PAYMENT and order.paid_at is None
    return [Step(_("Waiting for payment"), None, "", "now")] if waits else []


def _settling(settlements: Iterable[Settlement]) -> list[Step]:
    found = []
    for settlement in settlements:
        if settlement.state == SettlementState.TRANSFERRED:
            found.append(Step(_("Transferred to you"), settlement.transferred_at))
        else:
            found.append(Step(_("Transfer to you is due"), settlement.due_at, "", "now"))
    return found
