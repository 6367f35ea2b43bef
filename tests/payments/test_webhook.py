"""The webhook's door: only what Stripe signed just now gets in, once, and nothing is done there."""

import json
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from payments.gateway import API_VERSION
from payments.models import StripeEvent
from tests.payments.stripe_sandbox import SECRET, deliver, send, signed


@pytest.fixture(autouse=True)
def secret(db, settings):
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.STRIPE_SECRET_KEY = "sk_test_sandbox"


def event(**fields) -> dict:
    return {
        "id": "evt_1",
        "object": "event",
        "type": "customer.created",
        "api_version": API_VERSION,
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": {"id": "cus_1", "object": "customer", "email": "lena@example.com"}},
        **fields,
    }


def kept() -> StripeEvent:
    return StripeEvent.objects.get()


@pytest.mark.proves("INV-P15")
def test_signed_event_is_kept_and_answered_200():
    assert deliver(event()) == 200
    assert (kept().event_id, kept().kind, kept().object_id) == (
        "evt_1",
        "customer.created",
        "cus_1",
    )
    assert (kept().state, kept().attempts) == ("received", 0)


@pytest.mark.proves("INV-P15")
def test_new_event_takes_at_most_eight_statements_and_a_repeat_four():
    with CaptureQueriesContext(connection) as first:
        assert deliver(event()) == 200
    with CaptureQueriesContext(connection) as repeat:
        assert deliver(event()) == 200
    assert len(first) <= 8
    assert len(repeat) <= 4
    assert StripeEvent.objects.count() == 1


@pytest.mark.proves("INV-P15")
def test_webhook_calls_nobody_outside(settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"  # nobody answers there
    assert deliver(event(type="checkout.session.completed")) == 200
    assert kept().state == "received"


@pytest.mark.proves("INV-P3")
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "t=,v1=",
        "v1=abc",
        "t={now}",
        "t=abc,v1=abc",
        "t={now},v1=0000",
        "t={now},v1=é",
        f"t=9{'9' * 5000},v1=00",
    ],
)
def test_wrong_signature_is_refused_and_writes_nothing(header):
    now = str(int(time.time()))
    sent = header and header.replace("{now}", now)
    assert send(json.dumps(event()).encode(), sent) == 400
    assert not StripeEvent.objects.exists()


@pytest.mark.proves("INV-P3")
@pytest.mark.parametrize("away", [-301, -3600, 310, 3600])
def test_stale_or_future_signature_is_refused(away):
    assert deliver(event(), at=int(time.time()) + away) == 400
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize("away", [-290, 290])
def test_signature_within_five_minutes_is_taken(away):
    assert deliver(event(), at=int(time.time()) + away) == 200


@pytest.mark.proves("INV-P3")
def test_foreign_secret_is_refused():
    assert deliver(event(), secret="whsec_of_somebody_else") == 400


@pytest.mark.proves("INV-P3")
def test_both_secrets_work_while_one_is_being_replaced(settings):
    settings.STRIPE_WEBHOOK_SECRET = f"whsec_new, {SECRET}"
    assert deliver(event(id="evt_old")) == 200
    assert deliver(event(id="evt_new"), secret="whsec_new") == 200
    assert StripeEvent.objects.count() == 2


@pytest.mark.proves("INV-P3")
def test_no_secret_lets_nothing_in(settings):
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert deliver(event(), secret="x") == 400


@pytest.mark.proves("INV-P3")
@rules(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_webhook_is_never_accepted(data):
    body, header = signed(event())
    place = data.draw(st.integers(0, len(body) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    changed = body[:place] + bytes([body[place] ^ bit]) + body[place + 1 :]
    assert send(changed, header) == 400
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'"x"', json.dumps({"id": "evt_1"}).encode()])
def test_signed_nonsense_is_refused(body):
    assert send(*signed(body)) == 400
    assert not StripeEvent.objects.exists()


def test_bytes_that_are_no_text_are_refused():
    assert send(b"\xff\xfe", signed(event())[1]) == 400


@pytest.mark.proves("INV-P4")
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"livemode": True}, "differs:mode"),
        ({"api_version": "2020-08-27"}, "differs:api_version"),
        ({"api_version": None}, "differs:api_version"),
    ],
)
def test_event_of_another_mode_or_version_is_quarantined(fields, reason):
    assert deliver(event(**fields)) == 200
    assert (kept().state, kept().reason, kept().next_at) == ("quarantined", reason, None)


def test_thin_event_has_no_version_and_is_taken():
    thin = {
        "id": "evt_thin",
        "object": "v2.core.event",
        "type": "v2.core.account[requirements].updated",
        "created": "2026-11-22T15:00:00.000Z",
        "livemode": False,
        "related_object": {
            "id": "acct_1",
            "type": "v2.core.account",
            "url": "/v2/core/accounts/acct_1",
        },
    }
    assert deliver(thin) == 200
    assert (kept().state, kept().object_id) == ("received", "acct_1")


def test_body_is_not_kept():
    deliver(event())
    values = " ".join(str(value) for value in StripeEvent.objects.values_list().get())
    assert "lena@example.com" not in values


def test_only_post_is_answered(client):
    assert client.get("/webhooks/stripe/").status_code == 405
