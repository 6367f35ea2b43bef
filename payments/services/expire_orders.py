"""What the clock does to orders that wait for their payment, on any node."""

import logging
from typing import Final

from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import DomainError
from merchants.scope import entered, merchant_scope, operator_scope
from orders.models import Order
from orders.selectors import locked_order
from orders.services.expire_order import expire_order, holds_left, orders_due
from orders.services.revise_order import release_hold
from payments.models import Payment
from payments.services.expire_checkouts import expire_checkouts
from payments.states import PAYABLE

log = logging.getLogger(__name__)
BATCH: Final = 50


def expire_orders() -> int:
    """Expire orders whose time to pay is up; return how many.

    An open checkout is ended at Stripe first, outside any transaction; an order that somebody is
    paying stays, and is looked at again by the next sweep. Two sweeps at once do no harm.
    Announces order.updated and payment.changed.
    """
    with entered(operator_scope(SYSTEM)):
        due = list(orders_due(timezone.now()).order_by("pay_by")[:BATCH])
    return sum(_expire(order) for order in due)


def release_left_holds() -> int:
    """Let orders be paid again whose revision broke off before it began; return how many."""
    with entered(operator_scope(SYSTEM)):
        left = list(holds_left(timezone.now()).order_by("revising_at")[:BATCH])
    for order in left:
        with entered(merchant_scope(order.merchant_id, SYSTEM)):
            release_hold(order.id)
    return len(left)


def _expire(order: Order) -> bool:
    scope = merchant_scope(order.merchant_id, SYSTEM)
    try:
        expire_checkouts(order, scope)
    except DomainError as error:
        log.info("order %s does not expire yet: %s", order.id, error.code)
        return False
    with entered(scope):
        locked_order(order.id)
        if Payment.objects.filter(order=order, state__in=list(PAYABLE)).exists():
            return False
        return expire_order(order.id, now=timezone.now())
