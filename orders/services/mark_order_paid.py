"""Mark an order paid: the one door, called by payments in its own transaction."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from marketplace.accounts import audit
from marketplace.core.errors import NotFoundError
from marketplace.core.transitions import move
from merchants.scope import current_scope
from orders.models import Order, OrderForm
from orders.realtime import announce_order
from orders.states import ORDER_MOVES, OrderState


def mark_order_paid(order_id: UUID, *, paid_at: datetime) -> Order:
    """Move an order to paid, inside the caller's scope and transaction.

    Locks the order. Announces order.updated after the caller's commit; an order that is paid
    already stays as it is. Raises NotFoundError, MoveForbiddenError (cancelled, say: the
    money has to go back).
    """
    order: Order | None = Order.objects.select_for_update().filter(id=order_id).first()
    if order is None:
        raise NotFoundError
    if not move(ORDER_MOVES, OrderState(order.state), OrderState.PAID):
        return order
    order.state, order.paid_at = OrderState.PAID, paid_at
    order.save(update_fields=["state", "paid_at"])
    OrderForm.objects.filter(id=order.form_id).update(notices=F("notices") + 1)
    audit.record(
        current_scope().actor,
        "order.paid",
        subject=("order", order.id),
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
    )
    announce_order(order)
    return order
