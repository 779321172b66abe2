"""Which network addresses pauta may connect to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_METADATA = tuple(
    map(
        ip_network,
        ("100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128"),
    )
)
"""Metadata services of clouds that do not live at a link-local address."""
_NAT64 = ip_network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Rules:
    """What is allowed beyond public addresses.

    ``private`` allows loopback and private networks, which flows on one's own machine need. Link-local addresses and
    the metadata services of clouds, which give away credentials, are never allowed.
    """

    private: bool = True

    def refusal(self, address: str) -> str | None:
        """Why an address may not be connected to; None when it may."""
        reasons = (self._reason(each) for each in _meant(ip_address(address.partition("%")[0])))
        return next((reason for reason in reasons if reason), None)

    def _reason(self, address: Address) -> str | None:
        if address.is_link_local or any(address in network for network in _METADATA):
            return "link-local addresses and metadata services of clouds are never allowed"
        if address.is_multicast or (address.is_reserved and not address.is_loopback and address.version == 4):
            return "multicast and reserved addresses are never allowed"
        if not self.private and not address.is_global:
            return "this installation does not allow private networks"
        return None


def _meant(address: Address) -> Iterator[Address]:
    """The address, and the IPv4 address that an IPv6 address stands for."""
    yield address
    if isinstance(address, IPv6Address):
        embedded = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64 or (int(address) < 1 << 32 and int(address) > 1):
            embedded.append(IPv4Address(int(address) & 0xFFFF_FFFF))
        yield from (each for each in embedded if each is not None)
