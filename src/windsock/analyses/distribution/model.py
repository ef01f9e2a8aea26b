"""The definition of a distribution, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/distributions.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Asked, read_asked, read_kind
from windsock.analyses.model.funnel import TRENDS, Trend
from windsock.conditions.model import Rows
from windsock.conditions.model.given import bounded, known_keys, listing, mapping, one_of, word
from windsock.conditions.model.rows import read_bound
from windsock.kernel.errors import InvalidInput

Of = Literal["times", "days", "hours", "hours_of_day", "sum"]
OFS: tuple[Of, ...] = ("times", "days", "hours", "hours_of_day", "sum")
BINS_MOST = 50
COUNTS = tuple(map(Decimal, (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 21, 51, 101, 201, 501, 1_001)))
AMOUNTS = (Decimal(0), *(Decimal(part * 10**power) for power in range(9) for part in (1, 2, 5)), Decimal(10**9))
"""Where bins begin by default: always the same, so that periods can be laid side by side."""
HOURS_MOST = 24
_KEYS = (*ASKED_KEYS, "distribution", "of", "event", "field", "bins", "trend")


@dataclass(frozen=True)
class Distribution:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; the period is that of the events.
        of: what a person's figure is: times, days, hours, hours_of_day, or the sum of a field.
        rows: which events.
        field: the field that is added up.
        bins: where the bins begin, after the first, which takes all that is less.
        trend: how the answer is cut by time.
    """

    asked: Asked
    of: Of
    rows: Rows
    field: str | None
    bins: tuple[Decimal, ...]
    trend: Trend | None = None

    @property
    def edges(self) -> tuple[tuple[Decimal | None, Decimal | None], ...]:
        """The bins, each from an edge until before the next; counts begin at 1, sums have no least, nothing has a most."""
        least = None if self.of == "sum" else Decimal(1)
        return tuple(pairwise((least, *self.bins, None)))


def read_distribution(given: object, where: str = "distribution") -> Distribution:
    """Read a distribution from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    if "event" not in found:
        raise InvalidInput("'event' is missing.", where=where, fix='Write event: order_placed, or event: "*" for any event.')
    of = cast("Of", one_of(found.get("of", "times"), OFS, f"{where}.of"))
    if (of == "sum") != (found.get("field") is not None):
        told = "A sum is of a field." if of == "sum" else f"'{of}' are counted, and have no field."
        raise InvalidInput(told, where=f"{where}.field", fix="Write of: sum with field: price, or properties.<name>.")
    return Distribution(
        read_asked(found, "distribution", where),
        of,
        read_kind(found["event"], f"{where}.event"),
        None if found.get("field") is None else word(found["field"], f"{where}.field"),
        _bins(found, of, f"{where}.bins"),
        None if found.get("trend") is None else cast("Trend", one_of(found["trend"], TRENDS, f"{where}.trend")),
    )


def _bins(found: Mapping[str, Any], of: Of, where: str) -> tuple[Decimal, ...]:
    if found.get("bins") is None:
        return AMOUNTS if of == "sum" else tuple(edge for edge in COUNTS if of != "hours_of_day" or edge <= HOURS_MOST)
    entries = [*enumerate(listing(found["bins"], where, 1, BINS_MOST))]
    if any(isinstance(one, dict) for _, one in entries):
        raise InvalidInput("A bin begins at a number.", where=where, fix="Write bins: [2, 5, 10].")
    edges = [read_bound(one, f"{where}[{index}]").value for index, one in entries]
    if any(low >= high for low, high in pairwise(edges)):
        raise InvalidInput("The bins do not grow.", where=where, fix="Write where each begins, from small to large: [2, 5, 10].")
    if of != "sum" and any(edge != edge.to_integral_value() or edge < 2 for edge in edges):
        raise InvalidInput("Bins of counts begin at whole numbers from 2 on.", where=where, fix="The first bin begins at 1 by itself: [2, 5, 10].")
    return tuple(edges)
