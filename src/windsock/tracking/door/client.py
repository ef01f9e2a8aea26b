"""Who sends a request, and which rule of internal traffic knows its network. The address is looked at here and nowhere else; it goes no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.tracking.model.internal import networks_of
from windsock.tracking.model.network import NetworkRules, Networks
from windsock.tracking.plan.read import read_internal

if TYPE_CHECKING:
    from windsock.tracking.door.asgi import Request
    from windsock.tracking.door.known_keys import KeyCard
    from windsock.workspace import Workspace

HOPS_MOST = 32
"""Of a longer list of hops the last ones are read."""


class KnownNetworks:
    """The networks of the rules in force, at hand for every request; read anew by whoever reads the keys anew.

    Attributes:
        any: there is a rule to ask; without one nothing is looked at.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Read them."""
        self._workspace = workspace
        proxies = workspace.settings.intake.trusted_proxies
        self._trusted = Networks([("proxy", proxies)]) if proxies else None
        self._rules, self.any = NetworkRules(()), False
        self.refresh()

    def refresh(self) -> None:
        """Read the rules in force; what was laid out stays as long as they do."""
        found = networks_of(read_internal(self._workspace)[0])
        if found != self._rules.rules:
            self._rules, self.any = NetworkRules(found), bool(found)

    def rule_of(self, request: Request, card: KeyCard) -> str:
        """Return the name of the rule that knows the network of a request, or ""; a server's own address says nothing of people."""
        if card.trust == "server":
            return ""
        address = request.peer
        if self._trusted is not None:
            address = client_of(address, request.headers(b"x-forwarded-for"), self._trusted)
        return self._rules.known(card.source, address) or ""


def client_of(peer: str, forwarded: list[str], trusted: Networks) -> str:
    """Return the address of whoever sent a request: the last hop that is no trusted proxy, the first one where all are.

    Only what a trusted proxy wrote is believed: a list that came over any other connection does not count. Where a trusted proxy wrote what
    is no address, nobody knows the sender, and that is what is returned: a text which lies in no network.

    Args:
        peer: the other end of the connection.
        forwarded: the headers ``X-Forwarded-For`` in order: each proxy appends the address that it was reached from.
        trusted: the networks of our own proxies.

    >>> client_of("10.0.0.1", ["6.6.6.6, 203.0.113.7, 10.0.0.2"], Networks([("proxy", ["10.0.0.0/8"])]))
    '203.0.113.7'
    """
    at = peer
    hops = [hop for hop in map(_address, ",".join(forwarded).rsplit(",", HOPS_MOST)[-HOPS_MOST:]) if hop] if forwarded else []
    while hops and trusted.holding(at):
        at = hops.pop()
    return at


def _address(hop: str) -> str:
    """Return a hop without quotes, brackets and port.

    >>> [_address(hop) for hop in (" 203.0.113.7:443", '"[2001:db8::1]:443"', "2001:db8::1", "unknown", "")]
    ['203.0.113.7', '2001:db8::1', '2001:db8::1', 'unknown', '']
    """
    text = hop.strip().strip('"')
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
