"""Rows and statements that travel with their tenant context, in one message."""

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.audit import SYSTEM, entry_of
from marketplace.accounts.models import AuditEntry
from merchants.models import Holiday, QuickItem
from merchants.round_trip import insert_all
from merchants.scope import ScopeError, entered, merchant_scope
from tests.factories.merchants import make_merchant, scope_of_system

pytestmark = pytest.mark.usefixtures("db")


def item(merchant, title: str = "Tea") -> QuickItem:
    return QuickItem(merchant=merchant, title=title, price_minor=480)


def entry(merchant) -> AuditEntry:
    return entry_of(SYSTEM, "test.done", merchant_id=merchant.id, data={"a": 1})


def kept(merchant) -> tuple[list[str], int]:
    with entered(scope_of_system(merchant)):
        titles = list(QuickItem.objects.values_list("title", flat=True))
        return titles, AuditEntry.objects.filter(merchant_id=merchant.id).count()


def test_rows_of_several_tables_go_in_one_message_and_leave_no_role_behind():
    merchant = make_merchant()
    rows = [item(merchant, "it's 100 %; tea"), entry(merchant)]
    with CaptureQueriesContext(connection) as captured:
        insert_all(scope_of_system(merchant), rows)
    assert len(captured) == 1
    assert kept(merchant) == (["it's 100 %; tea"], 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text, current_setting('app.merchant', true)")
        assert cursor.fetchone() == ("app", "")
    rows[0].title = "Changed"
    with entered(scope_of_system(merchant)):
        rows[0].save()
    assert kept(merchant)[0] == ["Changed"], "the row knows that it is saved"


def test_all_or_none():
    merchant = make_merchant()
    twice = [Holiday(merchant=merchant, day="2026-12-25") for _ in range(2)]
    with pytest.raises(IntegrityError):
        insert_all(scope_of_system(merchant), [item(merchant), entry(merchant), *twice])
    assert kept(merchant) == ([], 0)


@pytest.mark.proves("INV-T1", "INV-T6")
def test_row_of_another_tenant_is_refused_before_anything_is_sent():
    mine, theirs = make_merchant(), make_merchant()
    with pytest.raises(ScopeError):
        insert_all(scope_of_system(mine), [item(mine), item(theirs)])
    assert kept(mine) == kept(theirs) == ([], 0)


@pytest.mark.proves("INV-T6")
def test_inside_a_scope_rows_join_its_transaction_and_no_other_scope_does():
    mine, theirs = make_merchant(), make_merchant()
    with pytest.raises(ZeroDivisionError), entered(scope_of_system(mine)):
        insert_all(scope_of_system(mine), [item(mine)])
        assert QuickItem.objects.count() == 1
        _ = 1 / 0
    assert kept(mine) == ([], 0)
    with entered(scope_of_system(mine)), pytest.raises(ScopeError):
        insert_all(merchant_scope(theirs.id, SYSTEM), [item(theirs)])
