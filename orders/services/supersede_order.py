"""An order gives way to the one made from the next confirmed revision of its form."""

from uuid import UUID

from marketplace.core.transitions import move
from orders.models import Order
from orders.selectors import orders
from orders.states import ORDER_MOVES, OrderState


def supersede(order_id: UUID, successor: Order) -> Order:
    """Move a revised order to superseded and make `successor` (not yet saved) name it.

    The caller holds the form and announces order.updated once both are written. Locks the
    order. Raises MoveForbiddenError when it is no longer waiting (paid, say).
    """
    old = orders().select_for_update(of=("self",)).get(id=order_id)
    move(ORDER_MOVES, OrderState(old.state), OrderState.SUPERSEDED)
    old.state, old.revising_at = OrderState.SUPERSEDED, None
    old.save(update_fields=["state", "revising_at"])
    successor.revises = old
    return old
