"""Revise an order: hold it → commit → end its checkout at Stripe → open its form."""

from marketplace.core.errors import DomainError
from merchants.scope import Scope, entered
from orders.models import Order, OrderForm
from orders.selectors import locked_order
from orders.services import revise_order as orders_door
from payments.errors import PaymentProcessingError
from payments.models import Payment
from payments.services.expire_checkouts import expire_checkouts
from payments.states import PAYABLE


def revise_order(order: Order, scope: Scope) -> OrderForm:
    """Open the form of an unpaid order again, once nobody can pay the order as it was.

    Called outside any transaction, with the member's scope. Locks the form and the order twice,
    nothing while Stripe is asked. Announces order.updated, payment.changed, form.reopened.
    Raises OrderNotOpenError, OrderAlreadyPaidError, PaymentProcessingError,
    CheckoutUnavailableError, OtherFormOpenError; the order can then be paid as before.
    """
    with entered(scope):
        held = orders_door.hold_for_revision(order.id)
    try:
        expire_checkouts(held, scope)
        with entered(scope):
            return _reopened(held)
    except DomainError:
        with entered(scope):
            orders_door.release_hold(order.id)
        raise


def _reopened(held: Order) -> OrderForm:
    # From here on no checkout can begin: that takes the order's lock and refuses what is held.
    order = locked_order(held.id)
    if Payment.objects.filter(order=order, state__in=list(PAYABLE)).exists():
        raise PaymentProcessingError
    return orders_door.revise_order(order.id)
