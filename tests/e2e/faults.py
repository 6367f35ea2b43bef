"""Two people in a call, and what a test needs to break it and to look at it from outside."""

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Browser, Error, Page, Playwright

from marketplace.launcher.product import Product
from tests.e2e import cameras
from tests.e2e.browsers import DESK, PHONE, launch, person, until
from tests.e2e.call_pages import Caller, Customer, Merchant
from tests.e2e.sale import EMAIL, HANDLE, PASSWORD

ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![\w:])"
)
PAIR = """async () => {
  const rows = [...(await window.__visavis.peer.getStats()).values()];
  const by = id => rows.find(row => row.id === id);
  const transport = rows.find(row => row.type === 'transport');
  const pair = by(transport?.selectedCandidatePairId);
  const short = one => one && { kind: one.candidateType, address: one.address, over: one.relayProtocol };
  return pair ? { here: short(by(pair.localCandidateId)), there: short(by(pair.remoteCandidateId)) } : null;
}"""
# Everything a page can learn of the other side, except what it is itself. Chromium writes an
# `o=` line of its own, always with 127.0.0.1.
LEARNED = """async () => {
  const peer = window.__visavis.peer;
  const rows = [...(await peer.getStats()).values()].filter(row => row.type !== 'local-candidate');
  return JSON.stringify(rows) + peer.remoteDescription.sdp.replace(/^o=.*$/m, '');
}"""


@dataclass
class Wire:
    """The frames of a page's sockets, in the order in which they came and went."""

    received: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    nodes: list[tuple[str, str]] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Keep every frame from now on, and which node each socket was opened at."""
        page.on("websocket", self._opened)
        urls: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.webSocketCreated", lambda made: urls.update({made["requestId"]: made["url"]})
        )
        session.on(
            "Network.webSocketHandshakeResponseReceived",
            lambda got: self.nodes.append(
                (urls.get(got["requestId"], ""), got["response"]["headers"].get("X-Node", ""))
            ),
        )

    def node_of(self, part: str) -> str:
        """The node at which the newest socket with `part` in its address was opened."""
        found = [node for url, node in self.nodes if part in url]
        # nginx names every node it tried; the last one answered
        return found[-1].split(", ")[-1] if found else ""

    def _opened(self, socket: Any) -> None:
        socket.on("framereceived", lambda payload: self.received.append(str(payload)))
        socket.on("framesent", lambda payload: self.sent.append(str(payload)))

    def offers(self) -> int:
        """How many offers this page has sent."""
        frames = [json.loads(text) for text in self.sent]
        described = [one for one in frames if one["type"] == "signal.describe"]
        # one that is sent again after a gap is the same offer
        return len(
            {
                one["description"]["sdp"]
                for one in described
                if one["description"]["type"] == "offer"
            }
        )


@dataclass
class Meeting:
    """A running call."""

    customer: Customer
    merchant: Merchant
    call: str
    wires: dict[str, Wire]

    @property
    def sides(self) -> tuple[Caller, Caller]:
        """Both."""
        return self.customer, self.merchant

    def goes_on(self, seconds: float = 60) -> None:
        """Both are in the call and both see new pictures of the other."""
        for side in self.sides:
            side.wait_for_phase("live", seconds=seconds)
        for side in self.sides:
            side.frames_grow(seconds=seconds)

    def hang_up(self) -> None:
        """End it, so that the next test finds the desk free."""
        for side in self.sides:
            page = side.page
            if page.is_closed() or not page.locator("#hang-up").is_visible():
                continue
            page.locator("#hang-up").click()
            sure = page.locator("#hang-up-dialog [value=hang-up]")
            if sure.is_visible():
                sure.click()
            side.wait_for_phase("ended")
            return


class People:
    """Two browser processes, one colour each, for as many calls as a file has."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self.playwright = playwright
        self.cameras = {
            colour.name: cameras.write(folder, colour) for colour in (cameras.RED, cameras.BLUE)
        }
        self.browsers: dict[str, Browser] = {}

    def browser(self, colour: cameras.Colour) -> Browser:
        """The browser whose camera shows that colour; a new one where it was killed."""
        found = self.browsers.get(colour.name)
        if found is None or not found.is_connected():
            found = launch(self.playwright, self.cameras[colour.name])
            self.browsers[colour.name] = found
        return found

    def close(self) -> None:
        """End both."""
        for browser in self.browsers.values():
            browser.close()

    @contextmanager
    def in_call(
        self,
        url: str,
        *,
        handle: str = HANDLE,
        email: str = EMAIL,
        agents: tuple[str, str] = ("", ""),
    ) -> Iterator[Meeting]:
        """Storefront, ring, answer, media on both sides; hung up in the end."""
        with ExitStack() as stack:
            pages, wires = {}, {"customer": Wire(), "merchant": Wire()}
            for role, colour, size, agent in (
                ("customer", cameras.RED, PHONE, agents[0]),
                ("merchant", cameras.BLUE, DESK, agents[1]),
            ):
                options = {"user_agent": agent} if agent else {}
                pages[role] = stack.enter_context(person(self.browser(colour), size, **options))
                wires[role].listen(pages[role])
            customer, merchant = Customer(pages["customer"], url), Merchant(pages["merchant"], url)
            code = meet(customer, merchant, handle=handle, email=email)
            meeting = Meeting(customer, merchant, code, wires)
            meeting.goes_on()
            try:
                yield meeting
            finally:
                meeting.hang_up()


def meet(customer: Customer, merchant: Merchant, *, handle: str, email: str) -> str:
    """From the sign-in to the answer; returns the call's code."""
    merchant.sign_in(email, PASSWORD, handle)
    merchant.go_online()
    customer.page.goto(f"{customer.url}/m/{handle}/call/")
    customer.page.locator("#check-devices").click()
    customer.page.locator("#check-picture").wait_for()
    code = customer.call()
    merchant.hears_it_ring()
    merchant.answer()
    return code


def pair(side: Caller) -> dict[str, dict[str, str]] | None:
    """The two ends of the path in use."""
    found: dict[str, dict[str, str]] | None = side.page.evaluate(PAIR)
    return found


def takes(side: Caller, *kinds: str, seconds: float = 30) -> None:
    """Wait until the path in use begins and ends with candidates of these kinds."""

    def holds() -> bool:
        now = pair(side)
        return now is not None and (now["here"]["kind"], now["there"]["kind"]) == kinds

    until(side.page, holds, seconds=seconds, what=f"path {kinds}, is {pair(side)}")


def addresses(text: str) -> set[str]:
    """Every IP address written in a text; the blank one does not count."""
    found = set()
    for word in ADDRESS.findall(text):
        try:
            address = ip_address(word)
        except ValueError:
            continue
        if not address.is_unspecified:
            found.add(str(address))
    return found


def own_addresses(side: Caller) -> set[str]:
    """What the machine of this page is called, by its own candidates."""
    script = """async () => [...(await window.__visavis.peer.getStats()).values()]
      .filter(row => row.type === 'local-candidate').flatMap(row => [row.address, row.relatedAddress])"""
    return {address for address in side.page.evaluate(script) if address}


def process_of(browser: Browser) -> int:
    """The browser's process, which leads all its processes."""
    session = browser.new_browser_cdp_session()
    rows = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return next(int(row["id"]) for row in rows if row["type"] == "browser")


def kill(browser: Browser) -> None:
    """Take a browser away, as a flat battery does."""
    os.killpg(process_of(browser), signal.SIGKILL)
    while browser.is_connected():  # Playwright learns it when it is next asked for something
        with suppress(Error):
            browser.new_browser_cdp_session()


@contextmanager
def asleep(browser: Browser) -> Iterator[None]:
    """Let a browser stand still, as a closed lid does: no script, no socket, no media."""
    group = process_of(browser)
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def set_mode(site: Product, handle: str, mode: str) -> None:
    """Choose for a merchant how media go: relay or direct."""
    with psycopg.connect(site.parts.addresses.owner) as owner:
        owner.execute("SET ROLE r_operator")
        owner.execute(
            "UPDATE merchants_merchant SET media_mode = %s WHERE handle = %s", [mode, handle]
        )
