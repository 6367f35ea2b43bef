"""Which addresses may be told to customers; every special range in every spelling may not."""

import pytest

from calls.addresses import SPECIAL, is_private_host, is_public
from calls.errors import AddressPrivateError
from calls.models import PublishedAddress
from calls.services.publish_address import publish_address
from calls.services.register_endpoint import register_endpoint
from marketplace.accounts.audit import SYSTEM
from merchants.scope import entered, operator_scope
from tests.calls.peers import desk, outside
from tests.factories.calls import make_endpoint
from tests.factories.merchants import change_merchant, make_member, make_merchant, scope_of_member

PUBLIC = ("93.184.215.14", "1.1.1.1", "2606:2800:21f:cb07::1", "2a00:1450:4001:80b::200e")
OTHER_SPELLINGS = (
    "::", "::1", "0:0:0:0:0:0:0:1", "::ffff:10.0.0.1", "::ffff:a00:1", "::FFFF:127.0.0.1",
    "::10.0.0.1", "fe80::1", "FE80::1", "febf::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1",
    "64:ff9b::a00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "5f00::1", "2001::1",
    "2001:db8::1", "2002:a00:1::1", "3fff::1", "4000::1", "e000::1",
)  # fmt: skip
NO_ADDRESSES = (
    "",
    "here",
    "fe80::1%eth0",
    "10.1",
    "0x7f.0.0.1",
    "2130706433",
    "127.0.0.1:80",
    "x" * 99,
)


@pytest.mark.proves("INV-C9", "INV-C16")
@pytest.mark.parametrize("network", SPECIAL, ids=str)
def test_no_address_of_a_special_range_is_public(network):
    for address in (network.network_address, network.broadcast_address, network[1]):
        assert not is_public(str(address))


@pytest.mark.proves("INV-C9", "INV-C16")
@pytest.mark.parametrize("text", OTHER_SPELLINGS + NO_ADDRESSES)
def test_no_other_spelling_of_one_is_public(text):
    assert not is_public(text)


def test_addresses_beside_the_ranges_are_public_control():
    for text in (*PUBLIC, "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0",
                 "192.167.255.255", "192.169.0.0", "100.63.255.255", "100.128.0.0",
                 "169.253.255.255", "169.255.0.0", "223.255.255.255", "::ffff:1.1.1.1"):  # fmt: skip
        assert is_public(text), text


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True), ("shop.localhost", True), ("127.0.0.1", True), ("::1", True),
        ("192.168.1.5", True), ("10.0.0.9", True), ("fd00::5", True), ("till.local", True),
        ("visavis.example", False), ("1.1.1.1", False), ("2606:2800:21f:cb07::1", False), ("", False),
        ("localhost.example", False), ("10.0.0.9.example", False),
    ],
)  # fmt: skip
def test_installation_is_private_by_the_host_of_its_origin(host, private):
    assert is_private_host(host) is private


@pytest.mark.usefixtures("db")
@pytest.mark.proves("INV-C9", "INV-C16")
@pytest.mark.parametrize("address", ["192.168.7.31", "127.0.0.1", "fd12:3456::1", "100.64.0.9"])
def test_production_publishes_no_private_address_in_direct_mode(settings, address):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    member = make_member(make_merchant())
    with entered(scope_of_member(member)), pytest.raises(AddressPrivateError):
        register_endpoint(member, device="", address=address)
    with entered(operator_scope(SYSTEM)):
        assert not PublishedAddress.objects.exists()
    settings.ALLOW_PRIVATE_ADDRESSES = True
    assert make_endpoint(member, address=address).address == address, "embedded it may"


@pytest.mark.usefixtures("db")
@pytest.mark.proves("INV-C9", "INV-C16")
def test_relay_mode_takes_desks_behind_any_address_and_direct_withdraws_what_it_may_not_tell(
    settings,
):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    settings.TURN_URLS, settings.RELAY_ADDRESS = ["turn:relay.example"], "1.1.1.1"
    member = make_member(make_merchant(media_mode="relay"))
    make_endpoint(member, address="192.168.7.31")
    with entered(scope_of_member(member)):
        assert PublishedAddress.objects.get().address == "1.1.1.1"
    change_merchant(member.merchant, media_mode="direct")
    with entered(scope_of_member(member)):
        withdrawn = publish_address(member.merchant)
        assert (withdrawn.address, withdrawn.is_valid) == (None, False)
    make_endpoint(member, address="93.184.215.14")
    with entered(scope_of_member(member)):
        assert PublishedAddress.objects.get().address == "93.184.215.14", "the public one only"


@pytest.mark.usefixtures("tidy_sockets")
@pytest.mark.proves("INV-C9")
async def test_desk_at_a_private_address_is_told_why_it_cannot_go_online(settings):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    member = await outside(lambda: make_member(make_merchant()))()
    peer = await desk(member, online=False, address="10.0.0.5")
    refused = await peer.ask("desk.go_online", device="Laptop")
    assert (refused["type"], refused["code"]) == ("error", "address_private")
