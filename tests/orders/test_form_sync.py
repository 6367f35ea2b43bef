"""The layer is a hint: heartbeat, snapshot and reconnection heal what it loses."""

import pytest
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from marketplace.core import sockets
from merchants.scope import entered, merchant_scope
from orders.models import OrderForm
from orders.tasks import expire_forms
from tests.factories.orders import make_table, put
from tests.orders.peers import both_at, customer_at, refused, work

pytestmark = pytest.mark.usefixtures("db", "layer")


@pytest.mark.proves("INV-F16")
async def test_focus_is_passed_on_and_not_stored():
    table = await work(make_table)
    customer, member = await both_at(table)
    await customer.say("form.focus", field="note")
    assert await member.hear("form.focused") == {
        "type": "form.focused",
        "role": "customer",
        "field": "note",
    }
    await customer.say("form.focus", field=None)
    assert (await member.hear("form.focused"))["field"] is None
    assert (await refused(customer.say("form.focus", field="salary"))).code == "field_unknown"
    form = await work(lambda: table.form)
    assert (form.revision, form.notices) == (0, 0)


@pytest.mark.proves("INV-F16", "A12")
async def test_going_through_all_boxes_with_the_tab_key_never_costs_the_socket():
    table = await work(make_table)
    customer, _ = await both_at(table)
    for _ in range(120):
        await customer.socket.send_json_to({"type": "form.focus", "id": 0, "field": "note"})
    assert (await customer.edit("note", "still here"))["revision"] == 1


@pytest.mark.proves("INV-F6", "INV-F11", "INV-F1")
async def test_heartbeat_carries_the_revision_of_the_row_and_heals_a_lost_edit(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.3)
    table = await work(make_table)
    customer, _ = await both_at(table)
    await work(put, table.seller, "content", "told nobody")  # the service alone announces nothing
    beat = await customer.hear("heartbeat")
    while beat["revision"] == 0:
        beat = await customer.hear("heartbeat")
    assert (beat["epoch"], beat["revision"]) == ("1", 1)
    snapshot = await customer.say("form.sync", epoch="1", revision=0)
    assert snapshot["fields"]["content"]["value"] == "told nobody"
    assert "notices" not in beat


@pytest.mark.proves("INV-F11")
async def test_lost_announcement_that_is_no_edit_is_healed_by_a_snapshot(monkeypatch):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.3)
    table = await work(make_table)
    customer, _ = await both_at(table)

    def confirm_unheard():
        """What a confirmation looks like whose announcement the layer lost."""
        put(table.buyer, "content", "tea")
        with entered(table.seller.scope):
            OrderForm.objects.filter(id=table.seller.form_id).update(
                merchant_confirmed_revision=1, notices=1
            )

    await work(confirm_unheard)
    snapshot = await customer.hear("form.snapshot")
    assert snapshot["confirmations"] == {"customer": None, "merchant": 1}


@pytest.mark.proves("INV-F11", "INV-F1", "INV-X4")
async def test_emptied_layer_delays_and_loses_nothing(monkeypatch, layer):
    monkeypatch.setattr(sockets, "HEARTBEAT_SECONDS", 0.3)
    table = await work(make_table)
    customer, member = await both_at(table)
    await layer.flush()
    reply = await member.edit("content", "after the flush")
    assert reply["revision"] == 1
    beat = await customer.hear("heartbeat")
    while beat["revision"] < 1:
        beat = await customer.hear("heartbeat")


@pytest.mark.proves("INV-F3")
async def test_reconnect_is_one_round_trip_with_everything():
    table = await work(make_table)
    customer, member = await both_at(table)
    await customer.close()
    for n in range(5):
        await member.edit("content", f"tea {n}")
    await member.say("request.send", fields=["address.city"], hint="")
    back = await (await customer_at(table)).open()
    assert back.snapshot["revision"] == 5
    assert back.snapshot["fields"]["content"]["value"] == "tea 4"
    assert [request["fields"] for request in back.snapshot["requests"]] == [["address.city"]]
    assert await back.quiet() == []


@pytest.mark.proves("INV-F3")
async def test_expired_form_is_shown_as_expired():
    table = await work(make_table)
    customer, member = await both_at(table)

    def expire():
        with entered(merchant_scope(table.merchant.id, SYSTEM)):
            OrderForm.objects.filter(id=table.seller.form_id).update(expires_at=timezone.now())
        expire_forms()

    await work(expire)
    for peer in (customer, member):
        assert (await peer.hear("form.snapshot"))["state"] == "expired"
    assert (await refused(customer.edit("note", "too late"))).data == {"state": "expired"}
