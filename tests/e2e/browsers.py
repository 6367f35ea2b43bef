"""Real browsers: one Chromium process per person, each with a camera of its own."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize

T = TypeVar("T")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
FAKE_ANSWERS = "--use-fake-ui-for-media-stream"
MEDIA = [
    "--use-fake-device-for-media-stream",
    FAKE_ANSWERS,
    # Where only loopback exists there would otherwise be no candidate at all.
    "--allow-loopback-in-peer-connection",
]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}


def chromium() -> str | None:
    """Return the system's Chromium, or None for Playwright's own."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def launch(
    playwright: Playwright,
    camera: Path | None = None,
    *,
    flags: Sequence[str] = (),
    answers: bool = True,
) -> Browser:
    """Start a browser process whose camera shows the given file.

    With `answers` it says yes to every question for camera and microphone.
    """
    extra = [*flags, *([f"--use-file-for-fake-video-capture={camera}"] if camera else [])]
    media = [flag for flag in MEDIA if answers or flag != FAKE_ANSWERS]
    return playwright.chromium.launch(
        executable_path=chromium(), headless=True, args=[*QUIET, *media, *extra]
    )


@contextmanager
def person(browser: Browser, viewport: ViewportSize, **options: object) -> Iterator[Page]:
    """A person with a fresh browser context; page errors and console errors are kept."""
    context: BrowserContext = browser.new_context(viewport=viewport, **options)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.errors = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
    page.on(
        "console",
        lambda message: (
            page.errors.append(message.text)  # type: ignore[attr-defined]
            if message.type == "error"
            else None
        ),
    )
    try:
        yield page
    finally:
        if browser.is_connected():  # a test may have killed it
            context.close()


def until(page: Page, read: Callable[[], T], *, seconds: float = 20, what: str = "") -> T:
    """Poll `read` until it is truthy; wait_for_function would need unsafe-eval."""
    end = time.monotonic() + seconds
    while True:
        value = read()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"{what or 'condition'} not met in {seconds} s at {page.url}")
        page.wait_for_timeout(50)
