"""The customer's sheet in a real call: asked field by field, the order, its changes, and payment."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsers import PHONE, launch, person, until
from tests.e2e.keyboard import Keyboard
from tests.e2e.sheet_pages import Form, Sheet, at_the_counter
from tests.e2e.test_call_look import ENGLISH, WORDS, leaves_the_face, look
from tests.e2e.test_request import leave

TEA = {
    "line.1.description": "Jasmine pearls, 50 g",
    "line.1.quantity": "2",
    "line.1.price": "12.50",
    "delivery": "4.90",
    "deposit": "30%",
}
REVISE = """async ([code, path]) => {
  const token = document.querySelector('[name=csrfmiddlewaretoken]')?.value
    ?? /csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? '';
  const headers = { 'X-CSRFToken': token, 'Content-Type': 'application/json' };
  const answer = await fetch(`/api/v1/orders/${code}/${path}/`, { method: 'POST', headers, body: '{}' });
  return answer.status;
}"""


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[Browser]:
    found = launch(playwright)
    yield found
    found.close()


@pytest.mark.proves("C6", "C7", "C8", "P3.2", "P3.3", "P3.4", "A12")
def test_fields_are_asked_one_by_one_and_released_as_the_customer_chose(product, chromium):
    with at_the_counter(chromium, product.url) as (sheet, merchant):
        keys = ["content", "address.city", "contact.phone", "contact.email"]
        merchant.ask(*keys, hint="For the courier", content=["Green", "Black"])
        sheet.shows("request")
        assert sheet.asked() == keys
        expect(sheet.part("ask-hint")).to_have_text("For the courier")
        phone = sheet.field("contact.phone").locator('[data-part="box"]')
        assert phone.get_attribute("autocomplete") == "tel"
        assert phone.get_attribute("inputmode") == "tel"
        leaves_the_face(sheet)
        look(sheet.page, "asked field by field")
        # one tap answers
        sheet.field("content").get_by_role("button", name="Black").click()
        merchant.knows("content", "Black")
        # each field has its own way, and always says what the merchant sees
        sheet.field("contact.phone").locator("select").select_option("send")
        sheet.write("contact.phone", "+49 40 123456")
        expect(sheet.field("contact.phone").locator('[data-part="sees"]')).to_have_text(
            "Not seen yet"
        )
        sheet.write("address.city", "Hamburg")
        merchant.knows("address.city", "Hamburg")
        assert merchant.value("contact.phone") == ""
        sheet.part("keep").check()
        sheet.part("send").click()
        merchant.knows("contact.phone", "+49 40 123456")
        sheet.shows("draft")
        book_is_offered_to_its_owner(sheet, merchant)


def book_is_offered_to_its_owner(sheet: Sheet, merchant: Form) -> None:
    """The next time the own address book offers it; the merchant has never seen the book."""
    merchant.write({"address.city": "", "contact.phone": ""})
    merchant.ask("address.city", "contact.phone")
    offer = sheet.sheet.locator('[data-part="known-use"]')
    expect(offer).to_have_text("Hamburg, +49 40 123456")
    offer.click()
    merchant.knows("address.city", "Hamburg")
    assert merchant.value("contact.phone") == "", "its own way of release still holds"
    expect(sheet.part("known")).to_be_hidden()


@pytest.mark.proves("C6", "P3.5", "A12")
def test_a_field_is_declined_with_a_reason_and_a_question_put_off(product, chromium):
    with at_the_counter(chromium, product.url) as (sheet, merchant):
        merchant.ask("contact.email", "note")
        sheet.shows("request")
        keyboard = Keyboard(sheet.page)
        keyboard.go_to('[data-part="decline"]').press("Enter")
        ticks = sheet.part("decline-fields").get_by_label("Note")
        ticks.focus()
        keyboard.press("Space")
        keyboard.go_to("[data-reason]").press("Enter")
        expect(sheet.part("decline-reason")).to_have_value("I would rather not say")
        keyboard.stands()
        keyboard.press("Enter")
        expect(sheet.field("note")).to_be_visible()
        assert sheet.asked() == ["note"]
        declined = merchant.page.evaluate("() => window.__visavis.form.requests.at(-1).declined")
        assert declined == {"contact.email": "I would rather not say"}
        # later: the sheet goes on without it, and leads back to it
        keyboard.go_to('[data-part="later"]').press("Enter")
        sheet.shows("draft")
        expect(sheet.part("later-words")).to_have_text("One question is kept for later")
        keyboard.stands()
        keyboard.go_to('[data-part="take-up"]').press("Enter")
        sheet.shows("request")
        assert sheet.asked() == ["note"]


@pytest.mark.proves("C9", "C10", "P1.7", "P6.1", "A12")
def test_order_is_asked_about_refused_changed_and_confirmed(product, chromium):
    with at_the_counter(chromium, product.url) as (sheet, merchant):
        merchant.write(TEA)
        merchant.confirm()
        sheet.shows("confirm")
        summary = sheet.part("summary")
        for text in ("Jasmine pearls", "2 × €12.50", "€25.00", "€4.90", "€29.90", "€8.97"):
            expect(summary).to_contain_text(text)
        leaves_the_face(sheet)
        look(sheet.page, "an order with lines")
        sheet.part("card-query").click()
        sheet.part("topics").get_by_text("Line 1").click()
        sheet.part("query-words").fill("Is it this year's?")
        look(sheet.page, "a query")
        sheet.part("query-send").click()
        expect(sheet.part("reply-words")).to_contain_text("Is it this year's?")
        until(
            merchant.page,
            lambda: merchant.page.evaluate("() => window.__visavis.form.reply?.kind") == "query",
            what="the query",
        )
        own_price_is_a_proposal(sheet, merchant)
        change_is_shown_with_its_old_value(sheet, merchant)


def own_price_is_a_proposal(sheet: Sheet, merchant: Form) -> None:
    """A price of one's own never becomes the price by itself."""
    sheet.part("card-propose").click()
    sheet.sheet.locator('[data-panel="proposal"] [data-part="box"]').fill("26")
    sheet.part("proposal-send").click()
    merchant.knows("price.proposal", "26.00")
    expect(sheet.part("card-proposal")).to_contain_text("€26.00")


def change_is_shown_with_its_old_value(sheet: Sheet, merchant: Form) -> None:
    """Old and new stand side by side, in words as well as in strokes; then refuse, and confirm."""
    summary = sheet.part("summary")
    merchant.write({"line.1.price": "11.00"})
    merchant.confirm()
    expect(sheet.part("card-confirm")).to_be_visible()
    total = summary.locator('[data-row="total"]')
    expect(total.locator("del")).to_have_text("€29.90")
    expect(total.locator("ins")).to_have_text("€26.90")
    expect(total).to_contain_text("before:")
    look(sheet.page, "differences")
    sheet.part("card-refuse").click()
    sheet.sheet.get_by_role("button", name="Too expensive").click()
    sheet.page.keyboard.press("Enter")
    expect(sheet.part("reply-words")).to_contain_text("Too expensive")
    sheet.part("card-confirm").click()
    expect(sheet.part("card-reply")).to_be_hidden()


@pytest.mark.proves("C10", "P6.1", "P1.9", "INV-O6")
def test_nothing_interrupts_payment_but_a_changed_order_is_said_and_shown(product, chromium):
    with at_the_counter(chromium, product.url) as (sheet, merchant):
        merchant.ask("note")
        sheet.shows("request")
        merchant.write(TEA)
        merchant.confirm()
        sheet.part("card-confirm").click()
        until(merchant.page, lambda: stand(merchant) == "both", what="both confirmed")
        order = merchant.order()
        sheet.open_payment()
        expect(sheet.part("queued")).to_contain_text("waits until you have paid")
        sheet.shows("pay")
        # the merchant changes the order: that checkout is over
        assert merchant.page.evaluate(REVISE, [order["code"], "revise"]) == 200
        sheet.shows("request")
        sheet.part("later").click()
        expect(sheet.part("card-state")).to_contain_text("is changing the order")
        merchant.write({"line.1.quantity": "3"})
        merchant.confirm()
        sheet.shows("confirm")
        line = sheet.part("summary").locator(".receipt__line")
        expect(line.locator("del").first).to_have_text("2 × €12.50")
        expect(line.locator("ins").first).to_have_text("3 × €12.50")
        sheet.part("card-confirm").click()
        until(merchant.page, lambda: stand(merchant) == "both", what="both confirmed again")
        again = merchant.order()
        assert again["revises"] == order["code"]
        expect(sheet.part("card-state")).to_have_text("The changed order is ready to be paid.")
        expect(sheet.part("pay-label")).to_contain_text("42.40")


def stand(side: Form) -> str:
    return str(side.page.evaluate("() => window.__visavis.form.stand"))


@pytest.mark.proves("C7", "C14", "A12")
def test_page_of_a_request_has_the_same_eye_at_each_field(product, chromium):
    with person(chromium, PHONE, reduced_motion="reduce") as page:
        leave(page, product.url, "Ada")
        Form(page)
        field = page.locator('[data-field="address.city"]')
        expect(field.locator('[data-part="sees"]')).to_have_text("Seen while you type")
        field.locator("select").select_option("leave")
        box = field.locator('[data-part="box"]')
        box.click()
        page.keyboard.type("Hamburg")
        expect(field.locator('[data-part="sees"]')).to_have_text("Not seen yet")
        # on the way out lies the eye: there one can still think better of it
        page.keyboard.press("Tab")
        expect(field.locator("select")).to_be_focused()
        expect(field.locator('[data-part="sees"]')).to_have_text("Not seen yet")
        page.keyboard.press("Tab")
        expect(field.locator('[data-part="sees"]')).to_have_text("Seen")
        # the choice is kept on this device
        page.reload()
        Form(page).knows("address.city", "Hamburg")
        expect(field.locator("select")).to_have_value("leave")
        look(page, "a request with an eye at each field")


@pytest.mark.proves("C23", "A12")
def test_sheet_speaks_chinese(product, chromium):
    with at_the_counter(chromium, product.url, locale="zh-CN") as (sheet, merchant):
        merchant.ask("time.start", "contact.name")
        sheet.shows("request")
        for button in ("decline", "decline-cancel"):
            assert ENGLISH.findall(sheet.sheet.inner_text()) == []
            sheet.part(button).click()
        sheet.part("later").click()
        merchant.write(TEA)
        merchant.confirm()
        sheet.shows("confirm")
        for button in ("card-query", "card-refuse", "card-propose"):
            sheet.part(button).click()
            said = sheet.page.evaluate(WORDS).replace(TEA["line.1.description"], "")
            assert ENGLISH.findall(said) == []
            sheet.sheet.locator("[data-back]:visible").click()
