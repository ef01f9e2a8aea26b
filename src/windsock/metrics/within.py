"""Conditions of time: a row lies in a period on a clock, or in parts of it that are named only when the statement is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.facts_shape import ClockColumn
    from windsock.metrics.time_buckets import Steps
    from windsock.warehouse import Params, Value


def within(clock: ClockColumn, period: Period, zone: str, params: Params) -> list[exp.Expr]:
    """Return the conditions that a row of a period meets."""
    column = parse_one(clock.column, read="duckdb")
    if clock.kind == "date":
        return [exp.Between(this=column, low=params.bind(period.start), high=params.bind(period.end))]
    low, high = period.bounds_ms(zone)
    return [exp.GTE(this=column, expression=params.bind(low)), exp.LT(this=column.copy(), expression=params.bind(high))]


def within_span(clock: ClockColumn, steps: Steps, params: Params) -> list[exp.Expr]:
    """Return the conditions that a row of a span of instants meets; of a date that knows no instant none, as its day is all that is known."""
    text = clock.column if clock.kind == "ms" else clock.instant
    if text is None:
        return []
    column = parse_one(text, read="duckdb")
    return [exp.GTE(this=column, expression=params.bind(steps.low_ms)), exp.LT(this=column.copy(), expression=params.bind(steps.high_ms))]


def within_parts(clock: ClockColumn, count: int) -> exp.Expr:
    """Return the condition that a row of one of so many parts meets; which they are is bound by ``part_values``."""
    kind = "date" if clock.kind == "date" else "ms"
    column = parse_one(clock.column, read="duckdb")
    ends = [[exp.Placeholder(this=f"{kind}_{end}{number}") for end in ("low", "high")] for number in range(count)]
    return exp.paren(exp.or_(*[exp.Between(this=column.copy(), low=low, high=high) for low, high in ends]))


def part_values(parts: Sequence[Period], count: int, zone: str) -> dict[str, Value]:
    """Return the values of ``within_parts`` on either kind of clock; places beyond the last part repeat it."""
    found: dict[str, Value] = {}
    for number in range(count):
        part = parts[min(number, len(parts) - 1)]
        low, high = part.bounds_ms(zone)
        found |= {f"ms_low{number}": low, f"ms_high{number}": high - 1, f"date_low{number}": part.start, f"date_high{number}": part.end}
    return found
