"""A form that comes in the place of another: open screens follow by themselves."""

from dataclasses import replace

import pytest
from django.utils import timezone

from calls.models import Call
from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from orders.models import OrderForm
from orders.services.revise_order import hold_for_revision, revise_order
from tests.factories.orders import make_call, make_order, make_table
from tests.orders.peers import both_at, customer_at, work

pytestmark = pytest.mark.usefixtures("db", "layer")


def later(table):
    """The same two in their next call, whose form is still empty."""
    with entered(operator_scope(SYSTEM)):
        Call.objects.filter(id=table.call.id).update(state="completed", ended_at=timezone.now())
    return replace(table, call=make_call(table.merchant, table.customer, table.member))


def revised(table, order):
    with entered(table.seller.scope):
        hold_for_revision(order.id)
    with entered(table.seller.scope):
        return revise_order(order.id).code


@pytest.mark.proves("A7", "C9", "C16")
async def test_revised_order_brings_its_form_into_the_running_call():
    table = await work(make_table)
    order = await work(make_order, table)
    talk = await work(later, table)
    customer, member = await both_at(talk)
    assert customer.snapshot["form"] == member.snapshot["form"] != table.seller.code
    code = await work(revised, table, order)
    assert code == table.seller.code
    for peer in (customer, member):
        assert (await peer.hear("form.snapshot"))["state"] == "expired"
        came = await peer.hear("form.snapshot")
        assert (came["form"], came["state"], came["order"]["code"]) == (code, "open", order.code)
        assert came["fields"]["price"]["value"] == "48.00"
    # what is typed now is typed into the form of the order, and the other side sees it
    await member.edit("price", "45.00")
    assert (await customer.hear("form.edited"))["value"] == "45.00"
    assert (await work(lambda: table.form)).fields["price"]["value"] == "45.00"
    await customer.edit("note", "thank you")
    assert (await member.hear("form.edited"))["value"] == "thank you"


@pytest.mark.proves("A7")
async def test_form_that_is_over_is_shown_once_where_nothing_came_in_its_place():
    table = await work(make_table)

    def expire():
        with entered(operator_scope(SYSTEM)):
            OrderForm.objects.filter(id=table.seller.form_id).update(state="expired")

    await work(expire)
    customer = await (await customer_at(table)).open()
    assert customer.snapshot["state"] == "expired"
    assert await customer.quiet() == []
