"""Fulfilment: marks, their record, and the customer who sees them at once."""

import pytest
from django.db import connection
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.core import sockets
from marketplace.core.errors import NotFoundError
from marketplace.core.transitions import MoveForbiddenError
from merchants.scope import entered, merchant_scope, operator_scope
from orders.errors import OrderNotPaidError
from orders.models import DealEntry, FulfilmentMark, Order
from orders.order_summary import order_summary
from orders.selectors import orders
from orders.services import fulfil_order as module
from orders.services.fulfil_order import complete_order, fulfil_order, mark_line, note_order
from orders.services.mark_order_paid import mark_order_paid
from tests.factories.orders import make_order, make_table
from tests.orders.peers import OrderPeer, customer_at, work

pytestmark = pytest.mark.usefixtures("db")
LINES = [("Tea", "12.50", "2", "tin"), ("Pot", "68.00", "1", "")]


def paid(table, **values) -> Order:
    order = make_order(table, **{"lines": LINES, **values})
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        return mark_order_paid(order.id, paid_at=timezone.now())


def kinds(order: Order) -> list[str]:
    with entered(operator_scope(SYSTEM)):
        entries = DealEntry.objects.filter(form_id=order.form_id)
        return [entry.kind for entry in entries][-3:]


def marks(order: Order) -> list[str]:
    with entered(operator_scope(SYSTEM)):
        return list(FulfilmentMark.objects.order_by("created_at").values_list("kind", flat=True))


@pytest.mark.proves("M21", "INV-O1")
def test_lines_are_marked_and_the_order_is_fulfilled_and_completed():
    table = make_table()
    order = paid(table)
    with entered(table.seller.scope):
        assert [line["done"] for line in order_summary(order)["lines"]] == [False, False]
        after = mark_line(order.id, 2, done=True)
        assert [line["done"] for line in order_summary(after)["lines"]] == [False, True]
        after = mark_line(order.id, 2, done=False)
        assert [line["done"] for line in order_summary(after)["lines"]] == [False, False]
        assert fulfil_order(order.id, words="DHL 123").state == "fulfilled"
        done = order_summary(complete_order(order.id))
    assert done["state"] == "completed"
    told = [(mark["kind"], mark["words"], mark["by_name"]) for mark in done["marks"]][-2:]
    name = table.member.user.name
    assert told == [("fulfilled", "DHL 123", name), ("completed", "", name)]
    assert kinds(order) == ["line_undone", "fulfilled", "completed"]


@pytest.mark.proves("INV-O1")
def test_repeated_marks_change_nothing():
    table = make_table()
    order = paid(table)
    with entered(table.seller.scope):
        for _ in range(2):
            mark_line(order.id, 1, done=True)
            mark_line(order.id, 2, done=False)
            fulfil_order(order.id)
        for _ in range(2):
            complete_order(order.id)
    assert marks(order) == ["line_done", "fulfilled", "completed"]


@pytest.mark.proves("INV-O1")
def test_nothing_is_marked_before_the_payment_and_after_the_end():
    table = make_table()
    order = make_order(table, lines=LINES)
    with entered(table.seller.scope):
        for action in (
            lambda: mark_line(order.id, 1, done=True),
            lambda: fulfil_order(order.id),
            lambda: note_order(order.id, words="x"),
        ):
            with pytest.raises(OrderNotPaidError):
                action()
        with pytest.raises(MoveForbiddenError):
            complete_order(order.id)
    assert marks(order) == []
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        mark_order_paid(order.id, paid_at=timezone.now())
    with entered(table.seller.scope):
        with pytest.raises(MoveForbiddenError):
            complete_order(order.id)
        with pytest.raises(NotFoundError):
            mark_line(order.id, 3, done=True)
        fulfil_order(order.id)
        complete_order(order.id)
        with pytest.raises(OrderNotPaidError):
            mark_line(order.id, 1, done=True)


@pytest.mark.proves("INV-T4")
def test_another_merchants_order_is_not_found():
    order, other = paid(make_table()), make_table()
    with entered(other.seller.scope), pytest.raises(NotFoundError):
        mark_line(order.id, 1, done=True)
    assert marks(order) == []


@pytest.mark.proves("C22", "INV-F11")
@pytest.mark.usefixtures("layer")
async def test_customer_sees_a_mark_at_once_and_a_lost_one_at_the_next_heartbeat(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.3)
    table = await work(make_table)
    order = await work(paid, table)
    path = f"/ws/orders/{order.code}/customer/"
    peer = await (await customer_at(table, OrderPeer, path)).open()

    def mark():
        with entered(table.seller.scope):
            mark_line(order.id, 1, done=True)

    def unheard():
        with entered(table.seller.scope):
            FulfilmentMark.objects.create(
                merchant_id=order.merchant_id,
                customer_id=order.customer_id,
                order_id=order.id,
                kind="note",
                words="Ready at five",
                by=table.member.user_id,
                by_name="Mei",
            )

    await work(mark)
    seen = (await peer.hear("order.updated"))["order"]
    assert [line["done"] for line in seen["lines"]] == [True, False]
    await work(unheard)
    seen = (await peer.hear("order.snapshot"))["order"]
    assert seen["marks"][-1]["words"] == "Ready at five"


@pytest.mark.proves("INV-O1")
def test_two_members_who_mark_one_line_at_once_leave_one_mark(at_once):
    table = make_table()
    order = paid(table)

    def mark():
        with entered(table.seller.scope):
            return mark_line(order.id, 1, done=True)

    results = at_once(mark, mark, mark, mark)
    assert all(isinstance(result, Order) for result in results), results
    assert marks(order) == ["line_done"]


def test_without_the_lock_a_line_is_marked_twice_control(at_once, monkeypatch):
    table = make_table()
    order = paid(table)

    def unlocked(order_id):
        found = orders().get(id=order_id)
        connection.cursor().execute("SELECT pg_sleep(0.3)")
        return found

    monkeypatch.setattr(module, "locked_order", unlocked)
    # the chain of the record would refuse the second one as well
    monkeypatch.setattr(module, "record", lambda *_args, **_data: None)

    def mark():
        with entered(table.seller.scope):
            return mark_line(order.id, 1, done=True)

    at_once(mark, mark)
    assert marks(order) == ["line_done", "line_done"]
