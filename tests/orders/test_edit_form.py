"""Edits: rights, order of arrival, revisions without a gap, duplicates, the loser told."""

from dataclasses import replace
from functools import partial

import pytest
from django.db import connection, transaction

from marketplace.accounts.audit import SYSTEM
from marketplace.core.errors import ForbiddenError, NotFoundError
from merchants.models import Member
from merchants.scope import ScopeError, entered, merchant_scope, operator_scope
from orders.errors import FieldRefusedError, FormClosedError, OpReusedError
from orders.models import FormEdit
from orders.states import Role
from tests.factories.orders import colleague_of, confirm, confirmed, fill, make_table, put

pytestmark = pytest.mark.usefixtures("db")


def edits_of(table):
    with entered(operator_scope(SYSTEM)):
        return list(FormEdit.objects.filter(form_id=table.seller.form_id).order_by("revision"))


def refused(run):
    with pytest.raises(FieldRefusedError) as caught:
        run()
    return caught.value


@pytest.mark.proves("M7", "P4.2", "INV-F4")
def test_edit_is_kept_with_author_revision_and_time():
    table = make_table()
    applied = put(table.buyer, "content", "tea", op="op-number-1")
    assert applied.reply == {"revision": 1, "value": "tea"}
    cell = table.form.fields["content"]
    assert (cell["value"], cell["author"], cell["author_name"], cell["revision"]) == (
        "tea",
        "customer",
        "Lena",
        1,
    )
    (edit,) = edits_of(table)
    assert (edit.field, edit.value, edit.author, edit.revision, edit.op) == (
        "content",
        "tea",
        "customer",
        1,
        "op-number-1",
    )
    assert edit.author_id == table.customer.id
    assert edit.created_at.isoformat(timespec="milliseconds") == applied.frame["at"] == cell["at"]


def test_frame_for_the_others_has_no_key_of_a_person():
    table = make_table()
    frame = put(table.seller, "price", "48").frame
    assert frame is not None
    text = str(frame)
    for secret in (table.member.user_id, table.member.id, table.merchant.id, table.customer.id):
        assert str(secret) not in text
    assert set(frame) == {
        "type",
        "field",
        "op",
        "author",
        "author_name",
        "at",
        "revision",
        "value",
    }


@pytest.mark.proves("INV-F8", "M11")
def test_price_by_the_customer_is_refused_and_changes_nothing():
    table = make_table()
    put(table.seller, "price", "48")
    error = refused(lambda: put(table.buyer, "price", "1"))
    assert (error.code, error.data["field"]) == ("field_forbidden", "price")
    assert table.form.fields["price"]["value"] == "48.00"
    assert table.form.revision == 1


@pytest.mark.proves("M11", "INV-O3")
def test_price_of_a_form_whose_lines_have_prices_is_their_sum_and_cannot_be_set():
    table = make_table()
    put(table.seller, "price", "48")
    put(table.buyer, "line.1.description", "tea")
    put(table.seller, "price", "47")  # a line without a price does not count
    put(table.seller, "line.2.price", "12.50")
    error = refused(lambda: put(table.seller, "price", "46"))
    assert (error.code, error.data["field"]) == ("price_is_sum", "price")
    assert table.form.fields["price"]["value"] == "47.00"
    put(table.seller, "price", "")  # what counts no more can be taken away
    put(table.seller, "line.2.price", "")
    put(table.seller, "price", "46")
    assert table.form.fields["price"]["value"] == "46.00"


@pytest.mark.proves("M11", "INV-O3")
def test_price_and_price_of_a_line_at_once_have_one_order(at_once):
    """Whichever comes first: the price is refused once a line has one."""
    for _ in range(6):
        table = make_table()
        price, line = at_once(
            partial(put, table.seller, "price", "48"),
            partial(put, table.seller, "line.1.price", "12"),
        )
        assert line.reply["value"] == "12.00"
        came_second = isinstance(price, FieldRefusedError)
        assert ("price" in table.form.fields) is not came_second
        revision = table.form.fields["line.1.price"]["revision"]
        assert revision == (1 if came_second else 2)


@pytest.mark.proves("P2.3")
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("price", "-1", "amount_negative"),
        ("price", "1.001", "amount_too_precise"),
        ("content", "x" * 2001, "field_too_long"),
        ("total", "1", "field_unknown"),
        ("content", "a\0b", "field_control_character"),
        ("time.start", "2020-01-01T10:00", "time_past"),
        ("time.start", "2027-03-28T02:30", "time_in_gap"),
    ],
)
def test_value_that_does_not_fit_is_refused_with_its_code(field, value, code):
    table = make_table()
    assert refused(lambda: put(table.seller, field, value)).code == code
    assert table.form.revision == 0


@pytest.mark.proves("INV-F13", "P4.6")
@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "\u202egnp.exe\u202c \u2066left\u2069",
        "🍵👩‍👩‍👧 茉莉花茶 é e\u0301",
        "'; DROP TABLE orders_orderform; -- %s %(form)s {} \\ \\u0000 $1",
        "line one\nline two\u2028three",
        " spaces around ",
    ],
)
def test_value_comes_back_as_the_same_characters(value):
    table = make_table()
    assert put(table.buyer, "content", value).reply["value"] == value
    assert table.form.fields["content"]["value"] == value
    assert edits_of(table)[0].value == value


@pytest.mark.proves("INV-F5", "INV-F4")
def test_repeated_operation_gets_the_same_answer_and_is_applied_once():
    table = make_table()
    first = put(table.buyer, "content", "one", op="op-number-1")
    put(table.buyer, "content", "two", op="op-number-2")
    again = put(table.buyer, "content", "one", op="op-number-1")
    assert again.reply == first.reply
    assert again.frame is None
    assert table.form.fields["content"]["value"] == "two"
    assert table.form.revision == 2


@pytest.mark.proves("INV-F5")
def test_repeated_operation_right_away_gets_the_same_answer():
    table = make_table()
    first = put(table.buyer, "content", "one", op="op-number-1")
    assert put(table.buyer, "content", "one", op="op-number-1").reply == first.reply
    assert table.form.revision == 1


@pytest.mark.proves("INV-F5", "INV-F7")
def test_repeated_operation_tells_again_what_it_replaced():
    table = make_table()
    put(table.seller, "content", "theirs")
    first = put(table.buyer, "content", "mine", base=0, op="op-number-1")
    assert first.reply["replaced"] == {"value": "theirs", "author": "merchant"}
    assert put(table.buyer, "content", "mine", base=0, op="op-number-1").reply == first.reply


@pytest.mark.proves("INV-F5")
def test_operation_id_of_another_edit_is_refused():
    table = make_table()
    put(table.buyer, "content", "one", op="op-number-1")
    with pytest.raises(OpReusedError):
        put(table.buyer, "content", "other", op="op-number-1")
    with pytest.raises(OpReusedError):
        put(table.seller, "content", "one", op="op-number-1")
    assert table.form.revision == 1


def test_same_operation_id_on_another_form_is_another_operation():
    one, two = make_table(), make_table()
    put(one.buyer, "content", "one", op="op-number-1")
    assert put(two.buyer, "content", "two", op="op-number-1").reply["revision"] == 1


@pytest.mark.proves("P4.4", "INV-F7")
def test_writer_who_had_not_seen_the_others_value_is_told_and_wins_by_arrival():
    table = make_table()
    put(table.seller, "content", "theirs", base=0)
    applied = put(table.buyer, "content", "mine", base=0)
    assert applied.reply["replaced"] == {"value": "theirs", "author": "merchant"}
    assert applied.frame is not None
    assert applied.frame["replaced"] == applied.reply["replaced"]
    assert table.form.fields["content"]["value"] == "mine"
    assert table.form.fields["content"]["disputed"] is True


@pytest.mark.proves("P4.4")
def test_nobody_is_told_when_the_value_had_been_seen_or_was_ones_own():
    table = make_table()
    put(table.seller, "content", "one", base=0)
    assert "replaced" not in put(table.buyer, "content", "two", base=1).reply
    assert "replaced" not in put(table.buyer, "content", "three", base=1).reply
    assert table.form.fields["content"]["disputed"] is False


@pytest.mark.proves("INV-F7")
def test_colleague_at_the_same_desk_is_another_author():
    table = make_table()
    put(table.seller, "content", "one", base=0)
    reply = put(colleague_of(table), "content", "two", base=0).reply
    assert reply["replaced"] == {"value": "one", "author": "merchant"}


def test_value_that_stands_there_already_makes_no_revision_and_keeps_confirmations():
    table = make_table()
    form = confirmed(table)
    reply = put(table.buyer, "content", form.fields["content"]["value"]).reply
    assert reply["unchanged"] is True
    assert reply["revision"] == form.fields["content"]["revision"]
    assert table.form.confirmed == dict.fromkeys(Role, form.revision)


@pytest.mark.proves("M9", "P1.7")
@pytest.mark.parametrize("role", list(Role))
def test_edit_drops_both_confirmations(role):
    table = make_table()
    confirmed(table)
    put(table.party(role), "note", "one more thing")
    assert table.form.confirmed == {Role.CUSTOMER: None, Role.MERCHANT: None}


def test_cleared_value_stays_as_an_empty_one():
    table = make_table()
    put(table.buyer, "note", "ring twice")
    put(table.buyer, "note", "")
    assert table.form.fields["note"]["value"] == ""
    assert table.form.revision == 2


@pytest.mark.proves("P7.3")
def test_times_come_with_their_reading():
    table = make_table()
    put(table.buyer, "time.zone", "America/New_York")
    reading = put(table.buyer, "time.start", "2027-11-07T01:30").reply["reading"]
    assert reading["start"] == {"at": "2027-11-07T01:30-04:00", "overlap": True}
    error = refused(lambda: put(table.buyer, "time.end", "2027-11-07T01:00"))
    assert (error.code, error.data["field"]) == ("time_end_before_start", "time.end")


@pytest.mark.proves("INV-F9")
def test_ordered_form_takes_no_edit():
    from tests.factories.orders import make_order

    table = make_table()
    make_order(table)
    with pytest.raises(FormClosedError) as caught:
        put(table.buyer, "note", "too late")
    assert caught.value.data == {"state": "ordered"}


@pytest.mark.proves("INV-F14")
def test_member_who_has_left_since_joining_can_no_longer_write():
    table = make_table()
    with entered(merchant_scope(table.merchant.id, SYSTEM)):
        Member.objects.filter(id=table.member.id).update(is_active=False)
    with pytest.raises(ForbiddenError):
        put(table.seller, "content", "still here")
    assert table.form.revision == 0


@pytest.mark.proves("INV-T1", "INV-T13")
def test_parties_of_another_form_find_nothing():
    mine, other = make_table(), make_table()
    for party in (other.seller, other.buyer):
        foreign = replace(party, form_id=mine.seller.form_id)
        with pytest.raises(NotFoundError):
            put(foreign, "content", "x")
        # all ids right, only the scope is another's: the second wall alone
        forged = replace(mine.party(party.role), scope=party.scope)
        with pytest.raises(NotFoundError):
            put(forged, "content", "x")
    assert mine.form.revision == 0


def test_edit_inside_a_transaction_is_refused():
    table = make_table()
    with pytest.raises(ScopeError), transaction.atomic():
        put(table.buyer, "content", "x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        assert cursor.fetchone()[0] == "app"


@pytest.mark.proves("INV-F6")
def test_edit_is_one_round_trip_and_leaves_no_role_behind(django_assert_num_queries):
    table = make_table()
    with django_assert_num_queries(1):
        put(table.buyer, "content", "x")
    with django_assert_num_queries(1):
        put(table.seller, "price", "48")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user::text, coalesce(current_setting('app.customer', true), '')"
        )
        assert cursor.fetchone() == ("app", "")


def test_one_sides_confirmation_falls_too():
    table = make_table()
    fill(table)
    confirm(table, Role.CUSTOMER)
    put(table.seller, "price", "50")
    assert table.form.customer_confirmed_revision is None
