"""What browsers and caches are told, with every answer and with every error."""

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from marketplace.accounts.guests import COOKIE
from tests.factories.people import PASSWORD
from tests.security.crawl import Cell, Crawl
from tests.security.headers import careless_cookies, complaints, origin_of, uncacheable
from tests.security.policy import TABLE

pytestmark = pytest.mark.integration
IDENTITIES = {settings.SESSION_COOKIE_NAME, COOKIE}
SIGN_IN_COOKIES = {*IDENTITIES, settings.CSRF_COOKIE_NAME}


def panel_origin(cell: Cell) -> str:
    is_panel = cell.name == "pay-panel" and cell.status == 200
    return origin_of(settings.STRIPE_JS_URL) if is_panel else ""


@pytest.mark.proves("INV-T2")
def test_every_answer_carries_the_strict_headers(crawled: Crawl):
    found = {}
    for cell in crawled.cells:
        wrong = complaints(cell.name, cell.headers, panel_origin=panel_origin(cell))
        if wrong:
            found[cell.name, cell.status] = wrong
    assert found == {}, sorted(found.items())
    assert {200, 302, 400, 403, 404, 405, 409} <= {c.status for c in crawled.cells}
    assert any(
        panel_origin(c) in c.headers["Content-Security-Policy"]
        for c in crawled.cells
        if panel_origin(c)
    )


def test_camera_is_open_on_the_call_pages(crawled: Crawl):
    """Control: the header is not closed everywhere."""
    pages = ("call-start", "call", "desk-call")
    opened = {
        c.name
        for c in crawled.cells
        if c.status == 200 and "camera=(self)" in c.headers["Permissions-Policy"]
    }
    assert opened == set(pages)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Content-Security-Policy", "default-src 'none'; script-src 'self' 'unsafe-inline'"),
        ("Content-Security-Policy", "default-src *"),
        ("Permissions-Policy", "camera=(self), microphone=(), display-capture=(), geolocation=()"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("X-Content-Type-Options", ""),
        ("Referrer-Policy", "unsafe-url"),
    ],
)
def test_loose_header_is_complained_about(db, header, value):
    """Control: the complaints are about something."""
    answer = Client().get("/")
    assert complaints("home", answer.headers) == []
    answer.headers[header] = value
    assert complaints("home", answer.headers)


@pytest.mark.proves("INV-T7")
def test_no_personal_answer_may_be_shared_by_a_cache(crawled: Crawl):
    """Whoever came with a cookie, or is given one, gets an answer that is theirs alone."""
    personal = [c for c in crawled.cells if _is_personal(c)]
    assert len(personal) > 800
    loose = [c.label for c in personal if not uncacheable(c.headers)]
    assert loose == [], loose[:20]
    named = [c for c in crawled.cells if IDENTITIES & set(c.cookies)]
    assert "api-calls" in {c.name for c in named}, "control: identities were given out"
    assert "call" not in {c.name for c in named}, "looking at a call makes nobody a guest"
    loose = [c.label for c in named if not uncacheable(c.headers, names_somebody=True)]
    assert loose == [], loose[:20]


def _is_personal(cell: Cell) -> bool:
    """Whether the answer may depend on who asks; a POST that only leads on is never kept."""
    if cell.name in {"sign-out", "language", "stripe-webhook"} or cell.status == 405:
        return False
    is_public = TABLE[cell.name].shared or (cell.name, cell.where.handle) == ("call-start", "none")
    return bool(cell.cookies) or (cell.method != "OPTIONS" and cell.readable and not is_public)


@pytest.mark.proves("INV-T7")
def test_odd_request_headers_change_nothing_about_caching(world):
    owner = world.people["owner_own"]
    odd = {
        "cache-control": "PUBLIC, Max-Age=9",
        "vary": "*, cOoKiE",
        "pragma": "x",
        "if-none-match": "*",
    }
    for name in ("desk", "desk-orders"):
        owner.forget()
        answer = owner.client.get(reverse(name, args=[world.a.handle]), headers=odd)
        assert answer.status_code == 200
        assert uncacheable(answer.headers)


@pytest.mark.proves("INV-A5")
def test_every_cookie_is_kept_from_scripts_and_other_sites(crawled: Crawl, world):
    found = {
        c.name: careless_cookies(c.cookies) for c in crawled.cells if careless_cookies(c.cookies)
    }
    assert found == {}
    seen = {name for c in crawled.cells for name in c.cookies}
    who = {"username": world.people["owner_own"].user.email, "password": PASSWORD}
    for path, form in ((reverse("sign-in"), who), (reverse("language"), {"language": "zh-hans"})):
        set_now = Client().post(path, form).cookies
        assert careless_cookies({name: dict(m.items()) for name, m in set_now.items()}) == []
        seen |= set(set_now)
    wanted = {*SIGN_IN_COOKIES, settings.LANGUAGE_COOKIE_NAME}
    assert wanted <= seen, "control: all kinds of cookies were seen"


def errors(client: Client, monkeypatch):
    """One answer for each way in which something can go wrong."""
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    yield 404, client.get("/no/such/page/")
    yield 404, client.get("/static/no/such/file.js")
    yield 403, strict.post("/sign-in/")
    yield 405, client.delete("/")
    yield 400, client.get("/", headers={"host": "evil.example"})
    yield 415, client.post("/api/v1/calls/", "<x/>", content_type="text/xml")
    yield 400, client.post("/api/v1/calls/", "{", content_type="application/json")
    yield 404, client.get("/api/v1/nothing/")
    monkeypatch.setattr("merchants.views.live_merchants", _broken)
    yield 500, strict.get("/")


def _broken():
    raise RuntimeError("qxsecret")


@pytest.mark.proves("INV-T2", "INV-X7")
def test_every_error_carries_them_too_and_tells_nothing(db, monkeypatch):
    client = Client(raise_request_exception=False)
    for status, answer in errors(client, monkeypatch):
        assert answer.status_code == status
        assert complaints("error", answer.headers) == [], (status, answer.request["PATH_INFO"])
        for inside in (b"qxsecret", b"Traceback", b"site-packages", b"urlpatterns", b"DEBUG"):
            assert inside not in answer.content


def test_static_files_are_not_sniffed_and_known_to_be_scripts(db):
    answer = Client().get("/static/core/js/socket-client.js")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    for path in ("/static/../manage.py", "/static/%2e%2e/manage.py", "/static//etc/passwd"):
        assert Client().get(path).status_code == 404


def test_factory_knows_no_headers():
    """Control: the headers come from the middleware, not from Django's test client."""
    from marketplace.health import live

    assert complaints("live", live(RequestFactory().get("/livez")).headers)
