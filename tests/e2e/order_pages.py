"""The order as the two people see it: window, input sheet, order card, payment."""

from urllib.parse import urlsplit

from playwright.sync_api import Frame, Locator, Page, expect

from tests.e2e.browsers import until

PAYS = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"


class MerchantWindow:
    """The order window over the merchant's call."""

    def __init__(self, page: Page) -> None:
        """Stand on the merchant's call page."""
        self.page = page
        self.window = page.locator("[data-form-window]")

    def part(self, name: str) -> Locator:
        """One part of the window."""
        return self.window.locator(f'[data-part="{name}"]')

    def field(self, key: str) -> Locator:
        """The whole field: box, author, mark, clash, error."""
        return self.window.locator(f'[data-field="{key}"]')

    def box(self, key: str) -> Locator:
        """The input box of a field."""
        return self.field(key).locator('[data-part="box"]')

    def open(self) -> None:
        """Open the window with the control in the bar."""
        if not self.window.is_visible():
            self.page.locator("#order-toggle").click()
        expect(self.window).to_be_visible()

    def move_by_keyboard(self) -> tuple[float, float]:
        """Push the window with the arrow keys; returns how far it went."""
        before = self.window.bounding_box()
        self.window.locator('[data-window="move"]').focus()
        for _ in range(3):
            self.page.keyboard.press("ArrowLeft")
        after = self.window.bounding_box()
        if before is None or after is None:
            raise AssertionError("the window has no place")
        return after["x"] - before["x"], after["y"] - before["y"]

    def ask_for(self, groups: list[str], hint: str) -> None:
        """Tick groups, or single fields by their keys, and send the information request."""
        for name in groups:
            self.window.locator(f'[data-ask="{name}"], [data-ask-group="{name}"]').check()
        self.part("hint").fill(hint)
        self.part("send-request").click()

    def shows(self, key: str, value: str, seconds: float = 5) -> None:
        """Wait until the box of a field holds the value."""
        expect(self.box(key)).to_have_value(value, timeout=seconds * 1000)


class CustomerSheet:
    """The sheet under the customer's call."""

    def __init__(self, page: Page) -> None:
        """Stand on the customer's call page."""
        self.page = page
        self.sheet = page.locator("[data-customer-panel]")

    def part(self, name: str) -> Locator:
        """One part of the sheet."""
        return self.sheet.locator(f'[data-part="{name}"]').first

    def box(self, key: str) -> Locator:
        """The input box of a field."""
        return self.sheet.locator(f'[data-field="{key}"] [data-part="box"]')

    def is_asked(self, words: str) -> None:
        """The input window is open over the call and says what is asked."""
        expect(self.part("asks")).to_contain_text(words)
        expect(self.part("asks")).to_be_visible()

    def type(self, key: str, value: str) -> None:
        """Type into a field, key by key, as a person does; what stood there is replaced."""
        self.box(key).click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(value, delay=15)

    def open_payment(self) -> Frame:
        """Press Order and pay; returns the frame with the card form."""
        self.part("card-pay").click()
        return self.card_form()

    def card_form(self) -> Frame:
        """Wait for the card form of the embedded checkout."""

        def find() -> Frame | None:
            found = [f for f in self.page.frames if "/embed" in f.url]
            return found[0] if found and found[0].locator("#pay").count() else None

        frame = until(self.page, find, seconds=20, what="card form")
        if frame is None:
            raise AssertionError("no card form")
        return frame


def fill_card(frame: Frame, number: str) -> None:
    """Fill the card form and press pay."""
    for selector, value in (
        ("#email", "lena@example.com"),
        ("#card-number", number),
        ("#card-expiry", "12 / 34"),
        ("#card-cvc", "123"),
        ("#cardholder", "Lena Sommer"),
    ):
        frame.locator(selector).fill(value)
    frame.locator("#pay").click()


def origin_of(frame: Frame) -> str:
    """The origin a frame was loaded from."""
    parts = urlsplit(frame.url)
    return f"{parts.scheme}://{parts.netloc}"
