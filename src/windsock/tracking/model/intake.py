"""Rules of taking in: which doubts an event bears, what a visitor allowed, and how a device's clock is put right over many batches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from windsock.tracking.model import NAME_PATTERN, PROPERTIES_LONGEST, SKEW_LEAST_MS, Trust

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
LATE_MS = DAY_MS
BACKDATED_MS = 30 * DAY_MS
EVENT_LARGE = 32_768
"""Bytes of an event over which it is flagged; nothing follows from it."""
COLLECTED_LONGEST = 1_048_576
"""Bytes of properties that a collected event may have; files are held to ``PROPERTIES_LONGEST``."""
NAME_LONGEST = 200
ANALYTICS = frozenset({"analytics", "statistics", "performance"})
"""Names of the consent category under which people are counted, in lower case."""

_IMPORT_NAME = re.compile(NAME_PATTERN)


def analytics_allowed(consent: str | None) -> bool | None:
    """Say whether somebody may be counted; None when nothing was said about it.

    >>> analytics_allowed("advertising,Analytics"), analytics_allowed(""), analytics_allowed(None)
    (True, False, None)
    """
    if consent is None:
        return None
    return any(category.strip().lower() in ANALYTICS for category in consent.split(","))


def name_allowed(name: str, trust: Trust) -> bool:
    """Say whether something may be an event's name: files follow the catalogue's pattern, senders may use any printable words.

    >>> name_allowed("Order Completed", "public"), name_allowed("Order Completed", "import"), name_allowed("a" * 201, "server")
    (True, False, False)
    """
    if trust == "import":
        return _IMPORT_NAME.fullmatch(name) is not None
    return len(name) <= NAME_LONGEST and name.isprintable() and bool(name.strip())


def longest(trust: Trust) -> int:
    """Return how many bytes of properties an event may have."""
    return PROPERTIES_LONGEST if trust == "import" else COLLECTED_LONGEST


def lateness(ts_ms: int, received_ms: int, trust: Trust) -> tuple[str, ...]:
    """Return what is to be said of an event that came long after it happened; a file is late by nature.

    >>> lateness(0, 2 * DAY_MS, "public"), lateness(0, 31 * DAY_MS, "server"), lateness(0, 31 * DAY_MS, "import")
    (('late',), ('backdated', 'late'), ())
    """
    if trust == "import" or received_ms - ts_ms <= LATE_MS:
        return ()
    return ("backdated", "late") if received_ms - ts_ms > BACKDATED_MS else ("late",)


@dataclass(frozen=True)
class Moved:
    """By how much a device's events were moved until a moment of receipt; what came then may not be overtaken."""

    by_ms: int
    until_ms: int


def skew_of(offset_ms: int | None) -> int:
    """Return by how much to move a device whose least (received - sent) is known; within a minute nothing is moved.

    >>> skew_of(-7_200_000), skew_of(59_000), skew_of(None)
    (-7200000, 0, 0)
    """
    return offset_ms if offset_ms is not None and abs(offset_ms) > SKEW_LEAST_MS else 0


def moved_until(first_ms: int, least_ms: int, moved_ms: int) -> int:
    """Return until when a device's events may lie that were moved as before, once a batch shows that they must be moved otherwise.

    Args:
        first_ms: the first receipt of that batch.
        least_ms: the least (received - sent) that was known before it.
        moved_ms: by how much events were moved then: ``skew_of(least_ms)``.

    Nothing that was moved lies after its receipt; a clock that is less than a minute ahead is left alone and may lie that much after it.

    >>> moved_until(1_000, -7_200_000, -7_200_000), moved_until(1_000, -60_000, 0), moved_until(1_000, 500, 0)
    (1000, 61000, 1000)
    """
    return first_ms + max(moved_ms - least_ms, 0)


def corrected(client_ms: int, skew: int, earlier: Iterable[Moved] = ()) -> int:
    """Return a device's time put right. It grows with ``client_ms`` whatever the batches: no event overtakes another of its device.

    A slow request makes a clock look slow; when a quicker one shows that, what was moved too far stays, and what follows waits for it.

    >>> corrected(1_000, 0, [Moved(120_000, 50_000)]), corrected(60_000, 0, [Moved(120_000, 50_000)])
    (50000, 60000)
    """
    return max([client_ms + skew, *(min(client_ms + moved.by_ms, moved.until_ms) for moved in earlier)])
