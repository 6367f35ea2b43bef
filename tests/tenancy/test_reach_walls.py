"""The second wall around calls: what each role may write and read of a row that is its own."""

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection
from django.utils import timezone

from calls.models import Block, Call, Callback, Endpoint, Transfer
from calls.services.end_call import cancel_call, hang_up
from calls.states import Side
from marketplace.accounts.audit import SYSTEM
from merchants.access import scope_of_customer
from merchants.models import Member
from merchants.scope import entered, merchant_scope, operator_scope
from tests.calls.transfers import offered, two_members
from tests.factories.calls import fresh, make_endpoint, make_live_call, make_ringing_call, set_call
from tests.factories.merchants import make_member, make_merchant, scope_of_member
from tests.factories.requests import make_ready

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.proves("INV-T13")]


def run(statement: str, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def columns(table: str) -> set[str]:
    rows = run(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped",
        table,
    )
    return {name for (name,) in rows}


OWN_SIDE = {
    *("state", "live_at", "ended_at", "end_reason", "ended_by", "generation"),
    *("customer_seat", "customer_present", "customer_seen_at", "handover_epoch"),
    *("rating", "rating_words", "rated_at"),
}
REQUEST = {
    *("state", "name", "email", "phone", "language", "key_epoch", "closed_at", "close_reason"),
    *("ready_member_id", "ready_name", "ready_at", "ready_until", "expires_at"),
}


@pytest.mark.parametrize(("table", "own"), [("calls_call", OWN_SIDE), ("calls_callback", REQUEST)])
def test_customer_writes_the_columns_of_their_own_side_only(table, own):
    asked = make_ready()
    make_live_call(customer=asked.customer)
    with entered(operator_scope(SYSTEM)):
        may = "SELECT has_column_privilege('r_customer', %s, %s, 'UPDATE')"
        assert {name for name in columns(table) if run(may, table, name) == [(True,)]} == own
    for change in ("merchant_id = merchant_id", "customer_id = customer_id", "code = 'x'"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            entered(asked.buyer_scope),
        ):
            run(f"UPDATE {table} SET {change}")
    with entered(asked.buyer_scope):
        assert run(f"UPDATE {table} SET state = state") == 1, "control"


@pytest.mark.proves("INV-T5")
def test_customer_reads_all_of_their_call_but_the_merchants_note():
    call = make_live_call()
    set_call(call, note="Haggles")
    readable = columns("calls_call") - {"note"}
    with entered(scope_of_customer(call.customer)):
        found = Call.objects.get(pk=call.pk)
        assert found.get_deferred_fields() == {"note"}
        assert "Haggles" not in str(vars(found))
        assert len(run(f"SELECT {', '.join(readable)} FROM calls_call")) == 1
    for statement in ("SELECT note FROM calls_call", "SELECT * FROM calls_call"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            entered(scope_of_customer(call.customer)),
        ):
            run(statement)
    with pytest.raises(ProgrammingError), entered(scope_of_customer(call.customer)):
        _ = Call.objects.get(pk=call.pk).note
    with entered(merchant_scope(call.merchant_id, SYSTEM)):
        assert Call.objects.get(pk=call.pk).note == "Haggles", "control"


def test_columns_hidden_from_customers_are_columns_they_may_not_read():
    """The model and the database say the same, for every model."""
    hidden = {
        f"{model._meta.db_table}.{name}"
        for model in apps.get_models()
        for name in getattr(model, "hidden_from_customers", ())
    }
    with entered(operator_scope(SYSTEM)):
        refused = run(
            "SELECT c.relname || '.' || a.attname FROM pg_attribute a"
            " JOIN pg_class c ON c.oid = a.attrelid AND c.relnamespace = 'public'::regnamespace"
            " WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
            "   AND c.relname LIKE 'calls%%' AND c.relname <> 'calls_block'"
            "   AND has_any_column_privilege('r_customer', c.oid, 'SELECT')"
            "   AND NOT has_column_privilege('r_customer', c.oid, a.attnum, 'SELECT')"
        )
    assert {name for (name,) in refused} == hidden == {"calls_call.note"}


@pytest.mark.proves("INV-C6")
@pytest.mark.parametrize(
    "wanted",
    [
        {"state": "live", "answered_at": timezone.now()},
        {"state": "completed", "ended_at": timezone.now()},
        {"state": "unavailable", "ended_at": timezone.now(), "note": "x"},
        {
            "state": "unavailable",
            "ended_at": timezone.now(),
            "rating": 5,
            "rated_at": timezone.now(),
        },
        {"state": "ringing", "member": True},
    ],
    ids=lambda wanted: " ".join(wanted),
)
def test_customers_call_begins_unanswered(wanted):
    ringing = make_ringing_call()
    given = {"address": "192.0.2.1", "mode": "relay", "ring_until": timezone.now(), **wanted}
    if "member" in given:
        given["member"] = ringing.member_hint
    with entered(scope_of_customer(ringing.customer)):
        cancel_call(ringing.code)
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        entered(scope_of_customer(ringing.customer)),
    ):
        Call.objects.create(merchant_id=ringing.merchant_id, customer=ringing.customer, **given)


def test_customer_can_promise_nothing_in_the_members_name():
    asked = make_ready()
    for change in ("ready_until = ready_until + interval '9 days'", "ready_member_id = NULL"):
        with (
            pytest.raises(IntegrityError, match="only the merchant promises"),
            entered(asked.buyer_scope),
        ):
            run(f"UPDATE calls_callback SET {change} WHERE code = %s", asked.code)
    with entered(asked.seller_scope):  # control
        assert run("UPDATE calls_callback SET ready_until = ready_until + interval '1 s'") == 1


@pytest.mark.parametrize("table", ["calls_transfer", "calls_endpoint", "accounts_mail"])
def test_customer_and_serving_login_read_none_of_it(table):
    call, colleague, _desk = two_members()
    offered(call, colleague)
    for scope in (scope_of_customer(call.customer), None):
        with pytest.raises(ProgrammingError, match="permission denied"):
            if scope is None:
                run(f"SELECT count(*) FROM {table}")
            else:
                with entered(scope):
                    run(f"SELECT count(*) FROM {table}")


@pytest.mark.proves("INV-T5")
def test_mails_are_read_by_operators_only():
    asked = make_ready()
    for scope in (asked.buyer_scope, asked.seller_scope):
        for statement in ("SELECT text FROM accounts_mail", "UPDATE accounts_mail SET text = ''"):
            with pytest.raises(ProgrammingError, match="permission denied"), entered(scope):
                run(statement)
    with entered(operator_scope(SYSTEM)):
        assert run("SELECT count(*) FROM accounts_mail") == [(1,)]


@pytest.mark.proves("INV-T11")
@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Call, "member_id"),
        (Call, "wanted_member_id"),
        (Call, "endpoint_id"),
        (Endpoint, "member_id"),
        (Transfer, "from_member_id"),
        (Transfer, "to_member_id"),
        (Callback, "ready_member_id"),
        (Block, "member_id"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_no_row_names_a_member_or_desk_of_another_merchant(model, name):
    """By raw statement as the operator, whom no policy holds; its own merchant's is taken."""
    call, colleague, desk = two_members()
    offered(call, colleague)
    make_ready(merchant=call.member_hint.merchant, customer=call.customer)
    with entered(operator_scope(SYSTEM)):
        Block.objects.create(merchant_id=call.merchant_id, customer=call.customer, member=colleague)
    foreign_member = make_member(make_merchant())
    foreign, own = foreign_member.pk, make_member(call.member_hint.merchant).pk
    if name == "endpoint_id":
        foreign, own = make_endpoint(foreign_member).pk, desk.pk
    table = model._meta.db_table
    where = "WHERE merchant_id = %s"
    also = ", generation = generation + 1" if name == "endpoint_id" else ""
    with pytest.raises(IntegrityError, match="foreign key"), entered(operator_scope(SYSTEM)):
        run(f"UPDATE {table} SET {name} = %s{also} {where}", foreign, call.merchant_id)
    with entered(operator_scope(SYSTEM)):
        assert run(f"UPDATE {table} SET {name} = %s{also} {where}", own, call.merchant_id)


def test_customer_does_all_that_is_theirs_through_the_narrow_door():
    """Control: the walls let the product through."""
    call = make_live_call()
    with entered(scope_of_customer(call.customer)):
        hang_up(call.code, side=Side.CUSTOMER)
    assert fresh(call).state == "completed"
    with entered(scope_of_member(call.member_hint)):
        assert Member.objects.count() == 1
