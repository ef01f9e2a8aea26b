"""Instants and dates to the first date of their bucket, or the first instant of their hour, in the workspace's zone, in SQL that any engine has."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from sqlglot import exp, parse_one

from windsock.kernel import hours
from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.period import Grain, Period
from windsock.metrics.facts import ClockColumn

_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Steps:
    """Equal buckets over a span of instants, in ms UTC: ``low_ms`` inclusive, ``high_ms`` exclusive, each ``step_ms`` long (a day is a civil one)."""

    low_ms: int
    high_ms: int
    step_ms: int


def offsets(period: Period, zone: str) -> list[tuple[int, int]]:
    """Return the zone's offsets in force over a period as (from this instant in ms, offset in ms), oldest first."""
    low, high = period.bounds_ms(zone)
    return list(hours.offsets(low, high, zone))


def bucket_sql(clock: ClockColumn, grain: Grain, period: Period, zone: str, week_start: int) -> exp.Expr:
    """Return the DATE on which the bucket of a row starts; of hours the instant in ms, NULL where only the date of a row is known."""
    if grain == "hour":
        return _hour_sql(clock, period, zone)
    column = parse_one(clock.column, read="duckdb")
    day: exp.Expr = column if clock.kind == "date" else local_day_sql(column, period, zone)
    if grain == "day":
        return day
    if grain == "week" and week_start:
        shift = exp.Literal.number(week_start)
        monday = exp.cast(exp.func("DATE_TRUNC", exp.Literal.string("week"), exp.Sub(this=day, expression=shift), dialect="duckdb"), "DATE")
        return exp.Add(this=monday, expression=shift.copy())
    return exp.cast(exp.func("DATE_TRUNC", exp.Literal.string(grain), day, dialect="duckdb"), "DATE")


def local_day_sql(column: exp.Expr, period: Period, zone: str) -> exp.Expr:
    """Return the civil DATE of an instant column."""
    days = exp.IntDiv(this=exp.paren(local_ms_sql(column, period, zone)), expression=exp.Literal.number(_DAY_MS))
    epoch = exp.cast(exp.Literal.string("1970-01-01"), "DATE")
    return exp.Add(this=epoch, expression=exp.cast(days, "INT"))


def local_ms_sql(column: exp.Expr, period: Period, zone: str) -> exp.Expr:
    """Return an instant column moved by the zone's offset, so that a day of it is a civil day; a DST change inside the period becomes a CASE."""
    steps = offsets(period, zone)
    offset: exp.Expr = exp.Literal.number(steps[0][1]) if steps[0][1] >= 0 else exp.Neg(this=exp.Literal.number(-steps[0][1]))
    if len(steps) > 1:
        case = exp.Case()
        for (_, value), (until, _) in itertools.pairwise(steps):
            case = case.when(exp.LT(this=column.copy(), expression=exp.Literal.number(until)), exp.convert(value))
        offset = case.else_(exp.convert(steps[-1][1]))
    return exp.Add(this=column.copy(), expression=offset)


def _hour_sql(clock: ClockColumn, period: Period, zone: str) -> exp.Expr:
    """Return the first instant of the civil hour of a row, in ms.

    Behind a date the hour is read from its instant. One that stands exactly at the start of its civil day says no more than the date, as sources
    that only know dates are read so, and one of another day than the date contradicts it: neither has an hour.
    """
    if clock.kind == "ms":
        return hour_ms_sql(parse_one(clock.column, read="duckdb"), period, zone)
    if clock.instant is None:
        return exp.cast(exp.Null(), "BIGINT")
    column = parse_one(clock.instant, read="duckdb")
    return exp.cast(exp.Case().when(_told(clock, column, period, zone), hour_ms_sql(column, period, zone)), "BIGINT")


def step_sql(clock: ClockColumn, steps: Steps, period: Period, zone: str) -> exp.Expr:
    """Return the first instant of the step of a row in ms UTC, a civil DATE for steps of a day; NULL where only the date of a row is known.

    Steps of an hour and less start at full steps of UTC, as roll-ups do, so that a change of the clocks moves none.
    """
    if steps.step_ms == _DAY_MS:
        return bucket_sql(clock, "day", period, zone, 0)
    text = clock.column if clock.kind == "ms" else clock.instant
    if text is None:
        return exp.cast(exp.Null(), "BIGINT")
    column, step = parse_one(text, read="duckdb"), exp.Literal.number(steps.step_ms)
    start = exp.cast(exp.Mul(this=exp.paren(exp.IntDiv(this=column, expression=step)), expression=step.copy()), "BIGINT")
    return start if clock.kind == "ms" else exp.cast(exp.Case().when(_told(clock, column, period, zone), start), "BIGINT")


def _told(clock: ClockColumn, column: exp.Expr, period: Period, zone: str) -> exp.Expr:
    """Return the test of an instant behind a date: it says more than the date, and does not contradict it."""
    low, high = period.bounds_ms(zone)
    midnights = [at for at, _ in offsets(period, zone)[1:] if at == start_of_day_ms(local_date(at, zone), zone)]
    local = exp.paren(local_ms_sql(column, period, zone))
    told: list[exp.Expr] = [
        exp.GTE(this=column.copy(), expression=exp.convert(low)),
        exp.LT(this=column.copy(), expression=exp.convert(high)),
        exp.EQ(this=exp.paren(local_day_sql(column, period, zone)), expression=parse_one(clock.column, read="duckdb")),
        exp.NEQ(this=exp.Mod(this=local, expression=exp.Literal.number(_DAY_MS)), expression=exp.Literal.number(0)),
        *(exp.NEQ(this=column.copy(), expression=exp.convert(at)) for at in midnights),
    ]
    return exp.and_(*told)


def hour_ms_sql(column: exp.Expr, period: Period, zone: str) -> exp.Expr:
    """Return the first instant of the civil hour of an instant column within a period, both in ms: see ``kernel.hours``."""
    steps = offsets(period, zone)
    starts = [_hour_start_sql(column, at, offset) for at, offset in steps]
    if len(steps) == 1:
        return exp.cast(starts[0], "BIGINT")
    case = exp.Case()
    for start, (until, _) in zip(starts[:-1], steps[1:], strict=True):
        case = case.when(exp.LT(this=column.copy(), expression=exp.convert(until)), start)
    return exp.cast(case.else_(starts[-1]), "BIGINT")


def _hour_start_sql(column: exp.Expr, at_ms: int, offset: int) -> exp.Expr:
    """Return where hours start under one offset, in force since an instant: where that is within an hour, the rest of it starts there."""
    hour = exp.Literal.number(hours.HOUR_MS)
    local = exp.paren(exp.Add(this=column.copy(), expression=exp.convert(offset)))
    start = exp.Sub(this=exp.Mul(this=exp.paren(exp.IntDiv(this=local, expression=hour)), expression=hour.copy()), expression=exp.convert(offset))
    return start if (at_ms + offset) % hours.HOUR_MS == 0 else exp.Greatest(this=start, expressions=[exp.convert(at_ms)])
