"""The customer questions or refuses instead of confirming; the merchant deals with it."""

from functools import partial
from threading import Event

import pytest

from marketplace.core.errors import ForbiddenError
from merchants.scope import entered
from orders.cells import shown
from orders.errors import (
    FieldRefusedError,
    FormClosedError,
    NotConfirmedError,
    ReplyEmptyError,
    StaleConfirmationError,
)
from orders.models import DealEntry, OrderForm
from orders.replies import is_questioned
from orders.selectors import digest_of, form_snapshot
from orders.services import reply_to_form
from orders.services.create_order import create_order
from orders.services.reply_to_form import query_form, refuse_form, settle_reply
from orders.states import Role
from tests.factories.orders import confirm, confirmed, fill, make_order, make_table, put
from tests.orders.peers import both_at, refused, work

pytestmark = pytest.mark.usefixtures("db")


def act(party, service, **kwargs):
    with entered(party.scope):
        return service(party, **kwargs)


def snapshot(party):
    with entered(party.scope):
        return form_snapshot(party.form_id)


def marks(party):
    return {key: cell["mark"] for key, cell in snapshot(party)["fields"].items()}


@pytest.mark.proves("C10")
def test_query_is_seen_by_both_sides_and_puts_its_values_in_dispute():
    table = make_table()
    fill(table)
    reply = act(table.buyer, query_form, fields=["price"], words=" Is this with delivery? ")
    assert reply["kind"] == "query"
    assert (reply["fields"], reply["words"]) == (["price"], "Is this with delivery?")
    assert reply["revision"] == table.form.revision
    for party in (table.buyer, table.seller):
        assert snapshot(party)["reply"] == reply
        assert marks(party) == {"content": "proposed", "price": "disputed"}


@pytest.mark.proves("C10", "M7")
def test_value_in_question_is_so_until_it_changes():
    table = make_table()
    fill(table)
    act(table.buyer, query_form, fields=["price", "content"])
    put(table.seller, "price", "45.00")
    assert marks(table.buyer) == {"content": "disputed", "price": "proposed"}
    act(table.seller, settle_reply)
    assert marks(table.buyer) == {"content": "proposed", "price": "proposed"}
    assert snapshot(table.buyer)["reply"] is None


@pytest.mark.proves("C10", "M9")
@pytest.mark.parametrize("how", ["query", "refuse"])
def test_reply_takes_back_the_customers_own_confirmation(how):
    """What was confirmed and then refused can be ordered by nobody."""
    table = make_table()
    form = confirmed(table)
    if how == "query":
        act(table.buyer, query_form, fields=["price"])
    else:
        act(table.buyer, refuse_form, revision=form.revision, words="too dear")
    assert table.form.confirmed == {Role.CUSTOMER: None, Role.MERCHANT: form.revision}
    with pytest.raises(NotConfirmedError), entered(table.seller.scope):
        create_order(table.seller, revision=form.revision, digest=digest_of(form))


@pytest.mark.proves("C10")
def test_control_a_confirmed_form_without_a_reply_can_be_ordered():
    table = make_table()
    form = confirmed(table)
    with entered(table.seller.scope):
        assert create_order(table.seller, revision=form.revision, digest=digest_of(form))


@pytest.mark.proves("C10", "INV-O4")
def test_refusal_is_of_exactly_one_revision():
    table = make_table()
    fill(table)
    seen = table.form.revision
    put(table.seller, "price", "30.00")
    with pytest.raises(StaleConfirmationError) as caught:
        act(table.buyer, refuse_form, revision=seen)
    assert caught.value.data == {"revision": seen + 1, "changed": ["price"]}
    assert table.form.reply is None
    assert act(table.buyer, refuse_form, revision=seen + 1)["kind"] == "refusal"


@pytest.mark.proves("C10")
def test_customers_confirmation_clears_the_reply_and_the_merchants_does_not():
    table = make_table()
    fill(table)
    act(table.buyer, query_form, fields=[], words="Sure?")
    confirm(table, Role.MERCHANT)
    assert table.form.reply["words"] == "Sure?"
    confirm(table, Role.CUSTOMER)
    assert table.form.reply is None


@pytest.mark.proves("C10")
def test_question_about_nothing_and_about_unknown_fields_is_refused():
    table = make_table()
    with pytest.raises(ReplyEmptyError):
        act(table.buyer, query_form, fields=[], words=" \n ")
    with pytest.raises(FieldRefusedError) as caught:
        act(table.buyer, query_form, fields=["price", "salary"])
    assert caught.value.code == "field_unknown"
    assert table.form.reply is None


@pytest.mark.proves("C10", "INV-F8")
def test_each_side_has_its_own_part():
    table = make_table()
    fill(table)
    for service, given in ((query_form, {"fields": ["price"]}), (refuse_form, {"revision": 2})):
        with pytest.raises(ForbiddenError):
            act(table.seller, service, **given)
    act(table.buyer, query_form, fields=["price"])
    with pytest.raises(ForbiddenError):
        act(table.buyer, settle_reply)


def test_closed_form_takes_no_reply():
    table = make_table()
    order = make_order(table)
    with pytest.raises(FormClosedError):
        act(table.buyer, query_form, fields=["price"])
    with pytest.raises(FormClosedError):
        act(table.buyer, refuse_form, revision=order.form_revision)


@pytest.mark.proves("INV-F13")
def test_words_of_a_reply_are_kept_without_signs_that_reorder_the_screen():
    table = make_table()
    assert act(table.buyer, query_form, fields=[], words="a\0\u202eb")["words"] == "ab"


def test_value_set_after_the_question_is_not_in_question():
    reply = {"fields": ["price"], "revision": 3}
    assert is_questioned(reply, "price", 3)
    assert not is_questioned(reply, "price", 4)
    assert not is_questioned(reply, "content", 3)
    assert not is_questioned(None, "price", 3)


def test_question_shows_over_an_agreement():
    cell = {"value": "4", "author": "merchant", "author_name": "", "revision": 2, "at": ""}
    reply = {"fields": ["price"], "revision": 2}
    both = {Role.CUSTOMER: 2, Role.MERCHANT: 2}
    assert shown({"price": cell}, both)["price"]["mark"] == "agreed"
    assert shown({"price": cell}, both, reply)["price"]["mark"] == "disputed"
    assert shown({"price": {**cell, "value": ""}}, both, reply)["price"]["mark"] == "empty"


# -- at the same moment as the order ---------------------------------------------------------


def creating(table, form):
    def create():
        with entered(table.seller.scope):
            return create_order(table.seller, revision=form.revision, digest=digest_of(form))

    return create


@pytest.mark.proves("C10", "M9", "INV-O2")
def test_refusal_racing_the_order_ends_in_one_of_the_two(at_once):
    for _ in range(8):
        table = make_table()
        form = confirmed(table)
        refusal, order = at_once(
            partial(act, table.buyer, refuse_form, revision=form.revision), creating(table, form)
        )
        if isinstance(refusal, FormClosedError):
            assert (table.form.state, table.form.reply) == ("ordered", None)
            assert order.form_revision == form.revision
        else:
            assert isinstance(order, NotConfirmedError)
            assert (table.form.state, table.form.reply["kind"]) == ("open", "refusal")


def test_without_the_lock_an_order_is_refused_after_it_was_made_control(at_once, monkeypatch):
    """Control: a refusal that looks, and writes once the order is there. Both would count."""
    table = make_table()
    form = confirmed(table)
    looked, ordered = Event(), Event()

    def unlocked(form_id):
        found = OrderForm.objects.get(id=form_id)
        looked.set()
        assert ordered.wait(10)
        return found

    def create():
        assert looked.wait(10)
        try:
            return creating(table, form)()
        finally:
            ordered.set()

    monkeypatch.setattr(reply_to_form, "locked_form", unlocked)
    refusal, order = at_once(partial(act, table.buyer, refuse_form, revision=form.revision), create)
    assert refusal["kind"] == "refusal"
    assert order.form_revision == form.revision
    assert (table.form.state, table.form.reply["kind"]) == ("ordered", "refusal")


@pytest.mark.proves("M9", "INV-O9")
def test_replies_and_confirmations_are_in_the_deal_record_without_the_words():
    table = make_table()
    fill(table)
    act(table.buyer, query_form, fields=["price"], words="a secret question")
    act(table.seller, settle_reply)
    act(table.seller, settle_reply)
    act(table.buyer, refuse_form, revision=table.form.revision, words="a secret reason")
    for role in Role:
        confirm(table, role)
    with entered(table.seller.scope):
        entries = list(DealEntry.objects.filter(form_id=table.seller.form_id))
    assert [(entry.kind, entry.role) for entry in entries] == [
        ("opened", "merchant"),
        ("queried", "customer"),
        ("settled", "merchant"),
        ("refused", "customer"),
        ("confirmed", "customer"),
        ("confirmed", "merchant"),
    ]
    assert "secret" not in str([entry.data for entry in entries])


# -- over the socket -------------------------------------------------------------------------


@pytest.mark.usefixtures("layer")
@pytest.mark.proves("C10")
async def test_reply_reaches_the_other_side_and_its_end_as_well():
    table = await work(make_table)
    await work(fill, table)
    customer, member = await both_at(table)
    said = await customer.say("form.query", fields=["price"], words="With delivery?")
    heard = await member.hear("form.replied")
    assert heard["reply"] == said["reply"]
    assert heard["confirmations"] == {"customer": None, "merchant": None}
    assert (await refused(customer.say("form.settle"))).code == "forbidden"
    assert (await member.say("form.settle"))["reply"] is None
    assert (await customer.hear("form.replied"))["reply"] == said["reply"]
    assert (await customer.hear("form.replied"))["reply"] is None
    shown_now = await customer.shown()
    await customer.say("form.refuse", revision=shown_now["revision"], words="no")
    assert (await member.hear("form.replied"))["reply"] is None
    assert (await member.hear("form.replied"))["reply"]["kind"] == "refusal"
    await customer.say("form.confirm", **shown_now)
    assert (await member.hear("form.replied"))["reply"] is None
    assert (await member.hear("form.confirmed"))["role"] == "customer"
