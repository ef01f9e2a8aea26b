"""What a delivery is, when it is tried again, and how often a place is asked. Rules only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

State = Literal["waiting", "failed", "sent", "dead", "dismissed"]
STATES: tuple[State, ...] = get_args(State)
OPEN: tuple[State, ...] = ("waiting", "failed")
Outcome = Literal["sent", "later", "never"]

ATTEMPTS = 12
"""With its pauses the last try comes about two and a half hours after the first."""
FIRST_MS, MOST_MS = 5_000, 3_600_000
LEASE_MS = 300_000
MINUTE_MS = 60_000
TRIES_KEPT = 20


@dataclass(frozen=True)
class Try:
    """One attempt.

    Attributes:
        at_ms: when.
        outcome: ``sent``, ``later`` (it may be taken another time) or ``never`` (trying again is of no use).
        status: what HTTP or SMTP answered, or None.
        answer: the beginning of what was said, without secrets.
    """

    at_ms: int
    outcome: Outcome
    status: int | None
    answer: str


@dataclass(frozen=True)
class Delivery:
    """One message on its way to one destination.

    Attributes:
        id: such as ``dlv_5f0c...``.
        destination: its name.
        kind: what the destination is: email, webhook, a robot or inbox.
        message_id: the same in each attempt.
        subject: its line.
        state: waiting (not tried yet, or over the pace), failed (will be tried again), sent, dead (given up) or dismissed.
        attempts: how often it was tried since it was last queued.
        tries: the last twenty, the first one first.
        recipients: to how many addresses or members it goes; 0 for a webhook or robot.
        next_ms: when it is tried next, or None.
        created_ms: when it was queued.
        changed_ms: when it last changed.
        by: who sent it again or dismissed it, by name; empty for nobody.
    """

    id: str
    destination: str
    kind: str
    message_id: str
    subject: str
    state: State
    attempts: int
    tries: tuple[Try, ...]
    recipients: int
    next_ms: int | None
    created_ms: int
    changed_ms: int
    by: str


def pause_ms(delivery: str, attempt: int, retry_after_s: int | None = None) -> int:
    """Return how long to wait after an attempt (the first is 1) that may be repeated.

    Half of 5 s doubled per attempt (an hour at most), and up to as much again by the digest of id and attempt: many messages that failed
    together don't come back together, and a test knows when. ``Retry-After`` is obeyed where it is longer.
    """
    whole = min(FIRST_MS << min(attempt - 1, 20), MOST_MS)
    share = int.from_bytes(hashlib.sha256(f"{delivery} {attempt}".encode()).digest()[:4]) / 2**32
    return max(round(whole / 2 + share * whole / 2), (retry_after_s or 0) * 1_000)


def free_ms(recent: Sequence[int], now_ms: int, per_minute: int, cost: int) -> int:
    """Return from when on a place may be asked ``cost`` times more without more than ``per_minute`` in any 60 seconds; now, or later.

    >>> free_ms([1_000, 2_000], 30_000, 2, 1)
    61000
    """
    lately = sorted(at for at in recent if at > now_ms - MINUTE_MS)
    over = len(lately) + min(cost, per_minute) - per_minute
    return now_ms if over <= 0 else lately[over - 1] + MINUTE_MS
