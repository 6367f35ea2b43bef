"""What every request goes through: keys, accounts, idempotency, errors, faults, the contract."""

import json
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
import requests
import stripe

from tests.payments.sandbox.running import (
    ROOT,
    active_account,
    pay,
    recipient_params,
    session_params,
    until,
)

pytestmark = pytest.mark.integration


def test_live_key_is_refused(sandbox):
    for key in ("sk_live_abcdefgh", "rk_live_abcdefgh"):
        with pytest.raises(stripe.AuthenticationError, match="live keys"):
            sandbox.client(key).v1.balance.retrieve()


def test_missing_publishable_and_foreign_keys_answer_401(sandbox):
    assert requests.get(f"{sandbox.url}/v1/balance", timeout=5).status_code == 401
    for key in ("pk_test_x", "secret"):
        with pytest.raises(stripe.AuthenticationError):
            sandbox.client(key).v1.balance.retrieve()
    basic = requests.get(f"{sandbox.url}/v1/balance", auth=("sk_test_x", ""), timeout=5)
    assert basic.status_code == 200


def test_unknown_account_answers_403(sandbox, client):
    with pytest.raises(stripe.PermissionError) as caught:
        client.v1.balance.retrieve(options={"stripe_account": "acct_nobody"})
    assert caught.value.http_status == 403


def test_object_of_the_platform_is_unknown_to_a_connected_account(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    account = active_account(sandbox)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.retrieve(session.id, options={"stripe_account": account})
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.v1.payouts.create({"amount": 100, "currency": "eur"}),
        lambda c: c.v1.customers.create({"email": "a@example.com"}),
        lambda c: c.v1.disputes.list(),
        lambda c: c.v1.transfers.reversals.create("tr_1", {"amount": 1}),
        lambda c: c.v1.accounts.create({"country": "DE"}),
        lambda c: c.v1.balance_transactions.list({"payout": "po_1"}),
        lambda c: c.v1.webhook_endpoints.delete("we_1"),
    ],
)
def test_operation_not_served_answers_501_and_is_not_retried(sandbox, call):
    client = sandbox.client(retries=2)
    with pytest.raises(stripe.APIError) as caught:
        call(client)
    assert caught.value.http_status == 501
    assert caught.value.json_body["error"]["code"] == "sandbox_not_served"
    assert caught.value.headers["Stripe-Should-Retry"] == "false"


def test_address_stripe_does_not_have_answers_404(sandbox):
    headers = {"Authorization": "Bearer sk_test_x"}
    answer = requests.post(f"{sandbox.url}/v1/checkout/session", headers=headers, timeout=5)
    assert answer.status_code == 404
    assert "Unrecognized request URL" in answer.json()["error"]["message"]


def test_429_is_a_rate_limit_error(sandbox, client):
    sandbox.control("config", rate_429=1)
    with pytest.raises(stripe.RateLimitError):
        client.v1.balance.retrieve()
    assert client.v1.balance.retrieve()


def test_unknown_fault_is_refused(sandbox):
    answer = requests.post(f"{sandbox.url}/_sandbox/config", json={"api_5000": 1}, timeout=5)
    assert answer.status_code == 400


def test_expand_of_unknown_property_is_refused(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    for path in ("nothing", "status", "payment_intent.a.b.c.d"):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.retrieve(session.id, {"expand": [path]})


@pytest.mark.parametrize("limit", [0, 101])
def test_limit_outside_1_to_100_is_refused(sandbox, client, limit):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.charges.list({"limit": limit})
    assert caught.value.param == "limit"


def test_cursor_of_another_kind_is_refused(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.charges.list({"starting_after": session.id})
    assert caught.value.param == "starting_after"


def test_parameter_unknown_to_the_sdk_is_refused_and_noted(sandbox, client):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": "ch_1", "reverse_transfers": True})
    assert (caught.value.code, caught.value.param) == ("parameter_unknown", "reverse_transfers")
    assert sandbox.contract() == ["request POST /v1/refunds reverse_transfers: unknown parameter"]


def test_other_api_versions_are_not_held_to_the_contract(sandbox):
    headers = {"Authorization": "Bearer sk_test_x", "Stripe-Version": "2024-06-20"}
    form = {
        "mode": "payment",
        "success_url": "http://x.localhost/",
        "payment_method_types[]": "card",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "1500",
        "line_items[0][price_data][product_data][name]": "T-shirt",
        "line_items[0][quantity]": "2",
    }
    answer = requests.post(
        f"{sandbox.url}/v1/checkout/sessions", data=form, headers=headers, timeout=5
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["amount_total"] == 3000


def test_contract_is_empty_after_a_whole_flow_and_names_a_planted_object(own_sandbox):
    client = own_sandbox.client()
    own_sandbox.control("config", capture_delay=0.1)
    account = client.v2.core.accounts.create(recipient_params())
    own_sandbox.control(f"accounts/{account.id}/activate")
    session = client.v1.checkout.sessions.create(session_params())
    assert pay(own_sandbox, session, "4000000000000002").status_code == 402
    assert pay(own_sandbox, session).status_code == 200
    until(lambda: client.v1.charges.list().data[0].balance_transaction)
    charge = client.v1.charges.list().data[0]
    client.v1.transfers.create(
        {
            "amount": 4000,
            "currency": "eur",
            "destination": account.id,
            "source_transaction": charge.id,
        }
    )
    client.v1.refunds.create({"charge": charge.id, "amount": 100})
    kinds = set(own_sandbox.look("state")["objects"])
    assert {"event", "charge", "transfer", "refund", "v2.core.account", "price"} <= kinds
    assert own_sandbox.contract() == []
    own_sandbox.stop()
    changed = {
        "colour": "red",
        "status": "almost",
        "outcome": {**charge.to_dict()["outcome"], "x": 1},
    }
    with sqlite3.connect(own_sandbox.database) as db:
        for name, value in changed.items():
            db.execute(
                "UPDATE objects SET body = json_set(body, ?, json(?)) WHERE id = ?",
                (f"$.{name}", json.dumps(value), charge.id),
            )
        db.execute(
            "UPDATE objects SET body = json_remove(body, '$.amount') WHERE id = ?", (charge.id,)
        )
    db.close()
    own_sandbox.start()
    found = " ".join(own_sandbox.contract())
    for field in ("colour", "status", "outcome.x", "amount"):
        assert f"charge {charge.id}.{field}:" in found


def test_second_sandbox_on_the_same_database_says_so(sandbox):
    command = [sys.executable, "-m", "payments.sandbox", "--database", str(sandbox.database)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert "in use by another sandbox" in done.stderr


def test_port_taken_says_so(sandbox, tmp_path):
    command = [sys.executable, "-m", "payments.sandbox", "--database", str(tmp_path / "x")]
    command += ["--port", sandbox.url.rsplit(":", 1)[1]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert "cannot listen on 127.0.0.1" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--host", "0.0.0.0"],
        ["--webhook-url", "http://127.0.0.1:1/"],
        ["--webhook-url", "http://127.0.0.1:1/", "--webhook-secret", "whsec_live_x"],
    ],
)
def test_unsafe_arguments_are_refused(tmp_path, words):
    command = [sys.executable, "-m", "payments.sandbox", "--database", str(tmp_path / "x"), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2


def test_foreign_host_name_is_refused(sandbox):
    answer = requests.get(sandbox.url, headers={"Host": "evil.example"}, timeout=5)
    assert answer.status_code == 403


def test_form_of_another_site_is_refused(sandbox):
    headers = {"Origin": "https://evil.example"}
    answer = requests.post(f"{sandbox.url}/_sandbox/reset", headers=headers, timeout=5)
    assert answer.status_code == 403


def test_forty_parallel_clients_are_all_answered(sandbox):
    answers: list[int] = []

    def ask() -> None:
        headers = {"Authorization": "Bearer sk_test_x"}
        answers.append(
            requests.get(f"{sandbox.url}/v1/balance", headers=headers, timeout=10).status_code
        )

    threads = [threading.Thread(target=ask) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 40


def test_kept_alive_answers_do_not_wait_for_acknowledgements(sandbox, client):
    """With a long answer, which goes out in more than one piece."""
    for _ in range(4):
        client.v1.checkout.sessions.create(session_params())
    times = []
    with requests.Session() as session:
        session.headers["Authorization"] = "Bearer sk_test_x"
        for _ in range(20):
            started = time.perf_counter()
            answer = session.get(f"{sandbox.url}/v1/checkout/sessions", timeout=5)
            times.append(time.perf_counter() - started)
    assert len(answer.content) > 8192
    # Held back, every one of them would take 40 ms.
    assert sorted(times)[5] < 0.03


def test_sandbox_imports_neither_django_nor_our_apps():
    code = (
        "import sys, payments.sandbox.__main__\n"
        "ours = ('django', 'celery', 'channels', 'marketplace', 'merchants', 'calls', 'orders')\n"
        "print([n for n in sys.modules if n.split('.')[0] in ours"
        " or (n.startswith('payments.') and not n.startswith('payments.sandbox'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
