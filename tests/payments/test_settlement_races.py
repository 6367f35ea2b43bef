"""Several workers, dead workers, and a Stripe that forgets: still one transfer."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from payments import gateway
from payments.models import LedgerEntry
from payments.services import settle_order as settling
from payments.services.lease_settlement import lease_settlement
from payments.services.settle_order import settle_due
from tests.factories.orders import make_table
from tests.factories.payments import (
    books,
    connect,
    make_paid_order,
    set_settlement,
    settlement_of,
)

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.mark.proves("INV-S4", "INV-S9")
def test_two_workers_at_once_make_one_transfer_each(stripe_sandbox, table):
    orders = [make_paid_order(stripe_sandbox, table if not number else None) for number in range(3)]
    for order in orders[1:]:
        connect(stripe_sandbox, order.merchant_id)
    together(4, settle_due)
    assert len(transfers(stripe_sandbox)) == 3
    for order in orders:
        assert settlement_of(order).state == "transferred"
        assert books(order) == SETTLED


def overtaken(order, monkeypatch, *, key=lambda wanted: wanted.idempotency_key) -> None:
    """A worker is slow just before the transfer, its lease runs out, and another draws level."""
    set_settlement(order, amount_minor=1000)  # so that the charge would cover two transfers
    real, level = gateway.create_transfer, threading.Barrier(2)

    def create(wanted, **_given):
        level.wait(20)
        return real(wanted, key=key(wanted))

    monkeypatch.setattr(gateway, "create_transfer", create)
    leases = [lease_settlement()]
    slow = threading.Thread(target=in_thread, args=[settling.settle_order, leases[0]])
    slow.start()
    while settlement_of(order).first_tried_at is None:
        time.sleep(0.01)
    due_again(order)
    leases.append(lease_settlement())
    in_thread(settling.settle_order, leases[1])
    slow.join(30)


@pytest.mark.proves("INV-S4")
def test_two_workers_on_one_row_make_one_transfer(stripe_sandbox, table, monkeypatch):
    order = make_paid_order(stripe_sandbox, table)
    overtaken(order, monkeypatch)
    assert len(transfers(stripe_sandbox)) == 1
    assert (settlement_of(order).state, settlement_of(order).fence) == ("transferred", 2)
    with entered(operator_scope(SYSTEM)):
        assert LedgerEntry.objects.filter(journal__startswith="settlement:").count() == 2


def test_two_workers_on_one_row_without_the_key_make_two_transfers(
    stripe_sandbox, table, monkeypatch
):
    """The control: with a key made on the fly the merchant is paid twice."""
    order = make_paid_order(stripe_sandbox, table)
    overtaken(order, monkeypatch, key=lambda _wanted: str(uuid4()))
    assert len(transfers(stripe_sandbox)) == 2


@pytest.mark.proves("INV-S4")
def test_worker_whose_lease_was_taken_over_stops_before_stripe(stripe_sandbox, table):
    order = make_paid_order(stripe_sandbox, table)
    late = lease_settlement()
    due_again(order)
    assert lease_settlement().fence == late.fence + 1
    settling.settle_order(late)
    assert transfers(stripe_sandbox) == []
    assert settlement_of(order).state == "transferring"


def in_thread(action, value) -> None:
    try:
        action(value)
    finally:
        connection.close()


def together(number: int, action) -> None:
    gate = threading.Barrier(number)

    def run() -> None:
        gate.wait()
        in_thread(lambda _nothing: action(), None)

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = sys.argv[1], "sk_test_sandbox"
from payments.services import settle_order as settling
def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(settling, sys.argv[2], die)
settling.settle_due()
"""


def killed_at(sandbox, point: str) -> None:
    """Run a worker that dies by kill -9 when it comes to `point`."""
    result = subprocess.run(
        [sys.executable, "-c", KILLED, sandbox.base, point],
        cwd=ROOT,
        env=os.environ,
        timeout=60,
    )
    assert result.returncode == -signal.SIGKILL


@pytest.mark.proves("INV-S4")
@pytest.mark.parametrize(
    ("point", "made"), [("_learn", 0), ("_plan", 0), ("_transfer", 0), ("_close", 1)]
)
def test_worker_killed_anywhere_leaves_one_transfer(stripe_sandbox, table, point, made):
    order = make_paid_order(stripe_sandbox, table)
    killed_at(stripe_sandbox, point)
    assert len(transfers(stripe_sandbox)) == made
    assert settlement_of(order).state == "transferring"
    assert settle_due() == 0  # the lease of the dead still runs
    due_again(order)  # now it has run out
    assert settle_due() == 1
    assert len(transfers(stripe_sandbox)) == 1
    assert settlement_of(order).state == "transferred"
    assert books(order) == SETTLED


@pytest.mark.proves("INV-S4", "INV-P11")
def test_repeat_after_the_key_was_forgotten_finds_the_transfer(stripe_sandbox, table, monkeypatch):
    """Stripe keeps a key for a day; a row tried before looks first."""
    order = make_paid_order(stripe_sandbox, table)
    killed_at(stripe_sandbox, "_close")
    set_settlement(order, next_at=timezone.now(), first_tried_at=timezone.now() - timedelta(days=3))
    real = gateway.create_transfer
    monkeypatch.setattr(
        gateway, "create_transfer", lambda wanted, key: real(wanted, key="forgotten")
    )
    assert settle_due() == 1
    assert len(transfers(stripe_sandbox)) == 1
    assert settlement_of(order).transfer_id == transfers(stripe_sandbox)[0]["id"]


def test_repeat_after_the_key_was_forgotten_without_looking_pays_twice(
    stripe_sandbox, table, monkeypatch
):
    """The control."""
    order = make_paid_order(stripe_sandbox, table)
    set_settlement(order, amount_minor=1000)  # so that the charge would cover both
    killed_at(stripe_sandbox, "_close")
    due_again(order)
    real = gateway.create_transfer
    monkeypatch.setattr(
        gateway, "create_transfer", lambda wanted, key: real(wanted, key="forgotten")
    )
    monkeypatch.setattr(gateway, "find_transfer", lambda **_which: None)
    settle_due()
    assert len(transfers(stripe_sandbox)) == 2


@pytest.mark.proves("INV-P11")
def test_fault_after_the_effect_is_healed_by_looking(stripe_sandbox, table):
    order = make_paid_order(stripe_sandbox, table)
    stripe_sandbox.control("config", api_500_after=1)
    settle_due()
    row = settlement_of(order)
    assert (row.state, row.attempts, len(transfers(stripe_sandbox))) == ("scheduled", 1, 1)
    assert row.next_at > timezone.now()
    due_again(order)
    settle_due()
    assert settlement_of(order).state == "transferred"
    assert len(transfers(stripe_sandbox)) == 1


@pytest.mark.proves("INV-S8")
def test_destination_of_a_tried_transfer_never_changes(stripe_sandbox, table, monkeypatch):
    """The account is frozen with the first attempt; a repeat sends the same."""
    from payments.models import ConnectedAccount

    order = make_paid_order(stripe_sandbox, table)
    killed_at(stripe_sandbox, "_transfer")
    first = settlement_of(order).account_id
    with entered(operator_scope(SYSTEM)):
        ConnectedAccount.objects.filter(merchant=table.merchant).update(transfers="active")
    due_again(order)
    settle_due()
    assert transfers(stripe_sandbox)[0]["destination"] == first
