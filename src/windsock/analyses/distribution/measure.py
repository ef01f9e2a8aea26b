"""Answer a distribution: people by their figure, and the people behind each bin, from one set of figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.analyses.distribution.model import Distribution
from windsock.analyses.model.asked import days_of
from windsock.conditions import Frame, Plan, Reach, add_condition, event_field, events, is_among, ours, ours_any
from windsock.kernel.errors import InvalidInput
from windsock.kernel.hours import HOUR_MS, offsets
from windsock.metrics import ClockColumn, bucket_sql, local_day_sql

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000
_AMOUNT = Decimal("0.000001")
_SUMMED = "DECIMAL(38, 6)"
"""What is added up, a missing one as 0: of ``COALESCE(SUM(x), 0)`` the engine believes that it is 0, and puts everybody in that bin."""
_WORDS = ("least", "p25", "p50", "p75", "most")


@dataclass(frozen=True)
class Heap:
    """One cell of an answer: the people, their figures, and how many are in each bin.

    Attributes:
        bucket: the first date of the bucket, or None for the whole period.
        people: who did it at least once.
        figures: the least, the quartiles and the most; each is somebody's figure.
        total: the sum of all figures.
        bins: people of each bin.
    """

    bucket: dt.date | None
    people: int
    figures: tuple[Decimal | None, ...]
    total: Decimal
    bins: tuple[int, ...]

    @property
    def mean(self) -> Decimal | None:
        """The mean figure, to six digits."""
        return None if self.people == 0 else (self.total / self.people).quantize(_AMOUNT, ROUND_HALF_UP)

    def json(self) -> dict[str, Any]:
        """Return it as it travels; figures as text, exact."""
        named: dict[str, Any] = {} if self.bucket is None else {"bucket": self.bucket.isoformat()}
        quartiles = dict(zip(("least", "p25", "median", "p75", "most"), map(plain, self.figures), strict=True))
        return named | {"people": self.people, **quartiles, "mean": plain(self.mean), "total": plain(self.total), "bins": [*self.bins]}


def plain(figure: Decimal | None) -> str | None:
    """Return a figure as people write it, without zeros behind it."""
    return None if figure is None else f"{figure.normalize():f}"


@dataclass(frozen=True)
class DistributionAnswer:
    """The answer: the whole period and its buckets, and what it was asked with."""

    distribution: Distribution
    days: Period
    total: Heap
    trend: tuple[Heap, ...]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        return {
            "name": self.distribution.asked.name,
            "of": self.distribution.of,
            "field": self.distribution.field,
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "bins": [{"from": plain(low), "below": plain(high)} for low, high in self.distribution.edges],
            "total": self.total.json(),
            "trend": [heap.json() for heap in self.trend],
        }


@dataclass(frozen=True)
class HeapBehind:
    """People behind a bin: their number, rows of person, figure, events, first and last instant; where the next page begins."""

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def ask_distribution(warehouse: Warehouse, distribution: Distribution, frame: Frame, *, cancel: Cancel | None = None) -> DistributionAnswer:
    """Answer a distribution.

    Args:
        warehouse: where to ask.
        distribution: read by ``read_distribution``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, source, days = _planned(distribution, frame)
    figures = _figures(distribution)
    people = _add_figures(plan, distribution, source, by_bucket=False)
    whole: exp.Select | exp.Union = ours(f"SELECT CAST(NULL AS DATE) AS bucket, 0 AS part, {figures} FROM {people} AS a")  # noqa: S608 - names and numbers of ours
    if distribution.trend is not None:
        buckets = _add_figures(plan, distribution, source, by_bucket=True)
        cut = ours(f"SELECT a.bucket, 1 AS part, {figures} FROM {buckets} AS a GROUP BY a.bucket")  # noqa: S608 - as above
        whole = whole.union(cut, distinct=False, copy=False)
    # Put in order outside the engine, as for funnels.
    statement = plan.statement(ours("SELECT r.* FROM r"), whole=whole)
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    rows.sort(key=lambda row: (row["part"], row["bucket"] or dt.date.min))
    heaps = [_heap(distribution, row) for row in rows]
    return DistributionAnswer(distribution, days, heaps[0], tuple(heaps[1:]), statement.sql(dialect="duckdb", pretty=True, copy=False))


def heap_behind(
    warehouse: Warehouse,
    distribution: Distribution,
    frame: Frame,
    wanted: tuple[int | None, dt.date | None] = (None, None),
    *,
    page: tuple[int, int] = (0, 100),
    cancel: Cancel | None = None,
) -> HeapBehind:
    """Return the people that a figure stands for, those with the largest figure first.

    Args:
        warehouse: where to ask.
        distribution: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: a bin (from 0) or None for all, and a bucket or None for the whole period.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, no such bin, or a bucket where there is no trend.
    """
    number, bucket = wanted
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    if number is not None and not 0 <= number < len(distribution.edges):
        raise InvalidInput(f"There is no bin {number + 1}.", where="bin", fix=f"Bins are 1 to {len(distribution.edges)}.")
    if bucket is not None and distribution.trend is None:
        raise InvalidInput("There are no buckets.", where="bucket", fix="Write trend: day in the definition.")
    plan, source, _days = _planned(distribution, frame)
    people = _add_figures(plan, distribution, source, by_bucket=bucket is not None)
    within = "TRUE" if number is None else _within(distribution.edges[number])
    select = ours(f"SELECT a.* FROM {people} AS a WHERE {within}")  # noqa: S608 - names and numbers of ours
    if bucket is not None:
        select = select.where(ours_any("a.bucket").eq(plan.params.bind(bucket)), copy=False)
    listed = plan.add("listed", select)
    told = f"SELECT a.*, (SELECT COUNT(*) FROM {listed}) AS total FROM {listed} AS a ORDER BY a.x DESC, a.person LIMIT {int(want)} OFFSET {int(skip)}"  # noqa: S608 - as above
    rows = warehouse.query(plan.statement(ours(told)), plan.params.values, cancel=cancel).to_pylist()
    total = int(rows[0]["total"]) if rows else 0
    found = [
        {"person": int(row["person"]), "figure": Decimal(row["x"]), "events": int(row["n"]), "first": int(row["first"]), "last": int(row["last"])}
        for row in rows
    ]
    return HeapBehind(total, found, skip + want if skip + want < total else None)


def read_rows_of(plan: Plan, distribution: Distribution, extra: Sequence[exp.Expr] = ()) -> exp.Select:
    """Return the events, each with what is counted or added up of it (``x``).

    Raises:
        InvalidInput: an unknown field, one that is no number, a value that is not of its kind, or a period without two ends.
    """
    frame = plan.frame
    low, high, days = days_of(distribution.asked.span, (frame.now_ms, frame.zone, frame.week_start), "distribution.period")
    reach = Reach(low, high, distribution.asked.where, (distribution.rows,), "distribution.where")
    select = events(plan, [exp.alias_(_marked(distribution, days, frame), "x"), *extra], reach)
    return select.where(is_among(distribution.rows, "distribution.event", plan.params), copy=False) if distribution.rows.where else select


def _marked(distribution: Distribution, days: Period, frame: Frame) -> exp.Expr:
    """Return what of an event is added up, or counted once."""
    column = exp.column("ts_ms", "e")
    if distribution.field is not None:
        return event_field(distribution.field, "distribution.field").number("distribution.field")
    if distribution.of == "days":
        return local_day_sql(column, days, frame.zone)
    if distribution.of == "hours":
        return bucket_sql(ClockColumn("e.ts_ms", "ms"), "hour", days, frame.zone, frame.week_start)
    if distribution.of == "times":
        return exp.cast(exp.null(), "INT")
    steps = offsets(*days.bounds_ms(frame.zone), frame.zone)
    case, last = exp.Case(), steps[-1][1]
    for (_, offset), (until, _) in pairwise(steps):
        case = case.when(exp.LT(this=column.copy(), expression=exp.convert(until)), exp.convert(offset))
    offset = case.else_(exp.convert(last)) if len(steps) > 1 else exp.convert(last)
    hours = exp.IntDiv(this=exp.paren(exp.Add(this=column.copy(), expression=exp.paren(offset))), expression=exp.convert(HOUR_MS))
    return exp.Mod(this=exp.paren(hours), expression=exp.convert(24))


def _planned(distribution: Distribution, frame: Frame) -> tuple[Plan, str, Period]:
    """Return the plan, the part with the events and their bucket, and the civil days."""
    frame = replace(frame, internal=distribution.asked.internal or frame.internal)
    plan = Plan(frame)
    _low, _high, days = days_of(distribution.asked.span, (frame.now_ms, frame.zone, frame.week_start), "distribution.period")
    bucket: exp.Expr = exp.cast(exp.null(), "DATE")
    if distribution.trend is not None:
        bucket = bucket_sql(ClockColumn("e.ts_ms", "ms"), distribution.trend, days, frame.zone, frame.week_start)
    source = plan.add("ev", read_rows_of(plan, distribution, [exp.alias_(bucket, "bucket")]))
    if distribution.asked.who is not None:
        who = add_condition(plan, distribution.asked.who, "distribution.who")
        source = plan.add("mine", ours(f"SELECT e.* FROM {source} AS e SEMI JOIN {who} AS w ON w.person = e.person"))  # noqa: S608 - names of ours
    return plan, source, days


def _add_figures(plan: Plan, distribution: Distribution, source: str, *, by_bucket: bool) -> str:
    """Add a row for each person (and bucket): ``x``, the number of events, the first and the last instant."""
    figure = (
        "COUNT(*)"
        if distribution.of == "times"
        else f"SUM(CAST(COALESCE(e.x, 0) AS {_SUMMED}))"
        if distribution.of == "sum"
        else "COUNT(DISTINCT e.x)"
    )
    keys = "e.person, e.bucket" if by_bucket else "e.person"
    figures = f'{figure} AS x, COUNT(*) AS n, MIN(e.t) AS "first", MAX(e.t) AS "last"'
    return plan.add(plan.fresh("figures"), ours(f"SELECT {keys}, {figures} FROM {source} AS e GROUP BY {keys}"))  # noqa: S608 - names of ours


def _within(edges: tuple[Decimal | None, Decimal | None]) -> str:
    low, high = edges
    tests = [*([] if low is None else [f"a.x >= {plain(low)}"]), *([] if high is None else [f"a.x < {plain(high)}"])]
    return " AND ".join(tests) or "TRUE"


def _figures(distribution: Distribution) -> str:
    named = {"least": "MIN(a.x)", "most": "MAX(a.x)", "total": "SUM(a.x)"} | {
        f"p{part}": f"QUANTILE_DISC(a.x, {part / 100})" for part in (25, 50, 75)
    }
    columns = ["COUNT(*) AS people", *(f"{written} AS {word}" for word, written in named.items())]
    columns += [f"COUNT(CASE WHEN {_within(edges)} THEN 1 END) AS b{index}" for index, edges in enumerate(distribution.edges)]
    return ", ".join(columns)


def _heap(distribution: Distribution, row: dict[str, Any]) -> Heap:
    figures = tuple(None if row[word] is None else Decimal(row[word]) for word in _WORDS)
    bins = tuple(int(row[f"b{index}"]) for index in range(len(distribution.edges)))
    return Heap(row["bucket"], int(row["people"]), figures, Decimal(row["total"] or 0), bins)
