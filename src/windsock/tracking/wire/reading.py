"""What is needed to read bodies beside the bodies themselves."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from windsock.tracking.model.network import NetworkRule, NetworkRules


@dataclass(frozen=True)
class Reading:
    """How bodies of a workspace are read.

    Attributes:
        zone: where Sensors' local times were local.
        signature: (source, user id) -> the hex signature that proves the id; see ``Reading.proves``.
        channel: (source) -> the sales channel of what names none, or None.
        network: (source, address that a server's event gives) -> the rule of internal traffic in whose network it lies, or None; there is
            none where no rule asks for networks.
    """

    zone: ZoneInfo
    signature: Callable[[str, str], str]
    channel: Callable[[str], str | None] = lambda _source: None
    network: Callable[[str, object], str | None] | None = None

    def proves(self, source: str, user_id: str | None, given: object) -> bool:
        """Say whether a signature was made with the source's signing secret for this very id."""
        if not isinstance(given, str) or user_id is None:
            return False
        return hmac.compare_digest(self.signature(source, user_id).encode(), given.strip().lower().encode("utf-8", "replace"))


def reading_with(zone: str, secret_of: Callable[[str], str], channels: Mapping[str, str], networks: tuple[NetworkRule, ...] = ()) -> Reading:
    """Return how bodies are read where all sources of a workspace are known.

    Args:
        zone: name of the workspace's zone.
        secret_of: (source) -> its signing secret; asked once per source.
        channels: source -> its default channel, where it has one.
        networks: the rules of internal traffic by network.
    """
    secrets: dict[str, str] = {}

    def signature(source: str, user_id: str) -> str:
        if source not in secrets:
            secrets[source] = secret_of(source)
        return signature_of(secrets[source], user_id)

    return Reading(ZoneInfo(zone), signature, channels.get, _laid_out(networks).known if networks else None)


@lru_cache(4)
def _laid_out(networks: tuple[NetworkRule, ...]) -> NetworkRules:
    """Lay networks out; rules change rarely, and they are read every two seconds."""
    return NetworkRules(networks)


def signature_of(secret: str, user_id: str) -> str:
    """Return what a server must hand to its pages beside a user's id: hex HMAC-SHA-256 under the source's signing secret.

    >>> signature_of("s", "u1")[:8]
    '6217f5fe'
    """
    return hmac.new(secret.encode(), user_id.encode(), "sha256").hexdigest()
