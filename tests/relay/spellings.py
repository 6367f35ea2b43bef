"""Addresses that a relay must never reach, in every way an address can be written."""

from ipaddress import IPv4Address, IPv6Address

SPECIAL_4 = (
    *("0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255"),
    *("127.0.0.1", "127.0.0.2", "127.255.255.255", "169.254.0.1", "169.254.169.254"),
    *("172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.31.196.1", "192.52.193.1"),
    *("192.88.99.1", "192.168.0.1", "192.168.255.255", "192.175.48.1", "198.18.0.1"),
    *("198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255"),
    *("240.0.0.1", "255.255.255.255"),
)
SPECIAL_6 = (
    *("::", "::1", "100::1", "2001::1", "2001:db8::1", "3fff::1", "5f00::1", "fc00::1", "fd00::1"),
    *("fd00:ec2::254", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1"),
)
# the neighbours of the special ranges, and addresses of great networks
PUBLIC_4 = (
    *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"),
    *("126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255"),
    *("172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255"),
    *("198.20.0.0", "198.51.99.255", "203.0.112.255", "203.0.114.0", "223.255.255.255"),
)


def in_ipv6(text: str) -> dict[str, str]:
    """Every IPv6 spelling of an IPv4 address, by the name of the trick."""
    number = int(IPv4Address(text))
    return {
        name: str(IPv6Address((prefix << shift) | (number << place)))
        for name, (prefix, shift, place) in TRICKS.items()
    }


# name: (prefix, by how much it is shifted, where the IPv4 address stands)
TRICKS = {
    "mapped": (0xFFFF, 32, 0),
    "compatible": (0, 0, 0),
    "translated": (0xFFFF << 16, 32, 0),
    "nat64": (0x64FF9B, 96, 0),
    "local nat64": (0x64FF9B0001, 80, 0),
    "6to4": (0x2002, 112, 80),
    "teredo": (0x20010000, 96, 0),
    "isatap": (0xFE80 << 80 | 0x5EFE, 32, 0),
}
