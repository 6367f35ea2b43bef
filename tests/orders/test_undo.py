"""Undo: one's own last change that still stands, and never anybody else's."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.errors import ForbiddenError
from merchants.models import Member
from merchants.scope import entered
from orders.errors import FormClosedError, NothingToUndoError
from orders.services import undo_edit as service
from orders.services.undo_edit import undo_edit
from orders.undo import Change, Past, last_change, undo_op
from tests.factories.orders import colleague_of, make_order, make_table, put
from tests.orders.peers import both_at, refused, work

pytestmark = pytest.mark.usefixtures("db")
ME, YOU = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def past(*edits):
    """Edits oldest first as (field, who, seconds, op), returned newest first."""
    kept = [
        Past(n, op[0] if op else f"op-{n}", field, who, NOON + timedelta(seconds=seconds))
        for n, (field, who, seconds, *op) in enumerate(edits, 1)
    ]
    return kept[::-1]


@pytest.mark.parametrize(
    ("edits", "change"),
    [
        ([], None),
        ([("note", YOU, 0)], None),
        ([("note", ME, 0)], Change("note", 1, 1)),
        ([("note", ME, 0), ("note", YOU, 9)], None),
        ([("price", ME, 0), ("note", ME, 9), ("note", YOU, 18)], Change("price", 1, 1)),
        # typing is one change, a pause begins another
        ([("note", ME, 0), ("note", ME, 3), ("note", ME, 7)], Change("note", 1, 3)),
        ([("note", ME, 0), ("note", ME, 5), ("note", ME, 6)], Change("note", 2, 3)),
        ([("note", ME, 0), ("price", ME, 1), ("note", ME, 2)], Change("note", 3, 3)),
        # somebody else wrote in between: what they wrote comes back
        ([("note", ME, 0), ("note", YOU, 1), ("note", ME, 2)], Change("note", 3, 3)),
        # what was undone is passed over
        ([("note", ME, 0), ("note", ME, 9), ("note", ME, 10, "undo-2-x")], Change("note", 1, 3)),
        ([("note", ME, 0), ("note", ME, 1, "undo-1-x")], None),
        ([("price", ME, 0), ("note", ME, 9), ("note", ME, 10, "undo-2-x")], Change("price", 1, 1)),
        ([("note", YOU, 0), ("note", ME, 9), ("note", ME, 10, "undo-2-x")], None),
        # an id that only looks like it is an ordinary edit
        ([("note", ME, 0, "undo-it-please")], Change("note", 1, 1)),
    ],
)
def test_which_change_stands_last(edits, change):
    assert last_change(past(*edits), ME) == change


@given(
    st.lists(
        st.tuples(st.sampled_from(["note", "price"]), st.sampled_from([ME, YOU]), st.just(0)),
        max_size=12,
    )
)
def test_undoing_again_and_again_ends_and_never_touches_a_field_somebody_else_set_last(edits):
    history = past(*edits)
    last_of = {edit.field: edit.author_id for edit in reversed(history)}
    for _ in range(len(edits) + 1):
        change = last_change(history, ME)
        if change is None:
            return
        assert last_of[change.field] == ME
        at = history[0].revision + 1
        history.insert(0, Past(at, undo_op(change, "x"), change.field, ME, NOON))
    raise AssertionError("undo never ended")


# -- on the form -----------------------------------------------------------------------------


def value(table, key):
    cell = table.form.fields.get(key)
    return cell and cell["value"]


@pytest.mark.proves("M7")
def test_undo_puts_back_what_stood_before_as_an_edit_of_ones_own():
    table = make_table()
    put(table.seller, "content", "green tea")
    put(table.buyer, "content", "black tea")
    applied = undo_edit(table.buyer)
    assert applied.reply == {"field": "content", "revision": 3, "value": "green tea"}
    assert applied.frame["type"] == "form.edited"
    assert table.form.fields["content"]["author"] == "customer"
    assert value(table, "content") == "green tea"


@pytest.mark.proves("M7")
def test_undo_takes_typing_back_as_a_whole_and_twice_goes_further():
    table = make_table()
    put(table.buyer, "note", "ring twice")
    for text in ("t", "te", "tea"):
        put(table.buyer, "content", text)
    undo_edit(table.buyer)
    assert value(table, "content") == ""
    undo_edit(table.buyer)
    assert value(table, "note") == ""
    with pytest.raises(NothingToUndoError):
        undo_edit(table.buyer)


@pytest.mark.proves("M7", "INV-F7")
def test_undo_leaves_alone_what_somebody_else_set_since():
    table = make_table()
    put(table.buyer, "content", "black tea")
    put(table.seller, "content", "white tea")
    with pytest.raises(NothingToUndoError):
        undo_edit(table.buyer)
    with pytest.raises(NothingToUndoError):
        undo_edit(colleague_of(table))
    assert value(table, "content") == "white tea"


def _beaten(table, monkeypatch):
    """Let the merchant's edit land between the customer's look and their undo."""
    looked_up = service._looked_up

    def slow(party):
        found = looked_up(party)
        put(table.seller, "content", "white tea")
        return found

    monkeypatch.setattr(service, "_looked_up", slow)


@pytest.mark.proves("INV-F7")
def test_edit_that_lands_in_between_is_not_undone(monkeypatch):
    table = make_table()
    put(table.buyer, "content", "black tea")
    _beaten(table, monkeypatch)
    with pytest.raises(NothingToUndoError):
        undo_edit(table.buyer)
    assert value(table, "content") == "white tea"


def test_control_without_the_condition_the_undo_would_overwrite_it(monkeypatch):
    table = make_table()
    put(table.buyer, "content", "black tea")
    _beaten(table, monkeypatch)
    unbound = partial(service.Edit)
    monkeypatch.setattr(service, "Edit", lambda **given: unbound(**{**given, "only_over": None}))
    undo_edit(table.buyer)
    assert value(table, "content") == ""


@pytest.mark.proves("INV-F14", "INV-F9")
def test_undo_has_the_rights_of_its_moment_and_needs_an_open_form():
    table = make_table()
    put(table.seller, "note", "by the member")
    with entered(table.seller.scope):
        Member.objects.filter(id=table.member.id).update(is_active=False)
    with pytest.raises(ForbiddenError):
        undo_edit(table.seller)
    other = make_table()
    make_order(other)
    with pytest.raises(FormClosedError):
        undo_edit(other.buyer)


@pytest.mark.proves("INV-F6", "INV-F5")
def test_undo_twice_at_once_undoes_two_changes_or_refuses_one(at_once):
    table = make_table()
    for n in range(6):
        put(table.buyer, "content", f"{n}", op=uuid4().hex)
        put(table.buyer, "note", f"{n}", op=uuid4().hex)
        before = table.form.revision
        results = at_once(partial(undo_edit, table.buyer), partial(undo_edit, table.buyer))
        done = [found for found in results if not isinstance(found, Exception)]
        assert table.form.revision == before + len(done)
        assert all(isinstance(f, NothingToUndoError) for f in results if isinstance(f, Exception))
        assert len({found.reply["revision"] for found in done}) == len(done) >= 1


@pytest.mark.usefixtures("layer")
@pytest.mark.proves("M7")
async def test_undo_over_the_socket_is_an_edit_to_the_other_side():
    table = await work(make_table)
    customer, member = await both_at(table)
    assert (await refused(customer.say("form.undo"))).code == "nothing_to_undo"
    await customer.edit("content", "tea")
    await member.hear("form.edited")
    reply = await customer.say("form.undo")
    assert (reply["field"], reply["value"], reply["revision"]) == ("content", "", 2)
    heard = await member.hear("form.edited")
    assert (heard["field"], heard["value"], heard["revision"]) == ("content", "", 2)
    assert await customer.quiet() == []
