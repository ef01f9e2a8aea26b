"""The definition of intervals, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/intervals.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Asked, Breakdown, read_asked, read_breakdown, read_kind
from windsock.analyses.model.funnel import TRENDS, Trend
from windsock.conditions.model import Rows
from windsock.conditions.model.given import bounded, duration_ms, known_keys, listing, mapping, one_of, word
from windsock.kernel.errors import InvalidInput

Pair = Literal["last", "first"]
PAIRS: tuple[Pair, ...] = ("last", "first")
BINS_MOST = 50
WINDOW_MOST_MS = 400 * 86_400_000
_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
LADDER_MS = (
    _SECOND, 10 * _SECOND, 30 * _SECOND, _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR, 6 * _HOUR, 12 * _HOUR,
    _DAY, 2 * _DAY, 3 * _DAY, 7 * _DAY, 14 * _DAY, 30 * _DAY, 60 * _DAY, 90 * _DAY, 180 * _DAY, 365 * _DAY,
)  # fmt: skip
"""Where bins begin by default: always the same, so that periods can be laid side by side."""
_KEYS = (*ASKED_KEYS, "interval", "from", "to", "pair", "same", "window", "bins", "breakdown", "trend")


@dataclass(frozen=True)
class Interval:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; the period is that of the starts.
        start, end: which events begin an interval, and which end one.
        window_ms: the longest interval.
        pair: of the starts that an end closes the last or the first.
        same: a field whose value start and end have in common.
        bins: where the bins of the histogram begin, after the first, which begins at 0.
        breakdown: a field, whose value is that of the start.
        trend: how the answer is cut by time.
    """

    asked: Asked
    start: Rows
    end: Rows
    window_ms: int
    pair: Pair = "last"
    same: str | None = None
    bins: tuple[int, ...] = LADDER_MS
    breakdown: Breakdown | None = None
    trend: Trend | None = None

    @property
    def edges(self) -> tuple[tuple[int, int | None], ...]:
        """The bins, each from an edge until before the next; the last one has no end."""
        return tuple((low, high) for low, high in pairwise((0, *self.bins, None)) if low is not None)


def read_interval(given: object, where: str = "interval") -> Interval:
    """Read an interval from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    for key, fix in _MISSING.items():
        if key not in found:
            raise InvalidInput(f"'{key}' is missing.", where=where, fix=fix)
    window = duration_ms(found["window"], f"{where}.window")
    if window > WINDOW_MOST_MS:
        raise InvalidInput("The window is too long.", where=f"{where}.window", fix="Write 400 days at most.")
    return Interval(
        read_asked(found, "interval", where),
        read_kind(found["from"], f"{where}.from"),
        read_kind(found["to"], f"{where}.to"),
        window,
        cast("Pair", one_of(found.get("pair", "last"), PAIRS, f"{where}.pair")),
        None if found.get("same") is None else word(found["same"], f"{where}.same"),
        _bins(found, window, f"{where}.bins"),
        read_breakdown(found.get("breakdown"), f"{where}.breakdown"),
        None if found.get("trend") is None else cast("Trend", one_of(found["trend"], TRENDS, f"{where}.trend")),
    )


_MISSING = {
    "from": "Write from: search.",
    "to": "Write to: order_placed.",
    "window": "Write window: 7 days; what takes longer is no interval.",
}


def _bins(found: Mapping[str, Any], window_ms: int, where: str) -> tuple[int, ...]:
    if found.get("bins") is None:
        return tuple(edge for edge in LADDER_MS if edge <= window_ms)
    edges = [duration_ms(one, f"{where}[{index}]") for index, one in enumerate(listing(found["bins"], where, 1, BINS_MOST))]
    if any(low >= high for low, high in pairwise(edges)):
        raise InvalidInput("The bins do not grow.", where=where, fix="Write where each begins, from short to long: [1 minute, 1 hour, 1 day].")
    return tuple(edges)
