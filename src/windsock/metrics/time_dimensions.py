"""Dimensions of time in SQL: read from the clock of a scan, in the workspace's zone, so that every metric can be cut by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from windsock.kernel.errors import InvalidInput
from windsock.metrics.model.calendar import MONTHS, holidays_within
from windsock.metrics.time_buckets import bucket_sql, local_ms_sql

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.facts import ClockColumn

_HOUR_MS = 3_600_000
_DAY_HOURS = 24
_SATURDAY = 6


@dataclass(frozen=True)
class TimeFrame:
    """What it takes to read time from a clock: the period asked for, the zone, and where weeks and fiscal years begin."""

    period: Period
    zone: str
    week_start: int
    fiscal_start: int


def time_sql(name: str, clock: ClockColumn, frame: TimeFrame) -> exp.Expr:
    """Return the SQL of a dimension of time: dates (the first of their bucket), whole numbers or texts.

    Raises:
        InvalidInput: the hour of a clock that only knows dates.
    """
    if name == "hour":
        if clock.kind == "date":
            raise InvalidInput("This metric's clock knows dates, not hours.", where="by / where", fix="Cut it by date, or take a metric of events.")
        local = local_ms_sql(parse_one(clock.column, read="duckdb"), frame.period, frame.zone)
        hours = exp.IntDiv(this=exp.paren(local), expression=exp.Literal.number(_HOUR_MS))
        return exp.cast(exp.Mod(this=exp.paren(hours), expression=exp.Literal.number(_DAY_HOURS)), "INT")
    if name in ("week", "month", "quarter", "year"):
        return bucket_sql(clock, name, frame.period, frame.zone, frame.week_start)
    day = bucket_sql(clock, "day", frame.period, frame.zone, frame.week_start)
    if name == "date":
        return day
    if name == "weekday":
        return exp.cast(exp.func("ISODOW", day), "INT")
    if name in ("holiday", "day_type"):
        return _holiday_sql(name, day, frame)
    return _fiscal_sql(name, day, frame.fiscal_start)


def _holiday_sql(name: str, day: exp.Expr, frame: TimeFrame) -> exp.Expr:
    case = exp.Case()
    found = holidays_within(frame.period)
    for holiday in found:
        low, high = (exp.cast(exp.Literal.string(date.isoformat()), "DATE") for date in (holiday.start, holiday.end))
        within = exp.Between(this=exp.paren(day.copy()), low=low, high=high)
        case = case.when(within, exp.Literal.string(holiday.code if name == "holiday" else "holiday"))
    if name == "holiday":
        return case if found else exp.cast(exp.Null(), "VARCHAR")
    weekend = exp.GTE(this=exp.func("ISODOW", day), expression=exp.Literal.number(_SATURDAY))
    return case.when(weekend, exp.Literal.string("weekend")).else_(exp.Literal.string("weekday"))


def _fiscal_sql(name: str, day: exp.Expr, first_month: int) -> exp.Expr:
    year, month = (exp.Extract(this=exp.var(part), expression=day.copy()) for part in ("YEAR", "MONTH"))
    first = exp.Literal.number(first_month)
    if first_month > 1:
        later = exp.Case().when(exp.GTE(this=month.copy(), expression=first), exp.Literal.number(1)).else_(exp.Literal.number(0))
        year = exp.Add(this=year, expression=later)
    if name == "fiscal_year":
        return exp.cast(year, "INT")
    since = exp.Mod(this=exp.paren(exp.Add(this=month, expression=exp.Literal.number(MONTHS - first_month))), expression=exp.Literal.number(MONTHS))
    quarter = exp.Add(this=exp.IntDiv(this=exp.paren(since), expression=exp.Literal.number(3)), expression=exp.Literal.number(1))
    return exp.DPipe(this=exp.DPipe(this=exp.cast(year, "VARCHAR"), expression=exp.Literal.string("-Q")), expression=exp.cast(quarter, "VARCHAR"))
