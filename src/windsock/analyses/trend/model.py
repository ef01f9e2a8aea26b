"""The definition of a trend, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/trends.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, FIELDS_MOST, Asked, Breakdown, read_asked, read_breakdown
from windsock.conditions.model import Rows, read_rows
from windsock.conditions.model.given import bounded, flag, known_keys, listing, mapping, number_of, one_of, word
from windsock.kernel.errors import InvalidInput
from windsock.metrics.model import expression

Measure = Literal["events", "people", "per_person", "sum", "average", "min", "max", "median"]
MEASURES: tuple[Measure, ...] = ("events", "people", "per_person", "sum", "average", "min", "max", "median")
OF_FIELD = frozenset({"sum", "average", "min", "max", "median"})
Grain = Literal["hour", "day", "week", "month"]
GRAINS: tuple[Grain, ...] = ("hour", "day", "week", "month")
Compare = Literal["previous", "same_weekday", "last_year"]
COMPARED: tuple[Compare, ...] = ("previous", "same_weekday", "last_year")
LETTERS = "ABCDEFGHIJ"
FORMULA_MOST = 200
MOVING_MOST = 90
_KEYS = (*ASKED_KEYS, "trend", "series", "formula", "grain", "breakdown", "compare", "cumulative", "moving")
_SERIES_KEYS = ("name", "event", "where", "measure", "of")


@dataclass(frozen=True)
class Series:
    """A figure of some events.

    Attributes:
        letter: A to J, as formulas name it.
        name: how people call it.
        rows: which events.
        measure: how many events or people, events per person, or the sum, average, least, most or median of a field.
        of: the field.
    """

    letter: str
    name: str
    rows: Rows
    measure: Measure = "events"
    of: str | None = None


@dataclass(frozen=True)
class Formula:
    """A figure of the series' figures: its text, and how it is computed."""

    text: str
    node: expression.Node


@dataclass(frozen=True)
class Trend:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; the period is that of the events.
        series: one to ten.
        grain: what a bucket is.
        formula: a figure of the series, or None.
        breakdown: fields by whose values each series is cut, or None.
        compare: with which earlier period everything is compared, or None.
        cumulative: whether a point is the figure of all buckets until its own.
        moving: of how many points until its own each has a mean beside it, or None.
    """

    asked: Asked
    series: tuple[Series, ...]
    grain: Grain = "day"
    formula: Formula | None = None
    breakdown: Breakdown | None = None
    compare: Compare | None = None
    cumulative: bool = False
    moving: int | None = None

    def series_of(self, written: str, place: str) -> int:
        """Return the number of a series, from 0, by its letter or name.

        Raises:
            InvalidInput: there is none.
        """
        for index, one in enumerate(self.series):
            if written in (one.letter, one.name):
                return index
        known = ", ".join(one.letter for one in self.series)
        raise InvalidInput(f"There is no series '{written[:40]}'.", where=place, fix=f"Name one of: {known}.")


def read_trend(given: object, where: str = "trend") -> Trend:
    """Read a trend from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    if "series" not in found:
        raise InvalidInput("'series' is missing.", where=where, fix="Write series: [search, {event: order_placed, measure: people}].")
    entries = listing(found["series"], f"{where}.series", 1, len(LETTERS))
    series = tuple(_series(one, letter, f"{where}.series[{index}]") for index, (letter, one) in enumerate(zip(LETTERS, entries, strict=False)))
    cumulative = flag(found.get("cumulative", False), f"{where}.cumulative")
    if cumulative and any(one.measure == "median" for one in series):
        raise InvalidInput("A median does not add up over time.", where=f"{where}.cumulative", fix="Take cumulative or the median out.")
    return Trend(
        read_asked(found, "trend", where),
        series,
        cast("Grain", one_of(found.get("grain", "day"), GRAINS, f"{where}.grain")),
        None if found.get("formula") is None else read_formula(found["formula"], series, f"{where}.formula"),
        read_breakdown(found.get("breakdown"), f"{where}.breakdown", most=FIELDS_MOST),
        None if found.get("compare") is None else cast("Compare", one_of(found["compare"], COMPARED, f"{where}.compare")),
        cumulative,
        None if found.get("moving") is None else number_of(found["moving"], f"{where}.moving", 2, MOVING_MOST),
    )


def _series(given: object, letter: str, where: str) -> Series:
    if not isinstance(given, dict):
        rows = read_rows(given, None, where)
        return Series(letter, _called(rows), rows)
    found = mapping(cast("object", given), where)
    known_keys(found, _SERIES_KEYS, where)
    if "event" not in found:
        raise InvalidInput("'event' is missing.", where=where, fix='Write {event: search, measure: people}, or event: "*" for any event.')
    measure = cast("Measure", one_of(found.get("measure", "events"), MEASURES, f"{where}.measure"))
    if (measure in OF_FIELD) != (found.get("of") is not None):
        told = f"'{measure}' is of a field." if measure in OF_FIELD else f"'{measure}' is counted, and of no field."
        raise InvalidInput(told, where=f"{where}.of", fix="Write measure: sum with of: price, or of: properties.<name>.")
    rows = read_rows(found["event"], found.get("where"), where)
    name = word(found["name"], f"{where}.name") if "name" in found else _called(rows)
    return Series(letter, name, rows, measure, None if found.get("of") is None else word(found["of"], f"{where}.of"))


def _called(rows: Rows) -> str:
    return ", ".join(rows.events) or "*"


def read_formula(given: object, series: tuple[Series, ...], where: str) -> Formula:
    """Read a formula over the letters of series: numbers, + - * / and brackets.

    Raises:
        InvalidInput: it is none, is too long or too deep, or names no series, or one that there is not.
    """
    text = word(given, where, FORMULA_MOST)
    node = expression.parse(text, where)
    named, known = expression.names(node), {one.letter for one in series}
    unknown = [name for name in named if name not in known]
    if unknown or not named:
        told = f"There is no series '{unknown[0][:40]}'." if unknown else "The formula names no series."
        raise InvalidInput(told, where=where, fix=f"Use the letters of the series: {', '.join(sorted(known))}.")
    return Formula(text, node)
