"""The merchant's window in depth: lines and terms, single questions, proposals, items, revisions."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsers import DESK, PHONE, launch, person, until
from tests.e2e.keyboard import Keyboard
from tests.e2e.order_pages import CustomerSheet, MerchantWindow
from tests.e2e.sale import EMAIL, HANDLE
from tests.e2e.test_call_look import both, look, meet
from tests.e2e.test_look import sign_in
from tests.e2e.test_request import leave

SUMS = '[data-sum="{}"] dd'


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[Browser]:
    found = launch(playwright)
    yield found
    found.close()


def write(window: MerchantWindow, **values: str) -> None:
    """Type into fields by their keys, with `__` for a point, and leave the last one."""
    for key, value in values.items():
        window.box(key.replace("__", ".")).fill(value)
    window.part("title").focus()


@pytest.mark.proves("M11", "P2.3", "INV-O3")
def test_lines_and_terms_come_to_the_total_both_see(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        window, sheet = meet(customer, merchant)
        window.open()
        desk = Keyboard(merchant.page)
        desk.go_to('[data-part="add-line"]').press("Enter")
        for text in ("Cups", "Tab", "2", "Tab", "pair", "Tab", "12,5"):
            desk.press("Tab") if text == "Tab" else merchant.page.keyboard.type(text)
            if text == "Cups":
                desk.press("Tab")  # past the button that removes the line
        desk.press("Enter")  # on to the next line
        expect(window.box("line.2.description")).to_be_focused()
        merchant.page.keyboard.type("Saucer")
        window.box("line.2.price").fill("4")
        window.part("terms").locator("summary").click()
        write(window, discount="10%", delivery="5", tax__rate="19", deposit="30%")
        expect(window.part("foot-total")).to_have_text("€31.10")
        for name, amount in {"subtotal": "€29.00", "discount": "−€2.90", "tax": "€4.97"}.items():
            expect(window.window.locator(SUMS.format(name))).to_have_text(amount)
        expect(window.part("balance-amount")).to_have_text("€21.77")
        expect(window.box("price")).to_be_hidden()
        expect(window.part("price-sum-amount")).to_have_text("€29.00")
        look(merchant.page, "lines and terms")
        removes_and_takes_back(window)
        window.part("confirm").click()
        sheet.part("card-confirm").click()
        window.part("create").click()
        expect(sheet.part("pay-label")).to_contain_text("31.10")
        expect(window.part("foot-total")).to_have_text("€31.10")


def removes_and_takes_back(window: MerchantWindow) -> None:
    """A removed line is gone from the total; taking that back brings it in again."""
    # what is set again within four seconds counts as one change
    window.page.wait_for_timeout(4200)
    window.window.get_by_role("button", name="Remove line 2").click()
    expect(window.part("price-sum-amount")).to_have_text("€25.00")
    expect(window.box("line.2.price")).to_be_hidden()
    for key, value in {"line.2.price": "4.00", "line.2.description": "Saucer"}.items():
        window.part("title").focus()
        window.page.keyboard.press("Control+z")
        window.shows(key, value)
    expect(window.part("price-sum-amount")).to_have_text("€29.00")


@pytest.mark.proves("M6", "P3.1", "P3.5", "C6")
def test_single_fields_are_asked_for_with_answers_to_pick_from(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        window, sheet = meet(customer, merchant)
        window.open()
        group = window.window.locator('[data-ask-group="contact"]')
        group.check()
        window.window.locator('[data-ask="contact.email"]').uncheck()
        assert group.evaluate("box => box.indeterminate && !box.checked")
        group.check()
        group.uncheck()
        for key in ("contact.phone", "note"):
            window.window.locator(f'[data-ask="{key}"]').check()
        offer(window, "note", "At the door", "With the neighbour")
        look(merchant.page, "a question with answers")
        window.part("send-request").click()
        sheet.is_asked("the phone number and a note")
        expect(sheet.box("contact.phone")).to_be_visible()
        expect(sheet.box("contact.email")).to_be_hidden()
        expect(sheet.sheet.get_by_text("With the neighbour")).to_be_visible()
        row = window.part("requests")
        expect(row).to_contain_text("Waiting")
        row.locator('[data-part="remind"]').click()
        expect(window.part("problem-text")).to_contain_text("Just asked")
        row.locator('[data-part="recall"]').click()
        expect(row).to_contain_text("Taken back")
        expect(sheet.box("contact.phone")).to_be_hidden()


def offer(window: MerchantWindow, key: str, *answers: str) -> None:
    """Offer answers for one of the ticked fields."""
    window.part("choices").locator("summary").click()
    window.part("choice-field").select_option(key)
    for answer in answers:
        window.part("choice").fill(answer)
        window.page.keyboard.press("Enter")
    expect(window.part("choice-list").locator("li")).to_have_count(len(answers))


@pytest.mark.proves("C10", "M7")
def test_a_proposed_price_counts_once_it_is_taken_over(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        window, sheet = meet(customer, merchant)
        window.open()
        write(window, content="A rug", price="50")
        window.ask_for(["price.proposal"], "")
        sheet.is_asked("a price proposal")
        customer.page.locator("#customer-price\\.proposal").press_sequentially("40")
        expect(window.part("proposal-words")).to_have_text("Lena proposes €40.00")
        window.shows("price", "50.00")
        window.part("proposal-take").click()
        window.shows("price", "40.00")
        expect(window.part("proposal")).to_be_hidden()
        expect(window.part("foot-total")).to_have_text("€40.00")


@pytest.mark.proves("C10")
def test_a_question_and_a_refusal_stand_in_the_window_until_dealt_with(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        window, sheet = meet(customer, merchant)
        window.open()
        write(window, content="A rug", price="50")
        window.part("confirm").click()
        sheet.part("card-query").click()
        sheet.part("topics").get_by_text("Price").click()
        sheet.part("query-words").fill("With delivery?")
        sheet.part("query-send").click()
        expect(window.part("reply-what")).to_have_text("Lena asks about: Price")
        expect(window.part("reply-words")).to_have_text("“With delivery?”")
        expect(window.field("price").locator('[data-part="mark"]')).to_have_text("in question")
        look(merchant.page, "a question")
        window.part("reply-look").click()
        expect(window.box("price")).to_be_focused()
        window.part("reply-settle").click()
        expect(window.part("reply")).to_be_hidden()
        expect(window.field("price").locator('[data-part="mark"]')).not_to_have_text("in question")
        sheet.part("card-refuse").click()
        sheet.part("refusal-send").click()
        expect(window.part("reply-what")).to_have_text("Lena does not want it like this")


@pytest.mark.proves("M11")
def test_a_line_takes_a_still_of_the_own_camera(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        window, _ = meet(customer, merchant)
        window.open()
        window.part("add-line").click()
        merchant.page.keyboard.type("Tea")
        face = window.part("photo-open").first
        face.click()
        expect(window.part("photo-still").first).to_be_focused()
        merchant.page.keyboard.press("Escape")
        expect(face).to_be_focused()
        merchant.page.keyboard.press("Enter")
        merchant.page.keyboard.press("Enter")
        image = window.part("photo-image").first
        expect(image).to_be_visible()
        until(merchant.page, lambda: image.evaluate("image => image.naturalWidth"), what="picture")
        expect(face).to_have_accessible_name("Picture of line 1")


@pytest.mark.proves("M10")
def test_an_item_fills_a_line_with_two_keystrokes(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        window, _ = meet(customer, merchant)
        window.open()
        expect(window.part("title")).to_be_focused()
        merchant.page.keyboard.press("/")
        first = window.part("item").first
        expect(first).to_be_focused()
        look(merchant.page, "items")
        name = window.part("item-name").first.inner_text()
        merchant.page.keyboard.press("1")
        window.shows("line.1.description", name)
        expect(window.part("picker")).to_be_hidden()
        expect(window.part("items")).to_be_focused()
        merchant.page.keyboard.press("/")
        merchant.page.keyboard.press("2")
        expect(window.box("line.2.description")).not_to_have_value("")


@pytest.mark.proves("M11", "M10", "C16")
def test_lines_are_written_at_the_desk_before_the_call(product, browser):
    with person(browser, PHONE) as phone, person(browser, DESK) as desk:
        code = leave(phone, product.url, "Lena")
        sign_in(desk, product.url, EMAIL)
        desk.goto(f"{product.url}/desk/{HANDLE}/requests/{code}/")
        window = MerchantWindow(desk)
        window.window = desk.locator("[data-request-form]")
        window.part("items").click()
        expect(window.part("item").first).to_be_focused()
        desk.keyboard.press("1")
        expect(window.box("line.1.price")).not_to_have_value("")
        window.box("line.1.price").fill("20")
        window.part("terms").locator("summary").click()
        window.box("discount").fill("10%")
        expect(window.part("foot-total")).to_have_text("€18.00")
        window.part("photo-open").first.click()
        expect(window.part("photo-file").first).to_be_focused()  # no camera is on here
        expect(window.part("photo-still").first).to_be_hidden()


@pytest.mark.proves("C10", "C9", "INV-O5")
def test_a_placed_order_is_changed_and_says_what_changed(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        window, sheet = meet(customer, merchant)
        window.open()
        write(window, content="A rug", price="50")
        settles(window, sheet)
        expect(window.part("order-number")).to_be_visible()
        window.part("revise").click()
        expect(window.part("revising-words")).to_contain_text("Changing order", timeout=15_000)
        write(window, price="45")
        expect(window.part("revising-changed")).to_contain_text("Price")
        settles(window, sheet)
        expect(window.part("foot-total")).to_have_text("€45.00")
        expect(sheet.part("pay-label")).to_contain_text("45.00")
        window.part("revise").click()
        write(window, price="1")
        window.part("withdraw").click()
        expect(window.part("order-number")).to_be_visible()
        expect(window.part("foot-total")).to_have_text("€45.00")


def settles(window: MerchantWindow, sheet: CustomerSheet) -> None:
    """Both confirm, the merchant makes the order."""
    window.part("confirm").click()
    sheet.part("card-confirm").click()
    expect(window.part("create")).to_be_enabled()
    window.part("create").click()
    expect(sheet.part("card-pay")).to_be_visible()
