"""The audit trail's chain: each entry's hash covers the entry and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

START = "0" * 64
DETAIL_MAX = 16_000


@dataclass(frozen=True)
class Entry:
    """One change by somebody; ``detail`` is JSON text, exactly as stored."""

    seq: int
    at_ms: int
    actor_id: str
    actor_name: str
    via: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str = field(default="", compare=False)


@dataclass(frozen=True)
class ChainReport:
    """What checking the chain found.

    Attributes:
        entries: how many were read.
        broken_at: number of the first entry that doesn't fit, or None.
        reason: what is wrong with it, or "".
    """

    entries: int
    broken_at: int | None = None
    reason: str = ""

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, removed or added aside."""
        return self.broken_at is None


def canonical(detail: dict[str, Any]) -> str:
    """Return a detail as the one JSON text that is stored and hashed; one over 16,000 characters keeps its keys and a hash only."""
    text = json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    if len(text) <= DETAIL_MAX:
        return text
    cut = {"truncated": True, "keys": sorted(str(key)[:80] for key in detail)[:50], "sha256": hashlib.sha256(text.encode()).hexdigest()}
    return json.dumps(cut, sort_keys=True, separators=(",", ":"))


def chain_hash(entry: Entry) -> str:
    """Return the SHA-256 over the previous hash and the entry, in hex."""
    row = [entry.seq, entry.at_ms, entry.actor_id, entry.actor_name, entry.via, entry.action, entry.subject, entry.detail]
    return hashlib.sha256((entry.previous + json.dumps(row, separators=(",", ":"), ensure_ascii=True)).encode()).hexdigest()


def follow(entries: Iterable[Entry], head_seq: int, head_hash: str) -> ChainReport:
    """Check a whole chain, in order of ``seq`` from 1, against the head that says where it ends."""
    count, previous = 0, START
    for entry in entries:
        if entry.seq != count + 1:
            return ChainReport(count, count + 1, "the entry is missing")
        if entry.previous != previous:
            return ChainReport(count, entry.seq, "it doesn't follow the entry before it")
        if entry.hash != chain_hash(entry):
            return ChainReport(count, entry.seq, "it was changed")
        count, previous = entry.seq, entry.hash
    if count != head_seq:
        return ChainReport(count, min(count, head_seq) + 1, "the end was cut off or added to")
    if previous != head_hash:
        return ChainReport(count, count or 1, "the last entry isn't the one that the head names")
    return ChainReport(count)
