"""The books hold by themselves, against raw SQL as the serving role."""

import psycopg
import pytest
from django.db import IntegrityError, InternalError, connection

from marketplace.accounts.audit import SYSTEM
from marketplace.core.ids import new_id
from merchants.scope import entered, merchant_scope, operator_scope
from orders.models import Order
from payments.journals import Line
from payments.models import LedgerEntry
from payments.services.post_journal import Evidence, post_journal
from payments.states import LedgerAccount
from tests.factories.orders import make_order

INSERT = (
    "INSERT INTO payments_ledgerentry (id, created_at, merchant_id, order_id, journal, account,"
    " amount_minor, currency, stripe_object, balance_transaction, event_id, idempotency_key)"
    " VALUES (%s, now(), %s, %s, %s, %s, %s, %s, '', '', '', '')"
)


@pytest.fixture
def order(db) -> Order:
    return make_order()


def plant(order: Order, *lines: tuple[str, str, int, str]) -> None:
    """Write lines with raw SQL in the merchant's scope and commit."""
    with entered(merchant_scope(order.merchant_id, SYSTEM)), connection.cursor() as cursor:
        for journal, account, amount, currency in lines:
            ids = [new_id(), order.merchant_id, order.id]
            cursor.execute(INSERT, [*ids, journal, account, amount, currency])


def entries(order: Order) -> int:
    with entered(operator_scope(SYSTEM)):
        return LedgerEntry.objects.filter(order=order).count()


@pytest.mark.proves("INV-S1")
def test_balanced_journal_is_kept(order):
    plant(order, ("j", "clearing_pending", 5, "EUR"), ("j", "commission", -5, "EUR"))
    assert entries(order) == 2


@pytest.mark.proves("INV-S1")
@pytest.mark.parametrize(
    "lines",
    [
        [("j", "clearing_pending", 5, "EUR")],
        [("j", "clearing_pending", 5, "EUR"), ("j", "commission", -4, "EUR")],
        # two journals that only balance together
        [("j", "clearing_pending", 5, "EUR"), ("k", "commission", -5, "EUR")],
        # two currencies never make up for each other
        [("j", "clearing_pending", 5, "EUR"), ("j", "commission", -5, "USD")],
    ],
)
def test_planted_imbalance_fails_at_commit(order, lines):
    with pytest.raises(IntegrityError, match="is off by"):
        plant(order, *lines)
    assert entries(order) == 0


@pytest.mark.proves("INV-S1")
def test_imbalance_is_seen_at_commit_and_not_before(order):
    """The lines of a journal come one by one; only what is committed must balance."""
    with entered(merchant_scope(order.merchant_id, SYSTEM)), connection.cursor() as cursor:
        ids = [order.merchant_id, order.id, "j"]
        cursor.execute(INSERT, [new_id(), *ids, "clearing_pending", 5, "EUR"])
        cursor.execute(INSERT, [new_id(), *ids, "commission", -5, "EUR"])
    assert entries(order) == 2


@pytest.mark.proves("INV-S1")
def test_planted_imbalance_fails_after_the_scope_was_left(order):
    """The check sees all lines whatever role is in force when the transaction ends."""
    from django.db import transaction

    with pytest.raises(IntegrityError, match="is off by"), transaction.atomic():
        with entered(merchant_scope(order.merchant_id, SYSTEM)), connection.cursor() as cursor:
            ids = [new_id(), order.merchant_id, order.id, "j"]
            cursor.execute(INSERT, [*ids, "clearing_pending", 5, "EUR"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("app",)
    assert entries(order) == 0


@pytest.mark.proves("INV-S1")
def test_planted_imbalance_without_the_trigger_stays(order, owner_connection):
    """The control: with the trigger off the same lines are committed."""
    owner_connection.execute("ALTER TABLE payments_ledgerentry DISABLE TRIGGER ledger_balances")
    try:
        plant(order, ("j", "clearing_pending", 5, "EUR"))
    finally:
        owner_connection.execute("ALTER TABLE payments_ledgerentry ENABLE TRIGGER ledger_balances")
    assert entries(order) == 1


@pytest.mark.proves("INV-S2")
@pytest.mark.parametrize("role", ["r_merchant", "r_operator", "r_customer"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_ledgerentry SET amount_minor = 1",
        "DELETE FROM payments_ledgerentry",
        "TRUNCATE payments_ledgerentry",
    ],
)
def test_serving_roles_can_change_no_line(order, role, statement):
    plant(order, ("j", "clearing_pending", 5, "EUR"), ("j", "commission", -5, "EUR"))
    from django.db import ProgrammingError, transaction

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(statement)
    assert entries(order) == 2


@pytest.mark.proves("INV-S2")
@pytest.mark.parametrize("statement", ["UPDATE {} SET amount_minor = 1", "DELETE FROM {}"])
def test_even_the_owner_changes_no_line(order, owner_connection, statement):
    plant(order, ("j", "clearing_pending", 5, "EUR"), ("j", "commission", -5, "EUR"))
    owner_connection.execute("ALTER TABLE payments_ledgerentry NO FORCE ROW LEVEL SECURITY")
    try:
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner_connection.execute(statement.format("payments_ledgerentry"))
    finally:
        owner_connection.execute("ALTER TABLE payments_ledgerentry FORCE ROW LEVEL SECURITY")


@pytest.mark.proves("INV-S2")
def test_same_journal_twice_is_refused(order):
    lines = [Line(LedgerAccount.CLEARING_PENDING, 5), Line(LedgerAccount.COMMISSION, -5)]
    for again in (False, True):
        if again:
            with pytest.raises(IntegrityError, match="ledger_line_once"):
                _post(order, lines)
        else:
            _post(order, lines)
    assert entries(order) == 2


def _post(order: Order, lines: list[Line]) -> None:
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        post_journal("j", order=order, currency="EUR", lines=lines, evidence=Evidence())


@pytest.mark.proves("INV-S1")
def test_unbalanced_lines_are_refused_before_the_database(order):
    with pytest.raises(ValueError, match="does not balance"):
        _post(order, [Line(LedgerAccount.CLEARING_PENDING, 5)])


@pytest.mark.proves("INV-S11")
@pytest.mark.parametrize(
    "lines",
    [
        [("j", "pocket", 5, "EUR"), ("j", "commission", -5, "EUR")],
        [("j", "clearing_pending", 0, "EUR")],
        [("j", "clearing_pending", 5, "eur"), ("j", "commission", -5, "eur")],
    ],
)
def test_unknown_account_zero_and_odd_currency_are_refused(order, lines):
    with pytest.raises((IntegrityError, InternalError)):
        plant(order, *lines)
