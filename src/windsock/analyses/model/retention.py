"""The definition of a retention analysis, how it is read, and which cell an instant or a day lies in.

What the words mean stands in docs/concepts/retention.md; every rule there has a test here.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Breakdown, days_of, read_asked, read_breakdown, read_kind
from windsock.conditions.model import Condition, Rows, Span, Test
from windsock.conditions.model.given import bounded, duration_ms, known_keys, listing, mapping, number_of, one_of, word
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Grain, Period, bucket_start

Starts = Literal["recurring", "first"]
STARTS: tuple[Starts, ...] = ("recurring", "first")
Returns = Literal["on", "on_or_after"]
RETURNS: tuple[Returns, ...] = ("on", "on_or_after")
Cells = Literal["day", "week", "month", "rolling", "brackets", "trip"]
CELLS: tuple[Cells, ...] = ("day", "week", "month", "rolling", "brackets", "trip")
CALENDAR = ("day", "week", "month")
FIGURES = ("count", "days", "sum")
CELLS_MOST = 60
CELLS_DEFAULT = 8
DAYS_FARTHEST = 3_660
DAY_MS = 86_400_000
SHRUNK_BY = 3
"""So many of the site's intervals a person's own ones are weighed against."""
_KEYS = (
    *ASKED_KEYS, "retention", "start", "return", "starts", "returns", "grain", "brackets", "interval", "cohorts", "cells", "same", "breakdown",
    "measure",
)  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """A figure of the return events of a cell: their number, the civil days with one, or the sum of a field."""

    what: Literal["count", "days", "sum"]
    of: str | None = None


@dataclass(frozen=True)
class Retention:
    """What is asked.

    Attributes:
        name: how people call it.
        start, back: the events that make somebody a member of a cohort, and those by which they return.
        span: the period of the starts; returns may lie beyond it.
        grain: what a cell is.
        cells: how many of them, cell 0 among them.
        cohorts: the buckets in which members are put together.
        starts: recurring (each bucket with a start), or first (the very first start of all time known).
        returns: on (in the cell), or on_or_after (in it or later).
        brackets: the first days of the cells, and the first day after them, counted from the day of the start.
        interval: of trips: so many days, ``site`` (the median of all repeat intervals), or ``own`` (the person's own, shrunk to the site's).
        hold: a field whose value a return shares with a start.
        where: tests that every event must pass.
        who: people who are looked at, or None for everybody.
        breakdown: how the answer is cut, by the value at the start.
        measure: another figure for each cell.
        internal: whether internal traffic counts.
    """

    name: str
    start: Rows
    back: Rows
    span: Span
    grain: Cells = "day"
    cells: int = CELLS_DEFAULT
    cohorts: Literal["day", "week", "month"] = "day"
    starts: Starts = "recurring"
    returns: Returns = "on"
    brackets: tuple[int, ...] = ()
    interval: int | Literal["site", "own"] | None = None
    hold: str | None = None
    where: tuple[Test, ...] = ()
    who: Condition | None = None
    breakdown: Breakdown | None = None
    measure: Measure | None = None
    internal: bool = False

    def label(self, cell: int, days: int | None = None) -> str:
        """Return how a cell is called; ``days`` is the length of a trip's interval, None where it is each person's own.

        >>> Retention("", Rows(), Rows(), Span(), "brackets", 2, brackets=(0, 1, 7)).label(1)
        'days 1-6'
        """
        if self.grain == "brackets":
            low, high = self.brackets[cell], self.brackets[cell + 1] - 1
            return f"day {low}" if low == high else f"days {low}-{high}"
        if self.grain == "rolling":
            return f"hours {cell * 24}-{cell * 24 + 24}"
        if self.grain == "trip":
            return f"interval {cell}" if days is None else f"days {cell * days}-{(cell + 1) * days - 1}"
        return f"{self.grain} {cell}"


@dataclass(frozen=True)
class Anchor:
    """From where a member's cells are counted: the first start in the cohort, its civil day, and the member's interval in days (trips)."""

    t_ms: int
    day: dt.date
    days: int | None = None


def cell_at(asked: Retention, anchor: Anchor, moment: tuple[int, dt.date], week_start: int = 0) -> int:
    """Return in which cell a moment at or after the start lies: -1 before the first bracket, and any number beyond the last cell.

    Of the moment of asking it is the number of cells that are over, as cell n is over when a later one has begun.

    Args:
        asked: the definition.
        anchor: from where cells are counted.
        moment: the instant in ms and its civil day.
        week_start: the first day of the week, 0 is Monday.
    """
    t_ms, day = moment
    if asked.grain == "rolling":
        return (t_ms - anchor.t_ms) // DAY_MS
    if asked.grain == "month":
        return (day.year - anchor.day.year) * 12 + day.month - anchor.day.month
    if asked.grain == "week":
        return (bucket_start(day, "week", week_start) - bucket_start(anchor.day, "week", week_start)).days // 7
    gone = (day - anchor.day).days
    if asked.grain == "brackets":
        return bisect_right(asked.brackets, gone) - 1
    return gone if asked.grain == "day" else gone // (anchor.days or DAYS_FARTHEST)


def cohort_of(asked: Retention, day: dt.date, week_start: int = 0) -> dt.date:
    """Return the first date of the cohort of a start."""
    return bucket_start(day, cast("Grain", asked.cohorts), week_start)


def own_days(site: int, gaps: list[int]) -> int:
    """Return a person's own interval in days, half up: (n x median + 3 x the site's) / (n + 3), of n gaps known at the start.

    The median of an even number is the lower one, a gap that there was.

    >>> own_days(100, [30, 50, 40])
    70
    """
    middle = sorted(gaps)[(len(gaps) - 1) // 2] if gaps else 0
    weight = len(gaps) + SHRUNK_BY
    return max(1, (2 * (len(gaps) * middle + SHRUNK_BY * site) + weight) // (2 * weight))


def read_retention(given: object, where: str = "retention") -> Retention:
    """Read a retention analysis from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    if "start" not in found:
        raise InvalidInput("'start' is missing.", where=where, fix="Write start: search, or start: {event: search, where: [...]}.")
    asked = read_asked(found, "retention", where)
    start = read_kind(found["start"], f"{where}.start")
    grain, brackets, cells = _cells(found, where)
    made = Retention(
        asked.name,
        start,
        read_kind(found["return"], f"{where}.return") if "return" in found else start,
        asked.span,
        grain,
        cells,
        _cohorts(found, grain, where),
        cast("Starts", one_of(found.get("starts", "recurring"), STARTS, f"{where}.starts")),
        cast("Returns", one_of(found.get("returns", "on"), RETURNS, f"{where}.returns")),
        brackets,
        _interval(found, grain, where),
        None if found.get("same") is None else word(found["same"], f"{where}.same"),
        asked.where,
        asked.who,
        read_breakdown(found.get("breakdown"), f"{where}.breakdown"),
        _measure(found.get("measure"), f"{where}.measure"),
        asked.internal,
    )
    if made.measure is not None and made.returns != "on":
        raise InvalidInput("A measure is of the events of one cell.", where=f"{where}.measure", fix="Take returns: on_or_after or the measure out.")
    return made


def _cells(found: Mapping[str, Any], where: str) -> tuple[Cells, tuple[int, ...], int]:
    grain = cast("Cells", one_of(found.get("grain", "brackets" if "brackets" in found else "day"), CELLS, f"{where}.grain"))
    if (grain == "brackets") != ("brackets" in found):
        raise InvalidInput("Brackets are days from the start.", where=f"{where}.brackets", fix="Write grain: brackets and brackets: [0, 1, 3, 7].")
    if grain != "brackets":
        return grain, (), number_of(found.get("cells", CELLS_DEFAULT), f"{where}.cells", 1, CELLS_MOST)
    if "cells" in found:
        raise InvalidInput("The brackets say how many cells there are.", where=f"{where}.cells", fix="Take 'cells' out.")
    place = f"{where}.brackets"
    entries = listing(found["brackets"], place, 2, CELLS_MOST + 1)
    days = tuple(number_of(one, f"{place}[{index}]", 0, DAYS_FARTHEST) for index, one in enumerate(entries))
    if list(days) != sorted(set(days)):
        raise InvalidInput("The brackets are not in order.", where=place, fix="Write growing days, such as [0, 1, 3, 7, 14, 30].")
    return grain, days, len(days) - 1


def _cohorts(found: Mapping[str, Any], grain: str, where: str) -> Literal["day", "week", "month"]:
    default = grain if grain in CALENDAR else "day"
    cohorts = one_of(found.get("cohorts", default), CALENDAR, f"{where}.cohorts")
    if grain in CALENDAR and cohorts != grain:
        fix = f"Write cohorts: {grain}, or grain: rolling, brackets or trip, which count from each start."
        raise InvalidInput(f"Cells of a {grain} are counted from the {grain} of the start.", where=f"{where}.cohorts", fix=fix)
    return cast("Any", cohorts)


def _interval(found: Mapping[str, Any], grain: str, where: str) -> int | Literal["site", "own"] | None:
    place, given = f"{where}.interval", found.get("interval")
    if grain != "trip":
        if given is not None:
            raise InvalidInput("Only trips have an interval.", where=place, fix="Write grain: trip, or take 'interval' out.")
        return None
    if given is None or given in ("site", "own"):
        return cast("Any", given or "site")
    length = duration_ms(given, place)
    if length % DAY_MS:
        raise InvalidInput("An interval has whole days.", where=place, fix="Write interval: 90 days, site or own.")
    return length // DAY_MS


def _measure(given: object, where: str) -> Measure | None:
    if given is None:
        return None
    if given in ("count", "days"):
        return Measure(cast("Any", given))
    if not isinstance(given, dict):
        raise InvalidInput("The measure is not known.", where=where, fix="Write measure: count, days or {sum: price}.")
    found = mapping(cast("object", given), where)
    known_keys(found, ("sum",), where)
    if "sum" not in found:
        raise InvalidInput("The measure is not known.", where=where, fix="Write measure: count, days or {sum: price}.")
    return Measure("sum", word(found["sum"], f"{where}.sum"))


def starts_of(asked: Retention, moment: tuple[int, str, int]) -> tuple[int, int, Period]:
    """Return [first instant, first instant after) of the starts and their civil days, at a moment (see ``days_of``).

    Raises:
        InvalidInput: the period is open or too long.
    """
    return days_of(asked.span, moment, "retention.period")
