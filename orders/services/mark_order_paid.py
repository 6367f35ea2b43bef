"""Mark an order paid: the one door, called by payments in its own transaction."""

from datetime import datetime
from uuid import UUID

from marketplace.accounts import audit
from marketplace.core.transitions import move
from merchants.scope import current_scope
from orders.models import Order
from orders.realtime import announce_order
from orders.selectors import locked_order
from orders.services.keep_record import record
from orders.states import ORDER_MOVES, OrderState


def mark_order_paid(order_id: UUID, *, paid_at: datetime) -> Order:
    """Move an order to paid, inside the caller's scope and transaction.

    Locks the form and the order. Announces order.updated after the caller's commit; an order
    that is paid already stays as it is. Raises NotFoundError, MoveForbiddenError (cancelled,
    say: the money has to go back).
    """
    order = locked_order(order_id)
    if not move(ORDER_MOVES, OrderState(order.state), OrderState.PAID):
        return order
    order.state, order.paid_at, order.revising_at = OrderState.PAID, paid_at, None
    order.save(update_fields=["state", "paid_at", "revising_at"])
    order.form.notices += 1
    order.form.save(update_fields=["notices", "updated_at"])
    record(
        order.form, "paid", role=None, data={"order": order.code, "total_minor": order.total_minor}
    )
    audit.record(
        current_scope().actor,
        "order.paid",
        subject=("order", order.id),
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
    )
    announce_order(order)
    return order
