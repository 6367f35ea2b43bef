"""The pages as HTML and headers; how they look and behave in a browser is test_browser.py's."""

import re

import pytest
import requests

from tests.payments.sandbox.running import (
    ORIGIN,
    hosted_params,
    page_of,
    paid_charge,
    pay,
    recipient_params,
    session_params,
)

pytestmark = pytest.mark.integration
FIELDS = ("email", "card-number", "card-expiry", "card-cvc", "cardholder", "pay", "error")


def policy_of(answer: requests.Response) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def test_every_page_has_the_banner_and_a_strict_policy(sandbox, client):
    session = client.v1.checkout.sessions.create(hosted_params())
    charge = paid_charge(sandbox)
    client.v2.core.accounts.create(recipient_params())
    for url in (sandbox.url, session.url, charge.receipt_url, f"{sandbox.url}/c/pay/cs_test_no"):
        answer = requests.get(url, timeout=10)
        assert "no real payment is made" in answer.text
        policy = policy_of(answer)
        assert policy["default-src"] == "'none'"
        assert (policy["script-src"], policy["style-src"]) == ("'self'", "'self'")
        assert policy["frame-ancestors"] == "'none'"
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son\w+=", answer.text)


def test_embedded_page_may_be_framed_by_the_product_only(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    answer = requests.get(page_of(sandbox, session), timeout=10)
    assert policy_of(answer)["frame-ancestors"] == ORIGIN
    for name in FIELDS:
        assert f'id="{name}"' in answer.text
    assert ">Pay €48.00</button>" in answer.text
    assert "Oolong, 100 g × 2" in answer.text


def test_embedded_page_tells_only_an_allowed_parent(sandbox, client):
    url = page_of(sandbox, client.v1.checkout.sessions.create(session_params()))
    allowed = requests.get(url, params={"parent": ORIGIN}, timeout=10)
    assert f'data-parent="{ORIGIN}"' in allowed.text
    foreign = requests.get(url, params={"parent": "https://evil.example"}, timeout=10)
    assert 'data-parent=""' in foreign.text


def test_embedded_page_opens_with_the_client_secret_only(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    for path in (session.id, session.id + "_secret_wrong", session.client_secret[:-1]):
        assert requests.get(f"{sandbox.url}/embed/{path}", timeout=10).status_code == 404
    assert requests.get(f"{sandbox.url}/c/pay/{session.id}", timeout=10).status_code == 404


def test_page_escapes_what_the_merchant_wrote(sandbox, client):
    line = session_params()["line_items"][0]
    line["price_data"]["product_data"]["name"] = "<script>alert(1)</script>"
    session = client.v1.checkout.sessions.create(session_params(line_items=[line]))
    text = requests.get(page_of(sandbox, session), timeout=10).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_page_speaks_the_language_of_the_session(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params(locale="zh"))
    text = requests.get(page_of(sandbox, session), timeout=10).text
    assert '<html lang="zh">' in text
    assert "支付 €48.00" in text
    assert (
        pay(sandbox, session, "4000000000000002").json()["error"]["message"] == "您的银行卡被拒绝。"
    )


def test_page_shows_the_merchants_note_and_the_known_email(sandbox, client):
    params = session_params(
        customer_email="lena@example.com",
        custom_text={"submit": {"message": "Sold by Tea house, paid to Visavis."}},
    )
    text = requests.get(
        page_of(sandbox, client.v1.checkout.sessions.create(params)), timeout=10
    ).text
    assert 'value="lena@example.com"' in text
    assert "Sold by Tea house, paid to Visavis." in text


def test_paid_and_expired_sessions_show_their_state_instead_of_a_form(sandbox, client):
    paid = client.v1.checkout.sessions.create(session_params())
    pay(sandbox, paid)
    expired = client.v1.checkout.sessions.create(session_params())
    client.v1.checkout.sessions.expire(expired.id)
    for session, state in ((paid, "paid"), (expired, "expired")):
        text = requests.get(page_of(sandbox, session), timeout=10).text
        assert f'data-state="{state}"' in text
        assert 'id="pay"' not in text


def test_declined_plain_form_shows_the_message_again(sandbox, client):
    session = client.v1.checkout.sessions.create(hosted_params())
    form = {
        "email": "l@example.com",
        "number": "4000000000000002",
        "expiry": "1/35",
        "cvc": "123",
    }
    answer = requests.post(session.url, data=form, headers={"Accept": "text/html"}, timeout=10)
    assert answer.status_code == 402
    assert 'role="alert">Your card was declined.</p>' in answer.text


def test_json_body_pays_as_well(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    body = {"email": "l@example.com", "number": "4242424242424242", "expiry": "1/35", "cvc": "123"}
    assert requests.post(page_of(sandbox, session), json=body, timeout=10).status_code == 200
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_control_pays_a_session_as_its_page_would(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    declined = requests.post(
        f"{sandbox.url}/_sandbox/sessions/{session.id}/pay",
        json={"card": "4000000000000002"},
        timeout=10,
    )
    assert declined.status_code == 402
    assert client.v1.charges.list().data[0].status == "failed"
    assert sandbox.control(f"sessions/{session.id}/pay")["payment_status"] == "paid"


def test_stripe_js_stand_in_is_served_with_both_names(sandbox):
    for path in ("/js/v3/stripe.js", "/js/endive/stripe.js"):
        answer = requests.get(sandbox.url + path, timeout=10)
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "createEmbeddedCheckoutPage" in answer.text
        assert "initEmbeddedCheckout" in answer.text


def test_index_lists_what_there_is_and_activates_an_account(sandbox, client):
    account = client.v2.core.accounts.create(recipient_params("Tea <house>"))
    charge = paid_charge(sandbox)
    text = requests.get(sandbox.url, timeout=10).text
    for part in (
        account.id,
        "Tea &lt;house&gt;",
        charge.id,
        "charge.updated",
        "POST /v1/transfers",
    ):
        assert part in text
    answer = requests.post(
        f"{sandbox.url}/_sandbox/accounts/{account.id}/activate",
        headers={"Accept": "text/html"},
        allow_redirects=False,
        timeout=10,
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_static_folder_gives_nothing_else(sandbox):
    for path in ("/static/../host.py", "/static/..%2fhost.py", "/static/nothing.css"):
        assert requests.get(sandbox.url + path, timeout=10).status_code == 404
