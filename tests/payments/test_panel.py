"""The payment panel: its own document, its own policy, only for the order's customer."""

import pytest
from django.test import Client

from marketplace.accounts.guests import COOKIE, cookie_for
from payments.views import panel_policy
from tests.factories.orders import make_order, make_table
from tests.factories.people import make_customer


def browser(customer) -> Client:
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer)
    return client


def directives(response) -> dict[str, list[str]]:
    parts = response["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for words in (part.split() for part in parts) if words}


def test_policy_names_stripe_itself_where_the_script_is_stripes():
    policy = panel_policy("https://js.stripe.com/endive/stripe.js")
    assert "https://js.stripe.com" in policy["script-src"]
    assert "https://checkout.stripe.com" in policy["frame-src"]
    assert policy["frame-ancestors"] == ["'self'"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:12111/js/v3/stripe.js", "https://js.stripe.com.evil.example/x.js"]
)
def test_policy_names_only_the_origin_of_the_script(url):
    origin = "/".join(url.split("/")[:3])
    policy = panel_policy(url)
    for name in ("script-src", "frame-src", "connect-src"):
        assert policy[name] == ["'self'", origin]


@pytest.mark.proves("C11")
def test_panel_of_the_customers_own_order_may_be_framed_by_us_and_load_stripes_script(db, settings):
    settings.STRIPE_JS_URL = "http://127.0.0.1:12111/js/v3/stripe.js"
    settings.STRIPE_PUBLISHABLE_KEY = "pk_test_sandbox"
    table = make_table()
    order = make_order(table)
    response = browser(table.customer).get(f"/o/{order.code}/pay/")
    assert response.status_code == 200
    policy = directives(response)
    assert policy["frame-ancestors"] == ["'self'"]
    assert policy["script-src"] == ["'self'", "http://127.0.0.1:12111"]
    assert policy["default-src"] == ["'none'"]
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in response["Cache-Control"]
    page = response.content.decode()
    assert "http://127.0.0.1:12111/js/v3/stripe.js" in page


@pytest.mark.proves("P1.10", "INV-T2")
def test_panel_is_not_there_for_strangers_and_nobody(db):
    order = make_order()
    assert browser(make_customer()).get(f"/o/{order.code}/pay/").status_code == 404
    assert Client().get(f"/o/{order.code}/pay/").status_code == 404
    assert Client().get(f"/o/{'x' * 22}/pay/").status_code == 404


def test_panel_is_only_read(db):
    table = make_table()
    order = make_order(table)
    assert browser(table.customer).post(f"/o/{order.code}/pay/").status_code == 405
