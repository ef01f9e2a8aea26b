"""What a trend means, told slowly and plainly: each point from its own events, one person after another."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.conditions.oracle import Event, Oracle, among, as_texts, number, passes, read
from tests.conditions.world import World
from windsock.analyses.trend.model import Series, Trend
from windsock.kernel.clock import local_date

HOUR = 3_600_000
Mine = list[tuple[int, Event]]


def events_of(world: World, trend: Trend, bounds: tuple[int, int], moment: tuple[int, str, int | None]) -> Mine:
    """Return (person, event) of all who are looked at, in the period, that pass the tests of the whole trend."""
    oracle = Oracle(world, moment[0], moment[1], moment[2])
    found: Mine = []
    for person, events in oracle.events.items():
        if trend.asked.who is None or oracle.meets(person, trend.asked.who):
            inside = [event for event in events if bounds[0] <= event["ts_ms"] < bounds[1]]
            found += [(person, event) for event in inside if all(passes(test, read(event, test.field)) for test in trend.asked.where)]
    return found


def key_of(t_ms: int, grain: str, zone: str) -> Any:
    """Return the bucket of an instant; the zone's offsets are whole hours."""
    day = local_date(t_ms, zone)
    if grain == "hour":
        return t_ms // HOUR * HOUR
    return {"day": day, "week": day - dt.timedelta(days=day.weekday()), "month": day.replace(day=1)}[grain]


def figure(series: Series, mine: Mine) -> Fraction | None:
    """Return a figure, exact."""
    able = [(person, event) for person, event in mine if among(event, series.rows)]
    people = len({person for person, _ in able})
    if series.measure in ("events", "people"):
        return Fraction(len(able) if series.measure == "events" else people)
    if series.measure == "per_person":
        return Fraction(len(able), people) if people else None
    numbers = sorted(found for _, event in able if (found := number(read(event, series.of or ""))) is not None)
    if series.measure == "sum":
        return Fraction(sum(numbers, Decimal(0)))
    if not numbers:
        return None
    if series.measure == "average":
        return Fraction(sum(numbers, Decimal(0))) / len(numbers)
    return Fraction({"min": numbers[0], "max": numbers[-1], "median": numbers[(len(numbers) - 1) // 2]}[series.measure])


def values_of(trend: Trend, mine: Mine) -> tuple[list[str], dict[str | None, Mine]]:
    """Return the values in the order of their rows, and the events of each."""
    assert trend.breakdown is not None
    any_of = [(person, event) for person, event in mine if any(among(event, one.rows) for one in trend.series)]
    by: dict[str | None, Mine] = {}
    for person, event in any_of:
        by.setdefault(as_texts(event, trend.breakdown.fields), []).append((person, event))

    def weight(value: str) -> tuple[int, int, str]:
        first = sum(1 for _, event in by[value] if among(event, trend.series[0].rows))
        return -first, -len(by[value]), value

    return sorted((value for value in by if value is not None), key=weight), by


def formula(trend: Trend, figures: list[Fraction | None]) -> Fraction | None:
    """Return what the formula makes of figures, by Python's own arithmetic of fractions."""
    assert trend.formula is not None
    named = {one.letter: value for one, value in zip(trend.series, figures, strict=True)}
    if any(value is None for letter, value in named.items() if letter in trend.formula.text):
        return None
    text = "".join(f"Fraction({char})" if char.isdigit() else char for char in trend.formula.text)  # one digit at most in the tests' formulas
    try:
        return eval(text, {"Fraction": Fraction}, named)  # noqa: S307 - the tests' own formulas
    except ZeroDivisionError:
        return None


def rounded(value: Fraction | None) -> str | None:
    """Return a figure half up to six digits, as people write it."""
    if value is None:
        return None
    sign, digits = (-1 if value < 0 else 1), (2 * abs(value) * 10**6 + 1) // 2
    return f"{Decimal(sign * int(digits)).scaleb(-6).normalize():f}" if digits else "0"
