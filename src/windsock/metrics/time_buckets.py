"""Instants and dates to the first date of their bucket, in the workspace's zone, in SQL that any engine has."""

from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

from sqlglot import exp, parse_one

from windsock.kernel.period import Grain, Period
from windsock.metrics.facts import ClockColumn

_DAY_MS = 86_400_000
_HOUR = dt.timedelta(hours=1)


def offsets(period: Period, zone: str) -> list[tuple[int, int]]:
    """Return the zone's offsets in force over a period as (from this instant in ms, offset in ms), one hour's grain, oldest first.

    Offsets change at whole hours UTC or at half hours (Lord Howe); the search goes by half hours.
    """
    low, high = period.bounds_ms(zone)
    half_hour = 1_800_000
    found: list[tuple[int, int]] = []
    at, day = low, low
    while day <= high:
        offset = _offset_ms(day, zone)
        if not found:
            found.append((low, offset))
        elif offset != found[-1][1]:
            at = day - _DAY_MS
            while _offset_ms(at, zone) == found[-1][1]:
                at += half_hour
            found.append((at, offset))
        day += _DAY_MS
    return found


def _offset_ms(ms: int, zone: str) -> int:
    moment = dt.datetime.fromtimestamp(ms / 1000, ZoneInfo(zone))
    offset = moment.utcoffset()
    return round(offset.total_seconds() * 1000) if offset is not None else 0


def bucket_sql(clock: ClockColumn, grain: Grain, period: Period, zone: str, week_start: int) -> exp.Expr:
    """Return the DATE on which the bucket of a row starts."""
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
