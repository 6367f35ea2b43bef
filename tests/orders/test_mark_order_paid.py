"""Paid: one door, called by payments in its own transaction."""

from uuid import uuid4

import pytest
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.models import AuditEntry
from marketplace.core.errors import NotFoundError
from marketplace.core.transitions import MoveForbiddenError
from merchants.scope import entered, merchant_scope, operator_scope
from orders.models import Order
from orders.order_summary import order_summary
from orders.services.mark_order_paid import mark_order_paid
from orders.states import OrderState
from tests.factories.orders import make_order

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.proves("INV-O1", "P5.5")
def test_order_becomes_paid_once():
    order, now = make_order(), timezone.now()
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        paid = mark_order_paid(order.id, paid_at=now)
        again = mark_order_paid(order.id, paid_at=timezone.now())
    assert (paid.state, paid.paid_at, again.paid_at) == (OrderState.PAID, now, now)
    assert order_summary_of(order)["payment"] == {"state": "succeeded", "stage": "paid"}
    with entered(operator_scope(SYSTEM)):
        assert AuditEntry.objects.filter(action="order.paid").count() == 1


def order_summary_of(order):
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        return order_summary(Order.objects.get(id=order.id))


@pytest.mark.proves("INV-O1", "INV-O10")
@pytest.mark.parametrize("state", ["cancelled", "expired", "superseded"])
def test_order_that_no_longer_waits_is_not_paid(state):
    order = make_order()
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        Order.objects.filter(id=order.id).update(state=state)
        with pytest.raises(MoveForbiddenError):
            mark_order_paid(order.id, paid_at=timezone.now())


@pytest.mark.proves("INV-T1", "INV-T6")
def test_order_of_another_merchant_is_not_found():
    order, other = make_order(), make_order()
    with entered(merchant_scope(other.merchant_id, SYSTEM)):
        for key in (order.id, uuid4()):
            with pytest.raises(NotFoundError):
                mark_order_paid(key, paid_at=timezone.now())


def test_two_workers_at_once_pay_it_once(at_once):
    order = make_order()

    def pay():
        with entered(merchant_scope(order.merchant_id, SYSTEM)):
            return mark_order_paid(order.id, paid_at=timezone.now())

    one, two = at_once(pay, pay)
    assert one.paid_at == two.paid_at
    with entered(operator_scope(SYSTEM)):
        assert AuditEntry.objects.filter(action="order.paid").count() == 1
