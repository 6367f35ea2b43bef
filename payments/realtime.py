"""Who hears of money: everybody who sees the order."""

from orders.models import Order
from orders.realtime import announce_payment
from payments.models import Payment


def announce_stage(order: Order, payment: Payment) -> None:
    """Announce payment.changed after commit; the words for a stage are the page's."""
    announce_payment(order, state=payment.state, stage=payment.stage, message="")
