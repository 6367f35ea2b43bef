"""Two people in one form: compositions, focus, two values at once, foreign characters, ways back."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsers import DESK, launch, person, until
from tests.e2e.order_pages import MerchantWindow
from tests.e2e.sale import EMAIL, HANDLE
from tests.e2e.sheet_pages import Form, Sheet
from tests.e2e.test_call_look import both, end_call, meet

# Everything this side ever learns of a field.
HEARD = """key => {
  const { form } = window.__visavis;
  const heard = window.__heard = [];
  form.on(event => {
    const value = form.book.of(key).value;
    if ((event.key ?? key) === key && heard.at(-1) !== value) heard.push(value);
  });
}"""
CARET = "box => [document.activeElement === box, box.selectionStart, box.value]"
TRACKS = """() => {
  const { peer } = window.__visavis;
  const live = ends => ends.filter(({ track }) => track?.readyState === 'live').length;
  return [live(peer.getSenders()), live(peer.getReceivers()), peer.getTransceivers().length];
}"""
FOREIGN = [
    '<img src=x onerror="window.__owned = 1"><script>window.__owned = 1</script>',
    "{{ 7 * 7 }} ${7 * 7} &lt;b&gt; &amp; %s {0}",
    "\u202egnp.exe\u202c \u2067right to left\u2069 \u200dend",
    "👩‍👩‍👧‍👦 🏳️‍🌈 茶葉 ชา שָׁלוֹם \U0001f375",
]


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[Browser]:
    found = launch(playwright)
    yield found
    found.close()


@pytest.fixture
def table(product, chromium):
    """Window and sheet of a running call, the window open."""
    with both(chromium, product.url) as (customer, merchant):
        window, sheet = meet(customer, merchant)
        Form(customer.page)
        Form(merchant.page)
        window.open()
        yield window, sheet


def chip(window: MerchantWindow, key: str):
    return window.field(key).locator('[data-part="clash"]')


@pytest.mark.proves("P4.5", "P4.1", "M7")
def test_a_composition_is_neither_sent_half_way_nor_broken_from_outside(table):
    window, sheet = table
    buyer = Form(sheet.page)
    buyer.page.evaluate(HEARD, "content")
    box, keys = window.box("content"), window.page.context.new_cdp_session(window.page)
    box.focus()
    for text in ("c", "ちゃ", "ちゃば"):
        compose(keys, text)
        expect(box).to_have_value(text)
    # both arrive while the composition is open; the second shows that the first has
    buyer.write({"content": "jasmine", "note": "ring twice"})
    window.shows("note", "ring twice")
    assert box.evaluate(CARET) == [True, 3, "ちゃば"]
    compose(keys, "茶葉")
    keys.send("Input.insertText", {"text": "茶葉"})
    expect(box).to_have_value("茶葉")
    buyer.knows("content", "茶葉")
    assert set(buyer.page.evaluate("window.__heard")) <= {"", "jasmine", "茶葉"}
    expect(chip(window, "content").locator('[data-part="theirs"]')).to_have_text("jasmine")


def compose(keys, text: str) -> None:
    """Show text as an input method does before it is chosen."""
    place = {"selectionStart": len(text), "selectionEnd": len(text)}
    keys.send("Input.imeSetComposition", {"text": text, **place})


@pytest.mark.proves("P4.1", "P4.4", "M7", "INV-F7")
@pytest.mark.parametrize(("tap", "stays"), [("take-theirs", "theirs"), ("take-mine", "mine here")])
def test_a_foreign_value_waits_beside_the_box_and_one_tap_settles_it(table, tap, stays):
    window, sheet = table
    buyer, box = Form(sheet.page), window.box("note")
    box.click()
    window.page.keyboard.type("mine")
    buyer.knows("note", "mine")
    window.page.keyboard.type(" here")
    window.page.keyboard.press("ArrowLeft")
    buyer.write({"note": "theirs"})
    expect(chip(window, "note")).to_be_visible()
    assert box.evaluate(CARET) == [True, 8, "mine here"]
    expect(window.field("note")).to_have_attribute("data-mark", "disputed")
    expect(chip(window, "note").locator('[data-part="theirs"]')).to_have_text("theirs")
    expect(chip(window, "note").locator('[data-part="mine"]')).to_have_text("mine here")
    chip(window, "note").locator(f'[data-part="{tap}"]').click()
    expect(chip(window, "note")).to_be_hidden()
    window.shows("note", stays)
    buyer.knows("note", stays)
    assert box.evaluate(CARET)[0], "the focus is back in the box"


@pytest.mark.proves("P4.6", "INV-F13")
def test_what_one_side_types_is_only_characters_on_the_other(table):
    window, sheet = table
    buyer, seller = Form(sheet.page), Form(window.page)
    dialogs = []
    for page in (sheet.page, window.page):
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    seller.ask("content", hint=FOREIGN[0], content=FOREIGN[:2])
    expect(sheet.part("ask-hint")).to_have_text(FOREIGN[0])
    for text in FOREIGN:
        buyer.write({"content": text})
        window.shows("content", text)
        seller.write({"note": text})
        buyer.knows("note", text)
    window.box("content").focus()
    buyer.write({"content": FOREIGN[0]})
    seller.write({"price": "5.00"})
    expect(chip(window, "content").locator('[data-part="theirs"]')).to_have_text(FOREIGN[0])
    for page in (sheet.page, window.page):
        assert page.evaluate("window.__owned") is None
        assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


@pytest.mark.proves("P2.1", "M5")
def test_ten_rounds_of_the_window_leave_nothing_behind(table):
    window, _ = table
    page = window.page
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    rounds(window, 2)  # what is made once is made by now
    tracks, before = page.evaluate(TRACKS), listeners(session)
    rounds(window, 10)
    assert page.evaluate(TRACKS) == tracks
    assert tracks[0] > 0
    assert listeners(session) - before < 10, "less than one a round"


def rounds(window: MerchantWindow, count: int) -> None:
    """Close and open; pictures go on all the time."""
    frames = "document.querySelector('#remote-video').getVideoPlaybackQuality().totalVideoFrames"
    for _ in range(count):
        seen = window.page.evaluate(frames)
        window.window.locator('[data-window="close"]').click()
        expect(window.window).to_be_hidden()
        window.open()
        until(window.page, lambda s=seen: window.page.evaluate(frames) > s, what="pictures")


def listeners(session) -> int:
    session.send("HeapProfiler.collectGarbage")
    rows = session.send("Performance.getMetrics")["metrics"]
    return next(int(row["value"]) for row in rows if row["name"] == "JSEventListeners")


@pytest.mark.proves("P6.3", "INV-F14", "INV-F5", "C16")
def test_typed_offline_is_kept_and_sent_once_on_return(table):
    window, sheet = table
    buyer = Form(sheet.page)
    buyer.page.evaluate(HEARD, "note")
    away(window.page)
    window.box("note").click()
    window.page.keyboard.type("third bell", delay=10)
    expect(window.field("note").locator('[data-part="sending"]')).not_to_be_empty()
    assert buyer.value("note") == ""
    back(window.page)
    buyer.knows("note", "third bell")
    window.shows("note", "third bell")
    assert buyer.page.evaluate("window.__heard.filter(Boolean)") == ["third bell"]


@pytest.mark.proves("INV-F14", "A7")
def test_who_lost_the_right_while_offline_writes_nothing_on_return(product, table):
    window, sheet = table
    buyer = Form(sheet.page)
    away(window.page)
    window.box("note").click()
    window.page.keyboard.type("too late", delay=10)
    try:
        be_member(product, active=False)
        back(window.page, open_again=False)
        stopped = "window.__visavis.formSocket.request('form.sync', {}).catch(e => e.code)"
        until(window.page, lambda: window.page.evaluate(stopped) == "closed", what="refused")
        assert window.box("note").input_value() == "too late", "the own text stays"
        buyer.write({"contact.name": "Lena"})
        assert buyer.value("note") == ""
        assert "too late" not in log_of(product)
    finally:
        be_member(product, active=True)


# No network is emulated for WebSockets, so the browser's own is exchanged for one that never opens.
AWAY = """() => {
  const { formSocket } = window.__visavis;
  window.__network = formSocket.WebSocket;
  formSocket.WebSocket = class { readyState = 0; send() {} close() {} };
  formSocket.drop();
}"""
BACK = """() => {
  const { formSocket } = window.__visavis;
  formSocket.WebSocket = window.__network;
  formSocket.probe();
}"""


def away(page: Page) -> None:
    page.evaluate(AWAY)
    until(page, lambda: not page.evaluate("window.__visavis.form.online"), what="offline")


def back(page: Page, *, open_again: bool = True) -> None:
    page.evaluate(BACK)
    if open_again:
        until(page, lambda: page.evaluate("window.__visavis.form.online"), what="online")


def be_member(product, *, active: bool) -> None:
    with psycopg.connect(product.parts.addresses.owner) as owner:
        owner.execute("SET ROLE r_operator")
        owner.execute(
            "UPDATE merchants_member m SET is_active = %s FROM merchants_merchant s, accounts_user u"
            " WHERE s.id = m.merchant_id AND u.id = m.user_id AND s.handle = %s AND u.email = %s",
            [active, HANDLE, EMAIL],
        )


def log_of(product) -> list[str]:
    with psycopg.connect(product.parts.addresses.owner) as owner:
        owner.execute("SET ROLE r_operator")
        return [value for (value,) in owner.execute("SELECT value FROM orders_formedit").fetchall()]


@pytest.mark.proves("C16", "P2.4", "P3.3")
def test_reload_finds_the_same_field_again_on_either_side(table):
    window, sheet = table
    seller, asked = Form(window.page), Sheet(sheet.page)
    seller.ask("contact.name", "contact.phone")
    asked.shows("request")
    asked.write("contact.phone", "+49 40 12")
    window.box("note").click()
    window.page.keyboard.type("by the ")
    for page in (window.page, sheet.page):
        page.reload()
        Form(page)
    expect(window.box("note")).to_be_focused()
    window.page.keyboard.press("End")
    window.page.keyboard.type("door")
    Form(sheet.page).knows("note", "by the door")
    phone = asked.field("contact.phone").locator('[data-part="box"]')
    expect(phone).to_have_value("+49 40 12")
    expect(phone).to_be_focused()


@pytest.mark.proves("C16", "INV-F3")
def test_another_device_shows_the_same_form(product, chromium, table):
    window, sheet = table
    Form(sheet.page).write({"note": "the green door"})
    Form(window.page).write({"content": "Two tins"})
    kept = sheet.page.context.storage_state()
    with person(chromium, DESK, storage_state=kept) as page:
        page.goto(sheet.page.url)
        other = Form(page)
        other.knows("note", "the green door")
        other.knows("content", "Two tins")
        other.write({"note": "the red door"})
        window.shows("note", "the red door")
        # the first device is out of the call and cannot end it
        end_call(window.page)
        expect(window.page.locator("#call-room")).to_have_attribute("data-phase", "ended")
