"""Text beside the call, and the call without a voice: letters both ways, a whole sale in writing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsers import launch, until
from tests.e2e.control_pages import Controls, pays_soon
from tests.e2e.order_pages import CustomerSheet, MerchantWindow
from tests.e2e.test_call_look import both, leaves_the_face, look, meet


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[Browser]:
    found = launch(playwright)
    yield found
    found.close()


@pytest.fixture
def asking(playwright) -> Iterator[Browser]:
    """A browser that lets pages use only what was allowed before."""
    found = launch(playwright, answers=False)
    yield found
    found.close()


def meet_in_writing(customer, merchant) -> tuple[Controls, Controls]:
    """The customer joins with neither camera nor microphone; text opens by itself at both."""
    customer.page.locator("#without-devices").click()
    expect(customer.page.locator("#check-status")).to_contain_text("write instead of speaking")
    customer.call()
    merchant.hears_it_ring()
    merchant.answer()
    for side in (customer, merchant):
        side.wait_for_phase("live")
    left, right = Controls(customer.page), Controls(merchant.page)
    for side in (left, right):
        expect(side.panel).to_be_visible()
    return left, right


@pytest.mark.proves("C18", "A12")
def test_letters_appear_as_they_are_typed_both_ways(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        left, right = meet_in_writing(customer, merchant)
        assert left.media("media.track('audio')") is None
        left.write("Good da")
        expect(right.typing).to_have_text("Good da")
        expect(right.lines).to_have_count(0)
        right.write("Wel")
        expect(left.typing).to_have_text("Wel")
        left.write("y")
        expect(right.typing).to_have_text("Good day")
        customer.page.keyboard.press("Enter")
        expect(right.lines).to_have_text(["Good day"])
        expect(right.typing).to_be_hidden()
        right.write("come")
        merchant.page.keyboard.press("Enter")
        for side in (left, right):
            expect(side.lines).to_have_text(["Good day", "Welcome"])
        expect(right.page.locator("#text-said")).to_have_attribute("aria-live", "polite")
        leaves_text_the_face(customer.page)
        look(customer.page, "text, phone")
        look(merchant.page, "text, desk")


def leaves_text_the_face(page) -> None:
    box = page.locator("#text-panel").bounding_box()
    assert box["height"] <= 844 * 0.45 + 1
    assert box["y"] > 844 * 0.4


@pytest.mark.proves("C18", "C16")
def test_lines_outlive_a_reload_and_a_gap_is_healed(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        left, right = meet_in_writing(customer, merchant)
        left.write("One")
        customer.page.keyboard.press("Enter")
        expect(right.lines).to_have_text(["One"])
        merchant.page.evaluate("window.__visavis.socket.drop()")
        left.write("Two")
        customer.page.keyboard.press("Enter")
        expect(right.lines).to_have_text(["One", "Two"], timeout=15_000)
        merchant.page.reload()
        merchant.wait_for_phase("live", seconds=40)
        expect(right.lines).to_have_text(["One", "Two"])
        customer.page.evaluate("window.__visavis.socket.drop()")
        left.write("Three")
        customer.page.keyboard.press("Enter")
        expect(right.lines).to_have_text(["One", "Two", "Three"], timeout=15_000)
        expect(left.page.locator("#text-failed")).to_be_hidden()


@pytest.mark.proves("C18", "C23")
def test_letters_on_their_way_to_a_chinese_word_are_shown_to_nobody(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        left, right = meet_in_writing(customer, merchant)
        right.heard_hints()
        left.box.focus()
        keyboard = customer.page.context.new_cdp_session(customer.page)
        for text in ("n", "ni", "nih", "nihao"):
            keyboard.send(
                "Input.imeSetComposition",
                {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
            )
            customer.page.wait_for_timeout(300)
        keyboard.send("Input.insertText", {"text": "你好"})
        expect(right.typing).to_have_text("你好")
        assert right.hints() == ["你好"]
        customer.page.keyboard.press("Enter")
        expect(right.lines).to_have_text(["你好"])


@pytest.mark.proves("C4", "C18", "A7")
def test_someone_who_does_not_speak_buys(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        left, right = meet_in_writing(customer, merchant)
        window, sheet = MerchantWindow(merchant.page), CustomerSheet(customer.page)
        expect(merchant.page.locator("#call-faceless")).to_contain_text("reads and writes")
        left.write("A tasting for two, please")
        customer.page.keyboard.press("Enter")
        expect(right.lines).to_have_text(["A tasting for two, please"])
        left.write("On Fri")
        window.open()
        window.ask_for(["contact"], "")
        # a line is being written: what is asked waits behind it, and says so
        expect(customer.page.locator("#order-waits")).to_be_visible()
        expect(left.box).to_be_focused()
        left.press("order-toggle")
        sheet.is_asked("asks for")
        expect(left.panel).to_be_hidden()
        leaves_the_face(sheet)
        look(customer.page, "order in front of text")
        sheet.type("contact.name", "Lena Sommer")
        sheet.part("send").click()
        expect(window.part("requests")).to_contain_text("Answered")
        right.write("Fine")
        merchant.page.keyboard.press("Enter")
        expect(customer.page.locator("#text-unread")).to_contain_text("1")
        left.press("text-toggle")
        expect(left.box).to_have_value("On Fri")
        expect(customer.page.locator("#text-unread")).to_be_hidden()
        left.press("order-toggle")
        pays_soon(window, sheet)
        expect(sheet.part("card-pay")).to_be_visible()


@pytest.mark.proves("C4", "C3")
def test_a_blocked_camera_is_explained_here_and_told_there(product, asking):
    with both(asking, product.url, permissions=["microphone"]) as (customer, merchant):
        page = customer.page
        page.locator("#check-devices").click()
        notice = page.locator("#check-notice")
        expect(notice).to_be_visible()
        expect(notice.locator(".check__way")).to_contain_text("at the left of the address")
        look(page, "device check, camera blocked")
        customer.call()
        merchant.hears_it_ring()
        merchant.answer()
        for side in (customer, merchant):
            side.wait_for_phase("live")
        expect(merchant.page.locator("#call-faceless")).to_contain_text("blocked by their browser")
        until(page, lambda: page.locator("#call-room").get_attribute("data-text") != "open")


@pytest.mark.proves("C18")
def test_text_stays_closed_where_both_can_speak(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        meet(customer, merchant)
        for side in (customer, merchant):
            side.frames_grow(60)
            expect(Controls(side.page).panel).to_be_hidden()
