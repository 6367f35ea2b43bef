"""Desks go online, stay and leave; the published address follows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from calls.errors import AddressUnseenError, MerchantUnavailableError
from calls.models import Endpoint, PublishedAddress
from calls.selectors import mode_in_force, published_address
from calls.services.publish_address import publish_address
from calls.services.register_endpoint import leave_desk, register_endpoint
from calls.services.sweep_calls import forget_addresses
from calls.services.take_seat import keep_seat, take_seat
from calls.services.watch_desk import watch_desk
from calls.states import Side
from marketplace.accounts.audit import SYSTEM
from merchants.access import scope_of_customer
from merchants.scope import entered, operator_scope
from tests.factories.calls import ago, make_endpoint, make_live_call, trail
from tests.factories.merchants import change_merchant, make_member, make_merchant, scope_of_member

pytestmark = pytest.mark.usefixtures("db")


def address_of(member):
    with entered(scope_of_member(member)):
        return PublishedAddress.objects.get()


def expire(endpoint) -> None:
    with entered(operator_scope(SYSTEM)):
        Endpoint.objects.filter(pk=endpoint.pk).update(last_seen_at=ago(70), expires_at=ago(10))


def beat(endpoint, member=None, *, heard: bool = True):
    member = member or endpoint.member
    return watch_desk(scope_of_member(member), member, endpoint, heard=heard)


@pytest.mark.proves("P1.1", "C1")
def test_desk_that_goes_online_publishes_its_own_address_in_direct_mode():
    endpoint = make_endpoint(address="198.51.100.7")
    found = address_of(endpoint.member)
    assert (found.address, found.mode) == ("198.51.100.7", "direct")
    assert found.is_valid
    assert timedelta(0) < endpoint.expires_at - timezone.now() <= timedelta(seconds=90)


@pytest.mark.proves("INV-C9", "INV-C16")
def test_relay_mode_publishes_the_relays_address_only(settings):
    settings.TURN_URLS, settings.RELAY_ADDRESS = ["turn:203.0.113.1"], "203.0.113.1"
    member = make_member(make_merchant(media_mode="relay"))
    make_endpoint(member, address="198.51.100.7")
    found = address_of(member)
    assert (found.address, found.mode, found.former_address) == ("203.0.113.1", "relay", None)


def test_without_a_relay_direct_is_in_force_and_says_so(settings):
    settings.TURN_URLS, settings.RELAY_ADDRESS = [], ""
    assert mode_in_force(make_merchant(media_mode="relay")) == ("direct", "no_relay")
    assert mode_in_force(make_merchant(media_mode="direct")) == ("direct", "chosen")


def test_published_address_stays_while_its_endpoint_is_there():
    member = make_member(make_merchant())
    first = make_endpoint(member, address="198.51.100.7")
    make_endpoint(member, address="198.51.100.8")
    assert address_of(member).address == "198.51.100.7"
    with entered(scope_of_member(member)):
        leave_desk(member, first.code)
    found = address_of(member)
    assert (found.address, found.former_address) == ("198.51.100.8", "198.51.100.7")
    assert found.is_valid


def test_last_desk_that_leaves_makes_the_merchant_unavailable_at_once():
    endpoint = make_endpoint()
    member = endpoint.member
    with entered(scope_of_member(member)):
        assert published_address(member.merchant).is_valid
        leave_desk(member, endpoint.code)
        leave_desk(member, endpoint.code)
        with pytest.raises(MerchantUnavailableError):
            published_address(member.merchant)
    assert [entry.action for entry in trail()] == ["endpoint.registered", "endpoint.left"]


def test_heartbeat_keeps_an_endpoint_and_its_address_alive():
    endpoint = make_endpoint()
    member = endpoint.member
    with entered(operator_scope(SYSTEM)):
        Endpoint.objects.update(last_seen_at=ago(50), expires_at=ago(-2))
        PublishedAddress.objects.update(valid_until=ago(-2))
    assert beat(endpoint).kept
    with entered(scope_of_member(member)):
        kept = Endpoint.objects.get()
    assert kept.expires_at > timezone.now() + timedelta(seconds=50)
    assert address_of(member).valid_until == kept.expires_at


def test_expired_endpoint_cannot_be_refreshed_and_is_not_at_the_desk():
    endpoint = make_endpoint()
    expire(endpoint)
    assert not beat(endpoint).kept
    with entered(scope_of_member(endpoint.member)):
        leave_desk(endpoint.member, endpoint.code)
    assert [entry.action for entry in trail()] == ["endpoint.registered"]


@pytest.mark.proves("C2")
def test_address_holds_while_a_member_talks_though_the_desk_is_closed():
    call = make_live_call()
    member, endpoint = call.member_hint, call.endpoint_hint
    with entered(scope_of_member(member)):
        leave_desk(member, endpoint.code)
        assert published_address(member.merchant).is_valid
        PublishedAddress.objects.update(valid_until=ago(5))
        seated = take_seat(call.code, Side.MERCHANT)
        keep_seat(call.code, side=Side.MERCHANT, seat=seated.merchant_seat, heard_at=timezone.now())
        assert published_address(member.merchant).is_valid, "the call's own heartbeat keeps it"
        PublishedAddress.objects.update(valid_until=ago(5))
    with entered(scope_of_customer(call.customer)):
        keep_seat(call.code, side=Side.CUSTOMER, seat=0, heard_at=timezone.now())
    assert not address_of(member).is_valid, "the caller's does not"


@pytest.mark.proves("P1.2")
def test_heartbeat_notices_that_the_published_address_is_not_right_any_more(settings):
    member = make_member(make_merchant())
    first = make_endpoint(member, address="198.51.100.7")
    second = make_endpoint(member, address="198.51.100.8")
    assert beat(second).in_step
    expire(first)
    assert not beat(second).in_step, "its endpoint is gone"
    with entered(scope_of_member(member)):
        publish_address(member.merchant)
    assert beat(second).in_step
    settings.TURN_URLS, settings.RELAY_ADDRESS = ["turn:203.0.113.1"], "203.0.113.1"
    assert beat(second).in_step, "direct is the merchant's choice"
    change_merchant(make_member(member.merchant).merchant, media_mode="relay")
    assert not beat(second).in_step, "chosen since: the row counts, not what the socket knew"
    with entered(scope_of_member(member)):
        publish_address(member.merchant)
    assert beat(second).in_step


def test_heartbeat_of_a_browser_that_is_silent_keeps_nothing():
    endpoint = make_endpoint()
    assert not beat(endpoint, heard=False).kept
    with entered(scope_of_member(endpoint.member)):
        assert Endpoint.objects.get().expires_at == endpoint.expires_at


def test_endpoint_of_a_colleague_is_not_mine_to_keep_or_leave():
    endpoint = make_endpoint()
    colleague = make_member(endpoint.member.merchant)
    assert not beat(endpoint, colleague).kept
    with entered(scope_of_member(colleague)):
        leave_desk(colleague, endpoint.code)
        assert Endpoint.objects.get().expires_at == endpoint.expires_at


def test_desk_whose_address_is_unseen_cannot_go_online():
    member = make_member(make_merchant())
    with entered(scope_of_member(member)), pytest.raises(AddressUnseenError):
        register_endpoint(member, device="", address=None)


@pytest.mark.proves("INV-C15")
def test_database_allows_no_endpoint_to_outlive_its_heartbeat_by_more_than_90_seconds():
    endpoint = make_endpoint()
    scope = scope_of_member(endpoint.member)
    with pytest.raises(IntegrityError, match="endpoint_life_is_short"), entered(scope):
        Endpoint.objects.update(expires_at=endpoint.last_seen_at + timedelta(seconds=91))


def test_real_addresses_are_forgotten_a_day_after_the_desk_is_gone():
    old, live = make_endpoint(), make_endpoint()
    with entered(operator_scope(SYSTEM)):
        Endpoint.objects.filter(pk=old.pk).update(last_seen_at=ago(90_000), expires_at=ago(89_950))
        PublishedAddress.objects.filter(merchant=old.merchant_id).update(
            former_address="198.51.100.9", former_until=ago(1)
        )
        assert forget_addresses() == 1
        assert Endpoint.objects.get(pk=old.pk).address is None
        assert Endpoint.objects.get(pk=live.pk).address is not None
        assert PublishedAddress.objects.get(merchant=old.merchant_id).former_address is None


def test_device_name_is_one_line_that_shows():
    member = make_member(make_merchant())
    with entered(scope_of_member(member)):
        endpoint, _published = register_endpoint(
            member, device=" Lap\x00top\n\u202eone ", address="198.51.100.7"
        )
        assert Endpoint.objects.get(pk=endpoint.pk).device == "Laptop one"
