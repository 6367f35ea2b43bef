"""The call request and the published address over HTTP."""

import pytest
from django.test import Client

from calls.models import Call, PublishedAddress
from calls.services.register_endpoint import leave_desk
from marketplace.accounts.audit import SYSTEM
from marketplace.accounts.guests import COOKIE, cookie_for
from marketplace.accounts.models import Customer
from merchants.scope import entered, operator_scope
from tests.factories.calls import make_endpoint, published
from tests.factories.merchants import change_merchant, make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")


def client_of(customer=None) -> Client:
    client = Client()
    if customer is not None:
        client.cookies[COOKIE] = cookie_for(customer)
    return client


def call(client: Client, **body):
    return client.post("/api/v1/calls/", body, content_type="application/json")


def counted() -> int:
    with entered(operator_scope(SYSTEM)):
        return Call.objects.count()


@pytest.mark.proves("P1.1", "P5.1", "C1")
def test_customer_calls_and_gets_the_way_to_the_call():
    endpoint, customer = make_endpoint(), make_customer()
    client, handle = client_of(customer), endpoint.member.merchant.handle
    response = call(client, merchant=handle, address=published(endpoint.member), page="Tea")
    body = response.json()
    assert response.status_code == 201
    assert body == {"call": body["call"], "url": f"/c/{body['call']}/", "state": "ringing"}
    assert response["Cache-Control"] == "no-store"
    again = call(client, merchant=handle, address=published(endpoint.member))
    assert (again.status_code, again.json()) == (200, body)


@pytest.mark.proves("C1")
def test_visitor_without_a_cookie_becomes_a_guest_and_gets_one():
    endpoint, client = make_endpoint(), client_of()
    handle = endpoint.member.merchant.handle
    response = call(client, merchant=handle, address=published(endpoint.member))
    assert response.status_code == 201
    assert response.cookies[COOKIE]["httponly"]


@pytest.mark.proves("C1")
def test_revoked_cookie_calls_as_a_new_guest_and_hears_nothing_of_the_former():
    endpoint, customer = make_endpoint(), make_customer()
    client, handle = client_of(customer), endpoint.member.merchant.handle
    first = call(client, merchant=handle, address=published(endpoint.member)).json()
    Customer.objects.filter(pk=customer.pk).update(cookie_epoch=customer.cookie_epoch + 1)
    response = call(client, merchant=handle, address=published(endpoint.member))
    assert response.status_code == 201
    assert response.json()["call"] != first["call"]
    assert response.cookies[COOKIE].value != cookie_for(customer)
    with entered(operator_scope(SYSTEM)):
        assert Call.objects.values("customer_id").distinct().count() == 2


@pytest.mark.proves("P1.2")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "address_missing"),
        ({"address": None}, 400, "address_missing"),
        ({"address": ""}, 400, "address_missing"),
        ({"address": "here"}, 400, "address_malformed"),
        ({"address": 7}, 400, "address_malformed"),
        ({"address": ["198.51.100.7"]}, 400, "input_invalid"),
        ({"address": "1" * 201}, 400, "input_invalid"),
        ({"address": "203.0.113.200"}, 409, "address_unknown"),
        ({"merchant": "nobody", "address": "203.0.113.200"}, 404, "merchant_unknown"),
        ({"merchant": None, "address": "203.0.113.200"}, 400, "input_invalid"),
        ({"merchant": "x" * 41, "address": "203.0.113.200"}, 400, "input_invalid"),
        ({"page": "x" * 201, "address": "203.0.113.200"}, 400, "input_invalid"),
        ({"page": "a\x00b", "address": "203.0.113.200"}, 400, "input_invalid"),
        ({"customer": "x", "address": "203.0.113.200"}, 400, "input_invalid"),
    ],
)
def test_bad_request_is_refused_with_a_problem_and_rings_nobody(body, status, code):
    endpoint = make_endpoint()
    response = call(
        client_of(make_customer()), **{"merchant": endpoint.member.merchant.handle, **body}
    )
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert counted() == 0


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "[1, 2]", ""])
def test_body_that_is_no_object_is_refused(body):
    client = client_of(make_customer())
    response = client.post("/api/v1/calls/", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["code"]


@pytest.mark.proves("P1.2")
def test_headers_of_the_client_have_no_influence_on_routing():
    mine, theirs = make_endpoint(), make_endpoint()
    response = client_of(make_customer()).post(
        "/api/v1/calls/",
        {"merchant": mine.member.merchant.handle, "address": published(theirs.member)},
        content_type="application/json",
        headers={"X-Forwarded-For": published(mine.member), "X-Real-IP": published(mine.member)},
    )
    assert response.json()["code"] == "address_unknown"
    assert counted() == 0


@pytest.mark.proves("P1.1")
@pytest.mark.parametrize(
    ("fields", "status", "code", "kept"),
    [
        ({"state": "suspended"}, 409, "merchant_suspended", 0),
        ({"state": "closed"}, 409, "storefront_closed", 0),
        ({"accepting_calls": False}, 409, "storefront_closed", 1),
        ({"state": "rejected"}, 404, "merchant_unknown", 0),
    ],
)
def test_merchant_who_takes_no_calls_says_why_to_both_requests(fields, status, code, kept):
    endpoint = make_endpoint()
    merchant, address = endpoint.member.merchant, published(endpoint.member)
    change_merchant(merchant, **fields)
    client = client_of(make_customer())
    for response in (
        call(client, merchant=merchant.handle, address=address),
        client.get(f"/api/v1/merchants/{merchant.handle}/address/"),
    ):
        assert (response.status_code, response.json()["code"]) == (status, code)
    assert counted() == kept


def test_stale_address_comes_with_the_new_one():
    member = make_member(make_merchant())
    first = make_endpoint(member, address="198.51.100.7")
    make_endpoint(member, address="198.51.100.8")
    with entered(scope_of_member(member)):
        leave_desk(member, first.code)
    body = call(
        client_of(make_customer()), merchant=member.merchant.handle, address="198.51.100.7"
    ).json()
    assert (body["code"], body["data"]) == ("address_stale", {"address": "198.51.100.8"})


@pytest.mark.proves("INV-C15")
def test_nobody_at_the_desk_is_said_to_both_requests():
    endpoint = make_endpoint()
    member, address = endpoint.member, published(endpoint.member)
    with entered(scope_of_member(member)):
        leave_desk(member, endpoint.code)
    client = client_of(make_customer())
    for response in (
        call(client, merchant=member.merchant.handle, address=address),
        client.get(f"/api/v1/merchants/{member.merchant.handle}/address/"),
    ):
        assert (response.status_code, response.json()["code"]) == (409, "merchant_unavailable")


@pytest.mark.proves("C1")
def test_anybody_may_read_the_published_address():
    endpoint = make_endpoint()
    response = Client().get(f"/api/v1/merchants/{endpoint.member.merchant.handle}/address/")
    with entered(scope_of_member(endpoint.member)):
        row = PublishedAddress.objects.get()
    assert response.json() == {
        "address": row.address,
        "mode": "direct",
        "valid_until": row.valid_until.isoformat(),
    }
    assert Client().get("/api/v1/merchants/nobody/address/").json()["code"] == "merchant_unknown"


@pytest.mark.proves("INV-A11")
def test_call_request_needs_the_csrf_token_also_from_guests():
    endpoint = make_endpoint()
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = cookie_for(make_customer())
    body = {"merchant": endpoint.member.merchant.handle, "address": published(endpoint.member)}
    response = client.post("/api/v1/calls/", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    assert counted() == 0


@pytest.mark.proves("INV-A4")
def test_address_that_calls_too_often_is_held_whatever_cookies_it_throws_away(settings):
    settings.CALL_REQUESTS_PER_MINUTE_OF_ADDRESS = 3
    endpoint = make_endpoint()
    body = {"merchant": endpoint.member.merchant.handle, "address": published(endpoint.member)}

    def status(**headers):
        return (
            client_of(make_customer())
            .post("/api/v1/calls/", body, content_type="application/json", **headers)
            .status_code
        )

    assert [status() for _ in range(3)] == [201] * 3
    assert status() == 429
    assert status(headers={"X-Forwarded-For": "1.2.3.4"}) == 429, "a made-up hop does not help"
    assert status(REMOTE_ADDR="198.51.100.77") == 201


def test_calls_go_on_when_the_counter_of_addresses_is_gone(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nonexistent/valkey.sock",
        }
    }
    endpoint = make_endpoint()
    body = {"merchant": endpoint.member.merchant.handle, "address": published(endpoint.member)}
    assert call(client_of(make_customer()), **body).status_code == 201
