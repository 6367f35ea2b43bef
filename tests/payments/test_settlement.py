"""Turning a paid order into exactly one transfer, whoever dies when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from orders.models import Order
from payments.models import Settlement
from payments.services.connect_account import refresh_account
from payments.services.lease_settlement import ATTEMPTS, lease_settlement
from payments.services.settle_order import settle_due
from tests.factories.merchants import make_merchant
from tests.factories.orders import make_table
from tests.factories.payments import (
    books,
    connect,
    make_paid_order,
    payment_of,
    set_settlement,
    settlement_of,
)

SETTLED = {
    "clearing_pending": 384 - 169,
    "commission": -384,
    "merchant_payable": 0,
    "stripe_fees": 169,
}


def transfers(sandbox) -> list[dict]:
    return sandbox.objects("transfer")


def due_again(order) -> None:
    set_settlement(order, next_at=timezone.now())


@pytest.fixture
def table(stripe_sandbox):
    found = make_table()
    connect(stripe_sandbox, found.merchant.id)
    return found


@pytest.mark.proves("INV-S1", "INV-S4", "INV-S5")
def test_due_settlement_transfers_the_share_and_keeps_the_commission(stripe_sandbox, table):
    order = make_paid_order(stripe_sandbox, table)
    assert settle_due() == 1
    (transfer,) = transfers(stripe_sandbox)
    row = settlement_of(order)
    assert (transfer["amount"], transfer["currency"]) == (4416, "eur")
    assert transfer["transfer_group"] == f"order_{order.code}"
    assert transfer["source_transaction"] == payment_of(order).charge_id
    assert transfer["metadata"]["settlement"] == str(row.id)
    assert (row.state, row.transfer_id, row.next_at) == ("transferred", transfer["id"], None)
    assert books(order) == SETTLED
    assert settle_due() == 0


@pytest.mark.proves("INV-S4")
def test_hold_is_respected(stripe_sandbox, table, settings):
    settings.SETTLEMENT_HOLD_SECONDS = 3600
    order = make_paid_order(stripe_sandbox, table)
    assert settlement_of(order).due_at == order.paid_at + timedelta(hours=1)
    assert settle_due() == 0
    assert transfers(stripe_sandbox) == []
    due_again(order)
    assert settle_due() == 1


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"time_start": "2030-06-01T10:00"}, "time_start"),
        ({"time_start": "2030-06-01T10:00", "time_end": "2030-06-01T12:00"}, "time_end"),
    ],
)
def test_hold_begins_when_the_service_ends(stripe_sandbox, table, settings, values, column):
    settings.SETTLEMENT_HOLD_SECONDS = 60
    order = make_paid_order(stripe_sandbox, table, **values)
    assert settlement_of(order).due_at == getattr(order, column) + timedelta(seconds=60)
    assert settle_due() == 0


@pytest.mark.proves("INV-X10", "INV-P11")
def test_stripe_away_postpones_and_counts(stripe_sandbox, table, settings):
    order = make_paid_order(stripe_sandbox, table)
    settings.STRIPE_API_BASE, base = "http://127.0.0.1:9", settings.STRIPE_API_BASE
    settle_due()
    row = settlement_of(order)
    assert (row.state, row.attempts, row.last_error) == ("scheduled", 1, "APIConnectionError")
    settings.STRIPE_API_BASE = base
    due_again(order)
    settle_due()
    assert settlement_of(order).state == "transferred"


@pytest.mark.proves("INV-X11")
def test_too_many_attempts_are_stuck_and_audited(stripe_sandbox, table, settings):
    from marketplace.accounts.models import AuditEntry

    order = make_paid_order(stripe_sandbox, table)
    set_settlement(order, attempts=ATTEMPTS - 1)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    settle_due()
    row = settlement_of(order)
    assert (row.state, row.next_at) == ("stuck", None)
    with entered(operator_scope(SYSTEM)):
        assert AuditEntry.objects.filter(action="settlement.stuck", subject_id=row.id).exists()


def test_row_that_kills_its_workers_is_stuck_in_the_end(stripe_sandbox, table):
    order = make_paid_order(stripe_sandbox, table)
    set_settlement(order, attempts=ATTEMPTS)
    settle_due()
    assert (settlement_of(order).state, settlement_of(order).last_error) == ("stuck", "attempts")
    assert transfers(stripe_sandbox) == []


def test_refused_transfer_is_stuck_with_stripes_code(stripe_sandbox, table):
    order = make_paid_order(stripe_sandbox, table)
    set_settlement(order, amount_minor=999_999)  # more than was charged
    settle_due()
    row = settlement_of(order)
    assert row.state == "stuck"
    assert row.last_error
    assert transfers(stripe_sandbox) == []


@pytest.mark.proves("INV-S8")
def test_inactive_account_holds_until_it_is_active(stripe_sandbox):
    table = make_table()
    account = connect(stripe_sandbox, table.merchant.id, active=False)
    assert not account.is_active
    order = make_paid_order(stripe_sandbox, table)
    settle_due()
    row = settlement_of(order)
    assert (row.state, row.hold_reason, row.attempts) == ("held", "transfers_inactive", 0)
    assert transfers(stripe_sandbox) == []
    stripe_sandbox.activate(account.account_id)
    refresh_account(table.merchant.id, SYSTEM)  # what the account's event does
    assert settle_due() == 1
    assert settlement_of(order).state == "transferred"


def test_account_that_became_active_unnoticed_is_seen_at_the_next_look(stripe_sandbox):
    table = make_table()
    account = connect(stripe_sandbox, table.merchant.id, active=False)
    order = make_paid_order(stripe_sandbox, table)
    settle_due()
    stripe_sandbox.activate(account.account_id)
    assert settle_due() == 0
    due_again(order)
    assert settle_due() == 1
    assert settlement_of(order).state == "transferred"


def test_merchant_without_account_is_held(stripe_sandbox):
    order = make_paid_order(stripe_sandbox)
    settle_due()
    assert settlement_of(order).hold_reason == "account_missing"
    connect(stripe_sandbox, order.merchant_id)
    assert settle_due() == 1
    assert settlement_of(order).state == "transferred"


def test_unknown_fee_holds_for_a_moment_and_is_asked_for(stripe_sandbox, table):
    stripe_sandbox.control("config", capture_delay=60)
    order = make_paid_order(stripe_sandbox, table, fee=False)
    settle_due()
    assert (settlement_of(order).state, settlement_of(order).hold_reason) == ("held", "fee_unknown")
    stripe_sandbox.control("clock", advance=61)
    stripe_sandbox.event("charge.updated")  # sent by Stripe, never delivered to us
    due_again(order)
    settle_due()
    assert settlement_of(order).state == "transferred"
    assert books(order) == SETTLED


def test_converted_charge_is_held_for_an_operator(stripe_sandbox, table):
    from payments.models import Payment

    order = make_paid_order(stripe_sandbox, table)
    with entered(operator_scope(SYSTEM)):
        Payment.objects.filter(order=order).update(fee_currency="USD")
    settle_due()
    assert settlement_of(order).hold_reason == "currency_differs"
    assert transfers(stripe_sandbox) == []


def test_commission_that_takes_all_leaves_nothing_to_settle(stripe_sandbox):
    table = make_table(make_merchant(commission_bps=10_000))
    order = make_paid_order(stripe_sandbox, table)
    with entered(operator_scope(SYSTEM)):
        assert not Settlement.objects.filter(order=order).exists()
    assert books(order) == {"clearing_pending": 4800 - 169, "commission": -4800, "stripe_fees": 169}


def test_order_of_the_scan_is_the_order_of_falling_due(stripe_sandbox, table):
    late, early = make_paid_order(stripe_sandbox, table), make_paid_order(stripe_sandbox)
    set_settlement(early, next_at=timezone.now() - timedelta(hours=1))
    lease = lease_settlement()
    assert lease.settlement_id == settlement_of(early).id
    assert lease_settlement().settlement_id == settlement_of(late).id
    assert lease_settlement() is None


def test_settlement_of_an_unpaid_order_does_not_exist(stripe_sandbox, table):
    with entered(operator_scope(SYSTEM)):
        assert Settlement.objects.count() == Order.objects.count() == 0
