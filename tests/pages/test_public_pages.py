"""Home and storefront: what a stranger sees."""

import pytest
from django.test import Client

from tests.factories.calls import make_endpoint
from tests.factories.merchants import (
    change_merchant,
    make_member,
    make_merchant,
    make_quick_item,
)
from tests.pages.helpers import queries_of

CALL = "Call face to face"


@pytest.fixture
def client(db) -> Client:
    return Client()


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.proves("C1", "M1")
def test_home_with_merchants_shows_the_live_ones_only(client):
    make_merchant(name="Open House")
    make_merchant(name="Shut House", state="suspended")
    make_merchant(name="New House", state="applied")
    text = page(client, "/")
    assert "Open House" in text
    assert "Shut House" not in text
    assert "New House" not in text


def test_home_without_merchants_says_so(client):
    assert "No merchant is live yet." in page(client, "/")


def test_home_with_three_merchants_asks_as_often_as_with_one(client):
    make_endpoint(make_member(make_merchant()))
    one = queries_of(client, "/")
    for _ in range(2):
        make_endpoint(make_member(make_merchant()))
    assert queries_of(client, "/") == one


@pytest.mark.proves("C1", "C2")
def test_storefront_with_somebody_at_the_desk_offers_the_call(client):
    member = make_member(make_merchant())
    make_endpoint(member)
    text = page(client, f"/m/{member.merchant.handle}/")
    assert CALL in text
    assert f'href="/m/{member.merchant.handle}/call/"' in text
    assert "Open · somebody is at the desk" in text


@pytest.mark.proves("C2")
def test_storefront_with_nobody_at_the_desk_says_so_and_offers_no_call(client):
    merchant = make_merchant()
    text = page(client, f"/m/{merchant.handle}/")
    assert "Nobody at the desk right now" in text
    assert CALL not in text


@pytest.mark.proves("C2")
def test_storefront_that_takes_no_calls_is_closed(client):
    member = make_member(make_merchant(accepting_calls=False))
    make_endpoint(member)
    text = page(client, f"/m/{member.merchant.handle}/")
    assert "Closed right now" in text
    assert CALL not in text


@pytest.mark.proves("O3")
def test_storefront_of_a_suspended_merchant_says_so_and_offers_no_call(client):
    member = make_member(make_merchant())
    make_endpoint(member)
    change_merchant(member.merchant, state="suspended")
    make_quick_item(member.merchant)
    text = page(client, f"/m/{member.merchant.handle}/")
    assert "The platform has suspended this merchant" in text
    assert CALL not in text
    assert "Jasmine tea" not in text


def test_storefront_of_a_closed_merchant_says_so_and_offers_no_call(client):
    merchant = make_merchant(state="closed")
    text = page(client, f"/m/{merchant.handle}/")
    assert "closed for good" in text
    assert CALL not in text


@pytest.mark.parametrize("state", ["applied", "in_review", "approved", "rejected"])
def test_storefront_of_a_merchant_who_is_not_public_does_not_exist(client, state):
    merchant = make_merchant(state=state)
    assert client.get(f"/m/{merchant.handle}/").status_code == 404


def test_storefront_of_an_unknown_merchant_does_not_exist(client):
    answer = client.get("/m/nobody/")
    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content


@pytest.mark.proves("M1")
def test_storefront_shows_own_quick_items_with_price_and_who_sells(client):
    merchant, other = make_merchant(), make_merchant()
    make_quick_item(merchant, title="Spring oolong", price_minor=2400)
    make_quick_item(other, title="Bicycle bell")
    text = page(client, f"/m/{merchant.handle}/")
    assert "Spring oolong" in text
    assert "€24.00" in text
    assert "Bicycle bell" not in text
    assert merchant.legal_name in text
    assert merchant.legal_address in text


def test_storefront_with_three_quick_items_asks_as_often_as_with_one(client):
    merchant = make_merchant()
    make_quick_item(merchant)
    one = queries_of(client, f"/m/{merchant.handle}/")
    make_quick_item(merchant, title="Lapsang")
    make_quick_item(merchant, title="Gift tin")
    assert queries_of(client, f"/m/{merchant.handle}/") == one


def test_public_pages_viewed_make_no_customer(client):
    merchant = make_merchant()
    client.get("/")
    client.get(f"/m/{merchant.handle}/")
    assert "visavis_customer" not in client.cookies


def test_storefront_text_of_a_merchant_is_escaped(client):
    merchant = make_merchant(name="<script>x</script>", about="<b>bold</b>")
    text = page(client, f"/m/{merchant.handle}/")
    assert "<script>x" not in text
    assert "<b>bold" not in text
