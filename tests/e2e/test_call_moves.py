"""A call changes hands: to a colleague, to another device; and is rated afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsers import DESK, launch, person
from tests.e2e.call_pages import Customer, Merchant
from tests.e2e.control_pages import Controls
from tests.e2e.order_pages import MerchantWindow
from tests.e2e.sale import HANDLE, PASSWORD
from tests.e2e.test_call_look import both, look, meet

COLLEAGUE = "tomas@jasmine.example"


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[Browser]:
    found = launch(playwright)
    yield found
    found.close()


@contextmanager
def colleague(browser: Browser, url: str) -> Iterator[Page]:
    """Another member of the same merchant, reachable at a desk of their own."""
    with person(browser, DESK, reduced_motion="reduce") as page:
        page.goto(f"{url}/desk/{HANDLE}/")
        page.locator("#email").fill(COLLEAGUE)
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("#reachable").check()
        expect(page.locator("body")).to_have_attribute("data-desk", "reachable")
        yield page


def offer(merchant: Merchant, note: str) -> None:
    """Offer the call to the colleague, with a note."""
    mine = Controls(merchant.page)
    mine.more("transfer")
    dialog = mine.dialog("transfer")
    dialog.locator("#transfer-colleagues input").check()
    dialog.locator("#transfer-note").fill(note)
    look(merchant.page, "transfer, choosing")
    dialog.locator("#transfer-send").click()
    expect(dialog.locator("#transfer-words")).to_contain_text("is asked")


@pytest.mark.proves("C16", "A7")
def test_a_call_goes_to_a_colleague_with_form_and_note(product, chromium):
    with (
        both(chromium, product.url) as (customer, merchant),
        colleague(chromium, product.url) as third,
    ):
        meet(customer, merchant)
        MerchantWindow(merchant.page).open()
        MerchantWindow(merchant.page).box("content").fill("Oolong, 100 g")
        offer(merchant, "Likes oolong")
        expect(customer.page.locator("#call-banner")).to_contain_text("asks Tomás Brandt")
        third.locator("#transfer-accept").click()
        third.wait_for_url("**/c/**")
        new = Merchant(third, product.url)
        for side in (customer, new):
            side.wait_for_phase("live", seconds=40)
            side.frames_grow()
        expect(third.locator("#transfer-noted")).to_contain_text("Likes oolong")
        MerchantWindow(third).open()
        MerchantWindow(third).shows("content", "Oolong, 100 g")
        expect(customer.page.locator(".stage__name")).to_contain_text("Tomás Brandt")
        expect(customer.page.locator("#call-banner")).to_contain_text("is with you now")
        merchant.wait_for_phase("elsewhere")
        expect(merchant.page.locator("#call-title")).to_contain_text(
            "Tomás Brandt has the call now"
        )
        look(third, "taken over")


@pytest.mark.proves("C16")
def test_a_colleague_who_says_no_leaves_the_call_where_it_is(product, chromium):
    with (
        both(chromium, product.url) as (customer, merchant),
        colleague(chromium, product.url) as third,
    ):
        meet(customer, merchant)
        offer(merchant, "")
        third.locator("#transfer-decline").click()
        words = merchant.page.locator("#transfer-words")
        expect(words).to_contain_text("Tomás Brandt cannot take over")
        expect(customer.page.locator("#call-banner")).to_be_hidden()
        Controls(merchant.page).close_dialog()
        for side in (customer, merchant):
            side.frames_grow()


@pytest.mark.proves("C16", "A7")
def test_the_customer_goes_on_at_another_device(product, chromium):
    with both(chromium, product.url) as (customer, merchant), person(chromium, DESK) as laptop:
        meet(customer, merchant)
        mine = Controls(customer.page)
        mine.more("handover")
        dialog = mine.dialog("handover")
        expect(dialog.locator("#handover-qr")).to_be_visible()
        assert dialog.locator("#handover-qr").evaluate(
            "image => image.decode().then(() => image.naturalWidth)"
        )
        expect(dialog.locator("#handover-left")).to_contain_text("Works once")
        look(customer.page, "hand-over")
        laptop.goto(dialog.locator("#handover-link").input_value())
        laptop.get_by_role("button", name="Go on here").click()
        there = Customer(laptop, product.url)
        there.wait_for_phase("live", seconds=40)
        there.frames_grow()
        merchant.frames_grow()
        customer.wait_for_phase("elsewhere")
        expect(customer.page.locator("#call-title")).to_contain_text("goes on at another device")
        look(customer.page, "gone on elsewhere")
        laptop.locator("#hang-up").click()
        there.wait_for_phase("ended")


@pytest.mark.proves("C16")
def test_the_customer_rates_the_call_and_thinks_better_of_it(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        meet(customer, merchant)
        page = customer.page
        page.locator("#hang-up").click()
        customer.wait_for_phase("ended")
        expect(page.locator("#rating-more")).to_be_hidden()
        page.get_by_label("4 stars: good").focus()
        page.keyboard.press("Space")
        page.locator("#rating-words").fill("Kind and quick.")
        look(page, "rating")
        page.locator("#rating-send").click()
        expect(page.locator("#rating-said")).to_contain_text("Thank you")
        page.keyboard.press("ArrowRight")
        page.locator("#rating-send").click()
        expect(page.locator("#rating-said")).to_contain_text("Thank you")
