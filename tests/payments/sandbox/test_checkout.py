"""Checkout sessions through the official SDK, paid on the pages."""

import time

import pytest
import requests
import stripe

from tests.payments.sandbox.running import (
    ORIGIN,
    hosted_params,
    page_of,
    paid_charge,
    pay,
    session_params,
    until,
)

pytestmark = pytest.mark.integration


def test_embedded_session_has_secret_and_no_url(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    assert (session.status, session.payment_status, session.ui_mode) == (
        "open",
        "unpaid",
        "embedded_page",
    )
    assert session.url is None
    assert session.client_secret.startswith(session.id + "_secret_")
    assert (session.amount_total, session.currency) == (4800, "eur")
    assert session.client_reference_id == "order-1"
    assert session.metadata["revision"] == "3"
    assert session.payment_intent is None


def test_hosted_session_has_url_and_no_secret(sandbox, client):
    session = client.v1.checkout.sessions.create(hosted_params())
    assert session.url == f"{sandbox.url}/c/pay/{session.id}"
    assert session.client_secret is None


def test_session_lists_filter_page_and_expand(sandbox, client):
    made = [client.v1.checkout.sessions.create(session_params()).id for _ in range(5)]
    client.v1.checkout.sessions.expire(made[1])
    first = client.v1.checkout.sessions.list({"limit": 2})
    assert [item.id for item in first.data] == made[:2:-1]
    assert first.has_more
    walked = [item.id for item in first.auto_paging_iter()]
    assert walked == made[::-1]
    before = client.v1.checkout.sessions.list({"ending_before": made[1], "limit": 2})
    assert [item.id for item in before.data] == [made[3], made[2]]
    opened = client.v1.checkout.sessions.list({"status": "expired"})
    assert [item.id for item in opened.data] == [made[1]]
    shown = client.v1.checkout.sessions.list({"limit": 1, "expand": ["data.line_items"]})
    assert shown.data[0].line_items.data[0].amount_total == 4800


def test_line_items_keep_description_quantity_and_price(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    line = client.v1.checkout.sessions.line_items.list(session.id).data[0]
    assert (line.description, line.quantity, line.amount_total) == ("Oolong, 100 g", 2, 4800)
    assert line.price.unit_amount == 2400
    assert "line_items" not in client.v1.checkout.sessions.retrieve(session.id)


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"expires_at": int(time.time()) + 60}, "expires_at"),
        ({"expires_at": int(time.time()) + 2 * 86_400}, "expires_at"),
        ({"redirect_on_completion": None}, "return_url"),
        ({"line_items": None}, "line_items"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"ui_mode": "embedded"}, "ui_mode"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"success_url": "http://x.localhost/"}, "success_url"),
    ],
)
def test_session_refused_for_bad_parameter(sandbox, client, changes, param):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(session_params(**changes))
    assert caught.value.http_status == 400
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (48, "eur", "amount_too_small"),
        (28, "gbp", "amount_too_small"),
        (48, "jpy", "amount_too_small"),
        (100_000_000, "eur", "amount_too_large"),
        (1002, "kwd", "parameter_invalid_integer"),
    ],
)
def test_session_refused_for_amount_outside_limits(sandbox, client, amount, currency, code):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(session_params(amount, currency))
    assert caught.value.code == code


def test_paid_session_is_complete_and_paid(sandbox, client, receiver):
    session = client.v1.checkout.sessions.create(session_params())
    answer = pay(sandbox, session)
    assert (answer.status_code, answer.json()) == (200, {"status": "complete", "redirect": None})
    done = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert (done.status, done.payment_status) == ("complete", "paid")
    assert done.customer_details.email == "lena@example.com"
    intent = done.payment_intent
    assert (intent.status, intent.amount_received, intent.transfer_group) == (
        "succeeded",
        4800,
        "order_1",
    )
    assert intent.metadata["order"] == "order-1"
    assert intent.latest_charge.payment_method_details.card.last4 == "4242"
    until(lambda: "charge.updated" in receiver.types())
    assert set(receiver.types()) == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    }


def test_hosted_page_leads_to_success_url_with_session_id(sandbox, client):
    session = client.v1.checkout.sessions.create(hosted_params())
    answer = pay(sandbox, session)
    expected = f"http://product.localhost:8000/done?session={session.id}"
    assert answer.json() == {"status": "complete", "redirect": expected}


def test_hosted_page_works_as_plain_form_without_script(sandbox, client):
    session = client.v1.checkout.sessions.create(hosted_params())
    form = {"email": "l@example.com", "number": "4242424242424242", "expiry": "1/35", "cvc": "123"}
    answer = requests.post(
        page_of(sandbox, session),
        data=form,
        headers={"Accept": "text/html"},
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(session.id)


def test_embedded_page_with_redirect_leads_to_return_url(sandbox, client):
    params = session_params(
        redirect_on_completion=None, return_url=f"{ORIGIN}/o/1/?s={{CHECKOUT_SESSION_ID}}"
    )
    session = client.v1.checkout.sessions.create(params)
    assert session.redirect_on_completion == "always"
    assert pay(sandbox, session).json()["redirect"] == f"{ORIGIN}/o/1/?s={session.id}"


@pytest.mark.parametrize(
    ("number", "code", "decline_code", "words"),
    [
        ("4000 0000 0000 0002", "card_declined", "generic_decline", "Your card was declined."),
        (
            "4000000000009995",
            "card_declined",
            "insufficient_funds",
            "Your card has insufficient funds.",
        ),
        ("4000000000000069", "expired_card", "expired_card", "Your card has expired."),
        (
            "4000000000000127",
            "incorrect_cvc",
            "incorrect_cvc",
            "Your card's security code is incorrect.",
        ),
        (
            "4000000000000119",
            "processing_error",
            "processing_error",
            "An error occurred while processing",
        ),
    ],
)
def test_declined_card_says_so_and_session_stays_payable(
    sandbox, client, receiver, number, code, decline_code, words
):
    session = client.v1.checkout.sessions.create(session_params())
    answer = pay(sandbox, session, number)
    assert answer.status_code == 402
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["decline_code"] == decline_code
    assert words in answer.json()["error"]["message"]
    opened = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (opened.status, opened.payment_status) == ("open", "unpaid")
    assert opened.payment_intent.status == "requires_payment_method"
    assert opened.payment_intent.last_payment_error.decline_code == decline_code
    until(lambda: {"payment_intent.payment_failed", "charge.failed"} <= set(receiver.types()))
    failed = receiver.of_type("payment_intent.payment_failed")[0].event["data"]["object"]
    assert failed["metadata"] == {"order": "order-1"}
    assert pay(sandbox, session).status_code == 200
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert paid.payment_status == "paid"
    charges = client.v1.charges.list({"payment_intent": paid.payment_intent}).data
    assert [charge.status for charge in charges] == ["succeeded", "failed"]
    assert sandbox.contract() == []


@pytest.mark.parametrize(
    ("number", "changes", "code"),
    [
        ("4000002500003155", {}, "sandbox_not_served"),
        ("4111111111111111", {}, "card_declined"),
        ("4242424242424241", {}, "incorrect_number"),
        ("4242", {}, "incorrect_number"),
        ("4242424242424242", {"expiry": "01/20"}, "invalid_expiry_year"),
        ("4242424242424242", {"expiry": "13/30"}, "invalid_expiry_month"),
        ("4242424242424242", {"cvc": "1"}, "invalid_cvc"),
        ("4242424242424242", {"email": "lena"}, "email_invalid"),
    ],
)
def test_unusable_card_is_refused_without_a_charge(sandbox, client, number, changes, code):
    session = client.v1.checkout.sessions.create(session_params())
    answer = pay(sandbox, session, number, **changes)
    assert answer.status_code in (400, 402)
    assert answer.json()["error"]["code"] == code
    assert client.v1.charges.list().data == []
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_expired_session_cannot_be_paid_or_expired_again(sandbox, client, receiver):
    session = client.v1.checkout.sessions.create(session_params())
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    assert pay(sandbox, session).status_code == 400
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        client.v1.checkout.sessions.expire(session.id)
    until(lambda: receiver.of_type("checkout.session.expired"))
    assert client.v1.charges.list().data == []


def test_complete_session_says_so_when_expired_or_paid_again(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    pay(sandbox, session)
    with pytest.raises(stripe.InvalidRequestError, match="has a status of complete"):
        client.v1.checkout.sessions.expire(session.id)
    again = pay(sandbox, session)
    assert again.json()["error"]["code"] == "checkout_session_not_open"
    assert len(client.v1.charges.list().data) == 1


def test_session_expires_by_the_clock(sandbox, client, receiver):
    session = client.v1.checkout.sessions.create(session_params(expires_at=int(time.time()) + 1800))
    sandbox.control("clock", advance=1790)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    sandbox.control("clock", advance=20)
    until(lambda: client.v1.checkout.sessions.retrieve(session.id).status == "expired")
    until(lambda: receiver.of_type("checkout.session.expired"))


def test_balance_transaction_is_null_at_first_and_filled_with_charge_updated(
    sandbox, client, receiver
):
    sandbox.control("config", capture_delay=1.5)
    session = client.v1.checkout.sessions.create(session_params())
    pay(sandbox, session)
    path = ["payment_intent.latest_charge.balance_transaction"]
    at_first = client.v1.checkout.sessions.retrieve(session.id, {"expand": path})
    assert at_first.payment_intent.latest_charge.balance_transaction is None
    until(lambda: receiver.of_type("charge.succeeded"))
    succeeded = receiver.of_type("charge.succeeded")[0].event["data"]["object"]
    assert succeeded["balance_transaction"] is None
    assert receiver.of_type("charge.updated") == []
    updated = until(lambda: receiver.of_type("charge.updated"))[0].event["data"]
    assert updated["previous_attributes"] == {"balance_transaction": None}
    later = client.v1.checkout.sessions.retrieve(session.id, {"expand": path})
    booked = later.payment_intent.latest_charge.balance_transaction
    assert updated["object"]["balance_transaction"] == booked.id
    assert (booked.amount, booked.fee, booked.net, booked.status) == (4800, 169, 4631, "pending")


def test_zero_decimal_currency_is_shown_without_decimals(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params(4800, "jpy"))
    assert "Pay ¥4,800" in requests.get(page_of(sandbox, session), timeout=10).text
    assert paid_charge(sandbox, amount=4800, currency="jpy").amount == 4800


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "setup", "line_items": None, "payment_intent_data": None},
        {"ui_mode": "elements"},
        {"allow_promotion_codes": True},
        {"automatic_tax": {"enabled": True}},
        {"payment_intent_data": {"capture_method": "manual"}},
        {"payment_intent_data": {"transfer_data": {"destination": "acct_1"}}},
    ],
)
def test_unserved_option_answers_501_instead_of_being_ignored(sandbox, client, changes):
    with pytest.raises(stripe.APIError) as caught:
        client.v1.checkout.sessions.create(session_params(**changes))
    assert caught.value.http_status == 501
    assert caught.value.json_body["error"]["code"] == "sandbox_not_served"
    assert client.v1.checkout.sessions.list().data == []
