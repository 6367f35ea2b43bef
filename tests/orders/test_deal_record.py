"""The deal record of a form: complete, exported to both sides, and found out when tampered with."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, merchant_scope, operator_scope
from orders.chain import fault_of, value_digest
from orders.deal_record import deal_record, entry_shown
from orders.models import DealEntry, OrderForm
from orders.services.mark_order_paid import mark_order_paid
from orders.services.revise_order import hold_for_revision, revise_order, withdraw_revision
from orders.states import Role
from tests.factories.orders import confirm, make_order, make_table, put
from tests.orders.raw import refused

pytestmark = pytest.mark.usefixtures("db")


def record_of(table, role=Role.CUSTOMER):
    with entered(table.party(role).scope):
        return deal_record(OrderForm.objects.get(id=table.seller.form_id))


def checked(form="") -> tuple[str, bool]:
    """What the command says, and whether it failed."""
    out = StringIO()
    try:
        call_command("check_deals", form=form, stdout=out)
    except CommandError:
        return out.getvalue(), True
    return out.getvalue(), False


@pytest.fixture
def paid():
    """A form that was revised once and then paid."""
    table = make_table()
    order = make_order(table, note="Ring twice")
    with entered(table.seller.scope):
        hold_for_revision(order.id)
        revise_order(order.id)
    put(table.seller, "price", "50.00")
    for role in Role:
        confirm(table, role)
    form = table.form
    from orders.selectors import digest_of
    from orders.services.create_order import create_order

    with entered(table.seller.scope):
        new = create_order(table.seller, revision=form.revision, digest=digest_of(form))
    with entered(merchant_scope(table.merchant.id, SYSTEM)):
        mark_order_paid(new.id, paid_at=timezone.now())
    return table


@pytest.mark.proves("M8", "C16", "INV-O9")
def test_record_tells_who_did_what_in_which_order(paid):
    record = record_of(paid)
    told = [(entry["kind"], entry["role"], entry["actor_name"]) for entry in record["entries"]]
    seller, buyer = paid.member.user.name, paid.customer.name
    assert [step for step in told if step[0] != "opened"] == [
        ("confirmed", "customer", buyer),
        ("confirmed", "merchant", seller),
        ("ordered", "merchant", seller),
        ("revising", "merchant", seller),
        ("confirmed", "customer", buyer),
        ("confirmed", "merchant", seller),
        ("ordered", "merchant", seller),
        ("paid", "", "Visavis"),
    ]
    assert record["intact"] is True
    assert record == record_of(paid, Role.MERCHANT)


@pytest.mark.proves("M8", "INV-O9")
def test_record_has_every_edit_once_with_its_value_and_author(paid):
    edits = [edit for entry in record_of(paid)["entries"] for edit in entry["edits"]]
    assert [edit["revision"] for edit in edits] == [1, 2, 3, 4]
    assert [(edit["field"], edit["role"], edit["value"]) for edit in edits] == [
        ("content", "customer", "Two tins of jasmine tea"),
        ("price", "merchant", "48.00"),
        ("note", "customer", "Ring twice"),
        ("price", "merchant", "50.00"),
    ]


@pytest.mark.proves("INV-O9")
def test_exported_record_can_be_checked_by_itself(paid):
    record = json.loads(json.dumps(record_of(paid)))
    entries = [entry_shown(record["form"], entry) for entry in record["entries"]]
    assert fault_of(entries) is None
    for entry in record["entries"]:
        for edit in entry["edits"]:
            place = {name: edit[name] for name in ("revision", "field", "value")}
            assert value_digest(record["salt"], **place) == edit["digest"]
    record["entries"][2]["data"]["total_minor"] = 1
    entries = [entry_shown(record["form"], entry) for entry in record["entries"]]
    assert fault_of(entries).number == 3


@pytest.mark.proves("INV-T5")
def test_record_names_nobody_by_key(paid):
    text = json.dumps(record_of(paid))
    for key in (paid.customer.id, paid.member.user_id, paid.merchant.id, paid.seller.form_id):
        assert str(key) not in text


def test_values_are_not_in_the_entries_themselves(paid):
    with entered(paid.buyer.scope):
        rows = str(list(DealEntry.objects.values_list("data", flat=True)))
    assert "jasmine" not in rows
    assert "Ring" not in rows


def test_withdrawn_revision_is_in_the_record():
    table = make_table()
    order = make_order(table)
    with entered(table.seller.scope):
        hold_for_revision(order.id)
        revise_order(order.id)
    put(table.buyer, "note", "Wait")
    with entered(table.seller.scope):
        withdraw_revision(order.id)
    entries = record_of(table)["entries"]
    assert [entry["kind"] for entry in entries[-2:]] == ["revising", "withdrawn"]
    assert [edit["value"] for edit in entries[-1]["edits"]] == ["Wait", ""]
    assert checked() == ("1 records checked, 0 tampered with\n", False)


# -- tampering -------------------------------------------------------------------------

TAMPERING = {
    "an entry's words": (
        "UPDATE orders_dealentry SET data = jsonb_set(data, '{digest}', '\"x\"') WHERE number = 2",
        "entry 2: entry_changed",
    ),
    "an actor's name": (
        "UPDATE orders_dealentry SET actor_name = 'Eve' WHERE number = 3",
        "entry 3: entry_changed",
    ),
    "an actor": (
        "UPDATE orders_dealentry SET actor_id = gen_random_uuid() WHERE number = 3",
        "entry 3: entry_changed",
    ),
    "a missing entry": (
        "DELETE FROM orders_dealentry WHERE number = 3",
        "entry 3: entry_missing",
    ),
    "a missing end": (
        "DELETE FROM orders_dealentry WHERE kind = 'paid'",
        "entry 0: payment_changed",
    ),
    "all entries gone": ("DELETE FROM orders_dealentry", "entry 0: order_unrecorded"),
    "an edit's value": (
        "UPDATE orders_formedit SET value = '1.00' WHERE field = 'price' AND revision = 2",
        "edit_changed",
    ),
    "an edit's author": (
        "UPDATE orders_formedit SET author = 'customer' WHERE revision = 2",
        "edit_changed",
    ),
    "an edit's time": (
        "UPDATE orders_formedit SET created_at = created_at - interval '1 day' WHERE revision = 2",
        "edit_changed",
    ),
    "a missing edit": ("DELETE FROM orders_formedit WHERE revision = 1", "edit_changed"),
    "a value of the form": (
        "UPDATE orders_orderform SET fields = jsonb_set(fields, '{note,value}', '\"Never\"')",
        "entry 0: value_changed",
    ),
    "a total": ("UPDATE orders_order SET total_minor = 1 WHERE number = 1", "order_changed"),
    "a value of an order": (
        "UPDATE orders_order SET snapshot = jsonb_set(snapshot, '{fields,note,value}', '\"No\"')",
        "order_changed",
    ),
    "a payment": (
        "UPDATE orders_order SET paid_at = now() WHERE number = 1",
        "entry 0: payment_changed",
    ),
}


@pytest.fixture
def tamper(owner_connection):
    """Run SQL as somebody who has taken over the database: no rights, no triggers, no policies."""

    def run(sql: str) -> None:
        tables = ["orders_dealentry", "orders_formedit", "orders_orderform", "orders_order"]
        for table in tables:
            owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            owner_connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        try:
            assert owner_connection.execute(sql).rowcount > 0
        finally:
            for table in tables:
                owner_connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
                owner_connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")

    return run


@pytest.mark.proves("INV-O9")
@pytest.mark.parametrize("what", TAMPERING)
def test_command_names_the_tampered_form(paid, tamper, what):
    sql, named = TAMPERING[what]
    assert checked() == ("1 records checked, 0 tampered with\n", False)
    tamper(sql)
    said, failed = checked()
    assert failed
    assert f"form {paid.form.code} " in said
    assert named in said
    assert said.endswith("1 records checked, 1 tampered with\n")


@pytest.mark.proves("INV-O9")
def test_command_names_only_the_tampered_one(paid, tamper):
    other = make_table()
    make_order(other)
    tamper(f"UPDATE orders_formedit SET value = 'x' WHERE form_id = '{other.seller.form_id}'")
    said, failed = checked()
    assert failed
    assert other.form.code in said
    assert paid.form.code not in said
    assert checked(paid.form.code) == ("1 records checked, 0 tampered with\n", False)


@pytest.mark.proves("INV-O9")
def test_erased_values_leave_the_chain_whole(paid, tamper):
    tamper("UPDATE orders_formedit SET value = ''")
    tamper("UPDATE orders_orderform SET fields = '{}'")
    with entered(operator_scope(SYSTEM)):
        assert record_of_form(paid)["intact"] is True
    assert all(edit["value"] == "" for e in record_of(paid)["entries"] for edit in e["edits"])


def record_of_form(table):
    return deal_record(OrderForm.objects.get(id=table.seller.form_id))


# -- the walls -------------------------------------------------------------------------


@pytest.mark.proves("INV-O9", "INV-T13")
def test_nobody_who_serves_changes_or_takes_out_an_entry(paid):
    for scope in (paid.seller.scope, paid.buyer.scope, operator_scope(SYSTEM)):
        refused(scope, "UPDATE orders_dealentry SET kind = 'x'", match="permission denied")
        refused(scope, "DELETE FROM orders_dealentry", match="permission denied")


APPEND = (
    "INSERT INTO orders_dealentry (id, created_at, merchant_id, customer_id, form_id, number,"
    " kind, role, actor_id, actor_name, at, data, previous, digest) SELECT gen_random_uuid(),"
    " now(), merchant_id, customer_id, form_id, number + %s, 'confirmed', %s, %s, 'x', 'now', '{}',"
    " coalesce(%s, digest), 'x' FROM orders_dealentry ORDER BY number DESC LIMIT 1"
)


@pytest.mark.proves("INV-O9", "INV-T13")
def test_an_entry_follows_the_one_before_and_is_the_writers_own(paid):
    buyer, seller = paid.buyer.scope, paid.seller.scope
    customer = paid.customer.id
    refused(buyer, APPEND, 2, "customer", customer, None, match="follows the one before")
    refused(buyer, APPEND, 1, "customer", customer, "f" * 64, match="follows the one before")
    refused(buyer, APPEND, 1, "merchant", paid.member.user_id, None, match="row-level security")
    refused(seller, APPEND, 1, "customer", customer, None, match="row-level security")


@pytest.mark.proves("INV-O9")
def test_two_confirmations_at_once_are_two_entries_in_a_row(at_once):
    from tests.factories.orders import fill

    table = make_table()
    fill(table)
    at_once(*[lambda role=role: confirm(table, role) for role in Role])
    entries = record_of(table)["entries"]
    numbers = [entry["number"] for entry in entries]
    assert numbers == list(range(1, len(entries) + 1))
    assert {entry["role"] for entry in entries if entry["kind"] == "confirmed"} == set(Role)
    assert checked()[1] is False
