"""The definition of sessions, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/sessions.md."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from windsock.analyses.model.asked import ASKED_KEYS, FIELDS_MOST, Asked, Breakdown, read_asked, read_breakdown
from windsock.analyses.model.funnel import TRENDS, Trend
from windsock.analyses.model.nodes import By, read_by, read_part
from windsock.analyses.model.sessions import PLAIN, SessionRule, read_gap
from windsock.conditions.model import Rows
from windsock.conditions.model.given import bounded, flag, known_keys, listing, mapping, number_of, one_of, word
from windsock.kernel.errors import InvalidInput

TOP_MOST = 100
LONGEST_MS = 86_400_000
"""A session is followed so long; what comes later in it is left out."""
CAMPAIGN = ("properties.utm_source", "properties.campaign")
"""What says which campaign brought an event, as intake names it."""
_SECOND, _MINUTE, _HOUR = 1_000, 60_000, 3_600_000
BINS_MS = (
    _SECOND, 10 * _SECOND, 30 * _SECOND, _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR, 6 * _HOUR,
)  # fmt: skip
"""Where the bins of lengths begin, after the first: always the same, so that periods can be laid side by side."""
EDGES_MS: tuple[tuple[int, int | None], ...] = tuple((low, high) for low, high in pairwise((0, *BINS_MS, None)) if low is not None)
_KEYS = (*ASKED_KEYS, "sessions", "events", "by", "gap", "midnight", "campaign", "top", "breakdown", "trend")


@dataclass(frozen=True)
class Sessions:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; the period is the one in which a session begins.
        events: which events take part.
        rule: where a session begins.
        by: a field that tells entries and exits of one event apart.
        top: so many entries and exits have a row of their own, all others share one.
        breakdown: a field, whose value is that of the session's first event.
        trend: how the answer is cut by time.
    """

    asked: Asked
    events: tuple[Rows, ...] = (Rows(),)
    rule: SessionRule = PLAIN
    by: By | None = None
    top: int = 10
    breakdown: Breakdown | None = None
    trend: Trend | None = None


def read_sessions(given: object, where: str = "sessions") -> Sessions:
    """Read sessions from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    if "events" not in found:
        raise InvalidInput("'events' is missing.", where=where, fix='Write events: "*" for all, or events: [page_view, search, order_placed].')
    return Sessions(
        read_asked(found, "sessions", where),
        read_part(found["events"], f"{where}.events"),
        SessionRule(
            read_gap(found.get("gap"), f"{where}.gap"),
            flag(found.get("midnight", False), f"{where}.midnight"),
            _campaign(found.get("campaign", False), f"{where}.campaign"),
        ),
        read_by(found.get("by"), f"{where}.by"),
        number_of(found.get("top", 10), f"{where}.top", 1, TOP_MOST),
        read_breakdown(found.get("breakdown"), f"{where}.breakdown"),
        None if found.get("trend") is None else cast("Trend", one_of(found["trend"], TRENDS, f"{where}.trend")),
    )


def _campaign(given: object, where: str) -> tuple[str, ...]:
    if isinstance(given, bool):
        return CAMPAIGN if flag(given, where) else ()
    named = [given] if isinstance(given, str) else given
    return tuple(word(name, f"{where}[{index}]") for index, name in enumerate(listing(named, where, 1, FIELDS_MOST)))
