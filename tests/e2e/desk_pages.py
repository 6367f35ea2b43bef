"""The desk and the caller's waiting page, as people use them; and a merchant's switches."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from playwright.sync_api import Browser, Locator, Page, expect

from marketplace.console import demo
from tests.e2e.browsers import DESK, PHONE, person, until

HEARD = "localStorage['visavis:desk-device'] ??= JSON.stringify({ heard: true })"
TEA = demo.MERCHANTS[0]
HANDLE = TEA.fields["handle"]
MEI, TOMAS = TEA.owner, TEA.agent


class DeskPage:
    """One member in front of the desk."""

    def __init__(self, page: Page, url: str, who: tuple[str, str] = MEI) -> None:
        """Sign in and see the desk, not yet reachable."""
        self.page = page
        self.name = who[1]
        page.goto(f"{url}/desk/{HANDLE}/")
        page.locator("#email").fill(who[0])
        page.locator("#password").fill(demo.PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#reachable")).to_be_enabled()

    @property
    def incoming(self) -> Locator:
        """The call that takes the screen."""
        return self.page.locator("#incoming")

    @property
    def cards(self) -> Locator:
        """Those who wait."""
        return self.page.locator("#waiting > article")

    @property
    def toasts(self) -> Locator:
        """What was said in passing."""
        return self.page.locator("#toasts")

    def today(self, caller: "CallerPage") -> Locator:
        """The row of today of a caller's last call."""
        return self.page.locator(f"#today > li:has(#today-{caller.code})")

    def look_again(self) -> "DeskPage":
        """Come back to the tab: a call that never rang is told by no frame."""
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        return self

    def go_online(self) -> "DeskPage":
        """Become reachable; the test ring was heard long ago."""
        if not self.page.locator("#reachable").is_checked():
            self.page.locator("#reachable").check()
        expect(self.page.locator("body")).to_have_attribute("data-desk", "reachable")
        return self

    def go_offline(self) -> None:
        """Not reachable any more, also for the server."""
        self.page.locator("#reachable").uncheck()
        rows = self.page.locator("#desk-people [data-this-device]:visible")
        expect(rows).to_have_count(0)

    def rings(self, name: str) -> None:
        """The call takes the screen and Answer has the focus."""
        expect(self.incoming).to_be_visible()
        expect(self.incoming).to_contain_text(name)
        expect(self.page.locator("#answer")).to_be_focused()

    def is_silent(self) -> None:
        """No dialog, no sound, and the title as ever."""
        expect(self.incoming).to_be_hidden()
        until(self.page, lambda: not self.page.evaluate("__visavis.ringer.isRinging"))
        expect(self.page).to_have_title(re.compile("^Desk of"))

    def answer(self) -> None:
        """Answer; the desk becomes the call page."""
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(re.compile(r"/desk/[\w-]+/c/\w+/"))

    def hang_up(self) -> None:
        """End the call and come back to the desk, reachable as before."""
        self.page.locator("#hang-up").click()
        if self.page.locator("#hang-up-dialog").is_visible():
            self.page.locator("#hang-up-dialog [value=hang-up]").click()
        self.page.get_by_role("link", name="Back to the desk").click()
        expect(self.page.locator("#reachable")).to_be_enabled()


class CallerPage:
    """One customer, without camera and microphone: text is enough here."""

    def __init__(self, page: Page, url: str, name: str) -> None:
        """Open the device check."""
        self.page = page
        self.name = name
        self.url = url
        self.open()

    def open(self) -> None:
        """The device check, ready to call."""
        self.page.goto(f"{self.url}/m/{HANDLE}/call/")
        self.page.locator("#without-devices").click()
        self.page.locator("#caller-name").fill(self.name)

    @property
    def code(self) -> str:
        """The code of the call one is in, or of the one that was refused."""
        refused = self.page.locator("#call-refused [data-step=request]")
        place = refused.get_attribute("href") if refused.count() else self.page.url
        found = re.search(r"(?:/c/|[?]call=)(\w+)", place or "")
        return found[1] if found else "none"

    def press_call(self) -> None:
        """Press Call, whatever comes of it."""
        self.page.locator("#call-now").click()

    def call(self) -> "CallerPage":
        """Press Call; it rings or waits."""
        self.press_call()
        self.page.wait_for_url(re.compile(r"/c/\w+/"))
        return self

    def in_phase(self, phase: str, seconds: float = 20) -> None:
        """Wait until the call page is in a phase."""
        room = self.page.locator("#call-room")
        expect(room).to_have_attribute("data-phase", phase, timeout=seconds * 1000)

    def reads(self, *words: str) -> None:
        """These words are on the screen."""
        for word in words:
            expect(self.page.locator(".curtain")).to_contain_text(word)

    def offers(self, *steps: str) -> None:
        """The next steps, in this order; the first is the primary one."""
        links = self.page.locator("#next-steps > a:visible")
        expect(links).to_have_text([re.compile(step) for step in steps])
        expect(links.first).to_have_class(re.compile("button--primary"))

    def is_refused(self, words: str, *steps: str) -> None:
        """The refusal stands in place, with what can be done."""
        box = self.page.locator("#call-refused")
        expect(box).to_contain_text(words)
        expect(box.locator("a:visible")).to_have_text([re.compile(step) for step in steps])

    def cancel(self) -> None:
        """Cancel the ring, or leave the queue."""
        self.page.locator("#cancel-call").click()
        self.in_phase("ended")


@contextmanager
def desk_of(
    browser: Browser, url: str, who: tuple[str, str] = MEI, **options: Any
) -> Iterator[DeskPage]:
    """A member at the desk, whose ring was heard before."""
    size = options.pop("size", DESK)
    with person(browser, size, reduced_motion="reduce", **options) as page:
        page.context.add_init_script(HEARD)
        yield DeskPage(page, url, who)


@contextmanager
def caller_of(
    browser: Browser, url: str, name: str = "Lena", **options: Any
) -> Iterator[CallerPage]:
    """A customer at the device check; the call is over afterwards."""
    with person(browser, PHONE, reduced_motion="reduce", **options) as page:
        caller = CallerPage(page, url, name)
        try:
            yield caller
        finally:
            for control in ("#cancel-call", "#hang-up", "#hang-up-dialog [value=hang-up]"):
                if page.locator(control).is_visible():
                    page.locator(control).click()


@contextmanager
def reception(product: Any, **fields: Any) -> Iterator[None]:
    """The merchant's switches, set for a while."""
    before = _switch(product, fields)
    try:
        yield
    finally:
        _switch(product, before)


def _switch(product: Any, fields: dict[str, Any]) -> dict[str, Any]:
    columns = ", ".join(fields)
    places = ", ".join(f"{name} = %({name})s" for name in fields)
    with psycopg.connect(product.parts.addresses.owner) as owner:
        owner.execute("SET ROLE r_operator")
        key = {"handle": HANDLE}
        row = owner.execute(
            f"SELECT {columns} FROM merchants_merchant WHERE handle = %(handle)s", key
        ).fetchone()
        owner.execute(
            f"UPDATE merchants_merchant SET {places} WHERE handle = %(handle)s", fields | key
        )
    return dict(zip(fields, row or (), strict=True))
