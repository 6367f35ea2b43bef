"""The controls of a call as a person uses them: bar, More, text panel, dialogs."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browsers import until
from tests.e2e.order_pages import CustomerSheet, MerchantWindow
from tests.e2e.sale import CONTENT


class Controls:
    """What stands around the picture, on either side."""

    def __init__(self, page: Page) -> None:
        """Stand on a call page."""
        self.page = page
        self.menu = page.locator("#more-menu")
        self.box = page.locator("#text-box")
        self.panel = page.locator("#text-panel")
        self.typing = page.locator("#text-typing .text-line__words")
        self.lines = page.locator("#text-lines .text-line__words")

    def press(self, name: str) -> None:
        """Press a round control."""
        self.page.locator(f"#{name}").click()

    def more(self, name: str) -> None:
        """Open More and choose a line of it."""
        self.press("more")
        self.menu.locator(f'[data-more="{name}"]').click()
        expect(self.menu).to_be_hidden()

    def dialog(self, name: str) -> Locator:
        """The open dialog of that name."""
        found = self.page.locator(f"#{name}-dialog")
        expect(found).to_be_visible()
        return found

    def close_dialog(self) -> None:
        """Close what is open with Escape."""
        self.page.keyboard.press("Escape")
        expect(self.page.locator("dialog[open]")).to_have_count(0)

    def write(self, text: str) -> None:
        """Type into the text box, key by key."""
        self.box.focus()
        self.page.keyboard.type(text, delay=30)

    def media(self, script: str) -> object:
        """Ask the page's own media something: an expression over `media`."""
        return self.page.evaluate(
            f"(() => {{ const {{ media }} = window.__visavis; return {script}; }})()"
        )

    def heard_hints(self) -> None:
        """Keep every hint of letters that arrives from now on."""
        self.page.evaluate(
            "window.__hints = []; window.__visavis.socket.on('text.typed', f => window.__hints.push(f.text)); 1"
        )

    def hints(self) -> list[str]:
        """The hints that arrived."""
        return list(self.page.evaluate("window.__hints"))


def stands_still(page: Page, video: str = "#remote-video") -> None:
    """Wait until no new frame is decoded for a second."""
    count = "v => v.getVideoPlaybackQuality().totalVideoFrames"

    def still() -> bool:
        before = page.locator(video).evaluate(count)
        page.wait_for_timeout(1000)
        return bool(page.locator(video).evaluate(count) == before)

    until(page, still, seconds=20, what="no more frames")


def pays_soon(window: MerchantWindow, sheet: CustomerSheet) -> None:
    """Up to the order that waits for its payment."""
    window.open()
    window.box("content").fill(CONTENT)
    window.box("price").fill("48.00")
    window.box("content").focus()
    expect(window.part("foot-total")).to_contain_text("48.00")
    window.part("confirm").click()
    sheet.part("card-confirm").click()
    expect(window.part("create")).to_be_enabled()
    window.part("create").click()
    expect(sheet.part("card-pay")).to_be_visible()
