"""A merchant's account at Stripe: one per merchant, followed until it may receive transfers."""

import pytest

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from payments import gateway
from payments.errors import GatewayUnavailable
from payments.models import ConnectedAccount
from payments.services.connect_account import connect_account, refresh_account
from tests.factories.merchants import make_merchant
from tests.payments.stripe_sandbox import deliver


def accounts(sandbox) -> list[dict]:
    return sandbox.objects("v2.core.account")


@pytest.mark.proves("INV-S8")
def test_account_is_a_recipient_and_inactive_until_onboarded(stripe_sandbox):
    merchant = make_merchant()
    account = connect_account(merchant.id, SYSTEM)
    (made,) = accounts(stripe_sandbox)
    assert account.account_id == made["id"]
    assert (account.transfers, account.is_active) == ("restricted", False)
    assert made["applied_configurations"] == ["recipient"]
    assert made["configuration"]["merchant"] is None
    assert made["metadata"] == {"merchant": str(merchant.id)}
    stripe_sandbox.activate(account.account_id)
    assert refresh_account(merchant.id, SYSTEM).is_active


def test_connecting_twice_makes_one_account(stripe_sandbox):
    merchant = make_merchant()
    first = connect_account(merchant.id, SYSTEM)
    assert connect_account(merchant.id, SYSTEM).account_id == first.account_id
    assert len(accounts(stripe_sandbox)) == 1


@pytest.mark.proves("INV-P10")
def test_crash_between_row_and_answer_leaves_one_account(stripe_sandbox, monkeypatch):
    merchant = make_merchant()
    real = gateway.create_account

    def dies(request, key):
        real(request, key=key)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "create_account", dies)
        with pytest.raises(KeyboardInterrupt):
            connect_account(merchant.id, SYSTEM)
    account = connect_account(merchant.id, SYSTEM)
    assert [made["id"] for made in accounts(stripe_sandbox)] == [account.account_id]


def test_event_about_an_account_refreshes_it(stripe_sandbox):
    merchant = make_merchant()
    account = connect_account(merchant.id, SYSTEM)
    stripe_sandbox.activate(account.account_id)
    kind = "v2.core.account[configuration.recipient].capability_status_updated"
    thin = {
        "id": "evt_thin",
        "object": "v2.core.event",
        "type": kind,
        "created": "2026-11-22T15:00:00.000Z",
        "livemode": False,
        "related_object": {"id": account.account_id, "type": "v2.core.account", "url": "/"},
    }
    assert deliver(thin) == 200
    from payments.services.apply_stripe_event import apply_due_events

    assert apply_due_events() == 1
    with entered(operator_scope(SYSTEM)):
        assert ConnectedAccount.objects.get().is_active


def test_stripe_away_keeps_the_row_for_the_next_try(stripe_sandbox, settings):
    merchant = make_merchant()
    settings.STRIPE_API_BASE, base = "http://127.0.0.1:9", settings.STRIPE_API_BASE
    with pytest.raises(GatewayUnavailable):
        connect_account(merchant.id, SYSTEM)
    settings.STRIPE_API_BASE = base
    assert connect_account(merchant.id, SYSTEM).account_id


@pytest.mark.proves("INV-S8")
def test_one_stripe_account_never_serves_two_merchants(stripe_sandbox):
    from django.db import IntegrityError

    account = connect_account(make_merchant().id, SYSTEM)
    other = make_merchant()
    with pytest.raises(IntegrityError), entered(operator_scope(SYSTEM)):
        ConnectedAccount.objects.create(merchant=other, account_id=account.account_id)
