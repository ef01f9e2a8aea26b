"""The definition of a lifetime value, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/lifetime-value.md."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Asked, read_asked, read_kind
from windsock.analyses.model.money import Money, read_money
from windsock.conditions.model import Rows
from windsock.conditions.model.given import bounded, known_keys, listing, mapping, number_of, one_of
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import bucket_start

Grain = Literal["day", "week", "month"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month")
Starts = Literal["first", "period"]
STARTS: tuple[Starts, ...] = ("first", "period")
CELLS_MOST = 60
CELLS_DEFAULT = 12
AGE_MOST = 3_660
ORDER = "order"
_KEYS = (*ASKED_KEYS, "revenue", "start", "starts", "money", "cohorts", "grain", "cells", "ages")


@dataclass(frozen=True)
class Revenue:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; the period is that of the starts.
        start: the events that make somebody a member, or None: the first purchase.
        money: which money.
        starts: first (of all time known), or period (the first in the period).
        cohorts: the buckets in which members are put together.
        grain: what an age is counted in: calendar units where cohorts are of the same, else from each member's own start.
        cells: how many ages.
        ages: instead of them days after the start, each the last of its cell.
    """

    asked: Asked
    start: Rows | None
    money: Money
    starts: Starts = "first"
    cohorts: Grain = "month"
    grain: Grain = "month"
    cells: int = CELLS_DEFAULT
    ages: tuple[int, ...] = ()

    def label(self, cell: int) -> str:
        """Return how a cell is called."""
        return f"until day {self.ages[cell]}" if self.ages else f"{self.grain} {cell}"


def cell_at(asked: Revenue, start: dt.date, day: dt.date, week_start: int = 0) -> int:
    """Return in which cell a day at or after the start lies; any number beyond the last cell. Of today it is how many cells are over.

    >>> from windsock.conditions.model import Span
    >>> cell_at(Revenue(Asked("", Span()), None, Money()), dt.date(2026, 1, 31), dt.date(2026, 3, 1))
    2
    """
    gone = (day - start).days
    if asked.ages:
        return bisect_left(asked.ages, gone)
    if asked.grain == "month":
        return (day.year - start.year) * 12 + day.month - start.month
    if asked.grain == "week":
        if asked.cohorts == "week":
            return (bucket_start(day, "week", week_start) - bucket_start(start, "week", week_start)).days // 7
        return gone // 7
    return gone


def read_revenue(given: object, where: str = "revenue") -> Revenue:
    """Read a lifetime value from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    start = None if found.get("start", ORDER) == ORDER else read_kind(found["start"], f"{where}.start")
    cohorts = cast("Grain", one_of(found.get("cohorts", "month"), GRAINS, f"{where}.cohorts"))
    asked = read_asked(found, "revenue", where)
    if start is None and asked.where:
        fix = "Take 'where' out, or name a start: {event: ..., where: [...]}."
        raise InvalidInput("Tests of events have no meaning for orders.", where=f"{where}.where", fix=fix)
    grain, cells, ages = _cells(found, cohorts, where)
    starts = cast("Starts", one_of(found.get("starts", "first"), STARTS, f"{where}.starts"))
    return Revenue(asked, start, read_money(found.get("money"), f"{where}.money"), starts, cohorts, grain, cells, ages)


def _cells(found: Mapping[str, Any], cohorts: Grain, where: str) -> tuple[Grain, int, tuple[int, ...]]:
    if "ages" in found:
        if "cells" in found or "grain" in found:
            raise InvalidInput("The ages say what the cells are.", where=f"{where}.ages", fix="Take 'grain' and 'cells' out, or the ages.")
        entries = listing(found["ages"], f"{where}.ages", 1, CELLS_MOST)
        ages = tuple(number_of(one, f"{where}.ages[{index}]", 0, AGE_MOST) for index, one in enumerate(entries))
        if list(ages) != sorted(set(ages)):
            raise InvalidInput("The ages are not in order.", where=f"{where}.ages", fix="Write growing days, such as [0, 7, 30, 90, 365].")
        return "day", len(ages), ages
    grain = cast("Grain", one_of(found.get("grain", cohorts), GRAINS, f"{where}.grain"))
    if grain == "month" != cohorts or (grain == "week" and cohorts == "day"):
        fix = f"Write cohorts: {grain}, or a finer grain, which counts from each start."
        raise InvalidInput(f"Ages in {grain}s are counted from the {grain} of the start.", where=f"{where}.grain", fix=fix)
    return grain, number_of(found.get("cells", CELLS_DEFAULT), f"{where}.cells", 1, CELLS_MOST), ()
