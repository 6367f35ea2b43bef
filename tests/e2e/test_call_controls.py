"""What a person can do in a call beside talking, in real browsers with real media."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import cameras
from tests.e2e.browsers import launch, until
from tests.e2e.control_pages import Controls, pays_soon, stands_still
from tests.e2e.test_call_look import both, look, meet

# A screen is chosen without a person.
FLAGS = ["--auto-select-desktop-capture-source=Entire screen"]
OVERLAP = """() => {
  const own = document.querySelector('#own').getBoundingClientRect();
  return [...document.querySelectorAll('.call__bar, .sheet, .window, .stage__chips')]
    .filter(e => e.checkVisibility({ visibilityProperty: true }))
    .map(e => [e.className, e.getBoundingClientRect()])
    .filter(([, b]) => own.x < b.right && b.x < own.right && own.y < b.bottom && b.y < own.bottom)
    .map(([name]) => name);
}"""


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[Browser]:
    with tempfile.TemporaryDirectory() as folder:
        found = launch(playwright, cameras.write(Path(folder), cameras.RED), flags=FLAGS)
        yield found
        found.close()


@pytest.mark.proves("C5", "C4")
def test_muting_is_seen_and_a_camera_switched_off_sends_nothing(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        meet(customer, merchant)
        mine, theirs = Controls(customer.page), merchant.page
        merchant.frames_grow()
        mine.press("microphone")
        expect(theirs.locator("#peer-muted")).to_contain_text("Microphone off")
        assert mine.media("media.track('audio').enabled") is False
        mine.press("microphone")
        expect(theirs.locator("#peer-muted")).to_be_hidden()
        lamp = customer.page.evaluate_handle("window.__visavis.media.track('video')")
        mine.press("camera")
        expect(theirs.locator("#call-faceless")).to_contain_text("has the camera off")
        assert lamp.evaluate("track => track.readyState") == "ended"
        stands_still(theirs)
        mine.press("camera")
        expect(theirs.locator("#call-faceless")).to_be_hidden()
        merchant.frames_grow()


@pytest.mark.proves("C5")
def test_a_shown_screen_is_seen_whole_and_gives_its_place_back(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        meet(customer, merchant)
        mine, remote = Controls(merchant.page), customer.page.locator("#remote-video")
        customer.sees(cameras.RED, cameras.RED)
        mine.more("screen")
        expect(merchant.page.locator("#sharing")).to_contain_text("You show your screen")
        expect(customer.page.locator("#peer-screen")).to_contain_text("shows their screen")
        until(
            customer.page,
            lambda: not cameras.shows(customer.pixel("#remote-video"), cameras.RED),
            what="another picture than the camera's",
        )
        customer.frames_grow(5)
        assert remote.evaluate("v => getComputedStyle(v).objectFit") == "contain"
        look(customer.page, "the other side shows a screen")
        merchant.page.locator("#sharing-stop").click()
        expect(customer.page.locator("#peer-screen")).to_be_hidden()
        customer.sees(cameras.RED, cameras.RED)
        assert remote.evaluate("v => getComputedStyle(v).objectFit") == "cover"


@pytest.mark.proves("C5", "P4.5")
def test_the_payment_takes_a_shown_screen_away(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        window, sheet = meet(customer, merchant)
        pays_soon(window, sheet)
        # a phone's browser has no such button; the page's own way is the same
        customer.page.evaluate("document.dispatchEvent(new CustomEvent('screen:toggle'))")
        expect(merchant.page.locator("#peer-screen")).to_be_visible()
        sheet.part("card-pay").click()
        expect(customer.page.locator("#sharing")).to_contain_text("nobody sees your card")
        expect(merchant.page.locator("#peer-screen")).to_be_hidden()
        customer.page.evaluate("document.dispatchEvent(new CustomEvent('screen:toggle'))")
        expect(customer.page.locator("#sharing")).to_contain_text("while the payment is open")
        assert customer.page.evaluate("window.__visavis.features.screen.track") is None


@pytest.mark.proves("C5", "C3")
def test_devices_are_chosen_in_the_call_and_one_that_goes_away_is_replaced(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        meet(customer, merchant)
        mine = Controls(merchant.page)
        mine.more("devices")
        dialog = mine.dialog("devices")
        other = dialog.locator("#choose-microphone option").nth(1).get_attribute("value")
        dialog.locator("#choose-microphone").select_option(value=other)
        until(
            merchant.page,
            lambda: mine.media("media.track('audio')?.getSettings().deviceId") == other,
            what="the other microphone",
        )
        look(merchant.page, "devices")
        mine.close_dialog()
        customer.frames_grow()
        merchant.page.evaluate(
            "(() => { const t = window.__visavis.media.track('audio'); t.stop();"
            " t.dispatchEvent(new Event('ended')); })()"
        )
        expect(merchant.page.locator("#call-status")).to_contain_text(
            "The microphone was taken away"
        )
        assert mine.media("media.track('audio').readyState") == "live"
        customer.sound_arrives()


@pytest.mark.proves("C5", "A12")
def test_own_picture_goes_to_every_corner_and_covers_nothing(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        window, _sheet = meet(customer, merchant)
        window.open()
        for page in (customer.page, merchant.page):
            Controls(page).press("text-toggle")
            places = set()
            page.locator("#own-move").focus()
            for key in ("ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp"):
                page.keyboard.press(key)
                page.wait_for_timeout(150)
                assert page.evaluate(OVERLAP) == [], key
                box = page.locator("#own").bounding_box()
                places.add((box["x"], box["y"]))
            # an open order window leaves a wide screen its left side
            assert len(places) >= (3 if page is customer.page else 2)
            dragged(page)
        assert customer.page.locator("#own").get_attribute("data-corner") == "top-start"


def dragged(page) -> None:
    """Drag the own picture to the top left and let it go."""
    box = page.locator("#own").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(90, 120, steps=5)
    page.mouse.up()
    page.wait_for_timeout(150)
    assert page.evaluate(OVERLAP) == []


@pytest.mark.proves("C5")
def test_full_screen_and_a_picture_of_its_own(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        meet(customer, merchant)
        mine, page = Controls(merchant.page), merchant.page
        mine.more("full")
        until(page, lambda: page.evaluate("document.fullscreenElement?.id") == "call-room")
        mine.press("more")
        expect(mine.menu.locator('[data-more="full"]')).to_have_attribute("aria-pressed", "true")
        mine.menu.locator('[data-more="full"]').click()
        until(page, lambda: page.evaluate("document.fullscreenElement === null"))
        mine.more("float")
        until(page, lambda: page.evaluate("document.pictureInPictureElement?.id") == "remote-video")
        expect(page.locator("#call-faceless")).to_contain_text("in its own window")
        mine.more("float")
        expect(page.locator("#call-faceless")).to_be_hidden()
        merchant.frames_grow()


@pytest.mark.proves("A12")
def test_keys_stand_for_controls_only_with_alt_and_only_while_wanted(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        meet(customer, merchant)
        page, mine = merchant.page, Controls(merchant.page)
        page.keyboard.press("m")
        expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("Alt+m")
        expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "false")
        page.keyboard.press("Alt+t")
        expect(mine.box).to_be_focused()
        page.keyboard.press("Alt+m")
        expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "false")
        page.locator("#text-close").click()
        page.keyboard.press("Alt+k")
        dialog = mine.dialog("shortcuts")
        look(page, "shortcuts")
        dialog.locator("#shortcuts-on").uncheck()
        mine.close_dialog()
        page.keyboard.press("Alt+m")
        page.wait_for_timeout(200)
        expect(page.locator("#microphone")).to_have_attribute("aria-pressed", "false")


@pytest.mark.proves("C4", "C5", "A7")
def test_sound_only_is_offered_before_the_call_drops_and_can_be_undone(product, chromium):
    with both(chromium, product.url) as (customer, merchant):
        meet(customer, merchant)
        page = customer.page
        # what a weak link looks like to the meter is tested apart; here, what follows from it
        page.evaluate(
            "for (let n = 0; n < 8; n++) window.__visavis.features.advice.look({ level: 'poor', side: 'ours' })"
        )
        expect(page.locator("#link-advice")).to_contain_text("too weak for pictures")
        look(page, "sound only offered")
        page.locator("#advice-yes").click()
        expect(merchant.page.locator("#call-faceless")).to_contain_text("sound only")
        expect(merchant.page.locator("#link-advice")).to_contain_text("ask for sound only")
        merchant.page.locator("#advice-yes").click()
        expect(page.locator("#call-faceless")).to_contain_text("camera off")
        customer.sound_arrives()
        page.locator("#advice-yes").click()
        expect(page.locator("#link-advice")).to_be_hidden()
        merchant.frames_grow()
