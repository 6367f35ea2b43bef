"""What raw SQL as the serving role can and cannot do to forms and orders: the second wall."""

from uuid import uuid4

import pytest

from merchants.scope import entered
from orders.states import Role
from tests.factories.orders import confirm, confirmed, fill, make_order, make_table, put
from tests.orders.raw import refused, run

pytestmark = pytest.mark.usefixtures("db")
TABLES = [
    "orders_orderform",
    "orders_formedit",
    "orders_informationrequest",
    "orders_order",
    "orders_orderline",
]


@pytest.mark.proves("INV-T13", "INV-T5")
@pytest.mark.parametrize("table_name", TABLES)
def test_each_side_sees_its_own_rows_and_the_stranger_none(table_name):
    from orders.services.request_information import send_request

    table, stranger = make_table(), make_table()
    with entered(table.seller.scope):
        send_request(table.seller, fields=["address.city"])
    make_order(table)
    count = f"SELECT count(*) FROM {table_name} WHERE customer_id = %s"
    for party in (table.seller, table.buyer):
        assert run(party.scope, count, table.customer.id) > 0
    for party in (stranger.seller, stranger.buyer):
        assert run(party.scope, count, table.customer.id) == 0


@pytest.mark.proves("INV-T13")
def test_customer_can_neither_make_nor_change_an_order():
    table = make_table()
    order = make_order(table)
    for sql in (
        "INSERT INTO orders_order SELECT * FROM orders_order",
        "INSERT INTO orders_orderline SELECT * FROM orders_orderline",
        "INSERT INTO orders_informationrequest SELECT * FROM orders_informationrequest",
        "UPDATE orders_order SET paid_at = now()",
        "UPDATE orders_order SET total_minor = 1",
        "DELETE FROM orders_order",
        "SELECT * FROM orders_ordercounter",
        "DELETE FROM orders_formedit",
        "DELETE FROM orders_orderform",
    ):
        refused(table.buyer.scope, sql, match="permission denied")
    assert order.total_minor == 4800


EDIT = (
    "INSERT INTO orders_formedit (id, created_at, merchant_id, customer_id, form_id, revision, op,"
    " field, value, author, author_id, base) SELECT %s, now(), merchant_id, customer_id, id, 99,"
    " 'raw', %s, 'x', %s, %s, 0 FROM orders_orderform"
)


@pytest.mark.proves("INV-F8", "INV-T13")
def test_customer_can_insert_only_its_own_edits_and_never_a_price():
    table = make_table()
    me = table.customer.id
    wall = "row-level security"
    refused(table.buyer.scope, EDIT, uuid4(), "price", "customer", me, match=wall)
    refused(table.buyer.scope, EDIT, uuid4(), "content", "merchant", me, match=wall)
    refused(table.buyer.scope, EDIT, uuid4(), "content", "customer", uuid4(), match=wall)
    refused(table.seller.scope, EDIT, uuid4(), "content", "customer", me, match=wall)
    # control: its own edit goes through
    assert run(table.buyer.scope, EDIT, uuid4(), "content", "customer", me) == 1


PRICE = (
    "UPDATE orders_orderform SET revision = revision + 1, merchant_confirmed_revision = NULL,"
    " customer_confirmed_revision = NULL,"
    " fields = jsonb_set(fields, '{price,value}', '\"0.01\"')"
)


@pytest.mark.proves("INV-F8")
def test_customer_cannot_write_the_price_into_the_row_either():
    table = make_table()
    fill(table)
    refused(table.buyer.scope, PRICE, match="money")
    assert run(table.seller.scope, PRICE) == 1  # control: the merchant can


@pytest.mark.proves("M9", "INV-F6")
@pytest.mark.parametrize(
    ("role", "change", "match"),
    [
        (Role.CUSTOMER, "merchant_confirmed_revision = revision", "merchant's"),
        (Role.MERCHANT, "customer_confirmed_revision = revision", "customer's"),
        (Role.CUSTOMER, "state = 'ordered'", "permission denied"),
        (Role.CUSTOMER, "currency = 'USD'", "permission denied"),
        (Role.MERCHANT, "currency = 'USD'", "frozen"),
        (Role.MERCHANT, "revision = revision + 1", "no gap"),
        (Role.MERCHANT, "revision = revision - 1", "no gap"),
        (Role.CUSTOMER, "fields = '{}'", "no gap"),
        (Role.CUSTOMER, "fields = '{}', revision = revision + 2", "no gap"),
        (Role.MERCHANT, "fields = '{}', revision = revision + 1", "drops every confirmation"),
        (Role.MERCHANT, "state = 'open', customer_id = merchant_id", "frozen"),
    ],
)
def test_row_of_a_form_refuses_what_no_service_does(role, change, match):
    table = make_table()
    fill(table)
    confirm(table, role.other if "no gap" not in match else Role.CUSTOMER)
    if "confirmed_revision" in change:
        put(table.buyer, "note", "drops it")
    refused(table.party(role).scope, f"UPDATE orders_orderform SET {change}", match=match)


@pytest.mark.proves("INV-F9")
def test_closed_form_takes_no_edit_and_stays_closed():
    table = make_table()
    make_order(table)
    refused(
        table.seller.scope,
        "UPDATE orders_orderform SET fields = '{}', revision = revision + 1,"
        " customer_confirmed_revision = NULL, merchant_confirmed_revision = NULL",
        match="takes no edit",
    )
    reopen = "UPDATE orders_orderform SET state = 'open'"
    refused(table.seller.scope, reopen, match="confirmed by nobody")
    other = make_table()
    run(other.seller.scope, "UPDATE orders_orderform SET state = 'expired'")
    refused(other.seller.scope, reopen, match="stays closed")


@pytest.mark.proves("INV-T11")
def test_form_of_somebody_elses_call_is_refused():
    table, other = make_table(), make_table()
    change = "UPDATE orders_orderform SET call_id = %s"
    refused(table.buyer.scope, change, other.call.id, match="other people")
    insert = (
        "INSERT INTO orders_orderform (id, created_at, updated_at, code, state, epoch, revision,"
        " notices, currency, time_zone, fields, salt, expires_at, merchant_id, customer_id,"
        " call_id) VALUES (gen_random_uuid(), now(), now(), %s, 'open', 1, 0, 0, %s,"
        " 'Europe/Berlin', %s, '', now(), %s, %s, %s)"
    )
    mine = (other.merchant.id, table.customer.id, None)
    refused(table.buyer.scope, insert, "a", "USD", "{}", *mine, match="the merchant's")
    refused(table.buyer.scope, insert, "a", "EUR", '{"price": {}}', *mine, match="starts empty")
    foreign = (other.merchant.id, other.customer.id, None)
    refused(table.buyer.scope, insert, "a", "EUR", "{}", *foreign, match="row-level security")
    assert run(table.buyer.scope, insert, "a", "EUR", "{}", *mine) == 1  # control


@pytest.mark.proves("INV-T11")
def test_edit_of_a_form_belongs_to_the_same_two_people():
    table, other = make_table(), make_table()
    sql = (
        "INSERT INTO orders_formedit (id, created_at, merchant_id, customer_id, form_id, revision,"
        " op, field, value, author, author_id, base) VALUES (%s, now(), %s, %s, %s, 1, 'raw',"
        " 'content', 'x', 'customer', %s, 0)"
    )
    me = table.customer.id
    refused(
        table.buyer.scope,
        sql,
        uuid4(),
        table.merchant.id,
        me,
        other.seller.form_id,
        me,
        match="edit_of_form",
    )


def test_without_the_policies_a_stranger_would_see_the_rows_control(owner_connection):
    """Control: the same query with row-level security off finds what the wall hides."""
    table, stranger = make_table(), make_table()
    confirmed(table)
    sql = "SELECT count(*) FROM orders_orderform WHERE customer_id = %s"
    owner_connection.execute("ALTER TABLE orders_orderform DISABLE ROW LEVEL SECURITY")
    try:
        assert run(stranger.seller.scope, sql, table.customer.id) == 1
    finally:
        owner_connection.execute("ALTER TABLE orders_orderform ENABLE ROW LEVEL SECURITY")
    assert run(stranger.seller.scope, sql, table.customer.id) == 0
