"""Who wrote each value of an order."""

import pytest

from merchants.scope import entered
from orders.authorship import authorship_of
from tests.factories.orders import make_order, make_table, put

pytestmark = pytest.mark.usefixtures("db")


def read(table, order):
    with entered(table.seller.scope):
        return [(value.key, value.role.value) for value in authorship_of(order)]


@pytest.mark.proves("P3.4", "M7")
def test_every_value_has_the_side_that_wrote_it():
    table = make_table()
    assert read(table, make_order(table)) == [("content", "customer"), ("price", "merchant")]


@pytest.mark.proves("M11", "P3.4")
def test_price_typed_before_the_lines_had_theirs_is_not_shown_as_one():
    table = make_table()
    put(table.seller, "price", "99.00")
    order = make_order(table, lines=[("Tea", "12.50")])
    keys = [key for key, _ in read(table, order)]
    assert "price" not in keys
    assert "line.1.price" in keys
    assert order.total_minor == 1250
