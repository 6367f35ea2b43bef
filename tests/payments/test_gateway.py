"""The one door to Stripe: versions, keys, errors, and never inside a transaction."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from django.db import transaction
from stripe._api_version import _ApiVersion

from payments import gateway
from payments.errors import (
    GatewayFailed,
    GatewayInTransactionError,
    GatewayRefused,
    GatewayUnavailable,
)
from payments.facts import AccountRequest, SessionRequest, TransferRequest

OUTSIDE = [value for value in vars(gateway).values() if hasattr(value, "__wrapped__")]
OUTSIDE = [
    call for call in OUTSIDE if call.__module__ == gateway.__name__ and call.__name__[0] != "_"
]


def session_request(payment: str = "p1", **fields) -> SessionRequest:
    given = {
        "payment_id": payment,
        "order_code": "order1",
        "revision": 3,
        "merchant_id": "m1",
        "amount_minor": 4800,
        "currency": "EUR",
        "title": "Tea " * 100,
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
        **fields,
    }
    return SessionRequest(**given)


def transfer_request(**fields) -> TransferRequest:
    given = {
        "settlement_id": "s1",
        "idempotency_key": "settlement:s1:v1",
        "order_code": "order1",
        "amount_minor": 100,
        "currency": "EUR",
        "account_id": "acct_none",
        "charge_id": "ch_none",
        **fields,
    }
    return TransferRequest(**given)


def test_pinned_version_is_the_sdks():
    assert _ApiVersion.CURRENT == gateway.API_VERSION


def test_every_outside_call_is_guarded():
    assert {call.__name__ for call in OUTSIDE} == {
        "create_account",
        "retrieve_account",
        "open_session",
        "expire_session",
        "retrieve_session",
        "find_session",
        "retrieve_intent",
        "retrieve_charge",
        "create_transfer",
        "find_transfer",
    }


@pytest.mark.proves("INV-P10")
@pytest.mark.parametrize("call", OUTSIDE, ids=lambda call: call.__name__)
def test_outside_call_inside_a_transaction_raises(db, call):
    with transaction.atomic(), pytest.raises(GatewayInTransactionError):
        call()


def test_nobody_there_is_unavailable(db, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(GatewayUnavailable):
        gateway.retrieve_session("cs_test_1")


def test_unknown_object_is_refused_with_code_and_param(stripe_sandbox):
    with pytest.raises(GatewayRefused) as refused:
        gateway.create_transfer(transfer_request(), key="k")
    assert refused.value.code == "resource_missing"
    assert refused.value.param in {"destination", "source_transaction"}


@pytest.mark.proves("INV-P12")
def test_rate_limit_is_unavailable_and_not_refused(stripe_sandbox):
    stripe_sandbox.control("config", rate_429=10)
    with pytest.raises(GatewayUnavailable):
        gateway.retrieve_session("cs_test_1")
    stripe_sandbox.control("config", rate_429=0)


@pytest.mark.proves("INV-P11")
def test_fault_before_the_key_is_noted_is_retried_under_one_key(stripe_sandbox):
    stripe_sandbox.control("config", api_500_edge=2)
    gateway.open_session(session_request(), key="k")
    assert len(stripe_sandbox.objects("checkout.session")) == 1


@pytest.mark.proves("INV-P11")
def test_fault_after_the_effect_is_told_apart_and_the_session_found(stripe_sandbox):
    began = datetime.now(UTC)
    stripe_sandbox.control("config", api_500_after=1)
    with pytest.raises(GatewayFailed):
        gateway.open_session(session_request(), key="k")
    found = gateway.find_session(payment_id="p1", since=began)
    assert found is not None
    assert found.client_secret
    assert gateway.find_session(payment_id="p2", since=began) is None


@pytest.mark.proves("INV-P10")
def test_same_key_gives_the_same_session(stripe_sandbox):
    request = session_request()
    first = gateway.open_session(request, key="k")
    assert gateway.open_session(request, key="k") == first
    assert len(stripe_sandbox.objects("checkout.session")) == 1


def test_other_parameters_under_one_key_are_refused(stripe_sandbox):
    gateway.open_session(session_request(), key="k")
    with pytest.raises(GatewayRefused):
        gateway.open_session(session_request(amount_minor=4900), key="k")


def test_session_is_asked_for_as_the_house_says(stripe_sandbox):
    gateway.open_session(session_request(), key="k")
    (session,) = stripe_sandbox.objects("checkout.session")
    assert session["ui_mode"] == "embedded_page"
    assert session["redirect_on_completion"] == "never"
    assert session["client_reference_id"] == "order1"
    assert (session["amount_total"], session["currency"]) == (4800, "eur")
    assert stripe_sandbox.pay(session["id"]) == 200
    (intent,) = stripe_sandbox.objects("payment_intent")
    assert intent["transfer_group"] == "order_order1"
    assert intent["metadata"] == session["metadata"] == session_request().metadata


def test_results_are_plain_values(stripe_sandbox):
    request = AccountRequest(merchant_id="m1", email="a@example.com", name="A", country="DE")
    account = gateway.create_account(request, key="a")
    session = gateway.open_session(session_request(), key="k")
    assert stripe_sandbox.pay(session.id) == 200
    stripe_sandbox.event("charge.updated")
    paid = gateway.retrieve_session(session.id)
    assert paid.balance is not None
    for facts in (account, session, paid, paid.balance):
        assert dataclasses.is_dataclass(facts)
        for value in dataclasses.astuple(facts):
            assert not isinstance(value, stripe.StripeObject)


def test_fee_is_unknown_until_stripe_has_booked_the_charge(stripe_sandbox):
    stripe_sandbox.control("config", capture_delay=60)
    session = gateway.open_session(session_request(), key="k")
    assert stripe_sandbox.pay(session.id) == 200
    paid = gateway.retrieve_session(session.id)
    assert (paid.payment_status, paid.balance) == ("paid", None)
    assert paid.charge_id
    assert gateway.retrieve_charge(paid.charge_id).metadata["payment"] == "p1"


def test_declined_card_shows_on_the_session(stripe_sandbox):
    session = gateway.open_session(session_request(), key="k")
    assert stripe_sandbox.pay(session.id, "4000000000000002") == 402
    seen = gateway.retrieve_session(session.id)
    assert (seen.status, seen.payment_status) == ("open", "unpaid")
    assert seen.intent_error == "generic_decline"
    assert gateway.retrieve_intent(seen.intent_id).metadata["order"] == "order1"
