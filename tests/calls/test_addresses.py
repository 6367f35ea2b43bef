"""One spelling of an address, and the client's own behind trusted proxies."""

import pytest
from django.test import override_settings

from calls.addresses import canonical, client_address, trusted_proxies
from calls.checks import addresses as check_addresses

PROXIES = trusted_proxies("10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_address_has_one_spelling(text, kept):
    assert canonical(text) == kept


@pytest.mark.proves("P1.2")
@pytest.mark.parametrize(
    "text",
    [
        "", " ", "198.51.100", "198.51.100.256", "198.51.100.7:80", "fe80::1%eth0", "localhost",
        "0x7f.1", "1" * 46, "198.51.100.7\n", "198.51.100.7 ", "٣.1.1.1", "010.1.1.1",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        canonical(text)


@pytest.mark.proves("P1.2")
def test_forwarded_header_of_a_stranger_counts_nothing():
    assert client_address("203.0.113.9", ["198.51.100.7"], PROXIES) == "203.0.113.9"
    assert client_address("203.0.113.9", ["198.51.100.7"], trusted_proxies()) == "203.0.113.9"


@pytest.mark.proves("P1.2")
def test_hops_are_believed_from_the_right_as_long_as_they_are_ours():
    headers = ["1.1.1.1, 198.51.100.7", "10.2.2.2"]
    assert client_address("10.0.0.1", headers, PROXIES) == "198.51.100.7"
    assert client_address("fd00::5", ["2001:db8::7"], PROXIES) == "2001:db8::7"
    assert client_address("10.0.0.1", [], PROXIES) == "10.0.0.1"


def test_garbage_hop_of_a_trusted_proxy_is_unseen():
    assert client_address("10.0.0.1", ["unknown"], PROXIES) is None


def test_proxy_on_a_unix_socket_counts_only_when_named():
    assert client_address(None, ["198.51.100.7"], PROXIES) is None
    assert client_address(None, ["198.51.100.7"], trusted_proxies("unix")) == "198.51.100.7"


@override_settings(RELAY_ADDRESS="relay.example", TRUSTED_PROXIES=["10.0.0.0/8", "proxy"])
def test_settings_that_are_no_addresses_stop_the_start():
    assert [error.id for error in check_addresses()] == ["calls.E001", "calls.E002"]


@override_settings(RELAY_ADDRESS="203.0.113.1", TRUSTED_PROXIES=["10.0.0.0/8", "unix"])
def test_settings_that_are_addresses_pass():
    assert check_addresses() == []
