"""An offer that nobody took in time; called by payments, which knows that nobody is paying."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from marketplace.accounts import audit
from marketplace.core.transitions import move
from merchants.scope import current_scope
from orders.models import Order
from orders.realtime import announce_order
from orders.selectors import locked_order
from orders.services.keep_record import record
from orders.states import ORDER_MOVES, FormState, OrderState

LONGEST_HOLD: Final = timedelta(minutes=10)
"""A hold for a revision lasts as long as Stripe is asked; an older one was left by a crash."""


def orders_due(now: datetime) -> QuerySet[Order]:
    """Return the orders whose time to pay is up.

    One that is being revised waits: its form has a life of its own, and when that ends so does
    the order.
    """
    waiting = Order.objects.filter(state=OrderState.AWAITING_PAYMENT, pay_by__lte=now)
    return waiting.filter(Q(revising_at__isnull=True) | Q(form__state=FormState.EXPIRED))


def holds_left(now: datetime) -> QuerySet[Order]:
    """Return the orders held for a revision that was never begun."""
    held = Order.objects.filter(state=OrderState.AWAITING_PAYMENT, form__state=FormState.ORDERED)
    return held.filter(revising_at__lte=now - LONGEST_HOLD)


def expire_order(order_id: UUID, *, now: datetime) -> bool:
    """Move an order to expired if its time is still up; say whether it was.

    The caller has made sure that nobody can pay it, and holds form and order. Announces
    order.updated.
    """
    order = locked_order(order_id)
    if not orders_due(now).filter(id=order_id).exists():
        return False
    move(ORDER_MOVES, OrderState(order.state), OrderState.EXPIRED)
    order.state, order.revising_at = OrderState.EXPIRED, None
    order.save(update_fields=["state", "revising_at"])
    order.form.notices += 1
    order.form.save(update_fields=["notices", "updated_at"])
    record(order.form, "expired", role=None, data={"order": order.code})
    audit.record(
        current_scope().actor,
        "order.expired",
        subject=("order", order.id),
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
    )
    announce_order(order)
    return True
