"""Which addresses may be sent to: our table beside an independent one, and beside every range that has a purpose."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from random import Random

import pytest
from safe_outbound import ip_is_internal

from chalicelib.domain.public_addresses import is_public, neighbourhood

PUBLIC = ["93.184.215.14", "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0"]
PUBLIC += ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450:4001:80b::200e", "2400:3200::1", "2001:4860:4860::8888"]
SPECIAL = {
    "this network": "0.0.0.1",
    "private, ten": "10.255.255.255",
    "private, 172": "172.16.0.1",
    "private, 192": "192.168.1.1",
    "of carriers": "100.64.0.1",
    "loopback": "127.255.255.254",
    "link-local, where clouds tell secrets": "169.254.169.254",
    "protocol assignments": "192.0.0.8",
    "documentation": "192.0.2.1",
    "documentation, two": "198.51.100.7",
    "documentation, three": "203.0.113.9",
    "relays of 6to4": "192.88.99.1",
    "benchmarking": "198.19.255.255",
    "multicast": "239.255.255.250",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified": "::",
    "loopback, six": "::1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped public": "::ffff:8.8.8.8",
    "compatible": "::8.8.8.8",
    "translated": "::ffff:0:8.8.8.8",
    "NAT64": "64:ff9b::a00:1",
    "NAT64 of one's own": "64:ff9b:1::a00:1",
    "discard-only": "100::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "benchmarking, six": "2001:2::1",
    "ORCHID": "2001:20::1",
    "documentation, six": "2001:db8::1",
    "documentation, six, new": "3fff::1",
    "6to4 of a private address": "2002:a00:1::1",
    "segment routing": "5f00::1",
    "ISATAP": "2a00:1450:4001:80b:0:5efe:a00:1",
    "ISATAP, the other bit": "2a00:1450:4001:80b:200:5efe:a00:1",
    "unique local": "fd00:ec2::254",
    "link-local, six": "fe80::1",
    "site-local": "fec0::1",
    "multicast, six": "ff02::1",
    "the 6bone": "3ffe::1",
    "with a zone": "2a00:1450:4001:80b::200e%eth0",
    "not canonical": "010.0.0.1",
    "short": "127.1",
    "a number": "2130706433",
    "a name": "localhost",
    "nothing": "",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_hosts_of_the_public_internet_may_be_sent_to(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", SPECIAL.values(), ids=SPECIAL.keys())
def test_nothing_else_may(address: str) -> None:
    assert not is_public(address)


def test_what_an_independent_table_refuses_is_refused_at_both_ends_of_every_range_and_anywhere() -> None:
    chance = Random("addresses")
    edges = [int(IPv4Address(text)) for text in SPECIAL.values() if text.count(".") == 3 and text[0] not in ":0"]
    numbers = [chance.getrandbits(32) for _ in range(20_000)] + [edge + off for edge in edges for off in (-1, 0, 1)]
    texts = [str(IPv4Address(number % 2**32)) for number in numbers]
    texts += [str(IPv6Address(chance.getrandbits(128))) for _ in range(5_000)]
    texts += [str(IPv6Address(0x2001 << 112 | chance.getrandbits(112))) for _ in range(5_000)]
    refused = [text for text in texts if ip_is_internal(text)]
    assert len(refused) > 5_000
    assert [text for text in refused if is_public(text)] == []
    # Where we refuse more, it is for a reason that stands in our own table.
    ours = [text for text in texts if not is_public(text) and not ip_is_internal(text)]
    more = [IPv4Network(text) for text in ("192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24")]
    assert all(any(IPv4Address(text) in net for net in more) for text in ours if ":" not in text)
    narrow = IPv6Network("2001::/23")
    assert all(
        IPv6Address(text) in narrow or IPv6Address(text) not in IPv6Network("2000::/3") for text in ours if ":" in text
    )


def test_whoever_has_a_network_of_addresses_is_one_host() -> None:
    assert neighbourhood("93.184.215.14") == "93.184.215.14"
    assert (
        neighbourhood("2a00:1450:4001:80b::200e")
        == neighbourhood("2a00:1450:4001:80b:1::2")
        == "2a00:1450:4001:80b::/64"
    )
