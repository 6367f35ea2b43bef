"""Click → first remote frame, in Chromium; floor: a bare two-page demo.

The same two browsers with the same cameras, floor and product in turn. Both are the same in kind:
camera on before the click, one request, the desk rings, both sides load a page, ask for the camera,
signal, and see. `p50`: from the click on Call to the picture at the customer; whoever is called
answers at once, a script presses Answer the moment it shows. `p50@answer`: from the click on Answer
to the picture at the merchant, the customer being there already, as with people.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from bench.report import Case, Samples, case_of, percentile
from bench.rig import Rig, quiet, rig
from tests.e2e import cameras
from tests.e2e.browsers import DESK, PHONE, launch, until

ROUNDS, CALLS = 5, 4
LOOKS_AT_ITSELF_MS = 2000
"""Nobody calls the moment their own picture appears."""
MARKS = ("clicked", "answered", "here", "seen")
# Every page notes, on the one clock of this machine, what is measured.
CLOCK = """(() => {
  const now = () => performance.timeOrigin + performance.now();
  const note = (name) => { if (!sessionStorage[name]) sessionStorage[name] = now(); };
  addEventListener('click', ({ target }) => {
    if (target.closest?.('#call-now')) note('clicked');
    if (target.closest?.('#answer')) note('answered');
  }, true);
  const look = () => {
    const answer = document.querySelector('#answer');
    if (answer?.checkVisibility() && sessionStorage.prompt && !window.pressed) {
      window.pressed = true;
      answer.click();
    }
    const video = document.querySelector('#remote-video');
    if (!video || window.watched) return;
    window.watched = true;
    note('here');
    video.requestVideoFrameCallback(() => note('seen'));
  };
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: ['hidden', 'open', 'class'],
  });
  addEventListener('DOMContentLoaded', look);
})();"""


class People:
    """Two browsers; everybody in them is new for each call, but the member stays signed in."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        """Start both, with a camera each."""
        self.phone = launch(playwright, cameras.write(folder, cameras.RED))
        self.desk = launch(playwright, cameras.write(folder, cameras.BLUE))

    def close(self) -> None:
        """Close both."""
        self.phone.close()
        self.desk.close()


@contextmanager
def tab(browser: Browser, cookie: str, url: str, *, phone: bool) -> Iterator[Page]:
    """A fresh page with that cookie and the clock in it."""
    context = browser.new_context(viewport=PHONE if phone else DESK)
    context.add_init_script(CLOCK)
    if cookie:
        pairs = (part.split("=", 1) for part in cookie.split("; "))
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in pairs])
    try:
        yield context.new_page()
    finally:
        context.close()


def marks(page: Page) -> dict[str, float]:
    """Return what the page noted so far, in milliseconds; nothing while it goes to another page."""
    try:
        found: dict[str, str] = page.evaluate("() => ({ ...sessionStorage })")
    except Error:
        return {}
    return {name: float(found[name]) for name in MARKS if name in found}


def measured(customer: Page, merchant: Page, *, prompt: bool) -> dict[str, float]:
    """Press Call, wait for both pictures; return the steps in milliseconds after the first click.

    `prompt`: it is answered by a script at once; else when the customer has been there for a while.
    """
    merchant.evaluate("prompt => { if (prompt) sessionStorage.prompt = 1; }", prompt)
    customer.wait_for_timeout(LOOKS_AT_ITSELF_MS)
    customer.locator("#call-now").click()
    if not prompt:
        until(customer, lambda: "here" in marks(customer), what="the customer's page")
        customer.wait_for_timeout(LOOKS_AT_ITSELF_MS)
        merchant.locator("#answer").click()
    until(customer, lambda: "seen" in marks(customer), seconds=30, what="the other's picture")
    until(merchant, lambda: "seen" in marks(merchant), seconds=30, what="the customer's picture")
    own, other = marks(customer), marks(merchant)
    if prompt:
        steps = {"answered": other["answered"], "merchant page": other["here"]}
        steps |= {"customer page": own["here"], "picture": own["seen"]}
        return {name: at - own["clicked"] for name, at in steps.items()}
    steps = {"merchant page": other["here"], "picture": other["seen"]}
    return {name: at - other["answered"] for name, at in steps.items()}


def floor_call(people: People, url: str, number: int, *, prompt: bool) -> dict[str, float]:
    """One call of the demo."""
    with (
        tab(people.desk, "", url, phone=False) as merchant,
        tab(people.phone, "", url, phone=True) as customer,
    ):
        merchant.goto(f"{url}/desk-page/{number}")
        until(merchant, lambda: merchant.title() == "Online", what="the desk's socket")
        customer.goto(f"{url}/lobby/{number}")
        until(
            customer,
            lambda: customer.evaluate("() => document.querySelector('#own').videoWidth > 0"),
            what="the own picture",
        )
        return measured(customer, merchant, prompt=prompt)


def our_call(people: People, url: str, row: dict[str, Any], *, prompt: bool) -> dict[str, float]:
    """One call of the product."""
    with (
        tab(people.desk, row["merchant"], url, phone=False) as merchant,
        tab(people.phone, row["customers"][0], url, phone=True) as customer,
    ):
        merchant.goto(f"{url}/desk/{row['handle']}/")
        merchant.locator("#reachable").check()
        merchant.locator("#reachable-words").get_by_text("You are reachable").wait_for()
        customer.goto(f"{url}/m/{row['handle']}/call/")
        customer.locator("#check-devices").click()
        customer.locator("#check-picture").wait_for()
        customer.locator("#call-now").wait_for()
        return measured(customer, merchant, prompt=prompt)


def run() -> list[Case]:
    """Interleave floor and product, ROUNDS times CALLS of each."""
    samples: dict[str, Samples] = {}
    steps: dict[str, list[dict[str, float]]] = {}
    with ExitStack() as stack:
        both = stack.enter_context(rig())
        playwright = stack.enter_context(sync_playwright())
        people = People(playwright, Path(stack.enter_context(tempfile.TemporaryDirectory())))
        stack.callback(people.close)
        for number in range(ROUNDS):
            for case, (low, own) in _round(both, people, number).items():
                found = samples.setdefault(case, Samples())
                found.floor.append(percentile([call["picture"] for call in low], 0.5))
                found.ours.append(percentile([call["picture"] for call in own], 0.5))
                steps.setdefault(f"{case} floor", []).extend(low)
                steps.setdefault(f"{case} ours", []).extend(own)
            print(f"  call_setup round {number + 1} of {ROUNDS}", flush=True)
    for who, calls in steps.items():
        shown = {name: round(percentile([c[name] for c in calls], 0.5)) for name in calls[0]}
        print(f"  {who}, p50 in ms after the click: {shown}")
    return [
        case_of("call_setup", name, found, unit="ms", better="lower")
        for name, found in samples.items()
    ]


def _round(
    both: Rig, people: People, number: int
) -> dict[str, tuple[list[dict[str, float]], list[dict[str, float]]]]:
    """CALLS of each way of answering, floor and product in turn."""
    found: dict[str, tuple[list[dict[str, float]], list[dict[str, float]]]] = {}
    load = quiet()
    for case, prompt in (("p50", True), ("p50@answer", False)):
        low, own = found[case] = ([], [])
        for call, row in enumerate(both.prepare("desks", CALLS)):
            demo = (number * CALLS + call) * 2 + prompt
            low.append(floor_call(people, both.floor_url, demo, prompt=prompt))
            own.append(our_call(people, both.url, row, prompt=prompt))
    print(f"  load {load:.2f}")
    return found
