"""Networks by which internal traffic is known: read as people write them, and asked in which of them an address lies.

IPv4 and IPv6 lie on one line of numbers, IPv4 below zero, where numbers are small. An IPv4 address that is written as IPv6 (RFC 4291, 2.5.5.2) is
the IPv4 address.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from ipaddress import IPv4Network, IPv6Network, ip_network
from socket import AF_INET, AF_INET6, inet_pton
from typing import NamedTuple

from windsock.kernel.errors import InvalidInput

NETWORKS_MOST = 100
WIDEST_V4, WIDEST_V6 = 8, 16
"""The shortest prefixes: what is wider is a slip of the pen that would leave out whole countries."""
NOWHERE = -(1 << 40)
"""The place of what is no address: before all others."""
_V4 = -(1 << 32)
_MAPPED, _MAPPED_BITS = 0xFFFF, 96
_PREFIX = re.compile(r"[^/%]+(/\d{1,3})?", re.ASCII)
_EXAMPLES = "Write an address such as 203.0.113.7, or a network such as 203.0.113.0/24 or 2001:db8::/32."


class NetworkRule(NamedTuple):
    """A rule of internal traffic by network: its name, its networks, and the sources for which it holds; all when empty."""

    name: str
    networks: tuple[str, ...]
    sources: tuple[str, ...] = ()


def parse_network(text: str, where: str) -> str:
    """Return an address or a network as it is kept: in short form, an IPv4 one never as IPv6, one address without a prefix.

    >>> parse_network("2001:DB8:0::/32", "values"), parse_network("::ffff:203.0.113.7", "values"), parse_network("203.0.113.7/32", "values")
    ('2001:db8::/32', '203.0.113.7', '203.0.113.7')

    Raises:
        InvalidInput: it is none, is too wide, or names a network and one of its addresses at once.
    """
    try:
        if not _PREFIX.fullmatch(text):
            raise ValueError(text)
        loose = _unmapped(ip_network(text, strict=False))
    except ValueError:
        raise InvalidInput(f"'{text[:60]}' is no network address.", where=where, fix=_EXAMPLES) from None
    widest = WIDEST_V4 if loose.version == 4 else WIDEST_V6
    if loose.prefixlen < widest:
        raise InvalidInput(
            f"'{text[:60]}' is wider than /{widest}: that is no office, but a part of the internet.",
            where=where,
            fix=f"Write the networks of your own, /{widest} or narrower; several where you have several.",
        )
    try:
        ip_network(text)
    except ValueError:
        address = text.partition("/")[0]
        raise InvalidInput(
            f"'{text[:60]}' names a network and an address in it at once.",
            where=where,
            fix=f"Write {_short(loose)} for the network, or {address} for this address alone.",
        ) from None
    return _short(loose)


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    if network.version == 4 or network.prefixlen < _MAPPED_BITS or network.network_address.ipv4_mapped is None:
        return network
    return IPv4Network((int(network.network_address.ipv4_mapped), network.prefixlen - _MAPPED_BITS))


def _short(network: IPv4Network | IPv6Network) -> str:
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)


def number_of(address: str) -> int:
    """Return the place of an address on the line, ``NOWHERE`` for what is no address; a zone (``fe80::1%eth0``) does not count.

    >>> number_of("::ffff:10.0.0.1") == number_of("10.0.0.1"), number_of("::1%lo"), number_of("255.255.255.255"), number_of("office") == NOWHERE
    (True, 1, -1, True)
    """
    try:
        if ":" not in address:
            return _V4 + int.from_bytes(inet_pton(AF_INET, address))
        number = int.from_bytes(inet_pton(AF_INET6, address.partition("%")[0]))
    except (OSError, ValueError):
        return NOWHERE
    return _V4 + (number & 0xFFFFFFFF) if number >> 32 == _MAPPED else number


class Networks:
    """Named networks, laid out once as sorted stretches of the line, so that asking is one search however many they are."""

    __slots__ = ("_names", "_starts")

    def __init__(self, named: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Lay out names with their networks, as ``parse_network`` gives them; where two hold an address, the earlier name counts."""
        self._starts: list[int] = []
        self._names: list[str | None] = []
        spans = [(*_span(network), place, name) for place, (name, networks) in enumerate(named) for network in networks]
        spans.sort(key=lambda span: span[0])
        edges = sorted({edge for first, last, _, _ in spans for edge in (first, last + 1)})
        open_now: list[tuple[int, int, str]] = []
        at = 0
        for edge in edges:
            while at < len(spans) and spans[at][0] <= edge:
                _, last, place, name = spans[at]
                heappush(open_now, (place, last, name))
                at += 1
            while open_now and open_now[0][1] < edge:
                heappop(open_now)
            name = open_now[0][2] if open_now else None
            if not self._names or self._names[-1] != name:
                self._starts.append(edge)
                self._names.append(name)

    def holding(self, address: str) -> str | None:
        """Return the name whose networks hold an address, None where none does and for what is no address.

        >>> known = Networks([("office", ["203.0.113.7"]), ("city", ["203.0.113.0/24"])])
        >>> known.holding("203.0.113.7"), known.holding("203.0.113.8"), known.holding("203.0.114.0"), known.holding("?")
        ('office', 'city', None, None)
        """
        place = bisect_right(self._starts, number_of(address))
        return self._names[place - 1] if place else None


def _span(network: str) -> tuple[int, int]:
    """Return the first and last place of a network on the line."""
    found = _unmapped(ip_network(network))
    base = _V4 if found.version == 4 else 0
    first = int(found.network_address)
    return base + first, base + first + found.num_addresses - 1


class NetworkRules:
    """The rules by network in force, asked which of them knows an address of a source."""

    def __init__(self, rules: Sequence[NetworkRule]) -> None:
        """Take them in order; they are laid out for a source when it is asked for first."""
        self.rules = tuple(rules)
        self._of: dict[tuple[bool, ...], Networks] = {}
        self._by_source: dict[str, Networks] = {}

    def known(self, source: str, address: object) -> str | None:
        """Return the name of the first rule that knows an address, None where none does and for what is no address."""
        if not isinstance(address, str):
            return None
        networks = self._by_source.get(source)
        if networks is None:
            # Most sources are of the same rules, and share what is laid out for them.
            which = tuple(not rule.sources or source in rule.sources for rule in self.rules)
            networks = self._of.get(which)
            if networks is None:
                held = [(rule.name, rule.networks) for rule, reads in zip(self.rules, which, strict=True) if reads]
                networks = self._of[which] = Networks(held)
            self._by_source[source] = networks
        return networks.holding(address)
