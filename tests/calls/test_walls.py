"""What the database itself holds: policies per role, and the rules of a call."""

import re
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection

from calls.models import Call, Endpoint, PublishedAddress
from calls.selectors import Asked, ring_facts, ring_facts_here
from calls.states import MOVES, CallState
from marketplace.accounts.audit import SYSTEM
from merchants.access import scope_of_customer
from merchants.scope import ScopeError, customer_scope, entered, merchant_scope, operator_scope
from tests.factories.calls import (
    make_accepted_call,
    make_live_call,
    make_ringing_call,
    set_call,
)
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")
TABLES = ("calls_endpoint", "calls_publishedaddress", "calls_call")


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def execute(statement: str, parameters: list[str] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.mark.proves("INV-T13", "A5")
def test_each_role_sees_exactly_its_own_rows():
    mine, theirs = make_live_call(), make_live_call()
    for scope, seen in (
        (merchant_scope(mine.merchant_id, SYSTEM), (1, 1, 1)),
        (operator_scope(SYSTEM), (2, 2, 2)),
    ):
        with entered(scope):
            assert tuple(count(table) for table in TABLES) == seen
    with entered(merchant_scope(mine.merchant_id, SYSTEM)):
        assert [row.pk for row in Call.objects.raw("SELECT * FROM calls_call")] == [mine.pk]
        for table in TABLES:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT count(*) FROM {table} WHERE merchant_id = %s", [theirs.merchant_id]
                )
                assert cursor.fetchone() == (0,)


@pytest.mark.proves("INV-T13")
def test_customer_sees_own_calls_and_published_addresses_but_no_endpoint():
    mine, _theirs = make_live_call(), make_live_call()
    with entered(customer_scope(mine.customer_id, SYSTEM)):
        assert (count("calls_call"), count("calls_publishedaddress")) == (1, 2)
        with pytest.raises(DatabaseError, match="permission denied"):
            count("calls_endpoint")
    with entered(customer_scope(make_customer().id, SYSTEM)):
        assert count("calls_call") == 0


@pytest.mark.proves("INV-T13")
@pytest.mark.parametrize("table", TABLES)
def test_serving_login_without_a_scope_sees_nothing(table):
    make_live_call()
    with pytest.raises(DatabaseError, match="permission denied"):
        count(table)


@pytest.mark.proves("INV-T13")
def test_owner_of_the_tables_is_held_as_well(owner_connection):
    make_live_call()
    for table in TABLES:
        assert owner_connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.mark.proves("INV-T13")
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM calls_call",
        "INSERT INTO calls_publishedaddress SELECT * FROM calls_publishedaddress",
        "UPDATE calls_publishedaddress SET address = '192.0.2.1'",
        "UPDATE calls_endpoint SET device = 'x'",
    ],
)
def test_customer_has_no_right_beyond_calling(statement):
    call = make_ringing_call()
    scope = scope_of_customer(call.customer)
    with pytest.raises(DatabaseError, match="permission denied"), entered(scope):
        execute(statement)


@pytest.mark.proves("INV-C6", "INV-T13")
def test_merchant_cannot_start_or_delete_a_call():
    call = make_ringing_call()
    scope = merchant_scope(call.merchant_id, SYSTEM)
    for statement in ("INSERT INTO calls_call SELECT * FROM calls_call", "DELETE FROM calls_call"):
        with pytest.raises(DatabaseError, match="permission denied"), entered(scope):
            execute(statement)


@pytest.mark.proves("INV-T1", "INV-T6")
def test_first_wall_refuses_rows_of_another_merchant():
    mine, theirs = make_ringing_call(), make_ringing_call()
    for model in (Call, Endpoint, PublishedAddress):
        with pytest.raises(ScopeError):
            model.objects.count()
        with entered(merchant_scope(mine.merchant_id, SYSTEM)):
            assert not model.objects.filter(merchant_id=theirs.merchant_id).exists()
    scope = merchant_scope(mine.merchant_id, SYSTEM)
    with entered(scope), pytest.raises(ScopeError):
        theirs.save()


@pytest.mark.proves("INV-T13")
def test_facts_of_a_call_request_keep_to_the_wall_of_who_asks():
    call, stranger = make_ringing_call(), make_customer()
    merchant = call.member_hint.merchant
    asked = Asked(call.customer_id, merchant.handle, call.address)
    assert ring_facts(scope_of_customer(call.customer), asked).open_call == call.code
    # The stranger names the other's key: the rows stay out of sight.
    facts = ring_facts(scope_of_customer(stranger), asked)
    assert (facts.open_call, facts.recent_calls, facts.merchant_id) == (None, 0, merchant.id)
    with (
        entered(merchant_scope(merchant.id, SYSTEM)),
        pytest.raises(DatabaseError, match="permission denied for function"),
    ):
        ring_facts_here(asked)


@pytest.mark.proves("INV-C1")
def test_database_and_table_of_moves_agree():
    text = (Path(__file__).parents[2] / "calls/migrations/0004_reach_walls.py").read_text()
    text = text.split("calls_transfer_moves")[0]
    pairs = set(re.findall(r"\('(\w+)', '(\w+)'\)", text))
    assert pairs == {(str(a), str(b)) for a, targets in MOVES.items() for b in targets}


@pytest.mark.proves("INV-C1")
def test_terminal_state_never_changes_even_by_raw_statement():
    call = make_ringing_call()
    set_call(call, state="cancelled", ended_at=call.requested_at)
    for state in set(CallState) - {CallState.CANCELLED}:
        with pytest.raises(IntegrityError), entered(operator_scope(SYSTEM)):
            execute("UPDATE calls_call SET state = %s", [str(state)])


@pytest.mark.proves("INV-C3", "INV-C4")
def test_endpoint_cannot_have_two_active_calls_even_by_raw_statement():
    first, second = make_accepted_call(), make_ringing_call()
    with pytest.raises(IntegrityError, match=r"call_once_per_(endpoint|member)"):
        set_call(
            second,
            state="accepted",
            endpoint=first.endpoint_hint,
            member=first.member_hint,
            answered_at=second.requested_at,
        )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "accepted"}, "call_answered_by_somebody"),
        ({"state": "missed"}, "call_ended_once"),
        ({"state": "elsewhere"}, "call_moves|call_state_known"),
        ({"mode": "carrier-pigeon"[:10]}, "call_mode_known"),
    ],
)
@pytest.mark.proves("INV-C1", "INV-C12")
def test_row_that_contradicts_itself_is_refused(fields, constraint):
    call = make_ringing_call()
    with pytest.raises(IntegrityError) as caught:
        set_call(call, **fields)
    found = caught.value.__cause__
    assert isinstance(found, psycopg.errors.IntegrityError)
    assert found.diag.constraint_name in constraint.split("|")


@pytest.mark.proves("INV-C12")
def test_times_of_a_call_are_in_order():
    call = make_accepted_call()
    for fields in (
        {"answered_at": call.requested_at.replace(year=2020)},
        {"state": "completed", "ended_at": call.requested_at.replace(year=2020)},
    ):
        with pytest.raises(IntegrityError, match=r"call_(answered|ended)_after"):
            set_call(call, **fields)


def test_due_and_list_queries_have_their_indexes(owner_connection):
    names = {
        name
        for (name,) in owner_connection.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'calls_call'"
        )
    }
    assert {"call_of_merchant", "call_of_customer", "call_ring_due", "call_talking"} <= names
