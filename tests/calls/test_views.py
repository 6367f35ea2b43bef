"""The call pages: who may see which, and what they carry for their scripts."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calls.services.end_call import cancel_call, hang_up
from calls.states import Side
from marketplace.accounts.guests import COOKIE, cookie_for
from merchants.access import scope_of_customer
from merchants.roles import Role
from merchants.scope import entered
from merchants.states import MerchantState
from tests.factories.calls import make_accepted_call, make_endpoint, make_ringing_call, published
from tests.factories.merchants import make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")


def attribute(html: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', html)
    assert found is not None, name
    return found[1]


def client_of_customer(customer) -> Client:
    client = Client()
    client.cookies[COOKIE] = cookie_for(customer)
    return client


def client_of_member(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


# -- device check --------------------------------------------------------------------------


@pytest.mark.proves("C3", "P1.2")
def test_device_check_with_somebody_at_the_desk_carries_the_published_address():
    member = make_member(make_merchant())
    make_endpoint(member, address="198.51.100.7")
    handle = member.merchant.handle
    answer = Client().get(reverse("call-start", args=[handle]))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert attribute(html, "data-address") == "198.51.100.7" == published(member)
    assert attribute(html, "data-merchant") == handle
    assert attribute(html, "data-page") == f"/m/{handle}/"
    assert "csrfmiddlewaretoken" in html
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.proves("C3")
def test_device_check_with_nobody_at_the_desk_still_works():
    merchant = make_merchant()
    answer = Client().get(reverse("call-start", args=[merchant.handle]))
    assert answer.status_code == 200
    assert attribute(answer.content.decode(), "data-address") == ""


@pytest.mark.proves("C3")
def test_device_check_names_every_refusal_of_the_call_request():
    html = Client().get(reverse("call-start", args=[make_merchant().handle])).content.decode()
    for code in (
        "merchant_unknown",
        "merchant_suspended",
        "address_missing",
        "address_malformed",
        "address_unknown",
        "address_stale",
        "storefront_closed",
        "merchant_unavailable",
        "too_fast",
    ):
        assert f'data-word="refused-{code}"' in html


def test_device_check_shows_what_the_customer_looked_at():
    merchant = make_merchant()
    page = '"><script>'
    answer = Client().get(reverse("call-start", args=[merchant.handle]), {"page": page + "x" * 300})
    shown = attribute(answer.content.decode(), "data-page")
    assert shown.startswith("&quot;&gt;&lt;script&gt;xxx")
    assert len(shown) < 240


@pytest.mark.parametrize(
    "fields", [{"state": MerchantState.SUSPENDED}, {"accepting_calls": False}], ids=str
)
def test_device_check_of_a_merchant_without_calls_leads_to_the_storefront(fields):
    merchant = make_merchant(**fields)
    answer = Client().get(reverse("call-start", args=[merchant.handle]))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("storefront", args=[merchant.handle])


def test_device_check_of_an_unknown_merchant_is_not_found():
    assert Client().get(reverse("call-start", args=["nobody"])).status_code == 404


# -- the customer's call -------------------------------------------------------------------


@pytest.mark.proves("P5.2")
def test_customer_call_of_the_caller_carries_what_its_script_needs():
    customer = make_customer()
    call = make_ringing_call(customer=customer)
    answer = client_of_customer(customer).get(reverse("call", args=[call.code]))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert attribute(html, "data-socket") == f"/ws/calls/{call.code}/customer/"
    assert attribute(html, "data-role") == "customer"
    assert 'data-theme="dark"' in html
    assert "data-ended" not in html
    assert 'id="form-panel"' in html


def test_customer_call_of_somebody_else_is_not_found():
    call = make_ringing_call()
    for client in (Client(), client_of_customer(make_customer())):
        assert client.get(reverse("call", args=[call.code])).status_code == 404


def test_customer_call_that_has_ended_asks_for_no_camera():
    customer = make_customer()
    call = make_accepted_call(customer=customer)
    with entered(scope_of_member(call.member_hint)):
        hang_up(call.code, side=Side.MERCHANT)
    answer = client_of_customer(customer).get(reverse("call", args=[call.code]))
    assert "data-ended" in answer.content.decode()


# -- the merchant's call -------------------------------------------------------------------


@pytest.mark.proves("P1.4")
def test_member_call_of_who_answered_is_shown():
    call = make_accepted_call()
    member = call.member_hint
    page = reverse("desk-call", args=[member.merchant.handle, call.code])
    html = client_of_member(member).get(page).content.decode()
    assert attribute(html, "data-socket") == f"/ws/calls/{call.code}/merchant/"
    assert 'id="form-window"' in html


def test_member_call_that_rings_leads_to_the_desk():
    call = make_ringing_call()
    handle = call.member_hint.merchant.handle
    answer = client_of_member(call.member_hint).get(reverse("desk-call", args=[handle, call.code]))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("desk", args=[handle])


def test_member_call_of_a_colleague_is_forbidden():
    call = make_accepted_call()
    merchant = call.member_hint.merchant
    colleague = make_member(merchant, Role.AGENT)
    page = reverse("desk-call", args=[merchant.handle, call.code])
    assert client_of_member(colleague).get(page).status_code == 403


def test_member_call_of_another_merchant_is_not_found():
    call = make_accepted_call()
    stranger = make_member(make_merchant())
    client = client_of_member(stranger)
    for handle in (call.member_hint.merchant.handle, stranger.merchant.handle):
        assert client.get(reverse("desk-call", args=[handle, call.code])).status_code == 404


# -- the desk ------------------------------------------------------------------------------


@pytest.mark.proves("P1.1")
def test_desk_of_a_member_has_switch_ring_and_incoming_call():
    member = make_member(make_merchant(), Role.AGENT)
    answer = client_of_member(member).get(reverse("desk", args=[member.merchant.handle]))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert attribute(html, "data-socket") == f"/ws/desk/{member.merchant.handle}/"
    assert 'role="switch"' in html
    assert 'role="alertdialog"' in html
    assert 'id="test-ring"' in html


def test_desk_lists_todays_calls_and_leads_back_to_the_open_one():
    customer = make_customer(name="Lena Vogt")
    call = make_accepted_call(customer=customer)
    member = call.member_hint
    html = client_of_member(member).get(reverse("desk", args=[member.merchant.handle])).content
    assert "Lena Vogt" in html.decode()
    assert reverse("desk-call", args=[member.merchant.handle, call.code]) in html.decode()


def test_desk_asks_the_database_as_often_for_three_calls_as_for_one():
    member = make_member(make_merchant())
    client, page = client_of_member(member), reverse("desk", args=[member.merchant.handle])
    counts = []
    for calls in (1, 2):
        for _ in range(calls):
            call = make_ringing_call(member=member)
            with entered(scope_of_customer(call.customer)):
                cancel_call(call.code)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_desk_without_sign_in_leads_to_it():
    merchant = make_merchant()
    answer = Client().get(reverse("desk", args=[merchant.handle]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))


def test_desk_of_another_merchant_is_not_found():
    stranger = make_member(make_merchant())
    page = reverse("desk", args=[make_merchant().handle])
    assert client_of_member(stranger).get(page).status_code == 404


@pytest.mark.parametrize("name", ["call-start", "desk"])
def test_pages_refuse_to_be_posted_to(name):
    merchant = make_merchant()
    assert Client().post(reverse(name, args=[merchant.handle])).status_code == 405
