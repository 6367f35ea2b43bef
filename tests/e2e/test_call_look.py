"""The call's own pages: axe, targets, the keyboard alone, Chinese, and bad input in words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsers import DESK, PHONE, launch, person
from tests.e2e.call_pages import Customer, Merchant
from tests.e2e.keyboard import Keyboard
from tests.e2e.order_pages import CustomerSheet, MerchantWindow
from tests.e2e.sale import CONTENT, EMAIL, HANDLE, PASSWORD
from tests.e2e.test_look import SIDEWAYS

SHEET_SHARE = 0.45
ENGLISH = re.compile(
    r"\b(the|you|your|call|order|confirm|send|decline|address|camera|microphone|price|total|close"
    r"|name|time|pay|waiting|answer|ask|note|contact|start|hang)\b",
    re.IGNORECASE,
)
# The payment's inside is a document of its own, made by the sandbox.
WITHOUT_FRAME = {"exclude": [["iframe"]]}
SMALL = """() => [...document.querySelectorAll('button, a.button, label.chip, .field__control')]
  .filter(e => e.checkVisibility() && !e.closest('.visually-hidden'))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 43.5 || box.height < 43.5)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
# Every word a person can see or hear, but nothing that people or merchants wrote themselves.
WORDS = """() => {
  const said = [document.body.innerText];
  for (const e of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
    if (e.checkVisibility()) said.push(e.ariaLabel ?? '', e.placeholder ?? '', e.title ?? '');
  }
  return said.join('\\n');
}"""


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[Browser]:
    found = launch(playwright)
    yield found
    found.close()


@contextmanager
def both(browser: Browser, url: str, **options: object) -> Iterator[tuple[Customer, Merchant]]:
    """A customer on a phone, and a member who has signed in and is reachable."""
    still = {"reduced_motion": "reduce", **options}
    with (
        person(browser, PHONE, has_touch=True, **still) as phone,
        person(browser, DESK, **still) as desk,
    ):
        desk.goto(f"{url}/desk/{HANDLE}/")
        desk.locator("#email").fill(EMAIL)
        desk.locator("#password").fill(PASSWORD)
        desk.keyboard.press("Enter")
        desk.locator("#reachable").check()
        expect(desk.locator("body")).to_have_attribute("data-desk", "reachable")
        customer = Customer(phone, url)
        phone.goto(f"{url}/m/{HANDLE}/call/")
        try:
            yield customer, Merchant(desk, url)
        finally:
            end_call(phone)


def end_call(page: Page) -> None:
    """One merchant, one call at a time: the next test finds the desk free."""
    for control in ("#hang-up", "#cancel-call"):
        if page.locator(control).is_visible():
            page.locator(control).click()
    if page.locator("#hang-up-dialog").is_visible():
        page.locator("#hang-up-dialog [value=hang-up]").click()


def check_and_call(customer: Customer) -> None:
    customer.page.locator("#check-devices").click()
    expect(customer.page.locator("#check-picture")).to_be_visible()
    customer.call()


def meet(customer: Customer, merchant: Merchant) -> tuple[MerchantWindow, CustomerSheet]:
    check_and_call(customer)
    merchant.hears_it_ring()
    merchant.answer()
    for side in (customer, merchant):
        side.wait_for_phase("live")
    return MerchantWindow(merchant.page), CustomerSheet(customer.page)


def look(page: Page, what: str) -> None:
    found = Axe().run(page, context=WITHOUT_FRAME)
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"
    assert page.evaluate(SIDEWAYS) <= 0, f"{what} scrolls sideways"
    assert page.evaluate(SMALL) == [], what


def leaves_the_face(sheet: CustomerSheet) -> None:
    box = sheet.sheet.bounding_box()
    assert box is not None
    assert box["height"] <= PHONE["height"] * SHEET_SHARE + 1
    assert box["y"] > PHONE["height"] * 0.4


def minimises(window: MerchantWindow) -> None:
    """Minimised it is its bar alone; open it shows its first fields."""
    bar, minimise = (
        window.window.locator(f'[data-window="{name}"]') for name in ("bar", "minimise")
    )
    minimise.click()
    expect(window.box("content")).to_be_hidden()
    assert (window.window.bounding_box() or {})["height"] <= (bar.bounding_box() or {})[
        "height"
    ] + 2
    minimise.click()
    for key in ("content", "price"):
        expect(window.box(key)).to_be_in_viewport(ratio=1)


@pytest.mark.proves("A12", "P3.2")
def test_call_screens_have_no_violation_at_any_step(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        phone, desk = customer.page, merchant.page
        phone.locator("#check-devices").click()
        expect(phone.locator("#check-status")).to_contain_text("seen and heard")
        look(phone, "device check, ready")
        customer.call()
        merchant.hears_it_ring()
        look(phone, "ringing")
        look(desk, "incoming call")
        merchant.answer()
        for side in (customer, merchant):
            side.wait_for_phase("live")
            look(side.page, "live")
        window, sheet = MerchantWindow(desk), CustomerSheet(phone)
        looks_while_asking(window, sheet)
        looks_while_agreeing(window, sheet)


def looks_while_asking(window: MerchantWindow, sheet: CustomerSheet) -> None:
    window.open()
    minimises(window)
    window.ask_for(["address", "contact"], "Where shall we bring it?")
    sheet.is_asked("asks for")
    leaves_the_face(sheet)
    look(sheet.page, "information window")
    look(window.page, "order window")


def looks_while_agreeing(window: MerchantWindow, sheet: CustomerSheet) -> None:
    window.box("content").fill(CONTENT)
    window.box("price").fill("48.00")
    window.box("content").focus()
    expect(window.part("foot-total")).to_contain_text("48.00")
    window.part("confirm").click()
    expect(sheet.part("card-confirm")).to_be_visible()
    leaves_the_face(sheet)
    look(sheet.page, "confirm card")
    sheet.part("card-confirm").click()
    expect(window.part("create")).to_be_enabled()
    look(window.page, "order window, agreed")
    window.part("create").click()
    expect(sheet.part("card-pay")).to_be_visible()
    look(sheet.page, "order card")
    sheet.open_payment()
    leaves_the_face(sheet)
    look(sheet.page, "payment panel")
    look(window.page, "order window, paying")


@pytest.mark.proves("A12")
def test_sale_works_with_the_keyboard_alone_on_both_sides(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        left, right = Keyboard(customer.page), Keyboard(merchant.page)
        left.go_to("#check-devices").press("Enter")
        expect(customer.page.locator("#call-now")).to_be_focused()
        left.go_to("#caller-name", back=True).write("Lena")
        left.go_to("#call-now").press("Enter")
        merchant.hears_it_ring()
        right.press("Enter")
        for side in (customer, merchant):
            side.wait_for_phase("live")
        asks_by_keyboard(left, right)
        agrees_by_keyboard(left, right)
        left.go_to('[data-part="card-pay"]').press("Enter")
        expect(customer.page.locator('[data-part="panel-title"]')).to_be_focused()


def asks_by_keyboard(left: Keyboard, right: Keyboard) -> None:
    window, sheet = MerchantWindow(right.page), CustomerSheet(left.page)
    right.go_to("#order-toggle").press("Enter")
    expect(window.part("title")).to_be_focused()
    right.go_to('[data-ask-group="contact"]').press("Space")
    right.go_to('[data-part="send-request"]').press("Enter")
    expect(window.part("requests")).to_contain_text("Waiting")
    right.stands()
    sheet.is_asked("asks for")
    left.go_to("#customer-contact\\.name").write("Lena Sommer")
    left.go_to('[data-part="send"]').press("Enter")
    expect(window.part("requests")).to_contain_text("Answered")
    expect(sheet.part("send")).to_be_hidden()
    left.stands()


def agrees_by_keyboard(left: Keyboard, right: Keyboard) -> None:
    window, sheet = MerchantWindow(right.page), CustomerSheet(left.page)
    right.go_to("#merchant-content", back=True).write(CONTENT)
    right.go_to("#merchant-price").write("48")
    # As a person would: read the total before confirming it.
    right.go_to('[data-part="confirm"]')
    expect(window.part("foot-total")).to_contain_text("48.00")
    expect(window.box("price")).to_have_value("48.00")
    right.press("Enter")
    expect(sheet.part("card-confirm")).to_be_visible()
    right.stands()
    left.go_to('[data-part="card-confirm"]').press("Enter")
    expect(window.part("create")).to_be_enabled()
    left.stands()
    right.go_to('[data-part="create"]').press("Enter")
    expect(window.part("order-number")).to_be_visible()
    right.stands()


@pytest.mark.proves("C23", "A12")
def test_call_speaks_chinese_and_nothing_else(product, chromium):
    with both(chromium, product.url, locale="zh-CN") as (customer, merchant):
        phone, desk = customer.page, merchant.page
        names = {"customer": "Lena", "merchant": "Jasmine & Smoke"}
        window, sheet = meet(customer, merchant)
        window.open()
        window.ask_for(["address", "contact", "time", "note"], "")
        expect(sheet.part("asks")).to_be_visible()
        speaks_chinese(phone, names, "发送", "地址", "订单")
        speaks_chinese(desk, names, "订单", "顾客", "确认", "价格")
        window.box("price").fill("-5")
        window.box("content").fill("茶")
        expect(window.field("price").locator('[data-part="error"]')).to_be_visible()
        speaks_chinese(desk, names)
        window.box("price").fill("48")
        window.box("content").focus()
        expect(window.part("foot-total")).to_contain_text("48.00")
        window.part("confirm").click()
        expect(sheet.part("card-confirm")).to_be_visible()
        speaks_chinese(phone, names, "确认", "合计")
        phone.locator("#hang-up").click()
        phone.locator("#hang-up-dialog [value=hang-up]").click()
        customer.wait_for_phase("ended")
        speaks_chinese(phone, names, "再次呼叫")
        phone.goto(f"{product.url}/m/{HANDLE}/")
        expect(phone.get_by_role("complementary", name="视频通话")).to_be_visible()


def speaks_chinese(page: Page, names: dict[str, str], *words: str) -> None:
    said = page.evaluate(WORDS)
    for name in names.values():
        said = said.replace(name, "")
    # the seller's own address and the browser's date boxes are not ours
    said = re.sub(r"[\w\s&]+GmbH|Am Sandtorkai.*|English", "", said)
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    assert [word for word in words if word not in said] == []
    assert ENGLISH.findall(said) == []


@pytest.mark.proves("P4.1")
def test_bad_price_is_refused_at_its_field_in_words(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        window, _sheet = meet(customer, merchant)
        window.open()
        error = window.field("price").locator('[data-part="error"]')
        for value, words in (("-5", "below zero"), ("48.001", "fewer decimals")):
            window.box("price").fill(value)
            window.box("content").focus()
            expect(error).to_contain_text(words)
            expect(window.box("price")).to_have_attribute("aria-invalid", "true")
            expect(window.box("price")).to_have_value(value)
            expect(window.part("foot-total")).to_have_text("No price yet")
        window.box("price").fill("48.00")
        window.box("content").focus()
        expect(error).to_be_hidden()


@pytest.mark.proves("P1.3")
def test_storefront_switched_off_between_load_and_click_refuses_in_words(product, chromium):
    with both(chromium, product.url) as (customer, _merchant):
        page = customer.page
        page.locator("#without-devices").click()
        switch(product, on=False)
        try:
            page.locator("#call-now").click()
            expect(page.locator("#call-refused")).to_contain_text("has just closed")
            expect(page.locator("#call-refused")).to_be_in_viewport()
            look(page, "refused call")
        finally:
            switch(product, on=True)
        assert page.url.endswith("/call/")


def switch(product, *, on: bool) -> None:
    with psycopg.connect(product.parts.addresses.owner) as owner:
        owner.execute("SET ROLE r_operator")
        owner.execute(
            "UPDATE merchants_merchant SET accepting_calls = %s WHERE handle = %s", [on, HANDLE]
        )
