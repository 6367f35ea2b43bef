"""Idempotency keys as Stripe documents them, and failures around the effect of a request."""

import sqlite3
import threading
import time

import pytest
import requests
import stripe

from tests.payments.sandbox.running import active_account, session_params

pytestmark = pytest.mark.integration


def options(key: str) -> dict:
    return {"idempotency_key": key}


def sessions_of(client) -> list[str]:
    return [item.id for item in client.v1.checkout.sessions.list().data]


def test_same_key_and_parameters_replay_the_first_answer(sandbox, client):
    first = client.v1.checkout.sessions.create(session_params(), options("checkout:1"))
    client.v1.checkout.sessions.expire(first.id)
    second = client.v1.checkout.sessions.create(session_params(), options("checkout:1"))
    assert (second.id, second.status) == (first.id, "open")
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert sessions_of(client) == [first.id]


def test_same_key_with_other_parameters_is_an_idempotency_error(sandbox, client):
    client.v1.checkout.sessions.create(session_params(), options("k"))
    with pytest.raises(stripe.IdempotencyError) as caught:
        client.v1.checkout.sessions.create(session_params(5000), options("k"))
    assert caught.value.http_status == 400
    assert len(sessions_of(client)) == 1


def test_failed_validation_does_not_keep_the_key(sandbox, client):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(session_params(48), options("k"))
    assert client.v1.checkout.sessions.create(session_params(), options("k")).amount_total == 4800


def test_declined_card_is_replayed_without_a_second_charge(sandbox, client):
    params = {
        "amount": 500,
        "currency": "eur",
        "payment_method": "pm_card_visa_chargeDeclined",
        "confirm": True,
    }
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.create(params, options("k"))
    assert len(client.v1.charges.list().data) == 1


def test_key_in_flight_answers_409(sandbox, client):
    sandbox.control("config", slow=1.5)
    slow: list[object] = []
    thread = threading.Thread(
        target=lambda: slow.append(
            client.v1.checkout.sessions.create(session_params(), options("k"))
        )
    )
    thread.start()
    time.sleep(0.5)
    with pytest.raises(stripe.APIError) as caught:
        sandbox.client().v1.checkout.sessions.create(session_params(), options("k"))
    assert caught.value.http_status == 409
    thread.join()
    sandbox.control("config", slow=0)
    assert sessions_of(client) == [slow[0].id]


def test_concurrent_requests_with_one_key_make_one_object(sandbox, client):
    def create() -> None:
        retrying = sandbox.client(retries=8)
        found.append(retrying.v1.transfers.create(params, options("settlement:1:v1")).id)

    charge_source = sandbox.client().v1.payment_intents.create(
        {"amount": 9000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    )
    params = {
        "amount": 1000,
        "currency": "eur",
        "destination": active_account(sandbox),
        "source_transaction": charge_source.latest_charge,
    }
    found: list[str] = []
    threads = [threading.Thread(target=create) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 10
    assert len(set(found)) == 1
    assert len(client.v1.transfers.list().data) == 1


def test_key_of_a_request_cut_off_by_a_crash_is_free_again(own_sandbox):
    own_sandbox.stop()
    with sqlite3.connect(own_sandbox.database) as db:
        db.execute(
            "INSERT INTO idempotency_keys (account, key, fingerprint) VALUES (?, 'k', 'cut off')",
            ("acct_1SandboxPlatform",),
        )
    db.close()
    own_sandbox.start()
    client = own_sandbox.client()
    assert client.v1.checkout.sessions.create(session_params(), options("k")).status == "open"


@pytest.mark.parametrize(
    "metadata",
    [{str(n): "x" for n in range(51)}, {"k" * 41: "x"}, {"k": "x" * 501}],
)
def test_metadata_beyond_stripes_limits_is_refused(sandbox, client, metadata):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(session_params(metadata=metadata))
    assert caught.value.param.startswith("metadata")


def test_body_over_a_mebibyte_is_refused(sandbox):
    headers = {"Authorization": "Bearer sk_test_x", "Content-Length": str(2**20 + 1)}
    answer = requests.post(f"{sandbox.url}/v1/refunds", headers=headers, timeout=5)
    assert answer.status_code == 413


def test_500_after_the_effect_is_replayed_and_the_effect_stays(sandbox, client):
    sandbox.control("config", api_500_after=1)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            client.v1.checkout.sessions.create(session_params(), options("k"))
        assert caught.value.http_status == 500
    assert len(sessions_of(client)) == 1


def test_500_before_the_effect_is_replayed_without_effect(sandbox, client):
    sandbox.control("config", api_500_before=1)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            client.v1.checkout.sessions.create(session_params(), options("k"))
    assert sessions_of(client) == []


def test_500_at_the_edge_leaves_the_key_free(sandbox, client):
    sandbox.control("config", api_500_edge=1)
    with pytest.raises(stripe.APIError):
        client.v1.checkout.sessions.create(session_params(), options("k"))
    assert client.v1.checkout.sessions.create(session_params(), options("k")).status == "open"
