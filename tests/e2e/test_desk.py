"""The desk, and the caller's page before and after the call, in real browsers."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsers import DESK, PHONE, person, until
from tests.e2e.desk_pages import MEI, TOMAS, CallerPage, DeskPage, caller_of, desk_of, reception

AGAIN, REQUEST, STOREFRONT = "Call again", "Leave a request", "Back to the storefront"


@pytest.fixture
def people(browser: Browser, product):
    """Opens desks and callers; all are gone afterwards."""
    with ExitStack() as stack:

        class People:
            def desk(self, who=MEI, **options) -> DeskPage:
                return stack.enter_context(desk_of(browser, product.url, who, **options))

            def caller(self, name="Lena", **options) -> CallerPage:
                return stack.enter_context(caller_of(browser, product.url, name, **options))

        yield People()


# -- ringing ---------------------------------------------------------------------------------


@pytest.mark.proves("M3", "M4", "P1.4", "INV-C1")
def test_two_desks_ring_and_one_answer_silences_the_other(people):
    mei, tomas, lena = people.desk().go_online(), people.desk(TOMAS).go_online(), people.caller()
    lena.call()
    lena.in_phase("ringing")
    lena.reads("Ringing at", "Rings for another")
    for desk in (mei, tomas):
        desk.rings("Lena")
        expect(desk.incoming).to_contain_text("Storefront")
    expect(mei.page).to_have_title(re.compile("Lena is calling"))
    tomas.answer()
    mei.is_silent()
    expect(mei.toasts).to_contain_text("Tomás Brandt answered")
    expect(mei.today(lena)).to_contain_text("In call")
    expect(mei.page.locator("#desk-people")).to_contain_text("In call")
    assert mei.page.errors == []


@pytest.mark.proves("M3", "A12")
def test_escape_and_tab_never_lose_or_refuse_the_incoming_call(people):
    mei, lena = people.desk().go_online(), people.caller()
    lena.call()
    mei.rings("Lena")
    keyboard = mei.page.keyboard
    keyboard.press("Escape")
    expect(mei.page.locator("#decline")).to_be_focused()
    expect(mei.page.locator("#escape-hint")).to_be_visible()
    stops = []
    for _ in range(3):
        keyboard.press("Tab")
        stops.append(mei.page.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
        assert mei.page.evaluate("document.activeElement.closest('#incoming') !== null")
    assert len(set(stops)) == 3  # answer, reasons, decline
    lena.in_phase("ringing")
    expect(mei.page.locator("#decline")).to_be_focused()
    keyboard.press("Enter")
    lena.in_phase("ended")
    mei.is_silent()


@pytest.mark.proves("M3", "M4", "C14", "C15", "M2")
def test_call_on_a_members_word_rings_with_them_first_and_then_with_all(people, product):
    with reception(product, ring_seconds=15):
        mei, tomas = people.desk().go_online(), people.desk(TOMAS).go_online()
        lena = people.caller()
        lena.page.goto(lena.page.url.replace("/call/", "/request/"))
        lena.page.locator("#request-content").fill("Two tins of oolong")
        lena.page.locator("#request-email").fill("lena@example.com")
        lena.page.get_by_role("button", name="Leave the request").click()
        row = mei.page.locator("#desk-requests li").filter(has_text="Two tins of oolong")
        expect(row).to_be_visible()
        expect(row).not_to_contain_text("lena@example.com")
        row.get_by_role("button", name="Ready now").click()
        expect(row).to_contain_text("Mei Lindqvist is ready until")
        expect(tomas.page.locator("#desk-requests")).to_contain_text("Mei Lindqvist is ready")
        lena.page.get_by_role("link", name="Call face to face").click()
        lena.page.locator("#without-devices").click()
        lena.page.locator("#caller-name").fill("Lena")
        lena.call()
        mei.rings("Lena")
        expect(mei.incoming).to_contain_text("Calls back on your word")
        expect(mei.incoming).to_contain_text("Two tins of oolong")
        expect(tomas.incoming).to_be_hidden()
        tomas.rings("Lena")
        expect(tomas.incoming).to_be_visible()
        mei.answer()
        tomas.is_silent()
        expect(tomas.page.locator("#desk-requests")).not_to_contain_text("Two tins of oolong")


# -- the queue -------------------------------------------------------------------------------


@pytest.mark.proves("C2", "M3", "P1.5")
def test_who_waits_sees_their_place_and_is_rung_through(people):
    mei = people.desk().go_online()
    lena, otto, ines = (people.caller(name) for name in ("Lena", "Otto Weiß", "Ines"))
    lena.call()
    mei.rings("Lena")
    mei.answer()
    otto.call()
    otto.in_phase("queued")
    otto.reads("Everybody at", "You are next.", "You keep your place")
    ines.call()
    ines.in_phase("queued")
    ines.reads("You are 2nd.")
    otto.page.reload()
    otto.in_phase("queued")
    otto.reads("You are next.")
    mei.hang_up()
    otto.in_phase("ringing")
    mei.rings("Otto Weiß")
    expect(mei.incoming).to_contain_text("And 1 more waiting")
    ines.reads("You are next.")
    ines.cancel()
    ines.reads("You have left the queue")
    ines.offers(REQUEST, AGAIN, STOREFRONT)
    mei.incoming.locator("summary").click()
    mei.incoming.get_by_role("button", name="Try again in a few minutes").click()
    otto.in_phase("ended")
    otto.reads("asks for a moment", "Please call again in a few minutes")
    otto.offers(AGAIN, REQUEST, STOREFRONT)
    expect(mei.today(ines)).to_contain_text("Left the queue")
    expect(mei.today(otto)).to_contain_text("Declined")


@pytest.mark.proves("M3", "M4")
def test_member_who_comes_to_the_desk_takes_anybody_of_the_queue(people):
    mei = people.desk().go_online()
    lena, otto, ines = (people.caller(name) for name in ("Lena", "Otto Weiß", "Ines"))
    lena.call()
    mei.rings("Lena")
    mei.answer()
    otto.call().in_phase("queued")
    ines.call().in_phase("queued")
    expect(mei.page.locator("#waiting-count")).to_contain_text("2 waiting")
    tomas = people.desk(TOMAS)
    expect(tomas.cards).to_have_count(2)
    expect(tomas.cards.nth(0)).to_contain_text("Otto Weiß")
    expect(tomas.cards.nth(0)).to_contain_text("Place 1")
    expect(tomas.cards.nth(1)).to_contain_text("Place 2")
    tomas.cards.nth(1).get_by_role("button", name="Take now").click()
    tomas.page.wait_for_url(re.compile(r"/c/\w+/"))
    ines.in_phase("live", seconds=40)


# -- every ending, both sides ----------------------------------------------------------------


@pytest.mark.proves("P1.5", "M3", "M17", "C15", "INV-C2")
def test_cancelled_declined_and_unanswered_have_words_for_both_sides(people, product):
    with reception(product, ring_seconds=15):
        mei, lena = people.desk().go_online(), people.caller()
        lena.call()
        mei.rings("Lena")
        lena.cancel()
        lena.reads("You cancelled the call")
        expect(lena.page.locator("#rating")).to_be_hidden()
        lena.offers(AGAIN, REQUEST, STOREFRONT)
        mei.is_silent()
        expect(mei.today(lena)).to_contain_text("Cancelled")

        lena.page.get_by_role("link", name=AGAIN).click()
        lena.page.locator("#without-devices").click()
        lena.call()
        mei.rings("Lena")
        mei.page.locator("#decline").click()
        lena.in_phase("ended")
        lena.reads("cannot talk right now")
        lena.offers(REQUEST, AGAIN, STOREFRONT)
        expect(mei.today(lena)).to_contain_text("Declined")

        lena.open()
        lena.call()
        mei.rings("Lena")
        lena.in_phase("ended", seconds=40)
        lena.reads("Nobody answered", "sees that you called")
        lena.offers(REQUEST, AGAIN, STOREFRONT)
        mei.is_silent()
        expect(mei.today(lena)).to_contain_text("Missed")
        expect(mei.today(lena)).to_contain_text("No request left")
        link = lena.page.get_by_role("link", name=REQUEST)
        assert re.search(r"/request/\?call=\w+$", link.get_attribute("href") or "")


@pytest.mark.proves("P1.3", "P1.5", "C2", "M2", "M17")
def test_refused_requests_say_why_in_place_and_stand_in_the_day(people, product):
    mei, lena = people.desk().go_online(), people.caller()
    with reception(product, accepting_calls=False, closed_note="Back after the tasting"):
        lena.press_call()
        lena.is_refused("has just closed", REQUEST)
        lena.is_refused("Back after the tasting", REQUEST)
        expect(mei.look_again().today(lena)).to_contain_text("Closed")
    mei.go_offline()
    lena.press_call()
    lena.is_refused("Nobody is at the desk", REQUEST)
    expect(mei.look_again().today(lena)).to_contain_text("Nobody at the desk")
    otto = people.caller("Otto Weiß")
    with reception(product, queue_length=0):
        mei.go_online()
        lena.open()
        lena.call()
        mei.rings("Lena")
        otto.open()
        mei.answer()
        otto.press_call()
        otto.is_refused("Everybody is in a call", REQUEST)
        href = otto.page.locator("#call-refused [data-step=request]").get_attribute("href")
        assert re.search(r"\?call=\w+$", href or "")


@pytest.mark.proves("P1.5", "A5")
def test_blocked_caller_is_told_so_and_rings_nowhere(people):
    mei, lena = people.desk().go_online(), people.caller()
    lena.call()
    mei.rings("Lena")
    lena.cancel()
    with mei.page.context.expect_page() as opened:
        mei.today(lena).get_by_role("link").click()
    record = opened.value
    record.get_by_text("Block this customer").click()
    record.get_by_role("button", name="Block", exact=True).click()
    try:
        lena.open()
        lena.press_call()
        lena.is_refused("takes no calls from you")
        expect(mei.incoming).to_be_hidden()
        expect(mei.look_again().today(lena)).to_contain_text("Blocked")
    finally:
        record.locator("form[action$='/unblock/'] button").click()


# -- being reachable -------------------------------------------------------------------------


@pytest.mark.proves("P1.1", "M4", "M23")
def test_first_time_online_rings_until_somebody_says_they_heard_it(browser, product):
    with person(browser, PHONE, has_touch=True) as page:
        desk = DeskPage(page, product.url)
        expect(page.locator("#ring-state")).to_contain_text("Not yet heard")
        desk.go_online()
        expect(page.locator("#ring-question")).to_have_text("Did you hear it ring?")
        page.locator("#ring-unheard").click()
        expect(page.locator("#ring-help")).to_be_visible()
        page.locator("#ring-again").click()
        page.locator("#ring-heard").click()
        expect(page.locator("#ring-check")).to_be_hidden()
        expect(page.locator("#ring-state")).to_contain_text("Heard ringing")
        page.reload()
        expect(page.locator("body")).to_have_attribute("data-desk", "reachable")
        desk.go_offline()
        desk.go_online()
        expect(page.locator("#ring-check")).to_be_hidden()
        page.locator("#test-ring").click()
        expect(page.locator("#ring-question")).to_have_text("Did you hear it ring?")
        desk.go_offline()


@pytest.mark.proves("M4", "P1.1")
def test_device_has_a_name_that_colleagues_see_and_the_browser_remembers(people):
    mei, tomas = people.desk().go_online(), people.desk(TOMAS)
    mei.page.locator(".desk__device summary").click()
    mei.page.locator("#device-name").fill("Counter, left")
    mei.page.locator("#device-name").press("Enter")
    own = mei.page.locator("#desk-people li").filter(has_text="Counter, left")
    expect(own).to_contain_text("this device")
    row = tomas.page.locator("#desk-people li").filter(has_text="Counter, left")
    expect(row).to_contain_text("Mei Lindqvist", timeout=30_000)
    expect(row).to_contain_text("Free")
    mei.page.reload()
    expect(mei.page.locator("#device-name")).to_have_value("Counter, left")
    mei.go_offline()


# The browser's own notifications, noted; and a page in the background, which headless has not.
NOTED = """
window.shown = [];
window.Notification = class extends EventTarget {
  static permission = 'granted';
  static requestPermission = async () => 'granted';
  constructor(title, options) { super(); window.shown.push({ title, ...options }); }
  close() {}
};
Object.defineProperty(document, 'visibilityState', { get: () => window.away ? 'hidden' : 'visible' });
"""


@pytest.mark.proves("M4")
def test_call_shows_as_a_notification_while_the_desk_is_in_the_background(people):
    mei = people.desk()
    mei.page.context.add_init_script(NOTED)
    mei.page.reload()
    mei.go_online()
    lena = people.caller()
    expect(mei.page.locator("#notify-state")).to_have_text(re.compile("Notifications are on"))
    mei.page.evaluate("window.away = true")
    lena.call()
    mei.rings("Lena")
    until(mei.page, lambda: mei.page.evaluate("window.shown.length"))
    [shown] = mei.page.evaluate("window.shown")
    assert shown["title"] == "Lena is calling"
    assert shown["tag"] == "visavis-call"
    lena.cancel()
    mei.is_silent()
    mei.go_offline()


# -- handing over ----------------------------------------------------------------------------

OFFER = """async note => {
  const { socket } = window.__visavis;
  const { colleagues } = await socket.request('colleagues.list');
  const free = colleagues.find(one => one.state === 'free');
  return (await socket.request('transfer.offer', { member: free.member, note })).transfer;
}"""
WITHDRAW = "code => window.__visavis.socket.request('transfer.withdraw', { transfer: code })"


@pytest.mark.proves("M15")
def test_colleague_is_offered_the_call_and_takes_it_or_not(people):
    mei, lena = people.desk().go_online(), people.caller()
    lena.call()
    mei.rings("Lena")
    mei.answer()
    lena.in_phase("live", seconds=40)
    tomas = people.desk(TOMAS).go_online()
    offer = tomas.page.get_by_role("alertdialog")
    code = mei.page.evaluate(OFFER, "Wants a first flush")
    expect(offer).to_contain_text("Mei Lindqvist hands you Lena")
    expect(offer).to_contain_text("Wants a first flush")
    expect(offer).to_contain_text("Offered for another")
    expect(tomas.page.locator("#transfer-accept")).to_be_focused()
    mei.page.evaluate(WITHDRAW, code)
    expect(offer).to_be_hidden()
    expect(tomas.toasts).to_contain_text("Mei Lindqvist keeps the call with Lena")
    tomas.is_silent()

    mei.page.evaluate(OFFER, "")
    expect(offer).to_be_visible()
    tomas.page.keyboard.press("Escape")
    expect(tomas.page.locator("#transfer-decline")).to_be_focused()
    tomas.page.keyboard.press("Enter")
    expect(offer).to_be_hidden()
    mei.page.evaluate(OFFER, "")
    expect(offer).to_be_visible()
    tomas.page.reload()
    expect(offer).to_be_visible()
    tomas.page.keyboard.press("Enter")
    tomas.page.wait_for_url(re.compile(r"/desk/[\w-]+/c/\w+/"))
    lena.in_phase("live", seconds=40)


# -- how it looks ----------------------------------------------------------------------------


@pytest.mark.proves("M23", "A12")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_desk_has_no_violation_with_everything_on_it(people, size, mode):
    from tests.e2e.test_call_look import look

    still = {"size": size, "color_scheme": mode}
    mei = people.desk()
    mei.go_online()
    lena, otto = people.caller(color_scheme=mode), people.caller("Otto Weiß", color_scheme=mode)
    lena.call()
    mei.rings("Lena")
    mei.answer()
    otto.call().in_phase("queued")
    look(otto.page, "queue")
    tomas = people.desk(TOMAS, **still)
    expect(tomas.cards).to_have_count(1)
    tomas.page.locator(".desk__device summary").click()
    tomas.page.locator("#test-ring").click()
    look(tomas.page, "desk with a queue")
    otto.cancel()
    look(otto.page, "left the queue")
    ines = people.caller("Ines", color_scheme=mode)
    tomas.go_online()
    ines.call()
    tomas.rings("Ines")
    tomas.incoming.locator("summary").click()
    look(tomas.page, "incoming call with reasons")
    ines.cancel()
