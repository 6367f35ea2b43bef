"""An order is a frozen copy, whoever writes: the database's own rules."""

from itertools import product

import psycopg
import pytest
from django.db.utils import DatabaseError

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, merchant_scope, operator_scope
from orders.models import Order
from orders.states import ORDER_MOVES, OrderState
from tests.factories.orders import make_order, make_table
from tests.orders.raw import refused, run

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.proves("INV-O4", "INV-F9", "INV-O9")
@pytest.mark.parametrize(
    "change",
    [
        "total_minor = 1",
        "currency = 'USD'",
        "content = 'other'",
        "snapshot = '{}'",
        "digest = 'x'",
        "form_revision = 9",
        "commission_bps = 0",
        "commission_fixed_minor = 7",
        "number = 99",
        "address = '{}'",
        "time_start = now()",
        "pay_by = now()",
        "customer_id = gen_random_uuid()",
    ],
)
def test_order_is_frozen_for_every_role(change, owner_connection):
    table = make_table()
    make_order(table)
    sql = f"UPDATE orders_order SET {change}"
    for scope in (table.buyer.scope, table.seller.scope, operator_scope(SYSTEM)):
        refused(scope, sql, match="permission denied")
    assert owners(owner_connection, sql) == "order_frozen"


def owners(owner_connection, sql):
    """Run as the owner without row-level security; return the constraint that stops it."""
    table = sql.split()[1 if sql.startswith("UPDATE") else 2]
    owner_connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    try:
        owner_connection.execute(sql)
    except psycopg.Error as error:
        return error.diag.constraint_name or error.diag.message_primary
    finally:
        owner_connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    return None


@pytest.mark.proves("INV-O4", "INV-O9")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE orders_orderline SET total_minor = 1",
        "DELETE FROM orders_orderline",
        "UPDATE orders_formedit SET value = 'x'",
        "DELETE FROM orders_formedit",
    ],
)
def test_lines_and_edits_are_append_only_even_for_their_owner(sql, owner_connection):
    table = make_table()
    make_order(table)
    for scope in (table.seller.scope, operator_scope(SYSTEM)):
        refused(scope, sql, match="permission denied")
    assert "append-only" in owners(owner_connection, sql)


LINE = (
    "INSERT INTO orders_orderline (id, created_at, merchant_id, customer_id, order_id, position,"
    " description, quantity, unit, unit_price_minor, total_minor)"
    " SELECT gen_random_uuid(), now(), merchant_id, customer_id, id, 2, 'x', 1, '', %s, %s"
    " FROM orders_order"
)


@pytest.mark.proves("INV-O3", "INV-O4")
def test_order_is_the_sum_of_its_lines_after_every_commit():
    table = make_table()
    make_order(table)
    refused(table.seller.scope, LINE, 100, 100, match="sum of its lines")
    refused(table.seller.scope, LINE, 0, 0, match="sum of its lines")
    refused(table.seller.scope, LINE, 100, 99, match="order_line_adds_up")


@pytest.mark.proves("INV-O1")
def test_database_knows_the_same_moves_of_an_order_as_the_table():
    order = make_order()
    scope = merchant_scope(order.merchant_id, SYSTEM)
    allowed = {(a, b) for a, targets in ORDER_MOVES.items() for b in targets}
    found = set()
    for current, target in product(OrderState, OrderState):
        if current == target:
            continue
        try:
            with entered(scope):
                for state in [*way_to(current), target]:
                    Order.objects.filter(id=order.id).update(state=state)
                found.add((current, target))
                raise UndoError
        except (UndoError, DatabaseError):
            continue
    assert found == allowed


class UndoError(Exception):
    """Takes the trial back."""


def way_to(state):
    """The states to pass from a new order to `state`."""
    ways = {
        OrderState.AWAITING_PAYMENT: [],
        OrderState.FULFILLED: [OrderState.PAID, OrderState.FULFILLED],
        OrderState.COMPLETED: [OrderState.PAID, OrderState.FULFILLED, OrderState.COMPLETED],
    }
    return ways.get(state, [state])


@pytest.mark.proves("INV-O1")
def test_database_keeps_the_moment_of_payment():
    table = make_table()
    make_order(table)
    pay = "UPDATE orders_order SET state = 'paid', paid_at = now()"
    assert run(table.seller.scope, pay) == 1
    again = "UPDATE orders_order SET paid_at = now() - interval '1 day'"
    refused(table.seller.scope, again, match="frozen copy")
