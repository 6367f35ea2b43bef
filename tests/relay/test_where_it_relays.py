"""Where the relay sends to: the public internet and itself, whatever way an address is written."""

import re
import subprocess

import pytest

from tests.relay.coturn import Coturn, running
from tests.relay.spellings import PUBLIC_4, SPECIAL_4, SPECIAL_6, in_ipv6
from tests.relay.turn_client import TCP, TurnClient, TurnError

FORBIDDEN, OTHER_FAMILY = 403, 443
FIXED_IN = (4, 9)


def granted(client: TurnClient, addresses) -> list[str]:
    """Ask for each; a refusal for another reason than the address fails the test."""
    return [address for address in addresses if refusal(client, address) is None]


def refusal(client: TurnClient, address: str) -> int | None:
    try:
        client.permit(address)
    except TurnError as error:
        if error.code not in {FORBIDDEN, OTHER_FAMILY}:
            raise
        return error.code
    return None


@pytest.mark.proves("INV-A9", "A9")
def test_public_addresses_are_granted(user):
    assert granted(user, PUBLIC_4) == list(PUBLIC_4)


def test_every_special_address_is_refused_plainly_written(user):
    assert granted(user, SPECIAL_4) == []
    assert granted(user, PUBLIC_4[:1]) == list(PUBLIC_4[:1])  # it still grants what it should


@pytest.mark.parametrize("trick", in_ipv6("127.0.0.1"))
def test_every_special_address_is_refused_in_ipv6_spelling(user, trick):
    assert granted(user, [in_ipv6(address)[trick] for address in SPECIAL_4]) == []


def test_every_special_ipv6_address_is_refused(user):
    assert granted(user, SPECIAL_6) == []


def test_lists_alone_refuse_loopback_and_let_the_relay_reach_itself():
    with running(Coturn(extra=["--allow-loopback-peers"])) as coturn:
        login = coturn.login("c4ll-customer")
        with TurnClient(coturn.server, login.username, login.credential) as client:
            client.allocate()
            loopback = ["127.0.0.1", "127.0.0.2", "127.255.255.255", "169.254.169.254"]
            assert granted(client, loopback) == [coturn.address]


def test_two_allocations_reach_each_other():
    with running(Coturn(extra=["--allow-loopback-peers"])) as coturn:
        logins = [coturn.login(f"c4ll-{side}") for side in ("customer", "merchant")]
        left, right = (TurnClient(coturn.server, one.username, one.credential) for one in logins)
        with left, right:
            here, there = left.allocate(), right.allocate()
            left.permit(*there)
            right.permit(*here)
            left.send(there, b"hello")
            assert right.receive() == (here, b"hello")


def test_control_a_relay_with_an_ipv6_address_is_walked_around():
    """The guard off: with IPv6 the old coturn grants its own machine in two spellings."""
    spellings = in_ipv6("127.0.0.1")
    with running(Coturn(extra=["--relay-ip=::1"])) as coturn:
        login = coturn.login("c4ll-customer")
        with TurnClient(coturn.server, login.username, login.credential) as client:
            client.allocate(family=2)
            found = granted(client, spellings.values())
    walked = [spellings[name] for name in ("mapped", "compatible", "translated")]
    assert set(found) <= set(walked)
    if version() < FIXED_IN:
        assert spellings["mapped"] in found


def version() -> tuple[int, ...]:
    told = subprocess.run(["turnserver", "--version"], capture_output=True, text=True, check=False)
    return tuple(map(int, re.findall(r"(\d+)\.(\d+)\.(\d+)", told.stdout + told.stderr)[-1]))


@pytest.mark.parametrize("tcp", [False, True], ids=["over udp", "over tcp"])
def test_tcp_and_ipv6_relays_are_refused(coturn, tcp):
    login = coturn.login("c4ll-customer")
    for wishes, code in (({"transport": TCP}, 442), ({"family": 2}, 440)):
        client = TurnClient(coturn.server, login.username, login.credential, tcp=tcp)
        with client, pytest.raises(TurnError) as refused:
            client.allocate(**wishes)
        assert refused.value.code == code


@pytest.mark.parametrize("tcp", [False, True], ids=["over udp", "over tcp"])
def test_tcp_connect_is_refused(coturn, tcp):
    login = coturn.login("c4ll-customer")
    with TurnClient(coturn.server, login.username, login.credential, tcp=tcp) as client:
        client.allocate()
        for address in ("127.0.0.1", "8.8.8.8", "::ffff:127.0.0.1"):
            with pytest.raises(TurnError) as refused:
                client.connect(address)
            assert refused.value.code in {FORBIDDEN, OTHER_FAMILY}
