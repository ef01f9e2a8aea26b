"""What is needed to read bodies beside the bodies themselves."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Reading:
    """How bodies of a workspace are read.

    Attributes:
        zone: where Sensors' local times were local.
        signature: (source, user id) -> the hex signature that proves the id; see ``Reading.proves``.
        channel: (source) -> the sales channel of what names none, or None.
    """

    zone: ZoneInfo
    signature: Callable[[str, str], str]
    channel: Callable[[str], str | None] = lambda _source: None

    def proves(self, source: str, user_id: str | None, given: object) -> bool:
        """Say whether a signature was made with the source's signing secret for this very id."""
        if not isinstance(given, str) or user_id is None:
            return False
        return hmac.compare_digest(self.signature(source, user_id).encode(), given.strip().lower().encode("utf-8", "replace"))


def reading_with(zone: str, secret_of: Callable[[str], str], channels: Mapping[str, str]) -> Reading:
    """Return how bodies are read where all sources of a workspace are known.

    Args:
        zone: name of the workspace's zone.
        secret_of: (source) -> its signing secret; asked once per source.
        channels: source -> its default channel, where it has one.
    """
    secrets: dict[str, str] = {}

    def signature(source: str, user_id: str) -> str:
        if source not in secrets:
            secrets[source] = secret_of(source)
        return signature_of(secrets[source], user_id)

    return Reading(ZoneInfo(zone), signature, channels.get)


def signature_of(secret: str, user_id: str) -> str:
    """Return what a server must hand to its pages beside a user's id: hex HMAC-SHA-256 under the source's signing secret.

    >>> signature_of("s", "u1")[:8]
    '6217f5fe'
    """
    return hmac.new(secret.encode(), user_id.encode(), "sha256").hexdigest()
