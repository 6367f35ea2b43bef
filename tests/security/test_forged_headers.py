"""What a client writes into its headers decides neither where a call goes nor who is asked."""

import json
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from calls.models import Call
from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from tests.calls.peers import close_all, outside
from tests.security.rows import Rows
from tests.security.wire import BY_NAME, Wire
from tests.security.world import ADDRESS_A, ADDRESS_B, make_world

FORGED = (
    {"x-forwarded-for": ADDRESS_B},
    {"x-forwarded-for": f"{ADDRESS_A}, {ADDRESS_B}", "x-real-ip": ADDRESS_B},
    {"forwarded": f"for={ADDRESS_B};host=merchant-b.testserver", "client-ip": ADDRESS_B},
    {"x-forwarded-host": "merchant-b.testserver", "x-host": "merchant-b"},
    {"x-forwarded-proto": "https", "x-forwarded-port": "443", "x-original-url": "/m/merchant-b/"},
    {"x-rewrite-url": "/m/merchant-b/", "x-http-method-override": "DELETE"},
    {"x-merchant": "merchant-b", "x-tenant": "merchant-b", "x-customer": "1", "x-user": "1"},
)


def call(client: Client, **wanted):
    body = json.dumps({"page": "/", **wanted["body"]})
    headers = wanted.get("headers", {})
    path = reverse("api-calls")
    return client.post(path, body, content_type="application/json", headers=headers)


def row(code: str) -> Call:
    with entered(operator_scope(SYSTEM)):
        return Call.objects.get(code=code)


# One world for all headers: nothing a test of this file does changes what the next one asks.


@pytest.mark.proves("INV-T9")
def test_forged_headers_do_not_move_a_call(world):
    for forged in FORGED:
        right = {"merchant": world.a.handle, "address": ADDRESS_A}
        answer = call(Client(), body=right, headers=forged)
        assert answer.status_code == 201, (forged, answer.content)
        rung = row(answer.json()["call"])
        assert (rung.merchant_id, rung.address) == (world.a.id, ADDRESS_A), forged
        rows = Rows()
        crossed = {"merchant": world.a.handle, "address": ADDRESS_B}
        refused = call(Client(), body=crossed, headers=forged)
        assert (refused.status_code, refused.json()["code"]) == (409, "address_unknown"), forged
        assert rows.changed() <= {"accounts_customer"}


@pytest.mark.proves("INV-T9")
def test_forged_headers_open_nothing_and_change_no_answer(world):
    strange = {"handle": world.a.handle, "code": world.orders["foreign"]}
    asked = (
        ("owner_own", "desk", {"handle": world.b.handle}, 404),
        ("owner_own", "desk-order", strange, 404),
        ("owner_own", "desk-call-record", {**strange, "code": world.calls["foreign"]}, 404),
        ("owner_own", "desk-request", {**strange, "code": world.callbacks["foreign"]}, 404),
        ("customer_own", "order-page", {"code": world.orders["foreign"]}, 404),
        ("customer_own", "request", {"code": world.callbacks["foreign"]}, 404),
        ("customer_own", "order-page", {"code": world.orders["own"]}, 200),
    )
    for forged, (role, name, arguments, status) in product(FORGED, asked):
        person, path = world.people[role], reverse(name, kwargs=arguments)
        plain = person.client.get(path)
        answer = person.client.get(path, headers=forged)
        assert answer.status_code == plain.status_code == status, (forged, name)
        assert b"merchant-b.testserver" not in answer.content
        assert "merchant-b" not in answer.headers.get("Location", "")


HOSTS = (
    "evil.example",
    "merchant-b.testserver",
    "testserver.evil.example",
    "testserver@evil.example",
    "",
    "testserver:x",
    "127.0.0.1.evil.example",
    "testserver, evil.example",
)


@pytest.mark.proves("INV-T9")
def test_host_that_is_not_ours_is_refused(world):
    rows = Rows()
    right = {"merchant": world.a.handle, "address": ADDRESS_A}
    for host in HOSTS:
        for answer in (
            call(Client(), body=right, headers={"host": host}),
            world.people["owner_own"].client.get("/desk/", headers={"host": host}),
            Client().get("/desk/", headers={"host": host}),
        ):
            assert answer.status_code == 400, host
            assert "evil" not in answer.headers.get("Location", "")
    assert rows.changed() == set()
    # control: ours is served
    assert call(Client(), body=right, headers={"host": "testserver"}).status_code == 201


@pytest.mark.proves("INV-T9", "INV-A4")
def test_limit_by_address_cannot_be_escaped_by_a_header(world, settings):
    settings.CALL_REQUESTS_PER_MINUTE_OF_ADDRESS = 3
    nobody = {"merchant": "no-such-merchant", "address": ADDRESS_A}
    answers = [
        call(Client(), body=nobody, headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code
        for n in range(5)
    ]
    assert answers == [404, 404, 404, 429, 429]
    # control: behind a proxy of ours they are different people
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    headers = {"x-forwarded-for": "192.0.2.99"}
    assert call(Client(), body=nobody, headers=headers).status_code == 404


@pytest.mark.proves("INV-T9")
async def test_desk_does_not_publish_an_address_it_was_told(db, layer):
    world = await outside(make_world)()
    person = world.people["agent_own"]
    headers = [(b"origin", b"http://testserver")]
    headers += [(b"x-forwarded-for", ADDRESS_B.encode()), (b"x-real-ip", ADDRESS_B.encode())]
    wire = Wire(BY_NAME["desk"].url(world, "own"), person.header, headers)
    await wire.open()
    told = await wire.ask("desk.go_online", device="x")
    assert told["type"] == "ok"
    assert told["address"] != ADDRESS_B
    await close_all()
