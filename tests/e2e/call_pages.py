"""The call as the two people see it: storefront, device check, desk, call screens."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from tests.e2e.browsers import until
from tests.e2e.cameras import PIXEL, Colour, shows


@dataclass
class Caller:
    """Somebody in front of a call page."""

    page: Page
    url: str
    agent: str = ""
    complaints: list[str] = field(default_factory=list)

    def look_back(self) -> None:
        """Keep what the browser was and what it complained of."""
        self.agent = str(self.page.evaluate("navigator.userAgent"))
        self.complaints = list(self.page.errors)  # type: ignore[attr-defined]

    def phase(self) -> str:
        """What the call screen says it is in."""
        return self.page.locator("#call-room").get_attribute("data-phase") or ""

    def wait_for_phase(self, *phases: str, seconds: float = 30) -> None:
        """Wait until the call screen is in one of the phases."""
        until(self.page, lambda: self.phase() in phases, seconds=seconds, what=f"phase {phases}")

    def pixel(self, selector: str) -> list[int] | None:
        """The middle pixel of a video, None while there is no picture."""
        return self.page.locator(selector).evaluate(PIXEL)

    def sees(self, remote: Colour, own: Colour) -> None:
        """Wait until the big picture is the other's camera and the small one the own."""
        for selector, colour in (("#remote-video", remote), ("#own-video", own)):
            until(
                self.page,
                lambda s=selector, c=colour: shows(self.pixel(s), c),
                seconds=30,
                what=f"{colour.name} in {selector}",
            )

    def frames(self) -> int:
        """Decoded frames of the remote picture so far."""
        return int(
            self.page.locator("#remote-video").evaluate(
                "video => video.getVideoPlaybackQuality().totalVideoFrames"
            )
        )

    def frames_grow(self, by: int = 10, seconds: float = 30) -> None:
        """Wait until `by` more frames were decoded."""
        before = self.frames()
        until(self.page, lambda: self.frames() >= before + by, seconds=seconds, what="more frames")

    def sound_arrives(self) -> None:
        """Wait until the remote sound has energy (the fake microphone beeps)."""
        energy = """async () => {
          const peer = window.__visavis.peer;
          for (const row of (await peer.getStats()).values())
            if (row.type === 'inbound-rtp' && row.kind === 'audio' && row.totalAudioEnergy > 0) return true;
          return false;
        }"""
        until(self.page, lambda: self.page.evaluate(energy), seconds=20, what="sound")


class Customer(Caller):
    """The customer, a guest on a phone."""

    def open_storefront(self, handle: str) -> None:
        """Open the public page."""
        self.page.goto(f"{self.url}/m/{handle}/")

    def check_devices(self) -> None:
        """From the storefront to the device check; see the own picture."""
        self.page.get_by_role("link", name="Call face to face").click()
        self.page.locator("#check-devices").click()
        expect(self.page.locator("#check-picture")).to_be_visible()

    def call(self) -> str:
        """Press call; returns the call's code."""
        self.page.locator("#caller-name").fill("Lena")
        self.page.locator("#call-now").click()
        refused = self.page.locator("#call-refused")
        until(self.page, lambda: "/c/" in self.page.url or refused.is_visible(), what="the call")
        if "/c/" not in self.page.url:
            raise AssertionError(f"not called: {refused.inner_text()}")
        self.page.wait_for_url(re.compile(r"/c/\w+/"))
        return self.page.url.rstrip("/").rsplit("/", 1)[1]


class Merchant(Caller):
    """A member at the desk."""

    def sign_in(self, email: str, password: str, handle: str) -> None:
        """Come to the desk through the sign-in page."""
        self.page.goto(f"{self.url}/desk/{handle}/")
        self.page.locator("#email").fill(email)
        self.page.locator("#password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.url}/desk/{handle}/")

    def go_online(self) -> None:
        """Become reachable."""
        self.page.locator("#reachable").check()
        expect(self.page.locator("#reachable-words")).to_contain_text("You are reachable")

    def hears_it_ring(self, seconds: float = 10) -> None:
        """The incoming call takes the screen, the title changes, Answer has the focus."""
        dialog = self.page.get_by_role("alertdialog")
        expect(dialog).to_be_visible(timeout=seconds * 1000)
        expect(dialog).to_contain_text("Lena")
        expect(self.page.locator("#answer")).to_be_focused()

    def answer(self) -> None:
        """Answer with the keyboard: the focus is there already."""
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(re.compile(r"/desk/[\w-]+/c/\w+/"))
