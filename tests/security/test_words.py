"""The canary is complete: every text of a tenant's rows holds a secret word, or says why not."""

import pytest
from django.db import connection

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from tests.security.words import PRIVATE, leaks

pytestmark = pytest.mark.proves("INV-T5")
# Public knowledge: the storefront shows them to everybody.
PUBLIC = {"merchants_quickitem.title", "merchants_holiday.name"}
# Written by us and the same for many rows, or random and of no meaning outside.
OURS = {
    *("calls_call.code", "calls_call.state", "calls_call.mode"),
    *("calls_call.end_reason", "calls_call.ended_by"),
    *("calls_callback.code", "calls_callback.state", "calls_callback.cause"),
    *("calls_callback.language", "calls_callback.close_reason"),
    *("calls_textline.side", "calls_textline.op", "calls_transfer.code", "calls_transfer.state"),
    *("accounts_mail.purpose", "accounts_mail.state", "accounts_mail.last_error"),
    *("calls_endpoint.code", "calls_publishedaddress.mode", "merchants_member.role"),
    *("orders_orderform.code", "orders_orderform.state", "orders_orderform.currency"),
    *("orders_orderform.time_zone", "orders_formedit.op", "orders_formedit.field"),
    *("orders_formedit.author", "orders_informationrequest.code"),
    *("orders_informationrequest.state", "orders_informationrequest.fields"),
    *("orders_orderform.salt", "orders_photo.code", "orders_photo.author", "orders_photo.digest"),
    # What happened, sealed; values stand in it as digests only.
    *("orders_dealentry.kind", "orders_dealentry.role", "orders_dealentry.at"),
    *("orders_dealentry.data", "orders_dealentry.previous", "orders_dealentry.digest"),
    "orders_fulfilmentmark.kind",
    *("orders_order.code", "orders_order.digest", "orders_order.state", "orders_order.currency"),
    "orders_order.time_zone",
    *("payments_payment.state", "payments_payment.stage", "payments_payment.currency"),
    *("payments_payment.fee_currency", "payments_connectedaccount.transfers"),
    *("payments_settlement.state", "payments_settlement.currency"),
    "payments_settlement.hold_reason",
    *("payments_ledgerentry.journal", "payments_ledgerentry.account"),
    "payments_ledgerentry.currency",
    *("accounts_auditentry.actor_kind", "accounts_auditentry.action"),
    *("accounts_auditentry.subject_kind", "accounts_auditentry.data"),
}
_COLUMNS = (
    "SELECT c.table_name, c.column_name FROM information_schema.columns c"
    " WHERE c.table_schema = 'public' AND c.data_type IN ('text', 'character varying', 'jsonb')"
    " AND EXISTS (SELECT FROM information_schema.columns m WHERE m.table_schema = 'public'"
    "   AND m.table_name = c.table_name AND m.column_name = 'merchant_id')"
)


def columns() -> list[tuple[str, str]]:
    with entered(operator_scope(SYSTEM)), connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        return cursor.fetchall()


def texts(table: str, column: str, merchant_id) -> str:
    sql = f'SELECT coalesce(string_agg("{column}"::text, chr(10)), \'\') FROM "{table}"'
    with entered(operator_scope(SYSTEM)), connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE merchant_id = %s", [merchant_id])
        return cursor.fetchone()[0]


def test_every_text_of_a_tenant_holds_a_word(world):
    found = columns()
    named = {f"{table}.{column}" for table, column in found}
    assert len(named) > 40
    assert named >= OURS | PUBLIC, "a column of the reviewed list is gone"
    bare = [
        f"{table}.{column}"
        for table, column in found
        if f"{table}.{column}" not in OURS | PUBLIC and "qx" not in texts(table, column, world.a.id)
    ]
    assert bare == []


def test_every_word_is_there_once_known(world):
    """Control: each prefix is in some row, and the search finds it in a body."""
    with_words = " ".join(texts(t, c, m) for t, c in columns() for m in (world.a.id, world.b.id))
    people = " ".join(
        [
            *(f"{p.user.name} {p.user.email}" for p in world.people.values() if p.user),
            *(call.customer_name for call in world.rings.values()),
        ]
    )
    for prefix in PRIVATE:
        assert prefix in with_words + people, prefix
        assert leaks(f"…{prefix}0001…".encode(), frozenset()) == [prefix]
        assert leaks(f"…{prefix}0001…".encode(), frozenset({prefix})) == []
