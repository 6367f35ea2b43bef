"""The order page as it stands: lines and sums, both times, what changed, how long, what happened."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, merchant_scope
from orders.services.mark_order_paid import mark_order_paid
from tests.factories.orders import make_order, make_table
from tests.orders.test_order_links import opened
from tests.orders.test_revise_order import replaced, revised
from tests.orders.test_views import browser
from tests.pages.helpers import client_of

pytestmark = pytest.mark.usefixtures("db")
LINES = [("Tea", "12.50", "2", "tin"), ("Pot", "68.00", "1", "")]


def read(table, order) -> str:
    return " ".join(browser(table.customer).get(f"/o/{order.code}/").content.decode().split())


@pytest.mark.proves("M11", "P1.9", "INV-O3")
def test_receipt_shows_lines_and_every_part_of_the_sum():
    table = make_table()
    order = make_order(
        table, lines=LINES, discount="10%", delivery="4.90", tax_rate="19", deposit="30%"
    )
    page = read(table, order)
    parts = ("2 tin", "€12.50", "€25.00", "€68.00", "€93.00", "−€9.30", "€4.90", "€88.60")
    for words in (*parts, "€14.15 of it is tax at 19%.", "€26.58 of it is the deposit"):
        assert words in page, words
    plain = read(table, make_order(make_table(customer=table.customer), price="48.00"))
    for words in ("Subtotal", "Discount", "tax at", "deposit"):
        assert words not in plain


@pytest.mark.proves("M11")
def test_tax_on_top_is_a_line_of_its_own():
    table = make_table()
    order = make_order(table, lines=LINES, tax_rate="19", tax_included="no")
    page = read(table, order)
    assert "Tax 19%" in page
    assert "€17.67" in page
    assert "€110.67" in page


@pytest.mark.proves("P1.9", "C23")
def test_times_are_those_of_the_place_and_can_be_read_on_the_own_clock():
    table = make_table()
    order = make_order(
        table,
        time_start="2027-03-01T14:00",
        time_end="2027-03-01T16:30",
        time_zone="Asia/Shanghai",
    )
    page = read(table, order)
    assert "1 Mar 2027, 14:00" in page
    assert 'datetime="2027-03-01T14:00:00+08:00" data-zone="Asia/Shanghai"' in page
    assert "Shanghai time" in page


@pytest.mark.proves("P6.1")
def test_page_says_until_when_it_can_be_paid_and_no_longer_once_it_is():
    table = make_table()
    order = make_order(table, pay_within="24")
    assert f'data-pay-by="{order.pay_by.astimezone():%Y}' in read(table, order)
    assert timedelta(hours=23) < order.pay_by - timezone.now() < timedelta(hours=25)
    with entered(merchant_scope(order.merchant_id, SYSTEM)):
        mark_order_paid(order.id, paid_at=timezone.now())
    assert "data-pay-by" not in read(table, order)


@pytest.mark.proves("INV-O4", "INV-F7")
def test_revised_order_shows_what_changed_and_both_lead_to_each_other():
    table = make_table()
    old = make_order(table, lines=LINES, note="Ring")
    revised(table, old)
    while_revised = read(table, old)
    assert "is changing this order." in while_revised
    assert 'data-part="actions" hidden' in while_revised
    new = replaced(table, **{"line.1.quantity": "3", "note": ""})
    page, before = read(table, new), read(table, old)
    assert f"This order takes the place of order {old.number_text}." in page
    assert "Line 1: Quantity" in page
    assert "taken out" in page
    assert f"/o/{old.code}/" in page
    assert "A newer order has taken its place." in before
    assert f"/o/{new.code}/" in before
    assert "data-pay-by" not in before
    desk = client_of(table.member.user).get(f"/desk/{table.merchant.handle}/orders/{new.code}/")
    assert "Line 1: Quantity" in desk.content.decode()


@pytest.mark.proves("INV-T2")
def test_pass_for_an_old_order_leads_to_no_newer_one():
    table = make_table()
    old = make_order(table)
    client = opened(old)
    revised(table, old)
    new = replaced(table, price="50.00")
    page = client.get(f"/o/{old.code}/").content.decode()
    assert "A newer order has taken its place." in page
    assert new.code not in page
    assert client.get(f"/o/{new.code}/").status_code == 404


@pytest.mark.proves("INV-O9")
def test_record_is_told_in_words_with_who_did_it():
    table = make_table()
    order = make_order(table, lines=LINES)
    page = read(table, order)
    name = table.member.user.name
    for words in ("Lena confirmed the order", f"{name} confirmed the order", "Order created"):
        assert words in page, words
    assert f"both confirmed revision {order.form_revision}" in page
    assert "Waiting for the payment" in page
    assert f"/o/{order.code}/record.json" in page


@pytest.mark.proves("INV-F13")
def test_nothing_typed_is_markup_and_direction_is_kept_apart():
    table = make_table()
    evil = "<img src=x onerror=alert(1)>"
    order = make_order(
        table, lines=[(evil, "1.00", "1", "<i>")], note=evil, address_line1=evil, contact_name=evil
    )
    page = read(table, order)
    assert "<img src=x" not in page
    assert "<i>" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 4
