"""Requests, confirmations and the order over the socket, both sides listening."""

import pytest

from tests.factories.orders import confirmed, make_order, make_table
from tests.orders.peers import both_at, customer_at, refused, work

pytestmark = pytest.mark.usefixtures("db", "layer")


@pytest.mark.proves("P3.2", "P3.3", "P3.5", "C6", "M6")
async def test_request_reaches_the_customer_and_the_answer_the_merchant():
    table = await work(make_table)
    customer, member = await both_at(table)
    sent = await member.say("request.send", fields=["address.city", "time.start"], hint="Where to?")
    heard = (await customer.hear("request.sent"))["request"]
    assert heard == sent["request"]
    assert (heard["fields"], heard["hint"], heard["state"]) == (
        ["time.start", "address.city"],
        "Where to?",
        "sent",
    )
    code = heard["request"]
    await customer.say("request.decline", request=code, fields=["time.start"], reason="not yet")
    assert (await member.hear("request.declined"))["request"]["declined"] == {
        "time.start": "not yet"
    }
    await customer.edit("address.city", "Berlin")
    await customer.say("request.answer", request=code)
    assert (await member.hear("request.answered"))["request"]["state"] == "answered"
    second = await member.say("request.send", fields=["contact.phone"])
    await member.say("request.recall", request=second["request"]["request"])
    assert (await customer.hear("request.recalled"))["request"]["state"] == "recalled"
    error = await refused(customer.say("request.answer", request=second["request"]["request"]))
    assert (error.code, error.data) == ("request_closed", {"state": "recalled"})


@pytest.mark.proves("P1.7", "P1.8", "P1.9", "P5.3", "P5.4", "INV-O7", "M8", "M9")
async def test_sale_from_first_word_to_order():
    table = await work(make_table)
    customer, member = await both_at(table)
    await customer.edit("content", "Two tins of jasmine tea")
    await member.edit("price", "48")
    shown = await customer.shown()
    early = await refused(member.say("order.create", **shown))
    assert early.code == "not_confirmed"
    reply = await customer.say("form.confirm", **shown)
    assert reply["confirmations"] == {"customer": 2, "merchant": None}
    assert (await member.hear("form.confirmed"))["role"] == "customer"
    await member.edit("price", "50")
    stale = await refused(member.say("form.confirm", **shown))
    assert (stale.code, stale.data) == (
        "stale_confirmation",
        {"revision": 3, "changed": ["price"]},
    )
    shown = await customer.shown()
    await customer.say("form.confirm", **shown)
    await member.say("form.confirm", **shown)
    created, again = (
        await member.say("order.create", **shown),
        await member.say("order.create", **shown),
    )
    assert created["order"] == again["order"]
    assert (
        created["order"]["url"]
        == f"/desk/{table.merchant.handle}/orders/{created['order']['code']}/"
    )
    order = (await customer.hear("order.created"))["order"]
    assert order["url"] == f"/o/{order['code']}/"
    assert (order["total_text"], order["revision"], order["digest"]) == (
        "€50.00",
        3,
        shown["digest"],
    )
    assert order["seller"]["legal_name"] == table.merchant.legal_name
    late = await (await customer_at(table)).open()
    assert late.snapshot["state"] == "ordered"
    assert late.snapshot["order"] == order
    assert [f["type"] for f in await customer.quiet() if f["type"] == "order.created"] == []


@pytest.mark.proves("INV-F8")
async def test_customer_cannot_take_the_merchants_part():
    table = await work(make_table)
    customer, member = await both_at(table)
    await work(confirmed, table)
    shown = await customer.shown()
    assert (await refused(customer.say("order.create", **shown))).code == "forbidden"
    assert (await refused(customer.say("request.send", fields=["time.start"]))).code == "forbidden"
    sent = await member.say("request.send", fields=["time.start"])
    code = sent["request"]["request"]
    assert (await refused(customer.say("request.recall", request=code))).code == "forbidden"
    assert (await refused(member.say("request.answer", request=code))).code == "forbidden"


@pytest.mark.proves("INV-T4")
async def test_foreign_request_code_is_refused_and_reaches_nobody():
    table, other = await work(make_table), await work(make_table)
    customer, _ = await both_at(table)
    _, their_member = await both_at(other)
    sent = await their_member.say("request.send", fields=["time.start"])
    error = await refused(customer.say("request.answer", request=sent["request"]["request"]))
    assert error.code == "not_found"
    frames = await their_member.quiet()
    assert [frame["type"] for frame in frames] == ["request.sent"]


@pytest.mark.proves("INV-F9")
async def test_ordered_form_takes_no_more_edits():
    table = await work(make_table)
    await work(make_order, table)
    customer, _ = await both_at(table)
    assert customer.snapshot["state"] == "ordered"
    error = await refused(customer.edit("note", "too late"))
    assert (error.code, error.data) == ("form_closed", {"state": "ordered"})
