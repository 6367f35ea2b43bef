"""The order socket of the order page."""

import pytest
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.core import sockets
from merchants.scope import entered, merchant_scope
from orders.models import Order
from orders.realtime import announce_payment
from orders.services.mark_order_paid import mark_order_paid
from tests.factories.orders import make_order, make_table
from tests.orders.peers import OrderPeer, Peer, both_at, customer_at, member_at, work

pytestmark = pytest.mark.usefixtures("db", "layer")


async def ordered():
    table = await work(make_table)
    order = await work(make_order, table)
    path = f"/ws/orders/{order.code}"
    customer = await (await customer_at(table, OrderPeer, f"{path}/customer/")).open()
    member = await (await member_at(table, OrderPeer, f"{path}/merchant/")).open()
    return table, order, customer, member


def pay(order):
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        mark_order_paid(order.id, paid_at=timezone.now())


@pytest.mark.proves("P1.9", "C9", "C22")
async def test_each_side_sees_the_order_with_its_own_page():
    table, order, customer, member = await ordered()
    assert customer.snapshot["order"]["url"] == f"/o/{order.code}/"
    assert member.snapshot["order"]["url"] == f"/desk/{table.merchant.handle}/orders/{order.code}/"
    assert customer.snapshot["order"]["total_text"] == "€48.00"
    assert (customer.snapshot["role"], member.snapshot["role"]) == ("customer", "merchant")
    assert (await customer.say("order.sync"))["order"] == customer.snapshot["order"]


@pytest.mark.proves("INV-T3", "INV-T4", "P1.10")
async def test_strangers_are_not_found():
    table, order, _, _ = await ordered()
    other = await work(make_table)
    neighbour = await work(make_table, table.merchant)
    path = f"/ws/orders/{order.code}"
    for stranger in (other, neighbour):
        assert await (await customer_at(stranger, path=f"{path}/customer/")).refusal() == 4404
    assert await (await member_at(other, path=f"{path}/merchant/")).refusal() == 4404
    assert await (await customer_at(table, path="/ws/orders/unknown/customer/")).refusal() == 4404
    assert await Peer(f"{path}/customer/").refusal() == 4404
    assert await Peer(f"{path}/merchant/").refusal() == 4401


@pytest.mark.proves("P5.5", "M13")
async def test_paid_order_is_seen_on_order_page_and_call_page_alike():
    table, order, customer, member = await ordered()
    at_call = await both_at(table)
    await work(pay, order)
    for peer in (customer, member, *at_call):
        seen = (await peer.hear("order.updated"))["order"]
        assert (seen["state"], seen["payment"]) == ("paid", {"state": "succeeded", "stage": "paid"})
        assert seen["url"].startswith("/o/" if peer in {customer, at_call[0]} else "/desk/")


@pytest.mark.proves("M13", "C13")
async def test_stage_of_a_payment_is_passed_on_to_both_sides():
    table, order, customer, member = await ordered()
    at_call = await both_at(table)

    def declined():
        announce_payment(order, state="open", stage="declined", message="Card declined")

    await work(declined)
    for peer in (customer, member, *at_call):
        assert await peer.hear("payment.changed") == {
            "type": "payment.changed",
            "order": order.code,
            "state": "open",
            "stage": "declined",
            "message": "Card declined",
        }


@pytest.mark.proves("INV-F11")
async def test_lost_announcement_is_healed_by_the_heartbeat(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.3)
    _, order, customer, _ = await ordered()

    def cancel_unheard():
        with entered(merchant_scope(order.merchant_id, SYSTEM)):
            Order.objects.filter(id=order.id).update(state="cancelled")

    await work(cancel_unheard)
    assert (await customer.hear("order.snapshot"))["order"]["state"] == "cancelled"


async def test_order_socket_takes_no_form_frames():
    _, _, customer, _ = await ordered()
    with pytest.raises(Exception, match="message_unknown"):
        await customer.say("form.edit", op="op-number-1", field="note", value="x", base=0)
