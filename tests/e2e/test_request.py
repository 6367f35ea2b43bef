"""A missed call becomes a form, and the form becomes a call: the whole story in real browsers."""

import email
import email.policy
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.browsers import DESK, PHONE, person, until
from tests.e2e.desk_pages import HANDLE, MEI, TOMAS, caller_of, desk_of, reception
from tests.e2e.keyboard import Keyboard
from tests.e2e.test_look import AT_REST, SIDEWAYS, SMALL, sign_in

CONTENT = "A tea for a rainy evening"


def box(page: Page, key: str):
    return page.locator(f'[data-field="{key}"] [data-part="box"]')


def leave(page: Page, url: str, name: str) -> str:
    """Leave a request from the storefront; returns its code."""
    page.goto(f"{url}/m/{HANDLE}/")
    page.get_by_role("link", name="Leave a request").first.click()
    page.locator("#request-content").fill(CONTENT)
    page.locator("#request-name").fill(name)
    page.locator("#request-email").fill(f"{name.lower()}@example.com")
    page.get_by_role("button", name="Leave the request").click()
    page.wait_for_url(re.compile(r"/r/\w+/$"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def mailed_link(page: Page, product, code: str, to: str) -> str:
    """Wait for the mail about that request, a file, and return its link."""
    folder = product.places.mail

    def find() -> str:
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            words = path.read_text(encoding="utf-8").split("-" * 79)[0]
            message = email.message_from_string(words, policy=email.policy.default)
            found = re.findall(r"https?://\S+", message.get_content())
            if f"/r/{code}/" in found[0] and message["To"] == to:
                return str(found[0])
        return ""

    return until(page, find, seconds=30, what="the mail")


def call_through(page: Page) -> None:
    """From the page that says who is ready to the call; text is enough here."""
    page.locator("#request-call").click()
    page.locator("#without-devices").click()
    page.locator("#call-now").click()
    page.wait_for_url(re.compile(r"/c/\w+/"))


def write_together(phone: Page, desk: Page) -> None:
    """Both write into the form without a call, each seeing the other's hand."""
    box(desk, "price").fill("24")
    box(desk, "note").click()
    expect(phone.locator('[data-field="note"] [data-part="flag"]')).to_contain_text("is typing")
    box(phone, "note").click()
    phone.keyboard.type("Gift, please", delay=15)
    expect(desk.locator('[data-field="note"]')).to_have_class(re.compile("field--remote"))


def has_the_form_in_place(page: Page) -> None:
    """The call's own window holds what was written before the call."""
    window = page.locator("[data-form-window]")
    if not window.is_visible():
        page.locator("#order-toggle").click()
    for key, value in (
        ("content", CONTENT),
        ("address.city", "Hamburg"),
        ("note", "Gift, please"),
        ("price", "24.00"),
        ("contact.email", "lena@example.com"),
    ):
        expect(window.locator(f'[data-field="{key}"] [data-part="box"]')).to_have_value(value)


@pytest.mark.proves("C14", "C15", "C16", "A7", "P1.8")
def test_closed_storefront_request_ready_now_and_the_call_with_the_form_in_place(product, browser):
    with (
        reception(product, accepting_calls=False),
        desk_of(browser, product.url, TOMAS) as tomas,
        person(browser, PHONE, reduced_motion="reduce") as phone,
    ):
        tomas.go_online()
        code = leave(phone, product.url, "Lena")
        expect(phone.locator("#request-stand")).to_contain_text("Waiting")
        box(phone, "address.city").fill("Hamburg")
        # it appears at the desk, and opens with its form
        row = tomas.page.locator(f"li:has(#request-{code})")
        expect(row).to_contain_text(CONTENT, timeout=20_000)
        at_desk = tomas.page.context.new_page()
        at_desk.goto(f"{product.url}/desk/{HANDLE}/requests/{code}/")
        expect(box(at_desk, "content")).to_have_value(CONTENT)
        expect(box(at_desk, "address.city")).to_have_value("Hamburg")
        write_together(phone, at_desk)
        # ready now: the open page rings, the mail arrives
        at_desk.get_by_role("button", name="Ready now").click()
        expect(at_desk.locator("#request-stand")).to_contain_text("stay reachable")
        expect(phone.locator("#request-stand")).to_contain_text(f"{TOMAS[1]} is ready")
        until(phone, lambda: f"{TOMAS[1]} is ready" in phone.title(), what="the title")
        expect(phone.locator("#request-call")).to_be_in_viewport()
        link = mailed_link(phone, product, code, "lena@example.com")
        assert f"/r/{code}/?key=" in link
        # straight through to that member, although the storefront is closed
        call_through(phone)
        tomas.rings("Lena")
        tomas.answer()
        has_the_form_in_place(tomas.page)
        expect(at_desk.locator("#request-stand")).to_contain_text("You have talked")
        tomas.hang_up()
        phone.goto(f"{product.url}/r/{code}/")
        expect(phone.locator("#request-stand")).to_contain_text("have talked")
        for page in (phone, tomas.page, at_desk):
            assert getattr(page, "errors", []) == []


@pytest.mark.proves("C14", "INV-A5", "A7")
def test_mailed_link_opens_on_another_device_which_then_calls(product, browser):
    with (
        desk_of(browser, product.url, MEI) as mei,
        person(browser, DESK) as laptop,
        person(browser, PHONE, reduced_motion="reduce") as phone,
    ):
        mei.go_online()
        code = leave(laptop, product.url, "Bo")
        mei.page.locator(f'[data-ready="{code}"]').click(timeout=20_000)
        link = mailed_link(phone, product, code, "bo@example.com")
        phone.goto(link)
        phone.get_by_role("button", name="Open my request here").click()
        phone.wait_for_url(re.compile(rf"/r/{code}/$"))
        expect(box(phone, "content")).to_have_value(CONTENT)
        with person(browser, PHONE) as stranger:
            stranger.goto(link)
            expect(stranger.locator("h1")).to_have_text("This link no longer works")
        call_through(phone)
        mei.rings("Bo")
        mei.answer()
        mei.hang_up()
        # the page that was left open on the other device knows it too
        expect(laptop.locator("#request-stand")).to_contain_text("have talked")


@pytest.mark.proves("C14", "A12")
def test_request_is_left_read_and_withdrawn_with_the_keyboard_alone(product, browser):
    with person(browser, PHONE, reduced_motion="reduce") as page:
        page.goto(f"{product.url}/m/{HANDLE}/request/")
        keys = Keyboard(page)
        keys.go_to("#request-content").write(CONTENT)
        keys.go_to("#request-name").write("Ada")
        keys.press("Tab")
        keys.press("Enter")  # neither way to be reached: said at its field
        expect(page.locator("#request-email-error")).to_contain_text("Leave an e-mail address")
        expect(page.locator("#request-email")).to_have_attribute("aria-invalid", "true")
        keys.go_to("#request-phone").write("+49 40 123456")
        keys.press("Enter")
        page.wait_for_url(re.compile(r"/r/\w+/$"))
        keys.go_to('[data-field="note"] [data-part="box"]').write("Ring twice")
        page.reload()
        expect(box(page, "note")).to_have_value("Ring twice")
        keys.go_to("details.request__end > summary").press("Enter")
        keys.go_to("details.request__end button").press("Enter")
        expect(page.locator("#request-stand")).to_contain_text("You have withdrawn")
        keys.go_to("#request-stand a").stands()


@pytest.mark.proves("C14")
def test_open_page_follows_a_promise_that_is_taken_back_and_a_closed_request(product, browser):
    with (
        desk_of(browser, product.url, MEI) as mei,
        person(browser, PHONE, reduced_motion="reduce") as phone,
    ):
        mei.go_online()
        code = leave(phone, product.url, "Cy")
        at_desk = mei.page.context.new_page()
        at_desk.goto(f"{product.url}/desk/{HANDLE}/requests/{code}/")
        at_desk.get_by_role("button", name="Ready now").click()
        expect(phone.locator("#request-call")).to_be_visible()
        at_desk.get_by_role("button", name="Not ready any more").click()
        expect(phone.locator("#request-stand")).to_contain_text("Waiting")
        until(phone, lambda: "is ready" not in phone.title(), what="the title as before")
        at_desk.get_by_text("Close the request").click()
        at_desk.get_by_label("We cannot help with this").check()
        at_desk.get_by_role("button", name="Close", exact=True).click()
        expect(phone.locator("#request-stand")).to_contain_text("cannot help with this")
        expect(phone.locator("[data-request-form]")).to_be_hidden()


def judge(page: Page) -> None:
    until(page, lambda: page.evaluate(AT_REST), what="rest")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert page.evaluate(SIDEWAYS) <= 0, f"{page.url} scrolls sideways"
    assert page.evaluate(SMALL) == [], page.url


@pytest.mark.proves("A12")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_pages_of_a_request_have_no_violation(product, browser, size, mode):
    steady = {"color_scheme": mode, "reduced_motion": "reduce"}
    with (
        person(browser, size, **steady) as page,
        person(browser, size, **steady) as member,
    ):
        page.goto(f"{product.url}/m/{HANDLE}/request/")
        judge(page)
        page.locator("main button[type=submit]").click()
        judge(page)  # with its errors
        code = leave(page, product.url, "Dee")
        judge(page)
        sign_in(member, product.url, MEI[0])
        member.goto(f"{product.url}/desk/{HANDLE}/requests/{code}/")
        member.get_by_text("Close the request").click()
        member.locator("details.request__way > summary").first.click()
        judge(member)
        page.goto(f"{product.url}/r/{'0' * 22}/?key=x")
        judge(page)


@pytest.mark.proves("C14")
def test_call_that_nobody_answers_leaves_the_request_as_it_is(product, browser):
    with (
        reception(product, ring_seconds=15),
        desk_of(browser, product.url, MEI) as mei,
        caller_of(browser, product.url, "Eve") as eve,
    ):
        mei.go_online()
        code = leave(eve.page, product.url, "Eve")
        eve.page.goto(f"{product.url}/m/{HANDLE}/call/?callback={code}")
        eve.page.locator("#without-devices").click()
        eve.page.locator("#call-now").click()
        eve.page.wait_for_url(re.compile(r"/c/\w+/"))
        mei.rings("Eve")
        eve.cancel()
        eve.page.goto(f"{product.url}/r/{code}/")
        expect(eve.page.locator("#request-stand")).to_contain_text("Waiting")
