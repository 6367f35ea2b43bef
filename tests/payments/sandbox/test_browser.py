"""The checkout page in a real browser, embedded by a page of another origin through the stand-in."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, Playwright, expect

from tests.e2e.browsers import launch
from tests.payments.sandbox.running import (
    Receiver,
    RunningSandbox,
    hosted_params,
    session_params,
)

pytestmark = pytest.mark.e2e
SCRIPT = """
const shown = document.querySelector("#state");
const stripe = window.Stripe("pk_test_sandbox");
const secret = document.body.dataset.secret;
const options = { fetchClientSecret: async () => secret, onComplete: () => { shown.textContent = "complete"; } };
const checkout = await stripe[document.body.dataset.name](options);
checkout.mount("#checkout");
window.checkout = checkout;
shown.textContent = "mounted";
"""


class Product:
    """A page at an origin of its own, as strict as the product's payment panel."""

    def __init__(self) -> None:
        self.sandbox_url = ""
        self.secret = ""
        self.name = "createEmbeddedCheckoutPage"
        product = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = product.answer(self.path)
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Security-Policy", product.policy())
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def policy(self) -> str:
        return (
            f"default-src 'none'; script-src 'self' {self.sandbox_url}; style-src 'self';"
            f" frame-src {self.sandbox_url}; connect-src 'self'; img-src data:"
        )

    def answer(self, path: str) -> tuple[str, bytes]:
        if path == "/panel.js":
            return "text/javascript", SCRIPT.encode()
        if path.startswith("/return"):
            return "text/html", b"<!doctype html><title>Back</title><h1>Back at the product</h1>"
        page = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Panel</title>"
            '<meta name=viewport content="width=device-width, initial-scale=1">'
            '<link rel="icon" href="data:,">'
            f'<body data-secret="{self.secret}" data-name="{self.name}">'
            '<h1>Pay</h1><main id="checkout"></main><p id="state"></p>'
            f'<script src="{self.sandbox_url}/js/v3/stripe.js"></script>'
            '<script type="module" src="/panel.js"></script>'
        )
        return "text/html", page.encode()


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    product = Product()
    yield product
    product.server.shutdown()
    product.server.server_close()


@pytest.fixture(scope="module")
def embedding(tmp_path_factory, product: Product) -> Iterator[RunningSandbox]:
    """A sandbox that lets this product's origin embed its page."""
    receiver = Receiver()
    database = tmp_path_factory.mktemp("embedding") / "db.sqlite3"
    running = RunningSandbox(database, receiver.url, product.url)
    running.start()
    product.sandbox_url = running.url
    yield running
    running.stop()
    receiver.close()


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = launch(playwright)
    yield started
    started.close()


@pytest.fixture(params=["light", "dark"])
def scheme(request) -> str:
    return request.param


@pytest.fixture
def page(browser: Browser, embedding: RunningSandbox) -> Iterator[Page]:
    """A narrow page; whatever it logs as an error fails the test."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, locale="en-GB")
    context.set_default_timeout(10_000)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on(
        "console",
        lambda message: errors.append(message.text) if message.type == "error" else None,
    )
    yield opened
    context.close()
    # A decline is a 402, which Chromium logs by itself.
    assert [text for text in errors if "402" not in text] == []


def new_session(embedding: RunningSandbox, product: Product, **changes: object):
    session = embedding.client().v1.checkout.sessions.create(session_params(**changes))
    product.secret = session.client_secret
    return session


def fill(frame: FrameLocator | Page, number: str) -> None:
    frame.locator("#email").fill("lena@example.com")
    frame.locator("#card-number").press_sequentially(number)
    frame.locator("#card-expiry").fill("12/34")
    frame.locator("#card-cvc").fill("123")
    frame.locator("#cardholder").fill("Lena Berg")


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("#checkout iframe")


@pytest.mark.parametrize("name", ["createEmbeddedCheckoutPage", "initEmbeddedCheckout"])
def test_declined_then_paid_in_the_frame_calls_on_complete(page, embedding, product, name):
    product.name = name
    session = new_session(embedding, product)
    page.goto(product.url)
    frame = frame_of(page)
    expect(frame.locator("#pay")).to_have_text("Pay €48.00")
    fill(frame, "4000000000000002")
    expect(frame.locator("#card-number")).to_have_value("4000 0000 0000 0002")
    frame.locator("#pay").click()
    expect(frame.locator("#error")).to_have_text("Your card was declined.")
    expect(frame.locator("#pay")).to_have_text("Pay €48.00")
    expect(page.locator("#state")).to_have_text("mounted")
    frame.locator("#card-number").fill("4242 4242 4242 4242")
    frame.locator("#pay").click()
    expect(page.locator("#state")).to_have_text("complete")
    expect(frame.locator("[data-state=paid]")).to_be_visible()
    paid = embedding.client().v1.checkout.sessions.retrieve(session.id)
    assert paid.payment_status == "paid"
    assert page.url == product.url + "/"


def test_button_is_busy_and_a_second_click_pays_nothing(page, embedding, product):
    product.name = "createEmbeddedCheckoutPage"
    session = new_session(embedding, product)
    page.goto(product.url)
    frame = frame_of(page)
    fill(frame, "4242424242424242")
    posts: list[str] = []

    def hold(route) -> None:
        posts.append(route.request.method)
        page.wait_for_timeout(400)
        route.continue_()

    page.route(f"{embedding.url}/embed/**", hold)
    frame.locator("#pay").click()
    expect(frame.locator("#pay")).to_have_attribute("aria-busy", "true")
    frame.locator("#pay").click(no_wait_after=True)
    expect(page.locator("#state")).to_have_text("complete")
    assert posts == ["POST"]
    client = embedding.client()
    done = client.v1.checkout.sessions.retrieve(session.id)
    assert done.status == "complete"
    assert len(client.v1.charges.list({"payment_intent": done.payment_intent}).data) == 1


def test_frame_grows_with_its_content_and_fits_a_narrow_page(page, embedding, product):
    new_session(embedding, product)
    page.goto(product.url)
    frame = frame_of(page)
    expect(frame.locator("#pay")).to_be_visible()
    inner = page.frame("stripe-sandbox-checkout")
    page.wait_for_timeout(200)
    assert inner.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    before = page.locator("#checkout iframe").bounding_box()["height"]
    assert before == pytest.approx(inner.evaluate("document.body.offsetHeight"), abs=2)
    inner.evaluate("document.querySelector('#error').textContent = 'long '.repeat(200)")
    page.wait_for_timeout(300)
    assert page.locator("#checkout iframe").bounding_box()["height"] > before + 100


def test_message_of_a_stranger_completes_nothing(page, embedding, product):
    new_session(embedding, product)
    page.goto(product.url)
    expect(frame_of(page).locator("#pay")).to_be_visible()
    page.evaluate(
        "window.postMessage({source: 'stripe-sandbox', type: 'complete', redirect: null}, '*')"
    )
    page.wait_for_timeout(200)
    expect(page.locator("#state")).to_have_text("mounted")


def test_frame_leads_to_the_return_url_when_asked_for(page, embedding, product):
    session = new_session(
        embedding,
        product,
        redirect_on_completion=None,
        return_url=f"{product.url}/return?session={{CHECKOUT_SESSION_ID}}",
    )
    page.goto(product.url)
    fill(frame_of(page), "4242424242424242")
    frame_of(page).locator("#pay").click()
    page.wait_for_url(f"{product.url}/return?session={session.id}")


def test_unmount_and_destroy_take_the_frame_away(page, embedding, product):
    new_session(embedding, product)
    page.goto(product.url)
    expect(frame_of(page).locator("#pay")).to_be_visible()
    page.evaluate("window.checkout.unmount()")
    assert page.locator("#checkout iframe").count() == 0
    page.evaluate("window.checkout.mount(document.querySelector('#checkout'))")
    expect(frame_of(page).locator("#pay")).to_be_visible()
    page.evaluate("window.checkout.destroy()")
    assert page.locator("#checkout iframe").count() == 0
    message = page.evaluate(
        "(() => { try { window.checkout.mount('#checkout') } catch (e) { return e.name } })()"
    )
    assert message == "IntegrationError"


def test_stand_in_refuses_a_live_publishable_key(page, embedding, product):
    new_session(embedding, product)
    page.goto(product.url)
    expect(page.locator("#state")).to_have_text("mounted")
    name = page.evaluate("(() => { try { Stripe('pk_live_x') } catch (e) { return e.name } })()")
    assert name == "IntegrationError"


def test_page_of_another_origin_may_not_embed_it(browser, embedding, product):
    session = new_session(embedding, product)
    stranger = Product()
    stranger.sandbox_url, stranger.secret = embedding.url, session.client_secret
    context = browser.new_context()
    opened = context.new_page()
    errors: list[str] = []
    opened.on("console", lambda message: errors.append(message.text))
    opened.goto(stranger.url)
    opened.wait_for_timeout(800)
    assert frame_of(opened).locator("#pay").count() == 0
    assert any("frame-ancestors" in text for text in errors)
    context.close()
    stranger.server.shutdown()
    stranger.server.server_close()


def test_hosted_page_is_usable_by_keyboard_alone(page, embedding):
    session = embedding.client().v1.checkout.sessions.create(
        hosted_params(success_url=f"{embedding.url}/?done={{CHECKOUT_SESSION_ID}}")
    )
    page.goto(session.url)
    page.keyboard.press("Tab")
    expect(page.locator("#cancel")).to_be_focused()
    for text in ("lena@example.com", "4242424242424242", "1234", "123", "Lena Berg"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    expect(page.locator("#pay")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{embedding.url}/?done={session.id}")


def test_pages_have_no_accessibility_violations(browser, embedding, scheme):
    client = embedding.client()
    session = client.v1.checkout.sessions.create(hosted_params())
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme=scheme, reduced_motion="reduce"
    )
    opened = context.new_page()
    axe = Axe()
    try:
        for url in (session.url, embedding.url):
            opened.goto(url)
            assert axe.run(opened).response["violations"] == []
        opened.goto(session.url)
        fill(opened, "4000000000000002")
        opened.locator("#pay").click()
        expect(opened.locator("#error")).to_have_text("Your card was declined.")
        assert axe.run(opened).response["violations"] == []
    finally:
        context.close()
