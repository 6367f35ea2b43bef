"""A revision as both screens hear of it: the form's socket and the order page's, and a stranger."""

import pytest

from merchants.scope import entered
from orders.services.revise_order import hold_for_revision, revise_order, withdraw_revision
from tests.factories.orders import make_order, make_table
from tests.orders.peers import OrderPeer, both_at, customer_at, work

pytestmark = pytest.mark.usefixtures("db", "layer")


def within(table, *services_and_order):
    *services, order = services_and_order
    with entered(table.seller.scope):
        for service in services:
            service(order.id)


async def at_order(table, order):
    page = await customer_at(table, OrderPeer, f"/ws/orders/{order.code}/customer/")
    return await page.open()


async def agree_and_order(customer, member):
    shown = await customer.shown()
    await customer.say("form.confirm", **shown)
    await member.say("form.confirm", **shown)
    return (await member.say("order.create", **shown))["order"]


@pytest.mark.proves("M9", "P4.4", "INV-O4")
async def test_both_hear_of_the_revision_and_of_the_order_that_follows():
    table, other = await work(make_table), await work(make_table)
    order = await work(make_order, table)
    customer, member = await both_at(table)
    stranger, _ = await both_at(other)
    page = await at_order(table, order)
    await work(within, table, hold_for_revision, revise_order, order)
    for peer in (customer, member):
        assert (await peer.hear("form.reopened"))["order"] == order.code
        synced = await peer.say("form.sync", epoch="1", revision=0)
        assert (synced["state"], synced["order"]["revising"]) == ("open", True)
    told = [await page.hear("order.updated") for _ in range(2)]
    assert [frame["order"]["revising"] for frame in told] == [True, True]
    await member.edit("price", "50.00")
    new = await agree_and_order(customer, member)
    assert new["revises"] == order.code
    assert (await customer.hear("order.created"))["order"]["changes"] == ["price"]
    gone = (await page.hear("order.updated"))["order"]
    assert (gone["state"], gone["revised_by"]) == ("superseded", new["code"])
    assert await stranger.quiet() == []
    for peer in (customer, member, stranger, page):
        await peer.close()


@pytest.mark.proves("M9", "P4.4")
async def test_both_hear_that_the_revision_is_withdrawn():
    table = await work(make_table)
    order = await work(make_order, table)
    customer, member = await both_at(table)
    await work(within, table, hold_for_revision, revise_order, order)
    await member.edit("price", "90.00")
    await work(within, table, withdraw_revision, order)
    for peer in (customer, member):
        await peer.hear("form.closed")
        synced = await peer.say("form.sync", epoch="1", revision=0)
        assert (synced["state"], synced["fields"]["price"]["value"]) == ("ordered", "48.00")
        assert synced["order"]["payable"] is True
        await peer.close()
