"""Opening the checkout: one session per revision, exactly what was on the screen, never twice."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection
from django.test import Client
from django.utils import timezone

from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.accounts.models import Customer
from marketplace.core.errors import NotFoundError
from merchants.access import scope_of_customer
from merchants.scope import entered
from orders.models import Order
from payments import gateway
from payments.errors import (
    OrderAlreadyPaidError,
    OrderNotPayableError,
)
from payments.services.start_checkout import start_checkout
from tests.factories.merchants import scope_of_system
from tests.factories.orders import make_order, make_table
from tests.factories.payments import (
    check_out,
    make_paid_order,
    payment_of,
    payments_of,
    reload,
    untouched,
)
from tests.factories.people import make_customer


def sessions(sandbox) -> list[dict]:
    return sandbox.objects("checkout.session")


def browser(customer: Customer) -> Client:
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer)
    return client


def ask(customer: Customer, order: Order, **body):
    shown = {"revision": order.form_revision, "digest": order.digest, **body}
    path = f"/api/v1/orders/{order.code}/checkout/"
    return browser(customer).post(path, data=shown, content_type="application/json")


@pytest.mark.proves("P1.10", "INV-P7")
def test_checkout_opens_one_session_for_the_frozen_amount(stripe_sandbox):
    table = make_table()
    order = make_order(table)
    answer = ask(table.customer, order)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    (session,) = sessions(stripe_sandbox)
    assert body["session"] == session["id"]
    assert body["client_secret"] == session["client_secret"]
    assert (body["amount"], body["currency"]) == (order.total_minor, "EUR") == (4800, "EUR")
    assert session["client_reference_id"] == order.code
    assert session["metadata"]["revision"] == str(order.form_revision)
    payment = payment_of(order)
    assert (payment.state, payment.stage, payment.session_id) == ("open", "opened", session["id"])
    assert untouched(order)


@pytest.mark.proves("INV-P7")
def test_reload_and_second_tab_get_the_same_session(stripe_sandbox):
    order = make_order()
    first = check_out(order)
    assert check_out(order) == first
    assert len(sessions(stripe_sandbox)) == len(payments_of(order)) == 1


@pytest.mark.proves("INV-P7")
def test_eight_starts_at_once_get_the_same_session(stripe_sandbox):
    order = make_order()
    results = at_once(8, lambda: check_out(order).session_id)
    assert len(set(results)) == 1
    assert len(sessions(stripe_sandbox)) == len(payments_of(order)) == 1


def test_eight_starts_at_once_with_the_guard_off_make_several_sessions(stripe_sandbox, monkeypatch):
    """The control: without the key from the row, a lost race shows at Stripe."""
    order = make_order()
    keys = iter(f"random-{number}" for number in range(100))
    real = gateway.open_session
    monkeypatch.setattr(gateway, "open_session", lambda wanted, key: real(wanted, key=next(keys)))
    at_once(8, lambda: check_out(order).session_id)
    assert len(sessions(stripe_sandbox)) > 1


def at_once(number: int, action) -> list:
    gate, results = threading.Barrier(number), []

    def run() -> None:
        gate.wait()
        try:
            results.append(action())
        finally:
            connection.close()
            close_old_connections()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == number
    return results


@pytest.mark.proves("INV-O5", "INV-P5")
@pytest.mark.parametrize("wrong", [{"revision": 99}, {"digest": "0" * 64}])
def test_stale_screen_is_refused_with_the_new_revision(stripe_sandbox, wrong):
    table = make_table()
    order = make_order(table)
    answer = ask(table.customer, order, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_revision")
    assert answer.json()["data"] == {"revision": order.form_revision, "digest": order.digest}
    assert sessions(stripe_sandbox) == payments_of(order) == []


@pytest.mark.parametrize(
    "body",
    [
        {"amount": 1},
        {"revision": "3"},
        {"revision": -1},
        {"digest": "x"},
        {"digest": None},
        {"revision": True},
    ],
)
def test_malformed_request_is_refused_with_the_field(stripe_sandbox, body):
    table = make_table()
    order = make_order(table)
    answer = ask(table.customer, order, **body)
    assert (answer.status_code, answer.json()["code"]) == (400, "input_invalid")
    assert answer.json()["data"]["field"] == next(iter(body))


@pytest.mark.proves("P1.10", "INV-T2")
def test_stranger_and_nobody_get_404_as_for_an_unknown_order(stripe_sandbox):
    order = make_order()
    stranger = ask(make_customer(), order)
    path = f"/api/v1/orders/{'x' * 22}/checkout/"
    body = {"revision": 1, "digest": "0" * 64}
    unknown = browser(make_customer()).post(path, data=body, content_type="application/json")
    nobody = Client().post(path, data=body, content_type="application/json")
    assert {stranger.status_code, unknown.status_code, nobody.status_code} == {404}
    assert stranger.json() == unknown.json() == nobody.json()
    with pytest.raises(NotFoundError):
        start_checkout(
            order.code,
            revision=order.form_revision,
            digest=order.digest,
            scope=scope_of_customer(make_customer()),
        )
    assert payments_of(order) == []


def test_checkout_without_csrf_token_is_refused(stripe_sandbox):
    table = make_table()
    order = make_order(table)
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = cookie_for(table.customer)
    body = {"revision": order.form_revision, "digest": order.digest}
    path = f"/api/v1/orders/{order.code}/checkout/"
    answer = client.post(path, data=body, content_type="application/json")
    assert answer.status_code == 403
    assert payments_of(order) == []


@pytest.mark.proves("C13")
def test_paid_order_is_not_paid_again(stripe_sandbox):
    order = make_paid_order(stripe_sandbox)
    with pytest.raises(OrderAlreadyPaidError):
        check_out(order)
    assert len(sessions(stripe_sandbox)) == 1


@pytest.mark.proves("C13", "INV-P9")
def test_complete_session_is_treated_as_paid_when_the_webhook_is_late(stripe_sandbox):
    order = make_order()
    assert stripe_sandbox.pay(check_out(order).session_id) == 200
    with pytest.raises(OrderAlreadyPaidError):
        check_out(order)
    assert reload(order).state == "paid"
    assert len(sessions(stripe_sandbox)) == 1


def test_overdue_order_is_not_payable(stripe_sandbox, monkeypatch):
    order = make_order()
    later = order.pay_by + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(OrderNotPayableError):
        check_out(order)


@pytest.mark.parametrize("state", ["cancelled", "expired", "superseded"])
def test_closed_order_is_not_payable(stripe_sandbox, state):
    table = make_table()
    order = make_order(table)
    with entered(scope_of_system(table.merchant)):
        Order.objects.filter(pk=order.pk).update(state=state)
    answer = ask(table.customer, order)
    assert (answer.status_code, answer.json()["code"]) == (409, "order_not_payable")
    assert sessions(stripe_sandbox) == []


@pytest.mark.proves("P5.7")
def test_expired_session_gives_way_to_a_new_one_for_the_same_revision(stripe_sandbox):
    order = make_order()
    first = check_out(order)
    stripe_sandbox.control("clock", advance=2 * 3600)
    # the product's clock is not moved: it asks Stripe, learns and begins anew
    stripe_sandbox.control("clock", offset=0)
    second = check_out(order)
    assert second.session_id != first.session_id
    assert [payment.state for payment in payments_of(order)] == ["expired", "open"]
    assert {payment.revision for payment in payments_of(order)} == {order.form_revision}


@pytest.mark.proves("INV-P9")
def test_visiting_every_page_of_an_unpaid_order_pays_nothing(stripe_sandbox):
    table = make_table()
    order = make_order(table)
    session = check_out(order).session_id
    for path in (f"/o/{order.code}/", f"/o/{order.code}/pay/"):
        browser(table.customer).get(f"{path}?session_id={session}&redirect_status=succeeded")
    assert untouched(order)
    assert payment_of(order).state == "open"
