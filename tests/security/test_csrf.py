"""No request that could change something is served without the token."""

import json

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.payments.stripe_sandbox import SECRET, send, signed
from tests.security.crawl import patterns, places, sent
from tests.security.policy import TABLE, UNSAFE
from tests.security.rows import Rows
from tests.security.world import World

EXEMPT = {
    # Stripe has no token of ours; the signature over the raw body is the proof instead.
    "stripe-webhook",
}
ROLES = ("anonymous", "customer_own", "owner_own", "operator")


def strict(person, **more) -> Client:
    client = Client(enforce_csrf_checks=True)
    for name, value in {**person.given, **more}.items():
        client.cookies[name] = value
    return client


def requests(world: World):
    for name, pattern in patterns():
        for where, arguments in places(name, pattern, world):
            if where.kinds <= {"own"}:
                yield name, reverse(name, kwargs=arguments), sent(name, where, world)


@pytest.mark.proves("INV-A11")
def test_every_unsafe_request_without_token_is_403(world):
    rows, asked, wrong = Rows(), 0, []
    for name, path, (body, kind) in requests(world):
        for role in ROLES:
            for method in sorted(UNSAFE):
                client = strict(world.people[role])
                answer = client.generic(method, path, body, content_type=kind)
                asked += 1
                if name not in EXEMPT and answer.status_code != 403:
                    wrong.append(f"{method} {name} as {role}: {answer.status_code}")
    print(f"\nCSRF: {asked} requests")
    assert wrong == []
    assert asked == len(TABLE) * len(ROLES) * len(UNSAFE)
    assert rows.changed() == set()


@pytest.mark.proves("INV-A11")
@pytest.mark.parametrize("token", ["", "x" * 32, "wrong" * 12 + "1234"])
def test_token_that_is_not_the_cookies_is_403(world, token):
    owner = world.people["customer_own"]
    secret = "a" * 32
    client = strict(owner, **{settings.CSRF_COOKIE_NAME: secret})
    body = {"merchant": world.a.handle, "address": "198.51.100.10", "page": "/"}
    path = reverse("api-calls")
    for given in ({"x-csrftoken": token}, {}):
        answer = client.post(path, json.dumps(body), content_type="application/json", headers=given)
        assert answer.status_code == 403
        assert answer.json()["code"] == "csrf_failed"
    # control: the same request with the right token is served
    right = {"x-csrftoken": secret}
    answer = client.post(path, json.dumps(body), content_type="application/json", headers=right)
    assert answer.status_code == 200


@pytest.mark.proves("INV-A11")
def test_token_from_a_foreign_origin_is_403(world):
    secret = "a" * 32
    client = strict(world.people["customer_own"], **{settings.CSRF_COOKIE_NAME: secret})
    for origin in (
        "https://evil.example",
        "null",
        "http://testserver:81",
        "http://testserver.evil",
    ):
        headers = {"x-csrftoken": secret, "origin": origin}
        for path in (reverse("sign-out"), reverse("language"), reverse("api-calls")):
            answer = client.post(path, {}, content_type="application/json", headers=headers)
            assert answer.status_code == 403, (origin, path)


@pytest.mark.proves("INV-A11")
def test_webhook_needs_its_signature_instead(db, settings):
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    event = {"id": "evt_x", "object": "event", "type": "ping.pong", "created": 1, "livemode": False}
    event |= {"api_version": "x", "data": {"object": {"id": "x", "object": "x"}}}
    rows = Rows()
    body, header = signed(event)
    for wrong in (None, "", "t=1,v1=00", header[:-1] + ("0" if header[-1] != "0" else "1")):
        assert send(body, wrong) == 400
    assert send(body + b" ", header) == 400
    assert rows.changed() == set()
    assert send(body, header) == 200
    assert rows.changed() == {"payments_stripeevent"}, "control: a right one is kept"
