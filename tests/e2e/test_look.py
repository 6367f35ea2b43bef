"""Every quiet page: axe, no sideways scrolling, thumb-sized targets, both sizes, modes, languages."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from marketplace.console import demo
from tests.e2e.browsers import DESK, PHONE, person, until

HANDLE = demo.MERCHANTS[0].fields["handle"]
PUBLIC = ["/", f"/m/{HANDLE}/", f"/m/{HANDLE}/call/", "/sign-in/", "/orders/", "/no-such-page/"]
MEMBER = [f"/desk/{HANDLE}/{part}" for part in ("", "calls/", "orders/", "items/", "reception/")]
OPERATOR = ["/operator/", "/operator/merchants/", "/operator/payments/", "/operator/settlements/"]
# Nothing moves any more, and two frames have been painted since.
AT_REST = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
  () => done(document.getAnimations().every(a => a.playState !== 'running')))))"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll('button, a.button, input:not([type=hidden]), select')]
  .filter(e => e.checkVisibility() && !e.closest('.visually-hidden') && e.type !== 'checkbox')
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && box.height < 43.5).map(([html]) => html)"""


def steady(mode: str) -> dict[str, str]:
    """No motion, so that axe judges colours that have arrived."""
    return {"color_scheme": mode, "reduced_motion": "reduce"}


def check(page, url: str) -> None:
    page.goto(url)
    until(page, lambda: page.evaluate(AT_REST), what="rest")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{url}\n{found.generate_report()}"
    assert page.evaluate(SIDEWAYS) <= 0, f"{url} scrolls sideways"
    assert page.evaluate(SMALL) == [], url


def sign_in(page, url: str, email: str) -> None:
    page.goto(f"{url}/sign-in/")
    page.locator("#email").fill(email)
    page.locator("#password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda now: "/sign-in/" not in now)


@pytest.mark.proves("A12")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_public_pages_have_no_violation(product, browser, size, mode, language):
    with person(browser, size, **steady(mode), locale=language) as page:
        for path in PUBLIC:
            check(page, product.url + path)
            text = page.locator("main").inner_text()
            chinese = len(re.findall(r"[\u4e00-\u9fff]", text)) > 10
            assert chinese == (language == "zh-CN"), f"{path}: {text}"


@pytest.mark.proves("A12")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("email", "paths"),
    [(demo.MERCHANTS[0].owner[0], MEMBER), (demo.OPERATOR, OPERATOR)],
    ids=["member", "operator"],
)
def test_pages_behind_the_sign_in_have_no_violation(product, browser, size, mode, email, paths):
    with person(browser, size, **steady(mode)) as page:
        sign_in(page, product.url, email)
        for path in paths:
            check(page, product.url + path)


@pytest.mark.proves("A12")
def test_sign_in_works_with_the_keyboard_alone(product, browser):
    with person(browser, DESK) as page:
        page.goto(f"{product.url}/desk/{HANDLE}/")
        page.keyboard.type(demo.MERCHANTS[0].owner[0])
        page.keyboard.press("Tab")
        page.keyboard.type(demo.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{product.url}/desk/{HANDLE}/")


@pytest.mark.proves("C23")
def test_language_can_be_switched_on_every_page(product, browser):
    with person(browser, PHONE) as page:
        page.goto(f"{product.url}/m/{HANDLE}/")
        page.get_by_role("button", name="简体中文").click()
        assert page.locator("html").get_attribute("lang") == "zh-hans"
        page.get_by_role("button", name="English").click()
        assert page.locator("html").get_attribute("lang") == "en"
