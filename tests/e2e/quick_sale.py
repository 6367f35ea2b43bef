"""An article nobody had listed, sold at human speed: from the press on Answer to the order card.

Hands and eyes take the times of the keystroke-level model (Card, Moran and Newell, 1980).
"""

import time
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.e2e.call_pages import Customer, Merchant
from tests.e2e.order_pages import CustomerSheet, MerchantWindow
from tests.e2e.steps import Steps

ARTICLE, PRICE = "Celadon gaiwan with a lid, 120 ml", "64.50"
KEY, POINT, THINK = 0.2, 1.1, 1.35


class Hands:
    """One person's hands: they think, point and type, and what that takes is added up."""

    def __init__(self, page: Page) -> None:
        """Begin at rest."""
        self.page, self.seconds = page, 0.0

    def wait(self, seconds: float) -> None:
        """Take that long."""
        self.seconds += seconds
        self.page.wait_for_timeout(seconds * 1000)

    def press(self, control: Locator) -> None:
        """See it, decide, point at it and press."""
        expect(control).to_be_visible()
        self.wait(THINK + POINT)
        control.click()

    def type(self, box: Locator, text: str) -> None:
        """Point at a box and type, sixty words a minute."""
        self.press(box)
        self.seconds += KEY * len(text)
        self.page.keyboard.type(text, delay=KEY * 1000)


@dataclass
class QuickSale:
    """A second customer at the same desk."""

    customer: Customer
    merchant: Merchant
    steps: Steps
    seconds: float = 0.0
    by_hand: float = 0.0

    def run(self, *, email: str, password: str, handle: str) -> None:
        """Call, answer, type, confirm, order; says how long it took from answering on."""
        self.merchant.sign_in(email, password, handle)
        self.merchant.go_online()
        self.customer.open_storefront(handle)
        self.customer.check_devices()
        self.customer.call()
        self.merchant.hears_it_ring()
        with self.steps.step("an article nobody had listed is typed, confirmed and ordered"):
            began = time.monotonic()
            self.by_hand = self._sell()
            self.seconds = time.monotonic() - began
        self._part()
        print(
            f"     from accept to the order at the customer: {self.seconds:.1f} s, "
            f"{self.by_hand:.1f} s of it hands and eyes"
        )

    def _part(self) -> None:
        """Hang up although the order is not paid, so that the desk is free again."""
        self.customer.page.locator("#hang-up").click()
        sure = self.customer.page.locator("#hang-up-dialog [value=hang-up]")
        expect(sure).to_be_visible()
        sure.click()
        self.merchant.wait_for_phase("ended")

    def _sell(self) -> float:
        seller, buyer = Hands(self.merchant.page), Hands(self.customer.page)
        window, sheet = MerchantWindow(seller.page), CustomerSheet(buyer.page)
        self.merchant.answer()
        seller.press(seller.page.locator("#order-toggle"))
        seller.type(window.box("content"), ARTICLE)
        seller.type(window.box("price"), PRICE)
        seller.press(window.part("confirm"))
        buyer.press(sheet.part("card-confirm"))
        seller.press(window.part("create"))
        expect(sheet.part("card-pay")).to_be_visible()
        expect(sheet.part("summary")).to_contain_text(ARTICLE)
        expect(sheet.part("pay-label")).to_contain_text(PRICE)
        return seller.seconds + buyer.seconds
