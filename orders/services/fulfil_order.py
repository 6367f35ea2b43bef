"""What is done for a paid order, line by line and as a whole; the customer sees it at once."""

from typing import Any, Final
from uuid import UUID

from marketplace.accounts import audit
from marketplace.core.errors import NotFoundError
from marketplace.core.transitions import move
from merchants.scope import current_scope
from orders.errors import OrderNotPaidError
from orders.models import FulfilmentMark, Order
from orders.order_summary import line_marks
from orders.realtime import announce_order
from orders.selectors import locked_order, orders
from orders.services.keep_record import record
from orders.states import ORDER_MOVES, OrderState, Role

Kind = FulfilmentMark.Kind
WORDS_CHARACTERS: Final = 300
_FULFILLABLE: Final = frozenset({OrderState.PAID, OrderState.FULFILLED})


def mark_line(order_id: UUID, position: int, *, done: bool) -> Order:
    """Say that one line is ready, or take that back; a repeat is a no-op.

    Locks the form and the order. Announces order.updated. Raises NotFoundError,
    OrderNotPaidError.
    """
    order = _paid_order(order_id)
    line = next((line for line in order.lines.all() if line.position == position), None)
    if line is None:
        raise NotFoundError
    if line_marks(order.marks.all()).get(line.id, False) == done:
        return order
    kind = Kind.LINE_DONE if done else Kind.LINE_UNDONE
    return _marked(order, kind, data={"line": position}, line=line)


def fulfil_order(order_id: UUID, *, words: str = "") -> Order:
    """Say that everything is done; `words` (a tracking number, say) are for the customer.

    On a fulfilled order only new words count, without any it is a no-op. Locks the form and the
    order. Announces order.updated. Raises NotFoundError, OrderNotPaidError.
    """
    order = _paid_order(order_id)
    if not move(ORDER_MOVES, OrderState(order.state), OrderState.FULFILLED):
        return _marked(order, Kind.NOTE, words=words) if words else order
    _moved(order, OrderState.FULFILLED)
    return _marked(order, Kind.FULFILLED, words=words)


def note_order(order_id: UUID, *, words: str) -> Order:
    """Tell the customer something about their paid order.

    Locks the form and the order. Announces order.updated. Raises NotFoundError,
    OrderNotPaidError.
    """
    return _marked(_paid_order(order_id), Kind.NOTE, words=words)


def complete_order(order_id: UUID) -> Order:
    """Close a fulfilled order; a repeat is a no-op.

    Locks the form and the order. Announces order.updated. Raises NotFoundError,
    MoveForbiddenError when it is not fulfilled.
    """
    order = locked_order(order_id)
    if not move(ORDER_MOVES, OrderState(order.state), OrderState.COMPLETED):
        return order
    _moved(order, OrderState.COMPLETED)
    return _marked(order, Kind.COMPLETED)


def _paid_order(order_id: UUID) -> Order:
    order = locked_order(order_id)
    if order.state not in _FULFILLABLE:
        raise OrderNotPaidError(state=order.state)
    return order


def _moved(order: Order, state: OrderState) -> None:
    order.state = state
    order.save(update_fields=["state"])


def _marked(
    order: Order, kind: FulfilmentMark.Kind, *, data: dict[str, Any] | None = None, **mark: Any
) -> Order:
    """Write the mark, the record and the audit, and announce the order as it is now."""
    actor = current_scope().actor
    FulfilmentMark.objects.create(
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
        order=order,
        kind=kind,
        by=actor.id,
        by_name=actor.name[:80],
        **mark,
    )
    said = {"order": order.code, **(data or {})}
    record(order.form, kind.value, role=Role.MERCHANT, data=said)
    audit.record(
        actor,
        f"order.{kind.value}",
        subject=("order", order.id),
        merchant_id=order.merchant_id,
        customer_id=order.customer_id,
        data=data or {},
    )
    now: Order = orders().get(id=order.id)
    announce_order(now)
    return now
