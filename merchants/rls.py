"""The second wall, for migrations: row-level security with one narrow policy per database role.

Roles (made by the launcher or `deploy/roles.sql`): `mig` owns and migrates, `app` serves and
may become `r_merchant`, `r_customer`, `r_operator` for a transaction. `mig` and every owner is
held by FORCE as well; a data migration must `SET LOCAL ROLE r_operator` first.
"""

from collections.abc import Sequence
from typing import Final

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import RunSQL

READ: Final = ("select",)
WRITE: Final = ("select", "insert", "update")
ALL: Final = ("select", "insert", "update", "delete")
APPEND: Final = ("select", "insert")
NOTHING: Final[tuple[str, ...]] = ()


def _is(column: str, setting: str) -> str:
    # A sub-select is evaluated once per statement; after first use a setting is '' and not NULL.
    return f"{column} = (SELECT nullif(current_setting('app.{setting}', true), '')::uuid)"


def _policy(table: str, role: str, condition: str) -> str:
    name = f"{table}_{role}"
    return (
        f"CREATE POLICY {name} ON {table} TO {role} USING ({condition}) WITH CHECK ({condition});"
    )


def _grant(table: str, role: str, rights: Sequence[str]) -> str:
    return f"GRANT {', '.join(rights)} ON {table} TO {role};" if rights else ""


def tenant_policies(
    table: str,
    *,
    merchant_can: Sequence[str] = WRITE,
    customer_can: Sequence[str] = NOTHING,
    operator_can: Sequence[str] = WRITE,
    public: bool = False,
) -> Operation:
    """Return the operation that puts `table` behind the second wall.

    r_merchant sees `merchant_id = app.merchant`; r_customer, if it can do anything, sees
    `customer_id = app.customer`, or every row where the table is `public` knowledge; r_operator
    sees all. `*_can` are the SQL rights of each role.
    """
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;",
        _policy(table, "r_merchant", _is("merchant_id", "merchant")),
        _policy(table, "r_operator", "true"),
        _grant(table, "r_merchant", merchant_can),
        _grant(table, "r_operator", operator_can),
    ]
    if customer_can:
        condition = "true" if public else _is("customer_id", "customer")
        statements += [
            _policy(table, "r_customer", condition),
            _grant(table, "r_customer", customer_can),
        ]
    return RunSQL("\n".join(filter(None, statements)), reverse_sql=RunSQL.noop)


def own_rows_of_person(table: str) -> Operation:
    """Let the serving login read a person's own rows (`user_id = app.user`) before a scope."""
    return RunSQL(
        f"CREATE POLICY {table}_app ON {table} FOR SELECT TO app USING"
        f" ({_is('user_id', 'user')}); GRANT SELECT ON {table} TO app;",
        reverse_sql=RunSQL.noop,
    )


def public_table(table: str, *, operator_can: Sequence[str] = WRITE) -> Operation:
    """Return the operation for a table that everybody may read and only operators may write."""
    return RunSQL(
        f"GRANT SELECT ON {table} TO app, r_merchant, r_customer;"
        + _grant(table, "r_operator", operator_can),
        reverse_sql=RunSQL.noop,
    )
