"""The customer's order page: the receipt, its one action, and nobody else's order."""

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.accounts.models import Customer
from merchants.scope import entered, operator_scope
from orders.models import Order
from orders.services.mark_order_paid import mark_order_paid
from tests.factories.orders import make_order, make_table
from tests.factories.people import make_customer


def browser(customer: Customer) -> Client:
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer)
    return client


@pytest.mark.proves("P1.9")
def test_order_page_shows_what_was_agreed_and_who_sells(db):
    table = make_table()
    order = make_order(table, content="Two tins of <b>jasmine</b> tea", price="48.00")
    response = browser(table.customer).get(f"/o/{order.code}/")
    assert response.status_code == 200
    page = response.content.decode()
    assert "Two tins of &lt;b&gt;jasmine&lt;/b&gt; tea" in page
    assert "€48.00" in page
    assert table.merchant.legal_name in page
    assert "The order is ready to be paid." in page
    assert f"/ws/orders/{order.code}/customer/" in page
    assert "no-store" in response["Cache-Control"]


@pytest.mark.proves("P1.10", "C11")
def test_order_page_offers_payment_while_it_is_payable(db):
    table = make_table()
    order = make_order(table, price="48.00")
    page = browser(table.customer).get(f"/o/{order.code}/").content.decode()
    assert "Order and pay €48.00" in page
    assert 'data-part="actions" hidden' not in " ".join(page.split())
    assert "csrfmiddlewaretoken" in page


@pytest.mark.proves("P5.5")
def test_order_page_says_paid_only_after_the_server_knows(db):
    table = make_table()
    order = make_order(table)
    with entered(operator_scope(SYSTEM)):
        mark_order_paid(order.id, paid_at=timezone.now())
    page = " ".join(browser(table.customer).get(f"/o/{order.code}/").content.decode().split())
    assert "Paid. Thank you." in page
    assert 'data-part="actions" hidden' in page


@pytest.mark.proves("P1.10", "INV-T2")
def test_order_page_is_not_there_for_strangers_and_nobody(db):
    order = make_order()
    before = Customer.objects.count()
    assert browser(make_customer()).get(f"/o/{order.code}/").status_code == 404
    assert Client().get(f"/o/{order.code}/").status_code == 404
    assert Client().get(f"/o/{'x' * 22}/").status_code == 404
    assert Customer.objects.count() == before + 1, "looking at an order makes nobody a guest"


def test_order_page_is_only_read(db):
    table = make_table()
    order = make_order(table)
    assert browser(table.customer).post(f"/o/{order.code}/").status_code == 405
    with entered(operator_scope(SYSTEM)):
        assert Order.objects.get(id=order.id).state == order.state


def test_order_page_loads_no_inline_script_or_style(db):
    table = make_table()
    order = make_order(table)
    page = browser(table.customer).get(f"/o/{order.code}/").content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    assert "onclick" not in page
