"""A revision: the form opens again, the next order takes the old one's place, or it is withdrawn."""

import pytest
from django.db import DatabaseError
from django.utils import timezone

from calls.models import Call
from marketplace.accounts.audit import SYSTEM
from marketplace.console.selectors import figures
from merchants.scope import entered, operator_scope
from orders.errors import (
    FormClosedError,
    NotConfirmedError,
    OrderNotOpenError,
    OtherFormOpenError,
)
from orders.models import FormEdit, Order, OrderForm
from orders.order_summary import order_summary
from orders.selectors import digest_of, form_snapshot, orders
from orders.services.create_order import create_order
from orders.services.open_form import open_form
from orders.services.revise_order import (
    hold_for_revision,
    release_hold,
    revise_order,
    withdraw_revision,
)
from orders.states import FormState, OrderState, Role
from tests.factories.orders import confirm, make_call, make_order, make_table, put
from tests.orders.raw import refused, run

pytestmark = pytest.mark.usefixtures("db")


def within(party, service, *args):
    with entered(party.scope):
        return service(*args)


def revised(table, order):
    """Hold the order and open its form, as payments does when nothing can be paid."""
    within(table.seller, hold_for_revision, order.id)
    return within(table.seller, revise_order, order.id)


def create(table):
    form = table.form
    with entered(table.seller.scope):
        return create_order(table.seller, revision=form.revision, digest=digest_of(form))


def replaced(table, **values):
    """Change values of an open form, confirm and order again."""
    for key, value in values.items():
        put(table.seller, key, value)
    for role in Role:
        confirm(table, role)
    return create(table)


def next_call(table):
    """The two talk again."""
    with entered(operator_scope(SYSTEM)):
        Call.objects.filter(id=table.call.id).update(state="completed", ended_at=timezone.now())
    return make_call(table.merchant, table.customer, table.member)


def shown(table, order, role=Role.CUSTOMER):
    with entered(table.party(role).scope):
        return order_summary(orders().get(id=order.id))


def reload(order):
    with entered(operator_scope(SYSTEM)):
        return Order.objects.get(id=order.id)


@pytest.mark.proves("M9", "INV-O4")
def test_revision_opens_the_form_for_both_and_nobody_has_confirmed():
    table = make_table()
    order = make_order(table)
    form = revised(table, order)
    assert (form.state, form.code) == (FormState.OPEN, order.form.code)
    assert set(table.form.confirmed.values()) == {None}
    summary = shown(table, order)
    assert (summary["revising"], summary["payable"], summary["state"]) == (
        True,
        False,
        "awaiting_payment",
    )
    put(table.buyer, "note", "And a ribbon, please")
    put(table.seller, "price", "50.00")
    assert table.form.fields["price"]["value"] == "50.00"


@pytest.mark.proves("M9", "C16", "INV-O4")
def test_next_order_takes_the_place_of_the_revised_one_and_says_what_differs():
    table = make_table()
    old = make_order(table, note="Ring twice")
    revised(table, old)
    put(table.buyer, "note", "")
    new = replaced(table, price="50.00", delivery="3.00")
    assert new.number == old.number + 1
    summary, before = shown(table, new), shown(table, old)
    assert (summary["revises"], before["revised_by"]) == (old.code, new.code)
    assert summary["changes"] == ["delivery", "note", "price"]
    assert before["changes"] == []
    assert (before["state"], before["revising"], before["payable"]) == ("superseded", False, False)
    assert (summary["state"], summary["payable"]) == ("awaiting_payment", True)
    assert reload(old).total_minor == 4800
    assert table.form.state == FormState.ORDERED


@pytest.mark.proves("M9", "INV-O4")
def test_summary_of_a_new_order_is_the_same_before_and_after_reading_it_again():
    table = make_table()
    revised(table, make_order(table))
    order = replaced(table, price="50.00")
    with entered(table.seller.scope):
        assert order_summary(order) == order_summary(orders().get(id=order.id))


@pytest.mark.proves("M9", "INV-O2")
def test_revision_that_changes_nothing_leaves_the_order_as_it_was():
    table = make_table()
    order = make_order(table)
    before = shown(table, order)
    revised(table, order)
    assert replaced(table).id == order.id
    assert shown(table, order) == before
    assert table.form.state == FormState.ORDERED
    assert make_order(make_table(table.merchant)).number == order.number + 1


@pytest.mark.proves("INV-O4", "P1.7")
def test_revised_form_needs_both_confirmations_again():
    table = make_table()
    revised(table, make_order(table))
    confirm(table, Role.MERCHANT)
    with pytest.raises(NotConfirmedError):
        create(table)


@pytest.mark.proves("M9")
def test_a_revision_can_be_revised_again():
    table = make_table()
    first = make_order(table)
    revised(table, first)
    second = replaced(table, price="50.00")
    revised(table, second)
    third = replaced(table, price="52.00")
    assert [reload(order).state for order in (first, second, third)] == [
        OrderState.SUPERSEDED,
        OrderState.SUPERSEDED,
        OrderState.AWAITING_PAYMENT,
    ]
    assert shown(table, third)["revises"] == second.code


@pytest.mark.proves("M9")
def test_withdrawn_revision_leaves_order_and_form_as_they_were():
    table = make_table()
    order = make_order(table, note="Ring twice")
    before = shown(table, order)
    revised(table, order)
    put(table.seller, "price", "90.00")
    put(table.buyer, "note", "")
    put(table.buyer, "address.city", "Berlin")
    put(table.buyer, "price.proposal", "30.00")
    within(table.seller, withdraw_revision, order.id)
    form = table.form
    assert form.state == FormState.ORDERED
    values = {key: cell["value"] for key, cell in form.fields.items() if cell["value"]}
    proposal = {"price.proposal": "30.00"}
    assert values == {key: cell["value"] for key, cell in order.values.items()} | proposal
    assert shown(table, order) == before
    with entered(table.seller.scope):
        undone = FormEdit.objects.filter(form=form).order_by("-revision")[:3]
        assert {edit.field for edit in undone} == {"price", "note", "address.city"}
        assert {edit.author for edit in undone} == {"merchant"}
    with pytest.raises(FormClosedError):
        put(table.buyer, "note", "too late")


@pytest.mark.proves("M9")
def test_repeats_change_nothing():
    table = make_table()
    order = make_order(table)
    revised(table, order)
    notices = table.form.notices
    revised(table, order)
    assert table.form.notices == notices
    within(table.seller, withdraw_revision, order.id)
    notices = table.form.notices
    within(table.seller, withdraw_revision, order.id)
    assert table.form.notices == notices


def test_released_order_can_be_paid_again_and_its_form_cannot_be_opened():
    table = make_table()
    order = make_order(table)
    within(table.seller, hold_for_revision, order.id)
    assert not shown(table, order)["payable"]
    within(table.seller, release_hold, order.id)
    assert shown(table, order)["payable"]
    with pytest.raises(OrderNotOpenError):
        within(table.seller, revise_order, order.id)


def test_release_leaves_a_form_that_is_open_alone():
    table = make_table()
    order = make_order(table)
    revised(table, order)
    within(table.seller, release_hold, order.id)
    assert shown(table, order)["revising"]


@pytest.mark.proves("INV-O1")
@pytest.mark.parametrize("state", ["cancelled", "expired", "superseded", "paid"])
def test_order_that_does_not_wait_is_not_revised(state):
    table = make_table()
    order = make_order(table)
    with entered(operator_scope(SYSTEM)):
        Order.objects.filter(id=order.id).update(state=state)
    with pytest.raises(OrderNotOpenError):
        within(table.seller, hold_for_revision, order.id)


def test_empty_form_opened_since_makes_room_and_gives_its_call():
    table = make_table()
    order = make_order(table)
    call = next_call(table)
    with entered(table.seller.scope):
        other = open_form(call)
    form = revised(table, order)
    assert form.call_id == call.id
    with entered(table.seller.scope):
        assert OrderForm.objects.get(id=other.id).state == FormState.EXPIRED
        assert open_form(call).id == form.id


def test_form_with_something_in_it_is_not_pushed_aside():
    table = make_table()
    order = make_order(table)
    call = next_call(table)
    with entered(table.seller.scope):
        other = open_form(call)
    run(
        table.seller.scope,
        "UPDATE orders_orderform SET revision = 1, fields = '{\"note\": {}}' WHERE id = %s",
        other.id,
    )
    with pytest.raises(OtherFormOpenError) as caught:
        revised(table, order)
    assert caught.value.data == {"form": other.code}


@pytest.mark.proves("INV-T13", "INV-F8")
def test_customer_can_neither_hold_an_order_nor_open_its_form():
    table = make_table()
    order = make_order(table)
    with pytest.raises(DatabaseError):
        within(table.buyer, hold_for_revision, order.id)
    refused(table.buyer.scope, "UPDATE orders_order SET revising_at = now()", match="permission")
    refused(
        table.buyer.scope,
        "UPDATE orders_orderform SET state = 'open', customer_confirmed_revision = NULL,"
        " merchant_confirmed_revision = NULL",
    )


@pytest.mark.proves("INV-T13", "INV-O4")
def test_an_order_names_only_an_order_of_its_own_form():
    table = make_table()
    stranger = make_order(make_table(table.merchant))
    order = make_order(table)
    refused(
        table.seller.scope,
        "INSERT INTO orders_order SELECT (jsonb_populate_record(o, jsonb_build_object("
        "'id', gen_random_uuid(), 'code', 'x', 'number', 99, 'form_revision', 99,"
        " 'revises_id', %s::text))).* FROM orders_order o WHERE o.id = %s",
        str(stranger.id),
        order.id,
        match="own form",
    )


@pytest.mark.proves("INV-O2", "INV-O4")
def test_two_members_ordering_a_revision_at_once_make_one_order(at_once):
    table = make_table()
    old = make_order(table)
    revised(table, old)
    put(table.seller, "price", "50.00")
    for role in Role:
        confirm(table, role)
    made = at_once(*[lambda: create(table)] * 4)
    assert len({order.id for order in made}) == 1
    with entered(table.seller.scope):
        assert Order.objects.filter(form_id=table.seller.form_id).count() == 2
    assert reload(old).state == OrderState.SUPERSEDED


@pytest.mark.proves("INV-O4", "INV-F9")
def test_withdrawing_and_ordering_at_once_end_in_one_of_the_two(at_once):
    seen = set()
    for _ in range(8):
        table = make_table()
        old = make_order(table)
        revised(table, old)
        put(table.seller, "price", "50.00")
        for role in Role:
            confirm(table, role)
        at_once(
            lambda table=table: create(table),
            lambda table=table, old=old: within(table.seller, withdraw_revision, old.id),
        )
        with entered(table.seller.scope):
            states = sorted(
                Order.objects.filter(form_id=table.seller.form_id).values_list("state", flat=True)
            )
        assert states in (["awaiting_payment"], ["awaiting_payment", "superseded"])
        assert table.form.state == FormState.ORDERED
        seen.add(len(states))
    assert seen


def test_revised_order_counts_once_for_the_operator():
    table = make_table()
    revised(table, make_order(table))
    replaced(table, price="50.00")
    with entered(operator_scope(SYSTEM)):
        assert figures().orders == 1


def test_snapshot_shows_the_order_being_revised():
    table = make_table()
    order = make_order(table)
    revised(table, order)
    with entered(table.buyer.scope):
        snapshot = form_snapshot(table.seller.form_id)
    assert snapshot["state"] == "open"
    assert (snapshot["order"]["code"], snapshot["order"]["revising"]) == (order.code, True)
