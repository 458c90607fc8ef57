"""Which IP addresses may be sent to: global unicast, and nothing that leads elsewhere.

Source: the IANA special-purpose address registries (RFC 6890) as of 2026, written out: what Python's `ipaddress` calls global
differs between its versions, and it calls 6to4 and Teredo so. Refused beside them: whatever carries an IPv4 address inside an
IPv6 one (mapped, compatible, translated, 6to4, Teredo, NAT64, ISATAP), for it is delivered to that one; and what stands for
no host of its own (anycast of relays and name servers that take other people's traffic).
"""

from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network

_REFUSED_IPV4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers (CGNAT)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local: clouds answer for their machines here
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnelling
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_IPV6 = IPv6Network("2000::/3")
"""All that is given out; what lies outside is loopback, mapped, NAT64, unique local, link-local, site-local, multicast ..."""
_REFUSED_IPV6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the 6bone, given back
        "3fff::/20",  # documentation
    )
)
_ISATAP = 0x5EFE
"""The upper half of an interface identifier whose lower half is an IPv4 address (RFC 5214); one bit of it may be set."""
_ISATAP_MASK = 0xFDFF_FFFF


def is_public(text: str) -> bool:
    """Return whether an address, spelled as a resolver spells it, may be sent to."""
    try:
        return _is_public_ipv6(IPv6Address(text)) if ":" in text else _is_public_ipv4(IPv4Address(text))
    except AddressValueError:
        return False


def _is_public_ipv4(address: IPv4Address) -> bool:
    return not any(address in network for network in _REFUSED_IPV4)


def _is_public_ipv6(address: IPv6Address) -> bool:
    if address.scope_id is not None or address not in _GLOBAL_IPV6:
        return False
    if (int(address) >> 32) & _ISATAP_MASK == _ISATAP:
        return False
    return not any(address in network for network in _REFUSED_IPV6)


def neighbourhood(text: str) -> str:
    """Return what counts as one host: an IPv4 address, or the /64 in which one has as many IPv6 addresses as one likes."""
    if ":" not in text:
        return text
    return str(IPv6Network((int(IPv6Address(text)) >> 64 << 64, 64)))
