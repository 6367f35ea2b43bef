"""Order pages in real browsers: an order paid on another device, fulfilled, and found again."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsers import DESK, launch, person
from tests.e2e.keyboard import Keyboard
from tests.e2e.order_pages import PAYS, CustomerSheet, fill_card
from tests.e2e.sale import HANDLE
from tests.e2e.sheet_pages import Form, at_the_counter
from tests.e2e.test_look import check

DEAL = {
    "line.1.description": "Jasmine pearls, 50 g",
    "line.1.quantity": "2",
    "line.1.price": "12.50",
    "line.2.description": "Cast iron pot <b>0.6 l</b> \u202eevil",
    "line.2.price": "68.00",
    "delivery": "4.90",
    "time.start": "2027-03-01T14:00",
    "time.zone": "Asia/Shanghai",
}


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[Browser]:
    found = launch(playwright)
    yield found
    found.close()


def sold(customer: Page, merchant: Form) -> str:
    """Agree and make the order, then part; returns its code."""
    merchant.write(DEAL)
    buyer = Form(customer)
    buyer.knows("time.zone", "Asia/Shanghai")
    buyer.write({"contact.name": "Lena Sommer"})
    merchant.knows("contact.name", "Lena Sommer")
    for side in (merchant, buyer):
        side.confirm()
    code = str(merchant.order()["code"])
    customer.locator("#hang-up").click()
    customer.locator("#hang-up-dialog [value=hang-up]").click()
    return code


@pytest.mark.proves("C16", "C22", "P1.9", "M8", "INV-O7", "A12")
def test_order_is_paid_on_another_device_fulfilled_and_seen_by_all(product, chromium):
    with (
        at_the_counter(chromium, product.url, timezone_id="America/New_York") as (sheet, merchant),
        person(chromium, DESK, reduced_motion="reduce") as other,
    ):
        phone, desk = sheet.page, merchant.page
        code = sold(phone, merchant)
        order = f"{product.url}/o/{code}/"
        check(phone, order)
        # what was typed is text; times by both clocks; how long there is to pay
        expect(phone.locator("main")).to_contain_text("Cast iron pot <b>0.6 l</b>")
        expect(phone.locator("main")).to_contain_text("1 Mar 2027, 14:00 (01:00 your time)")
        expect(phone.locator('[data-part="time-left"]')).to_contain_text("6 days 23 hours left")
        keys = Keyboard(phone)
        keys.go_to(f'a[href="/o/{code}/share/"]')
        phone.keyboard.press("Enter")
        phone.wait_for_url("**/share/")
        check(phone, phone.url)
        link = phone.locator("#order-link").input_value()

        pays_there(other, link, code)
        phone.goto(order)
        expect(phone.locator('[data-part="state"]')).to_have_text("Paid. Thank you.")
        fulfilled(desk, phone, f"{product.url}/desk/{HANDLE}/orders/", code)
        stopped(phone, other, order)


def pays_there(other: Page, link: str, code: str) -> None:
    """Open the link on a device of nobody's and pay from there."""
    check(other, link)
    other.get_by_role("button", name="Open the order").click()
    other.wait_for_url(re.compile(rf"/o/{code}/$"))
    expect(other.get_by_role("link", name="All your orders")).to_have_count(0)
    assert "visavis_customer" not in {cookie["name"] for cookie in other.context.cookies()}
    Keyboard(other).go_to('[data-part="pay-button"]')
    other.keyboard.press("Enter")
    fill_card(CustomerSheet(other).card_form(), PAYS)
    expect(other.locator('[data-part="state"]')).to_have_text("Paid. Thank you.", timeout=30_000)
    expect(other.locator("#order-record")).to_contain_text("Paid")
    assert other.errors == []


def fulfilled(desk: Page, phone: Page, orders: str, code: str) -> None:
    """Find the order by words and the keyboard, mark it; the phone follows without a reload."""
    desk.goto(orders)
    Keyboard(desk).go_to("#order-words")
    desk.keyboard.type("lena pearls")
    desk.keyboard.press("Enter")
    row = f'a[href$="/orders/{code}/"]'
    expect(desk.locator(row)).to_have_count(1)
    check(desk, desk.url)
    Keyboard(desk).go_to(row)
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/orders/{code}/")
    check(desk, desk.url)
    Keyboard(desk).go_to("#line-1")
    desk.keyboard.press("Enter")
    line = phone.locator(".order-receipt__line").first
    expect(line).to_contain_text("ready")
    desk.locator("#fulfil-words").fill("At the counter from five")
    desk.get_by_role("button", name="All done").click()
    expect(phone.locator('[data-part="state"]')).to_have_text("Fulfilled.")
    expect(phone.locator("#order-head")).to_contain_text("At the counter from five")
    assert phone.errors == []


def stopped(phone: Page, other: Page, order: str) -> None:
    """Stop all links: the other device loses the order, the own one keeps it."""
    phone.goto(f"{order}share/")
    Keyboard(phone).go_to("summary")
    phone.keyboard.press("Enter")
    Keyboard(phone).go_to(".order-more button")
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("The old links no longer work.")).to_be_visible()
    answer = other.goto(order)
    assert answer is not None
    assert answer.status == 404
    phone.get_by_role("link", name="Your orders").last.click()
    phone.wait_for_url("**/orders/")
    expect(phone.locator(f'a[href$="{order[-24:]}"]')).to_contain_text("fulfilled")
    check(phone, phone.url)
