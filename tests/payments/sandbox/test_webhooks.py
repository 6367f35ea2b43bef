"""Webhooks: signed, retried, resumed, and disturbed on demand."""

import sqlite3
import time

import pytest
import stripe

from tests.payments.sandbox.running import SECRET, Receiver, pay, session_params, until

pytestmark = pytest.mark.integration


def make_event(client) -> str:
    """One checkout.session.expired; the session's id."""
    session = client.v1.checkout.sessions.create(session_params())
    return client.v1.checkout.sessions.expire(session.id).id


def test_webhook_carries_a_signature_the_sdk_accepts(sandbox, client, receiver):
    session_id = make_event(client)
    received = until(lambda: receiver.of_type("checkout.session.expired"))[0]
    event = received.verified()
    assert event.data.object.id == session_id
    assert event.api_version == stripe.api_version
    assert event.request.id.startswith("req_")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(received.body, received.signature, "whsec_other")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(received.body + b" ", received.signature, SECRET)


def test_failed_delivery_is_retried_with_a_fresh_signature(sandbox, client, receiver):
    sandbox.control("config", retry_delays=[1.2, 0.1])
    receiver.answers[:] = [500, 503]
    make_event(client)
    attempts = until(
        lambda: (
            len(receiver.of_type("checkout.session.expired")) == 3
            and receiver.of_type("checkout.session.expired")
        )
    )
    assert [item.status for item in attempts] == [500, 503, 200]
    assert len({item.event["id"] for item in attempts}) == 1
    stamps = [item.signature.split(",")[0] for item in attempts]
    assert stamps[0] != stamps[1]
    assert attempts[1].at - attempts[0].at >= 1.1
    for item in attempts:
        item.verified()
    delivery = until(
        lambda: [d for d in sandbox.look("state")["deliveries"] if d["state"] == "delivered"]
    )[0]
    assert (delivery["attempts"], delivery["last_status"]) == (3, 200)


def test_delivery_is_given_up_after_the_last_retry(sandbox, client, receiver):
    receiver.answers[:] = [500] * 3
    make_event(client)
    until(lambda: sandbox.look("state")["deliveries"][0]["state"] == "given_up")
    assert len(receiver.received) == 3
    event = client.v1.events.list({"delivery_success": False}).data[0]
    assert event.pending_webhooks == 1
    sandbox.control(f"events/{event.id}/resend")
    until(lambda: len(receiver.received) == 4)
    until(lambda: client.v1.events.retrieve(event.id).pending_webhooks == 0)


def test_duplicates_are_sent_when_asked_for(sandbox, client, receiver):
    sandbox.control("config", duplicate=1)
    make_event(client)
    both = until(lambda: len(receiver.received) == 2 and receiver.received)
    assert both[0].event["id"] == both[1].event["id"]


def test_first_deliveries_are_dropped_when_asked_for(sandbox, client, receiver):
    sandbox.control("config", drop_first=1)
    make_event(client)
    until(lambda: receiver.received)
    delivery = until(
        lambda: [d for d in sandbox.look("state")["deliveries"] if d["state"] == "delivered"]
    )[0]
    assert delivery["attempts"] == 2
    assert len(receiver.received) == 1


def test_webhooks_are_held_back_when_asked_for(sandbox, client, receiver):
    sandbox.control("config", delay=0.8)
    started = time.time()
    make_event(client)
    assert until(lambda: receiver.received)[0].at - started >= 0.8


def test_webhooks_overtake_each_other_when_asked_for(sandbox, client, receiver):
    sandbox.control("config", shuffle=1.0)
    for _ in range(8):
        make_event(client)
    until(lambda: len(receiver.received) == 8)
    seen = [item.event["data"]["object"]["id"] for item in receiver.received]
    made = [item.data.object.id for item in client.v1.events.list().data][::-1]
    assert sorted(seen) == sorted(made)
    assert seen != made


def test_created_endpoint_gets_only_its_events_under_its_own_secret(sandbox, client):
    other = Receiver()
    try:
        endpoint = client.v1.webhook_endpoints.create(
            {
                "url": other.url,
                "enabled_events": ["charge.succeeded"],
                "api_version": stripe.api_version,
            }
        )
        assert endpoint.secret.startswith("whsec_")
        assert "secret" not in client.v1.webhook_endpoints.list().data[0]
        pay(sandbox, client.v1.checkout.sessions.create(session_params()))
        item = until(lambda: other.received)[0]
        event = stripe.Webhook.construct_event(item.body, item.signature, endpoint.secret)
        assert event.type == "charge.succeeded"
        assert other.types() == ["charge.succeeded"]
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(item.body, item.signature, SECRET)
    finally:
        other.close()


def test_events_are_listed_by_type_and_retrieved(sandbox, client):
    pay(sandbox, client.v1.checkout.sessions.create(session_params()))
    events = client.v1.events.list({"type": "charge.*"}).data
    assert "charge.succeeded" in {event.type for event in events}
    assert all(event.type.startswith("charge.") for event in events)
    two = client.v1.events.list(
        {"types": ["payment_intent.created", "checkout.session.completed"]}
    ).data
    assert [event.type for event in two] == ["checkout.session.completed", "payment_intent.created"]
    assert client.v1.events.retrieve(two[0].id).data.object.object == "checkout.session"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.list({"type": "x' OR '1'='1"})


def test_state_survives_kill_and_undelivered_webhook_is_sent_after_restart(
    own_sandbox, own_receiver
):
    own_sandbox.control("config", delay=3600)
    client = own_sandbox.client()
    session = client.v1.checkout.sessions.create(session_params())
    client.v1.checkout.sessions.expire(session.id)
    own_sandbox.kill()
    assert own_receiver.received == []
    own_sandbox.start()
    assert own_sandbox.look("config")["delay"] == 3600
    kept = own_sandbox.client().v1.checkout.sessions.retrieve(session.id)
    assert kept.status == "expired"
    own_sandbox.control("clock", advance=3601)
    item = until(lambda: own_receiver.of_type("checkout.session.expired"))[0]
    assert item.verified().data.object.id == session.id
    assert own_sandbox.contract() == []


def test_charge_waiting_for_its_balance_transaction_is_filled_after_kill(own_sandbox, own_receiver):
    own_sandbox.control("config", capture_delay=2)
    session = own_sandbox.client().v1.checkout.sessions.create(session_params())
    assert pay(own_sandbox, session).status_code == 200
    own_sandbox.kill()
    own_sandbox.start()
    until(lambda: own_receiver.of_type("charge.updated"))
    charge = own_sandbox.client().v1.charges.list().data[0]
    assert charge.balance_transaction
    assert own_sandbox.stop() == 0


def test_delivery_interrupted_while_sending_is_sent_again(own_sandbox, own_receiver):
    make_event(own_sandbox.client())
    until(lambda: own_sandbox.look("state")["deliveries"][0]["state"] == "delivered")
    own_sandbox.stop()
    with sqlite3.connect(own_sandbox.database) as db:
        db.execute("UPDATE deliveries SET state = 'sending'")
    db.close()
    own_receiver.clear()
    own_sandbox.start()
    until(lambda: own_receiver.of_type("checkout.session.expired"))
