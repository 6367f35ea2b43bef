"""IP addresses: the one spelling we keep, and the client's own behind trusted proxies. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

LONGEST: Final = 45
"""The longest spelling of an IPv6 address; longer text is never an address."""
UNIX: Final = "unix"
"""Stands in a list of trusted proxies for a proxy on a unix socket, which has no address."""

Network = IPv4Network | IPv6Network


def canonical(text: str) -> str:
    """Return the one spelling of an address; raises ValueError.

    A mapped address (`::ffff:192.0.2.1`) is the IPv4 address it stands for, and a zone
    (`fe80::1%eth0`) names an interface of somebody's machine, so it is no address to call.
    """
    if len(text) > LONGEST:
        raise ValueError("too long for an address")
    address: IPv4Address | IPv6Address = ip_address(text)
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            raise ValueError("a zone is not part of an address")
        address = address.ipv4_mapped or address
    return str(address)


@dataclass(frozen=True, slots=True)
class Trusted:
    """Proxies that may say who the client is: networks, and those on a unix socket."""

    networks: tuple[Network, ...]
    unix: bool

    def includes(self, peer: str | None) -> bool:
        """Say whether the machine at `peer` (None: on a unix socket) is one of ours."""
        if peer is None:
            return self.unix
        address = ip_address(peer)
        return any(address in network for network in self.networks)


@lru_cache(maxsize=8)
def trusted_proxies(*texts: str) -> Trusted:
    """Read a setting such as `10.0.0.0/8`, `unix`; raises ValueError."""
    return Trusted(tuple(ip_network(text) for text in texts if text != UNIX), UNIX in texts)


def client_address(peer: str | None, forwarded: Sequence[str], trusted: Trusted) -> str | None:
    """Return the client's address as the nearest trusted machine saw it, or None.

    `forwarded` are the values of X-Forwarded-For in order of arrival. Hops are believed
    from the right only as long as the machine that wrote them is trusted, so what a client
    puts there itself never counts.
    """
    seen = _canonical_or_none(peer)
    believe = trusted.includes(seen) if seen or not peer else False
    for hop in reversed([hop for value in forwarded for hop in value.split(",")]):
        if not believe:
            break
        seen = _canonical_or_none(hop.strip())
        believe = seen is not None and trusted.includes(seen)
    return seen


def _canonical_or_none(text: str | None) -> str | None:
    try:
        return canonical(text) if text else None
    except ValueError:
        return None


# IANA's special-purpose registries of IPv4 and IPv6, written out because the versions of Python we
# run on do not agree about them. What is not global unicast, or reaches an IPv4 address through
# another spelling (NAT64, 6to4, Teredo), is on the list; of IPv6 only 2000::/3 is given out at all.
_GLOBAL_IPV6: Final = ip_network("2000::/3")
SPECIAL: Final = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip


def is_public(text: str) -> bool:
    """Say whether an address, in any spelling `canonical` takes, is one of the open internet."""
    try:
        address = ip_address(canonical(text))
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address not in _GLOBAL_IPV6:
        return False
    return not any(address in network for network in SPECIAL)


def is_private_host(host: str) -> bool:
    """Say whether an installation of that host name or address is reached on private ways only."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".test")):
        return True
    try:
        canonical(name)
    except ValueError:
        return False
    return not is_public(name)
