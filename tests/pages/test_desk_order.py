"""One order at the desk: who wrote what, what is done for it, its record to take away."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, merchant_scope, operator_scope
from orders.models import FulfilmentMark, Order
from orders.services.mark_order_paid import mark_order_paid
from tests.factories.merchants import make_member, make_merchant
from tests.factories.orders import make_order, make_table
from tests.factories.people import make_customer, make_user
from tests.orders.test_views import browser
from tests.pages.helpers import client_of

LINES = [("Tea", "12.50", "2", "tin"), ("Pot", "68.00", "1", "")]


@pytest.fixture
def table(db):
    return make_table(customer=make_customer(name="Lena Sommer"))


def page_of(table, order, part: str = "") -> str:
    return f"/desk/{table.merchant.handle}/orders/{order.code}/{part}"


def paid(table) -> Order:
    order = make_order(table, lines=LINES)
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        return mark_order_paid(order.id, paid_at=timezone.now())


@pytest.mark.proves("M9", "INV-F4")
def test_every_value_is_shown_with_its_author_time_and_revision(table):
    order = make_order(table, lines=LINES, tax_rate="19", note="Ring", pay_within="24")
    page = client_of(table.member.user).get(page_of(table, order))
    shown = {one.label: one for one in page.context["authorship"]}
    assert set(order.values) == {one.key for one in page.context["authorship"]}
    assert shown["Line 1: Unit price"].value == "€12.50"
    assert shown["Line 1: Unit price"].by == table.member.user.name
    assert shown["Note"].by == "Lena Sommer"
    assert (shown["Tax rate"].value, shown["Pay within"].value) == ("19%", "1 day")
    for key, cell in order.values.items():
        (one,) = [one for one in page.context["authorship"] if one.key == key]
        assert (one.revision, one.at.isoformat(timespec="milliseconds")) == (
            cell["revision"],
            cell["at"],
        )
    text = page.content.decode()
    for words in ("Line 2: Description", "2 tin", "€93.00", "Who wrote what"):
        assert words in text


@pytest.mark.proves("M8")
def test_order_is_fulfilled_line_by_line_from_its_page(table):
    order, client = paid(table), client_of(table.member.user)
    url = page_of(table, order, "fulfil/")
    answer = client.post(url, {"action": "line_done", "line": "2"})
    assert (answer.status_code, answer.headers["location"]) == (302, page_of(table, order))
    client.post(url, {"action": "fulfil", "words": "DHL <b>123</b>"})
    text = client.get(page_of(table, order)).content.decode()
    assert "DHL &lt;b&gt;123&lt;/b&gt;" in text
    assert "Close the order" in text
    seen = browser(table.customer).get(f"/o/{order.code}/").content.decode()
    assert "DHL &lt;b&gt;123&lt;/b&gt;" in seen
    assert seen.count("ready") >= 1
    client.post(url, {"action": "complete"})
    assert "Close the order" not in client.get(page_of(table, order)).content.decode()
    assert "Completed." in browser(table.customer).get(f"/o/{order.code}/").content.decode()


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"action": "note"}, 400, "Write what the customer should read."),
        ({"action": "note", "words": "x" * 301}, 400, "Use at most 300 characters"),
        ({"action": "line_done"}, 400, ""),
        ({"action": "line_done", "line": "21"}, 400, ""),
        ({"action": "line_done", "line": "20"}, 404, ""),
        ({"action": "nonsense"}, 400, ""),
        ({}, 400, ""),
        ({"action": "complete"}, 409, "no longer possible"),
    ],
)
def test_what_cannot_be_done_is_said_and_not_done(table, said, status, words):
    order, client = paid(table), client_of(table.member.user)
    answer = client.post(page_of(table, order, "fulfil/"), said)
    assert answer.status_code == status
    assert words in answer.content.decode()
    with entered(operator_scope(SYSTEM)):
        assert FulfilmentMark.objects.count() == 0


def test_unpaid_order_offers_no_fulfilment(table):
    order, client = make_order(table), client_of(table.member.user)
    assert "Fulfilment" not in client.get(page_of(table, order)).content.decode()
    answer = client.post(page_of(table, order, "fulfil/"), {"action": "fulfil"})
    assert answer.status_code == 409
    assert "not paid" in answer.content.decode()


@pytest.mark.proves("A5", "INV-T4")
def test_strangers_fulfil_nothing_and_get_no_record(table):
    order = paid(table)
    foreign = make_member(make_merchant())
    own = f"/desk/{foreign.merchant.handle}/orders/{order.code}/"
    for client, url, status in (
        (Client(), page_of(table, order), 302),
        (client_of(make_user()), page_of(table, order), 404),
        (client_of(foreign.user), page_of(table, order), 404),
        (client_of(foreign.user), own, 404),
    ):
        assert client.post(f"{url}fulfil/", {"action": "fulfil"}).status_code == status
        assert client.get(f"{url}record.json").status_code == status
    assert browser(make_customer()).get(f"/o/{order.code}/record.json").status_code == 404
    with entered(operator_scope(SYSTEM)):
        assert FulfilmentMark.objects.count() == 0


@pytest.mark.proves("INV-O9")
def test_both_sides_get_the_same_record_as_a_file(table):
    order = paid(table)
    mine = browser(table.customer).get(f"/o/{order.code}/record.json")
    theirs = client_of(table.member.user).get(page_of(table, order, "record.json"))
    for answer in (mine, theirs):
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert "no-store" in answer.headers["cache-control"]
    assert json.loads(mine.content) == json.loads(theirs.content)
    found = json.loads(mine.content)
    assert found["intact"] is True
    assert [entry["kind"] for entry in found["entries"]][-2:] == ["ordered", "paid"]
    assert "Two" not in found["format"]
