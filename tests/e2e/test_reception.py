"""The reception in a real browser: rows come and go in place, and by the plain form as well."""

import pytest
from playwright.sync_api import expect

from marketplace.console import demo
from tests.e2e.browsers import DESK, PHONE, person
from tests.e2e.test_look import sign_in

WORKSHOP = demo.MERCHANTS[1]
HANDLE, OWNER = WORKSHOP.fields["handle"], WORKSHOP.owner[0]
URL = f"/desk/{HANDLE}/reception/"


@pytest.fixture
def reception(product, browser):
    with person(browser, DESK) as page:
        sign_in(page, product.url, OWNER)
        page.goto(product.url + URL)
        yield page
        assert page.errors == []


@pytest.mark.proves("M2", "A12")
def test_hours_are_set_with_the_keyboard_alone_and_without_a_reload(product, reception):
    page = reception
    page.get_by_label("These hours").press("Space")
    page.evaluate("window.same = true")
    page.get_by_role("button", name="Add hours on Monday").press("Enter")
    opens = page.get_by_label("Monday, from").last
    expect(opens).to_be_focused()
    page.get_by_role("textbox", name="Note for callers").fill("typed beside it")
    opens.fill("10:00")
    page.get_by_label("Monday, until").last.fill("11:30")
    page.get_by_role("button", name="Add a day").press("Enter")
    expect(page.get_by_label("Day", exact=True).last).to_be_focused()
    page.get_by_role("button", name="Remove", exact=False).last.press("Enter")
    expect(page.get_by_role("button", name="Add a day")).to_be_focused()
    assert page.evaluate("window.same"), "the page was not loaded anew"
    expect(page.get_by_role("textbox", name="Note for callers")).to_have_value("typed beside it")
    opens.press("Enter")  # saves, as Enter in any form does
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Monday, from")).to_have_value("10:00")
    page.goto(f"{product.url}/m/{HANDLE}/")
    expect(page.get_by_role("row", name="Monday")).to_contain_text("10:00 – 11:30")
    page.goto(product.url + URL)
    page.get_by_role("button", name="Remove 10:00 to 11:30 on Monday").press("Enter")
    expect(page.get_by_label("Monday, from")).to_have_count(0)
    page.get_by_label("No fixed hours").press("Space")
    expect(page.get_by_role("heading", name="Monday")).to_be_hidden()
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Saved.")).to_be_visible()


@pytest.mark.proves("M2")
def test_rows_come_and_go_without_script(product, browser):
    with person(browser, PHONE, java_script_enabled=False) as page:
        sign_in(page, product.url, OWNER)
        page.goto(product.url + URL)
        page.get_by_label("These hours").check()
        page.get_by_role("button", name="Add hours on Sunday").click()
        page.get_by_label("Sunday, from").fill("10:00")
        page.get_by_label("Sunday, until").fill("09:00")
        page.get_by_role("button", name="Save").last.click()
        expect(page.get_by_text("Nothing is saved yet")).to_be_visible()
        expect(page.get_by_label("Sunday, from")).to_have_value("10:00")
        expect(page.get_by_text("This ends before it begins.")).to_be_visible()


@pytest.mark.proves("C2", "M2")
def test_closure_is_told_in_both_zones(product, browser, reception):
    page = reception
    page.get_by_label("Off until").fill(tomorrow_morning(page))
    page.get_by_label("Note for callers").fill("At a fair")
    page.get_by_role("button", name="Turn calls off").click()
    expect(page.get_by_role("heading", name="Calls are off")).to_be_visible()
    try:
        with person(browser, PHONE, timezone_id="Asia/Kathmandu") as visitor:
            visitor.goto(f"{product.url}/m/{HANDLE}/")
            expect(visitor.get_by_text("At a fair")).to_be_visible()
            expect(visitor.locator("#reach")).to_contain_text("your time)")
            expect(visitor.get_by_role("link", name="Leave a request")).to_be_visible()
        with person(browser, PHONE, timezone_id="Europe/Berlin") as neighbour:
            neighbour.goto(f"{product.url}/m/{HANDLE}/")
            expect(neighbour.get_by_text("At a fair")).to_be_visible()
            expect(neighbour.locator("#reach")).not_to_contain_text("your time)")
    finally:
        page.get_by_role("button", name="Turn calls on").click()
        expect(page.get_by_role("heading", name="Calls are on")).to_be_visible()


def tomorrow_morning(page) -> str:
    return page.evaluate("new Date(Date.now() + 86400000).toISOString().slice(0, 10) + 'T09:00'")
