"""One sale in two browsers, step by step."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import requests
from playwright.sync_api import expect

from tests.e2e.browsers import until
from tests.e2e.call_pages import Customer, Merchant
from tests.e2e.cameras import BLUE, RED
from tests.e2e.order_pages import (
    DECLINED,
    PAYS,
    CustomerSheet,
    MerchantWindow,
    fill_card,
    origin_of,
)
from tests.e2e.steps import Steps

PLANNED = 20
HANDLE, EMAIL, PASSWORD = "jasmine-and-smoke", "mei@jasmine.example", "face-to-face"
CONTENT = "Tasting for two, poured on camera"


@dataclass
class Sale:
    """Customer, merchant and what they know of each other along the way."""

    customer: Customer
    merchant: Merchant
    steps: Steps
    call: str = ""
    order: dict[str, Any] = field(default_factory=dict)
    sandbox: str = ""

    @property
    def window(self) -> MerchantWindow:
        """The merchant's order window."""
        return MerchantWindow(self.merchant.page)

    @property
    def sheet(self) -> CustomerSheet:
        """The customer's sheet."""
        return CustomerSheet(self.customer.page)

    def run(self) -> None:
        """From the storefront to the transfer."""
        self.meet()
        self.ask()
        self.agree()
        self.reload()
        self.pay()
        self.part()

    def meet(self) -> None:
        """Storefront, device check, ring, answer, media."""
        with self.steps.step("the merchant signs in and becomes reachable"):
            self.merchant.sign_in(EMAIL, PASSWORD, HANDLE)
            self.merchant.go_online()
        with self.steps.step("a customer opens the storefront and checks camera and microphone"):
            self.customer.open_storefront(HANDLE)
            self.customer.check_devices()
        with self.steps.step("the customer calls and the desk rings"):
            self.call = self.customer.call()
            self.customer.wait_for_phase("ringing")
            self.merchant.hears_it_ring()
        with self.steps.step("the merchant answers"):
            self.merchant.answer()
            self.customer.wait_for_phase("live")
            self.merchant.wait_for_phase("live")
        with self.steps.step("both see the other's picture and hear the other"):
            self.customer.sees(remote=BLUE, own=RED)
            self.merchant.sees(remote=RED, own=BLUE)
            for side in (self.customer, self.merchant):
                side.frames_grow()
                side.sound_arrives()

    def ask(self) -> None:
        """The window over the video, the information request, live input."""
        window, sheet = self.window, self.sheet
        with self.steps.step("the order form opens as a window over the running video"):
            window.open()
            moved = window.move_by_keyboard()
            if not moved[0] < 0:
                raise AssertionError(f"the window did not move left: {moved}")
            self.merchant.frames_grow()
        with self.steps.step("the merchant asks for address and contact; the window opens"):
            window.ask_for(["address", "contact"], "Where shall we bring it?")
            sheet.is_asked("asks for")
            self.customer.frames_grow(5)
        with self.steps.step("each value appears in the merchant's box while it is typed"):
            sheet.type("address.line1", "Gärtnerstraße 9")
            window.shows("address.line1", "Gärtnerstraße 9")
            sheet.type("address.postal_code", "20253")
            sheet.type("address.city", "Hamburg")
            window.shows("address.postal_code", "20253")
            window.shows("address.city", "Hamburg")
            sheet.type("contact.name", "Lena Sommer")
            window.shows("contact.name", "Lena Sommer")
        with self.steps.step("a box that has the focus is never overwritten"):
            self._focus_rule()
        with self.steps.step("the customer sends the answer"):
            sheet.part("send").click()
            expect(window.part("requests")).to_contain_text("Answered")

    def _focus_rule(self) -> None:
        # Whether the merchant's word reaches the customer's box before they type is left to chance.
        window, sheet = self.window, self.sheet
        box = window.box("address.line2")
        box.click()
        self.merchant.page.keyboard.type("2nd")
        sheet.type("address.line2", "Floor 3")
        clash = window.field("address.line2").locator('[data-part="clash"]')
        expect(clash).to_be_visible()
        expect(clash.locator('[data-part="theirs"]')).to_contain_text("Floor 3")
        expect(box).to_have_value("2nd")
        clash.locator('[data-part="take-theirs"]').click()
        expect(box).to_have_value(re.compile(r"Floor 3$"))

    def agree(self) -> None:
        """Price, confirmation by both, the order."""
        window, sheet = self.window, self.sheet
        with self.steps.step("the merchant writes what and when; a bad price is refused"):
            window.box("content").fill(CONTENT)
            now = datetime.now(ZoneInfo("Europe/Berlin"))
            window.box("time.start").fill(now.strftime("%Y-%m-%dT%H:%M"))
            window.box("price").fill("48.001")
            window.box("content").focus()
            expect(window.field("price").locator('[data-part="error"]')).to_be_visible()
        with self.steps.step("the merchant sets the price and confirms with the customer"):
            window.box("price").fill("48.00")
            window.box("content").focus()
            expect(window.part("foot-total")).to_contain_text("48.00")
            window.part("confirm").click()
        with self.steps.step("the customer sees it and confirms the same revision"):
            expect(self.sheet.part("card-confirm")).to_be_visible()
            sheet.part("card-confirm").click()
            expect(window.part("create")).to_be_visible()
        with self.steps.step("the merchant creates the order once; it appears at the customer"):
            window.part("create").dblclick()
            expect(sheet.part("card-pay")).to_be_visible(timeout=3000)
            expect(sheet.part("pay-label")).to_contain_text("48.00")
            expect(sheet.part("summary")).to_contain_text(CONTENT)

    def reload(self) -> None:
        """Either side reloads; everything is as it was."""
        with self.steps.step("both reload: call, form and order come back as they were"):
            for side, other in ((self.customer, self.merchant), (self.merchant, self.customer)):
                side.page.reload()
                side.wait_for_phase("live", seconds=40)
                other.wait_for_phase("live", seconds=40)
                side.frames_grow(seconds=40)
                other.frames_grow(seconds=40)
            expect(self.sheet.part("card-pay")).to_be_visible()
            self.window.open()
            self.window.shows("address.city", "Hamburg")
            expect(self.window.part("order-number")).to_be_visible()

    def pay(self) -> None:
        """A declined card, then a good one, with the call going on all the time."""
        sheet, window = self.sheet, self.window
        with self.steps.step("a declined card says so and the order stays payable"):
            self.customer.frames_grow()
            frame = sheet.open_payment()
            self.sandbox = origin_of(frame)
            fill_card(frame, DECLINED)
            expect(frame.locator("#error")).to_contain_text("declined")
            self.customer.frames_grow()
            expect(window.part("stage")).to_contain_text("declined")
        with self.steps.step("the customer pays in the call; both see it paid"):
            fill_card(frame, PAYS)
            self.customer.frames_grow()
            expect(window.part("stage")).to_contain_text("Paid", timeout=20_000)
            expect(self.customer.page.get_by_text("Paid. Thank you.").first).to_be_visible()
            for side in (self.customer, self.merchant):
                side.frames_grow()
        with self.steps.step("after the hold one transfer reaches the merchant's account"):
            self.order = until(self.customer.page, self._transferred, seconds=60, what="transfer")

    def _transferred(self) -> dict[str, Any] | None:
        state = requests.get(f"{self.sandbox}/_sandbox/state", timeout=10).json()
        code = self._order_code()
        transfers = state["objects"].get("transfer", [])
        found = [row for row in transfers if row["transfer_group"] == f"order_{code}"]
        if len(found) > 1:
            raise AssertionError(f"{len(found)} transfers for one order")
        return found[0] if found else None

    def _order_code(self) -> str:
        href = self.window.part("order-link").get_attribute("href") or ""
        return href.rstrip("/").rsplit("/", 1)[1]

    def part(self) -> None:
        """Hang up; the order page stays."""
        with self.steps.step("the call ends; the order page keeps everything"):
            self.customer.page.locator("#hang-up").click()
            self.customer.wait_for_phase("ended")
            self.merchant.wait_for_phase("ended")
            self.customer.page.goto(f"{self.customer.url}/o/{self._order_code()}/")
            expect(self.customer.page.locator("[data-order-page]")).to_contain_text(CONTENT)
