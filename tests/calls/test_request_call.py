"""The call request: what rings, and everything that must not."""

import pytest

from calls.errors import (
    AddressMalformedError,
    AddressMissingError,
    AddressStaleError,
    AddressUnknownError,
    CallsTooOftenError,
    MerchantSuspendedError,
    MerchantUnavailableError,
    MerchantUnknownError,
    StorefrontClosedError,
)
from calls.models import Call, Endpoint, PublishedAddress
from calls.services.end_call import cancel_call, hang_up
from calls.services.register_endpoint import leave_desk
from calls.services.request_call import request_call
from calls.states import CallState, Side
from marketplace.accounts.audit import SYSTEM
from merchants.access import scope_of_customer
from merchants.scope import entered, operator_scope
from tests.factories.calls import (
    ago,
    make_accepted_call,
    make_endpoint,
    make_ringing_call,
    published,
    trail,
)
from tests.factories.merchants import change_merchant, make_member, make_merchant, scope_of_member
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")


def calls() -> list[Call]:
    with entered(operator_scope(SYSTEM)):
        return list(Call.objects.order_by("created_at"))


@pytest.mark.proves("P1.1", "P5.1", "C1")
def test_request_with_the_published_address_rings():
    customer = make_customer(name="Lena")
    call = make_ringing_call(customer=customer, page="Jasmine tea")
    (kept,) = calls()
    assert kept.pk == call.pk
    assert (kept.state, kept.page, kept.customer_name) == ("ringing", "Jasmine tea", "Lena")
    assert kept.address == published(call.member_hint)
    assert 44 < (kept.ring_until - kept.requested_at).total_seconds() < 46
    (entry,) = trail(action="call.requested")
    assert (entry.actor_kind, entry.subject_id) == ("customer", call.pk)
    assert kept.address not in str(entry.data), "no address in the trail"


def test_other_spelling_of_the_address_is_the_same_address():
    endpoint = make_endpoint(address="2001:db8::7")
    handle = endpoint.member.merchant.handle
    call, _new = request_call(make_customer(), handle=handle, address="2001:DB8:0::0:7")
    assert call.address == "2001:db8::7"


def test_guest_without_a_name_gets_a_neutral_word():
    assert make_ringing_call(customer=make_customer(name="")).caller == "Guest"


@pytest.mark.proves("P1.2")
@pytest.mark.parametrize(
    ("address", "error"),
    [
        (None, AddressMissingError),
        ("", AddressMissingError),
        ("tea-house", AddressMalformedError),
        ("198.51.100.7:3478", AddressMalformedError),
        ("1" * 200, AddressMalformedError),
        ("203.0.113.200", AddressUnknownError),
    ],
)
def test_request_without_a_right_address_is_refused_and_rings_nobody(address, error):
    endpoint = make_endpoint()
    with pytest.raises(error):
        request_call(make_customer(), handle=endpoint.member.merchant.handle, address=address)
    assert calls() == []


@pytest.mark.proves("P1.2")
def test_address_of_another_merchant_never_rings_anybody():
    mine, theirs = make_endpoint(), make_endpoint()
    with pytest.raises(AddressUnknownError):
        request_call(
            make_customer(), handle=mine.member.merchant.handle, address=published(theirs.member)
        )
    assert calls() == []


@pytest.mark.proves("P1.2")
def test_stale_address_names_the_new_one_and_a_retry_rings():
    member = make_member(make_merchant())
    first = make_endpoint(member, address="198.51.100.7")
    make_endpoint(member, address="198.51.100.8")
    with entered(scope_of_member(member)):
        leave_desk(member, first.code)
    handle, customer = member.merchant.handle, make_customer()
    with pytest.raises(AddressStaleError) as caught:
        request_call(customer, handle=handle, address="198.51.100.7")
    assert caught.value.data == {"address": "198.51.100.8"}
    assert calls() == []
    call, _new = request_call(customer, handle=handle, address=caught.value.data["address"])
    assert call.state == "ringing"


def test_stale_address_of_long_ago_is_unknown():
    endpoint = make_endpoint()
    with entered(operator_scope(SYSTEM)):
        PublishedAddress.objects.update(former_address="198.51.100.99", former_until=ago(1))
    with pytest.raises(AddressUnknownError):
        request_call(
            make_customer(), handle=endpoint.member.merchant.handle, address="198.51.100.99"
        )


@pytest.mark.proves("P1.1")
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"state": "suspended"}, MerchantSuspendedError),
        ({"state": "closed"}, StorefrontClosedError),
        ({"state": "in_review"}, MerchantUnknownError),
        ({"state": "applied"}, MerchantUnknownError),
        ({"state": "rejected"}, MerchantUnknownError),
    ],
)
def test_merchant_who_takes_no_calls_is_not_rung(fields, error):
    endpoint = make_endpoint()
    address = published(endpoint.member)
    change_merchant(endpoint.member.merchant, **fields)
    with pytest.raises(error):
        request_call(make_customer(), handle=endpoint.member.merchant.handle, address=address)
    assert calls() == []


@pytest.mark.proves("P1.1")
def test_unknown_merchant_is_not_rung():
    with pytest.raises(MerchantUnknownError):
        request_call(make_customer(), handle="nobody", address="198.51.100.7")


@pytest.mark.proves("INV-C15", "P1.5")
def test_nobody_at_the_desk_is_unavailable_and_kept_for_the_log():
    endpoint = make_endpoint()
    address = published(endpoint.member)
    with entered(scope_of_member(endpoint.member)):
        leave_desk(endpoint.member, endpoint.code)
    with pytest.raises(MerchantUnavailableError) as caught:
        request_call(make_customer(), handle=endpoint.member.merchant.handle, address=address)
    (kept,) = calls()
    assert (kept.state, kept.end_reason) == (CallState.UNAVAILABLE, "nobody_at_desk")
    assert caught.value.data == {"call": kept.code}
    assert len(trail(action="call.unavailable")) == 1


@pytest.mark.proves("INV-C15")
def test_expired_endpoint_rings_nobody():
    endpoint = make_endpoint()
    address = published(endpoint.member)
    with entered(operator_scope(SYSTEM)):
        Endpoint.objects.update(last_seen_at=ago(70), expires_at=ago(1))
    with pytest.raises(MerchantUnavailableError):
        request_call(make_customer(), handle=endpoint.member.merchant.handle, address=address)


@pytest.mark.proves("INV-C11")
def test_double_click_rings_once_and_an_answered_call_is_given_back():
    customer = make_customer()
    call = make_accepted_call(customer=customer)
    handle, address = call.member_hint.merchant.handle, published(call.member_hint)
    again, new = request_call(customer, handle=handle, address=address)
    assert (again.pk, new, again.state) == (call.pk, False, "accepted")
    assert len(calls()) == 1


def test_call_after_a_finished_one_is_new_and_knows_that_they_met(monkeypatch):
    from calls.services import request_call as module

    seen = []
    monkeypatch.setattr(
        module, "announce_rang", lambda call, desks, *, seen_before: seen.append(seen_before)
    )
    customer = make_customer()
    call = make_accepted_call(customer=customer)
    member = call.member_hint
    with entered(scope_of_member(member)):
        hang_up(call.code, side=Side.MERCHANT)
    address = published(member)
    again, new = request_call(customer, handle=member.merchant.handle, address=address)
    assert new
    assert again.pk != call.pk
    assert seen == [False, True]


@pytest.mark.proves("INV-A4")
def test_customer_who_calls_too_often_is_held_and_others_are_not(settings):
    settings.CALL_REQUESTS_PER_MINUTE = 3
    customer, endpoint = make_customer(), make_endpoint()
    handle, address = endpoint.member.merchant.handle, published(endpoint.member)
    for _ in range(3):
        call, _new = request_call(customer, handle=handle, address=address)
        with entered(scope_of_customer(customer)):
            cancel_call(call.code)
    with pytest.raises(CallsTooOftenError):
        request_call(customer, handle=handle, address=address)
    assert request_call(make_customer(), handle=handle, address=address)[1]
    with entered(operator_scope(SYSTEM)):
        Call.objects.filter(customer=customer).update(
            requested_at=ago(61), ended_at=ago(60), ring_until=ago(30)
        )
    assert request_call(customer, handle=handle, address=address)[1]


def test_two_customers_ring_at_the_same_desk():
    member = make_member(make_merchant())
    first = make_ringing_call(member=member)
    call, new = request_call(
        make_customer(), handle=member.merchant.handle, address=published(member)
    )
    assert new
    assert call.pk != first.pk
