"""Who may see and change the money: row-level security per role, with raw SQL as role `app`."""

import pytest
from django.db import ProgrammingError, connection

from marketplace.accounts.audit import SYSTEM
from merchants.access import scope_of_customer
from merchants.scope import ScopeError, entered, merchant_scope, operator_scope
from payments.models import ConnectedAccount, LedgerEntry, Payment, Settlement
from payments.selectors import payment_stage, payments_overview
from tests.factories.orders import make_table
from tests.factories.payments import connect, make_paid_order
from tests.factories.people import make_customer

TENANT = [ConnectedAccount, LedgerEntry, Payment, Settlement]
TABLES = [f"payments_{model.__name__.lower()}" for model in TENANT]


def rows(scope, table: str) -> int:
    with entered(scope), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


@pytest.fixture
def sold(stripe_sandbox):
    """Two merchants, each with one paid order of their own customer."""
    tables = [make_table(), make_table()]
    for table in tables:
        connect(stripe_sandbox, table.merchant.id)
        make_paid_order(stripe_sandbox, table)
    return tables


@pytest.mark.proves("INV-T13")
@pytest.mark.parametrize("table", TABLES)
def test_each_merchant_sees_only_their_own_rows(sold, table):
    total = rows(operator_scope(SYSTEM), table)
    own = [rows(merchant_scope(sale.merchant.id, SYSTEM), table) for sale in sold]
    assert all(own)
    assert sum(own) == total


@pytest.mark.proves("INV-T13")
@pytest.mark.parametrize(
    "table",
    [
        "payments_ledgerentry",
        "payments_settlement",
        "payments_connectedaccount",
        "payments_stripeevent",
    ],
)
def test_customer_cannot_read_the_books(sold, table):
    with pytest.raises(ProgrammingError, match="permission denied"):
        rows(scope_of_customer(sold[0].customer), table)


@pytest.mark.proves("INV-T13", "INV-T1")
def test_customer_sees_their_own_payments_and_changes_none(sold):
    mine = scope_of_customer(sold[0].customer)
    assert rows(mine, "payments_payment") == 1
    assert rows(scope_of_customer(make_customer()), "payments_payment") == 0
    for statement in (
        "UPDATE payments_payment SET state = 'succeeded'",
        "DELETE FROM payments_payment",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            entered(mine),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.proves("INV-T13")
@pytest.mark.parametrize("table", [*TABLES])
def test_serving_login_without_a_role_sees_nothing(sold, table):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT count(*) FROM {table}")


@pytest.mark.proves("INV-T1")
@pytest.mark.parametrize("model", TENANT)
def test_query_without_a_scope_raises(db, model):
    with pytest.raises(ScopeError):
        model.objects.count()


@pytest.mark.proves("INV-T13")
def test_merchant_cannot_book_for_another(sold):
    with entered(operator_scope(SYSTEM)):
        line = LedgerEntry.objects.first()
    other = next(sale for sale in sold if sale.merchant.id != line.merchant_id)
    with pytest.raises(ScopeError), entered(merchant_scope(other.merchant.id, SYSTEM)):
        LedgerEntry.objects.bulk_create([line])
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        entered(merchant_scope(other.merchant.id, SYSTEM)),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO payments_settlement SELECT gen_random_uuid(), now(), 1, 1, 'EUR',"
            " 'scheduled', now(), now(), 0, 0, '', '', '', now(), '', now(), %s, order_id, id"
            " FROM payments_payment",
            [line.merchant_id],
        )


@pytest.mark.proves("O5")
def test_console_sees_payments_of_all_merchants_in_one_query(sold, django_assert_num_queries):
    with entered(operator_scope(SYSTEM)), django_assert_num_queries(1):
        payments = list(payments_overview())
        assert len({payment.merchant.name for payment in payments}) == 2
        assert {payment.order.state for payment in payments} == {"paid"}


def test_stage_is_read_in_scope(sold):
    order_id = payment_of_table(sold[0]).order_id
    with entered(scope_of_customer(sold[0].customer)):
        assert payment_stage(order_id) == {"state": "succeeded", "stage": "paid"}
    with entered(scope_of_customer(sold[1].customer)):
        assert payment_stage(order_id) is None


def payment_of_table(table) -> Payment:
    with entered(merchant_scope(table.merchant.id, SYSTEM)):
        return Payment.objects.get()
