"""The definition of a view of seasons, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/seasons.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from windsock.conditions.model import Span, read_span
from windsock.conditions.model.given import bounded, flag, known_keys, listing, mapping, number_of, one_of, word
from windsock.kernel.errors import InvalidInput
from windsock.metrics.model.predicate import Predicate, parse_predicate

By = Literal["day", "hour"]
PERIODS: Mapping[By, Mapping[str, int]] = {"day": {"week": 7, "year": 365}, "hour": {"day": 24, "week": 168}}
"""Seasons by the size of the buckets, and after how many buckets each comes back; a leap day moves the year by one."""
LEAST: Mapping[By, Mapping[str, int]] = {"day": {"week": 21, "year": 730}, "hour": {"day": 72, "week": 504}}
"""From how many buckets on a season is looked for when none is named: three of each, two of years."""
TESTS_MOST = 20
SPAN_LEAST, SPAN_MOST = 7, 99
SPAN_USUAL = 11
YEAR_SMOOTH = 29
"""A year's season is taken of each day's mean and smoothed over so many days around it, as two or three years say little of a single date."""
CHANGES_FROM = 7
"""From so many periods on a season may change by itself."""
_KEYS = ("seasons", "name", "metric", "by", "period", "where", "clock", "of", "span", "robust", "unusual", "empty")


@dataclass(frozen=True)
class Seasons:
    """What is asked.

    Attributes:
        name: how people call it.
        metric: which metric of the library.
        span: the period.
        by: the size of the buckets.
        where: filters of the metric.
        clock: the date that counts; None: the metric's own.
        of: seasons that are looked for; None: all that the period is long enough for.
        neighbours: of how many values of one phase (Mondays, or nine o'clocks) a season is smoothed; the more, the steadier it is. None: 11
            where there are at least 7 of each phase, and a season that is the same all the time where there are fewer.
        robust: whether buckets with a large rest weigh less.
        unusual: from how many deviations on a rest is unusual.
        zero: whether a bucket that nothing is said of is 0 (counts of what simply did not happen) instead of missing.
    """

    name: str
    metric: str
    span: Span
    by: By = "day"
    where: tuple[Predicate, ...] = ()
    clock: str | None = None
    of: tuple[str, ...] | None = None
    neighbours: int | None = None
    robust: bool = True
    unusual: int = 3
    zero: bool = False


def read_seasons(given: object, where: str = "seasons") -> Seasons:
    """Read a view of seasons from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    for key, fix in (("metric", "Write metric: orders."), ("period", "Write period: {from: 2026-01-01, to: 2026-03-31}.")):
        if key not in found:
            raise InvalidInput(f"'{key}' is missing.", where=where, fix=fix)
    by = cast("By", one_of(found.get("by", "day"), tuple(PERIODS), f"{where}.by"))
    span = None if found.get("span") is None else number_of(found["span"], f"{where}.span", SPAN_LEAST, SPAN_MOST)
    if span is not None and span % 2 == 0:
        raise InvalidInput(f"A span of {span} has no middle.", where=f"{where}.span", fix=f"Write {span + 1}.")
    tests = [word(one, f"{where}.where") for one in listing(found.get("where", []), f"{where}.where", 0, TESTS_MOST)]
    metric = word(found["metric"], f"{where}.metric")
    return Seasons(
        word(found.get("name", found.get("seasons", metric)), f"{where}.name"),
        metric,
        read_span(found["period"], f"{where}.period"),
        by,
        tuple(parse_predicate(one, f"{where}.where") for one in tests),
        None if found.get("clock") is None else word(found["clock"], f"{where}.clock"),
        _of(found, by, f"{where}.of"),
        span,
        flag(found.get("robust", True), f"{where}.robust"),
        number_of(found.get("unusual", 3), f"{where}.unusual", 1, 20),
        one_of(found.get("empty", "missing"), ("missing", "zero"), f"{where}.empty") == "zero",
    )


def _of(found: Mapping[str, Any], by: By, where: str) -> tuple[str, ...] | None:
    if found.get("of") is None:
        return None
    named = {one_of(one, tuple(PERIODS[by]), where) for one in listing(found["of"], where, 0, len(PERIODS[by]))}
    return tuple(name for name in PERIODS[by] if name in named)
