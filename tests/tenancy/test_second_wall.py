"""Row-level security: what raw SQL as the serving role can and cannot see."""

import pytest
from django.db import ProgrammingError, connection
from django.db.utils import DatabaseError

from marketplace.accounts.audit import SYSTEM, record
from merchants.scope import (
    SET_SCOPE,
    customer_scope,
    entered,
    merchant_scope,
    operator_scope,
    set_scope_parameters,
)
from tests.factories.merchants import make_merchant, make_quick_item
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")
COUNT = "SELECT count(*) FROM merchants_quickitem"


def one(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


@pytest.mark.proves("INV-T13", "A5")
def test_every_table_with_a_merchant_has_forced_policies_for_its_roles(owner_connection):
    rows = owner_connection.execute(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,"
        " ARRAY(SELECT r.rolname::text FROM pg_policy p, pg_roles r"
        "       WHERE p.polrelid = c.oid AND r.oid = ANY (p.polroles) ORDER BY 1),"
        " EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = '{0}')"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'merchant_id'"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert len(rows) >= 10
    for name, enabled, forced, roles, for_everybody in rows:
        assert enabled, f"{name} has no row-level security"
        assert forced, f"{name} does not hold its owner"
        assert {"r_merchant", "r_operator"} <= set(roles), name
        assert not for_everybody, f"{name} has a policy for everybody"


@pytest.mark.proves("INV-T13")
def test_raw_sql_without_a_scope_sees_nothing():
    make_quick_item(make_merchant())
    with pytest.raises(ProgrammingError, match="permission denied"):
        one(COUNT)


@pytest.mark.proves("INV-T13")
def test_raw_sql_in_a_scope_sees_its_own_rows_only():
    a, b = make_merchant(), make_merchant()
    make_quick_item(a)
    make_quick_item(b)
    with entered(merchant_scope(a.id, SYSTEM)):
        assert one(COUNT) == 1
        assert one(COUNT + " WHERE merchant_id = %s", b.id) == 0
        assert (
            one(
                "WITH u AS (UPDATE merchants_quickitem SET title = 'x' RETURNING 1)"
                " SELECT count(*) FROM u"
            )
            == 1
        )
    with entered(operator_scope(SYSTEM)):
        assert one(COUNT) == 2


@pytest.mark.proves("INV-T13")
def test_raw_insert_for_another_merchant_is_refused():
    a, b = make_merchant(), make_merchant()
    insert = (
        "INSERT INTO merchants_quickitem (id, created_at, title, price_minor, position, merchant_id)"
        " VALUES (gen_random_uuid(), now(), 'x', 1, 0, %s)"
    )
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        entered(merchant_scope(a.id, SYSTEM)),
        connection.cursor() as cursor,
    ):
        cursor.execute(insert, [b.id])
    # control: the same statement for its own merchant goes through
    with entered(merchant_scope(a.id, SYSTEM)), connection.cursor() as cursor:
        cursor.execute(insert, [a.id])
        assert one(COUNT) == 1


def test_customer_role_without_a_customer_sees_no_tenant_rows():
    record_of = make_merchant()
    with entered(merchant_scope(record_of.id, SYSTEM)):
        record(SYSTEM, "test.done", merchant_id=record_of.id)
    with entered(customer_scope(make_customer().id, SYSTEM)):
        assert one("SELECT count(*) FROM accounts_auditentry") == 0
    with entered(merchant_scope(record_of.id, SYSTEM)):
        assert one("SELECT count(*) FROM accounts_auditentry") == 1


@pytest.mark.proves("INV-F8")
def test_only_operators_may_write_a_merchants_own_row():
    a = make_merchant()
    change = "UPDATE merchants_merchant SET commission_bps = 0 WHERE id = %s"
    for scope in (merchant_scope(a.id, SYSTEM), customer_scope(make_customer().id, SYSTEM)):
        with pytest.raises(ProgrammingError), entered(scope), connection.cursor() as cursor:
            cursor.execute(change, [a.id])
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(change, [a.id])
    with entered(operator_scope(SYSTEM)), connection.cursor() as cursor:
        cursor.execute(change, [a.id])
        assert cursor.rowcount == 1


def test_role_and_ids_end_with_the_transaction():
    a = make_merchant()
    with entered(merchant_scope(a.id, SYSTEM)):
        assert one("SELECT current_user::text") == "r_merchant"
        pid = one("SELECT pg_backend_pid()")
    assert one("SELECT current_user::text") == "app"
    assert one("SELECT coalesce(current_setting('app.merchant', true), '')") == ""
    assert pid


def test_pooled_connection_after_an_exception_carries_nothing():
    a = make_merchant()
    make_quick_item(a)
    seen = set()
    for _ in range(20):
        with pytest.raises(ZeroDivisionError), entered(merchant_scope(a.id, SYSTEM)):
            seen.add(one("SELECT pg_backend_pid()"))
            _ = 1 / 0
        connection.close()  # back to the pool
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user::text, pg_backend_pid()")
            user, pid = cursor.fetchone()
        assert user == "app"
        seen.add(pid)
    assert seen


def test_session_level_setting_would_leak_control():
    """Control: what `entered` does not do. A session-level role survives on the connection."""
    a = make_merchant()
    scope = merchant_scope(a.id, SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(SET_SCOPE.replace("true", "false"), set_scope_parameters(scope))
        cursor.execute("SELECT current_user::text")
        assert cursor.fetchone()[0] == "r_merchant"
        cursor.execute("RESET ROLE")
        cursor.execute("RESET ALL")


@pytest.mark.proves("INV-O9", "O10")
@pytest.mark.parametrize(
    "verb", ["UPDATE accounts_auditentry SET action = 'x'", "DELETE FROM accounts_auditentry"]
)
def test_audit_can_neither_be_changed_nor_deleted(verb, owner_connection):
    a = make_merchant()
    with entered(merchant_scope(a.id, SYSTEM)):
        record(SYSTEM, "test.done", merchant_id=a.id)
    for scope in (merchant_scope(a.id, SYSTEM), operator_scope(SYSTEM)):
        with pytest.raises(DatabaseError), entered(scope), connection.cursor() as cursor:
            cursor.execute(verb)
    # even the owner, who could give itself the right, meets the trigger
    with owner_connection.transaction(), owner_connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry NO FORCE ROW LEVEL SECURITY")
        try:
            with pytest.raises(Exception, match="append-only"), owner_connection.transaction():
                cursor.execute(verb)
        finally:
            cursor.execute("ALTER TABLE accounts_auditentry FORCE ROW LEVEL SECURITY")
