"""Answer intervals: how many, how long, by bin, by value and by time, and the people behind each figure, from one set of intervals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.analyses.funnel import Times
from windsock.analyses.interval.model import Interval
from windsock.analyses.model.asked import days_of
from windsock.conditions import Frame, Plan, Reach, add_condition, event_field, events, is_among, ours, ours_any
from windsock.kernel.errors import InvalidInput
from windsock.metrics import ClockColumn, bucket_sql

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000
_QUARTERS = (25, 50, 75)
_FAR = 1 << 60


@dataclass(frozen=True)
class Span:
    """One cell of an answer: intervals, their people, how long they took, how many are in each bin, and starts that may still find an end.

    Attributes:
        kind: total, value (of the breakdown), none (no value), other (all values beyond the top), or bucket.
        value: the value.
        bucket: the first date of the bucket.
        people: distinct people; those of several cells need not sum to the total.
        times: of the intervals.
        bins: intervals of each bin.
        still_open: starts whose window is not over and that have no end yet.
    """

    kind: str
    value: str | None
    bucket: dt.date | None
    people: int
    times: Times
    bins: tuple[int, ...]
    still_open: int

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        named: dict[str, Any] = {"kind": self.kind}
        named |= {"value": self.value} if self.kind == "value" else {}
        named |= {"bucket": self.bucket.isoformat()} if self.bucket is not None else {}
        return named | {"intervals": self.times.count, "people": self.people, "times": self.times.json(), "bins": [*self.bins],
                        "still_open": self.still_open}  # fmt: skip


@dataclass(frozen=True)
class IntervalAnswer:
    """The answer: its total and its cuts, each interval in one cell of a cut, and what it was asked with."""

    interval: Interval
    days: Period
    total: Span
    breakdown: tuple[Span, ...]
    trend: tuple[Span, ...]
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        return {
            "name": self.interval.asked.name,
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "pair": self.interval.pair,
            "bins": [{"from_ms": low, "below_ms": high} for low, high in self.interval.edges],
            "total": self.total.json(),
            "breakdown": [cell.json() for cell in self.breakdown],
            "trend": [cell.json() for cell in self.trend],
        }


@dataclass(frozen=True)
class WantedSpans:
    """Which intervals a list is to show: those of a bin (from 0), and of a cell (total, value, none or bucket); None: all."""

    bin: int | None = None
    cell: Span | None = None


@dataclass(frozen=True)
class SpansBehind:
    """Intervals behind a figure: their number, their people, rows of person, held value, start, end and value; where the next page begins."""

    total: int
    people: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def ask_interval(warehouse: Warehouse, interval: Interval, frame: Frame, *, cancel: Cancel | None = None) -> IntervalAnswer:
    """Answer an interval.

    Args:
        warehouse: where to ask.
        interval: read by ``read_interval``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    plan, spans, days = _planned(interval, frame)
    figures = _figures(interval)
    none = "CAST(NULL AS TEXT) AS value, CAST(NULL AS DATE) AS bucket"
    parts = [ours(f"SELECT 0 AS part, 0 AS place, {none}, {figures} FROM {spans} AS a")]  # noqa: S608 - names and numbers of ours
    if interval.breakdown is not None:
        rank = "ROW_NUMBER() OVER (ORDER BY COUNT(CASE WHEN a.whole THEN 1 END) DESC, a.v) AS place"
        ranks = f"SELECT a.v, {rank} FROM {spans} AS a WHERE NOT a.v IS NULL GROUP BY a.v"  # noqa: S608 - as above
        ranked, top = plan.add("ranked", ours(ranks)), interval.breakdown.top
        place = f"CASE WHEN a.v IS NULL THEN {top + 2} ELSE LEAST(COALESCE(k.place, {top + 1}), {top + 1}) END"
        value = f"CASE WHEN k.place <= {top} THEN a.v END"
        placed = ours(f"SELECT a.*, {place} AS place, {value} AS value FROM {spans} AS a LEFT JOIN {ranked} AS k ON k.v = a.v")  # noqa: S608 - as above
        name = plan.add("placed", placed)
        parts.append(ours(f"SELECT 1, a.place, a.value, NULL, {figures} FROM {name} AS a GROUP BY a.place, a.value"))  # noqa: S608 - as above
    if interval.trend is not None:
        parts.append(ours(f"SELECT 2, 0, NULL, a.bucket, {figures} FROM {spans} AS a GROUP BY a.bucket"))  # noqa: S608 - as above
    whole: exp.Select | exp.Union = parts[0]
    for part in parts[1:]:
        whole = whole.union(part, distinct=False, copy=False)
    # Put in order outside the engine, as for funnels.
    statement = plan.statement(ours("SELECT r.* FROM r"), whole=whole)
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    rows.sort(key=lambda row: (row["part"], row["place"], row["bucket"] or dt.date.min, row["value"] or ""))
    cells = [_cell(interval, row) for row in rows]
    broken = tuple(cell for cell in cells if cell.kind in ("value", "none", "other"))
    trend = tuple(cell for cell in cells if cell.kind == "bucket")
    return IntervalAnswer(interval, days, cells[0], broken, trend, statement.sql(dialect="duckdb", pretty=True, copy=False))


def spans_behind(
    warehouse: Warehouse, interval: Interval, frame: Frame, wanted: WantedSpans, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> SpansBehind:
    """Return the intervals that a figure stands for, by person and start.

    Args:
        warehouse: where to ask.
        interval: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: which figure.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large, no such bin, or the cell is "other", which is no list of its own.
    """
    plan, spans, _days = _planned(interval, frame)
    select = ours(f"SELECT a.* FROM {spans} AS a WHERE a.whole")  # noqa: S608 - a name of ours
    if wanted.bin is not None:
        if not 0 <= wanted.bin < len(interval.edges):
            raise InvalidInput(f"There is no bin {wanted.bin + 1}.", where="bin", fix=f"Bins are 1 to {len(interval.edges)}.")
        select = select.where(ours_any(_within(interval.edges[wanted.bin])), copy=False)
    cell = wanted.cell
    if cell is not None and cell.kind == "other":
        raise InvalidInput("All other values have no list of their own.", where="value", fix="Ask for a larger top.")
    if cell is not None and cell.kind == "none":
        select = select.where(ours_any("a.v IS NULL"), copy=False)
    elif cell is not None and cell.kind != "total":
        bound = plan.params.bind(cell.value if cell.kind == "value" else cell.bucket)
        select = select.where(ours_any("a.v" if cell.kind == "value" else "a.bucket").eq(bound), copy=False)
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    listed = plan.add("listed", select)
    counted = f"(SELECT COUNT(*) FROM {listed}) AS total, (SELECT COUNT(DISTINCT b.person) FROM {listed} AS b) AS people"  # noqa: S608 - as above
    order = "a.person, a.t0, a.t1, a.h, a.i"
    told = plan.statement(ours(f"SELECT a.*, {counted} FROM {listed} AS a ORDER BY {order} LIMIT {int(want)} OFFSET {int(skip)}"))  # noqa: S608 - names and numbers of ours
    rows = warehouse.query(told, plan.params.values, cancel=cancel).to_pylist()
    total, people = (int(rows[0]["total"]), int(rows[0]["people"])) if rows else (0, 0)
    found = [{"person": int(row["person"]), "held": row["h"], "t0": int(row["t0"]), "t1": int(row["t1"]), "value": row["v"]} for row in rows]
    return SpansBehind(total, people, found, skip + want if skip + want < total else None)


def read_ends(plan: Plan, interval: Interval, extra: Sequence[exp.Expr] = ()) -> exp.Select:
    """Return the events that begin (``s``) or end (``f``) an interval, each with its keys, the held value (``h``) and the value (``v``).

    Raises:
        InvalidInput: an unknown field, a value that is not of its kind, or a period without two ends.
    """
    frame, params = plan.frame, plan.params
    low, high, _ = days_of(interval.asked.span, (frame.now_ms, frame.zone, frame.week_start), "interval.period")
    none = exp.cast(exp.null(), "TEXT")
    held = none if interval.same is None else event_field(interval.same, "interval.same").text()
    value = none.copy() if interval.breakdown is None else event_field(interval.breakdown.field, "interval.breakdown").text()
    kinds = (interval.start, "interval.from", "s"), (interval.end, "interval.to", "f")
    tests = [is_among(rows, place, params) for rows, place, _ in kinds]
    columns = [exp.column("key_hi", "e"), exp.column("key_lo", "e"), exp.alias_(held, "h"), exp.alias_(value, "v")]
    columns += [exp.alias_(test, name) for test, (_, _, name) in zip(tests, kinds, strict=True)]
    # An end may have to be paired with an earlier start, of before the period, so those are read as well.
    reach = Reach(low - interval.window_ms, high + interval.window_ms, interval.asked.where, (interval.start, interval.end), "interval.where")
    return events(plan, [*columns, *extra], reach).where(exp.or_(*(test.copy() for test in tests)), copy=False)


def _planned(interval: Interval, frame: Frame) -> tuple[Plan, str, Period]:
    """Return the plan, the part with the intervals, and the civil days of the starts.

    Its rows: ``person``, ``h``, ``i`` (the start's place), ``t0``, ``t1``, ``v``, ``bucket``, ``whole`` (it has an end; if not, it is still open).
    """
    frame = replace(frame, internal=interval.asked.internal or frame.internal)
    plan = Plan(frame)
    low, high, days = days_of(interval.asked.span, (frame.now_ms, frame.zone, frame.week_start), "interval.period")
    source = plan.add("ev", read_ends(plan, interval))
    if interval.asked.who is not None:
        who = add_condition(plan, interval.asked.who, "interval.who")
        source = plan.add("mine", ours(f"SELECT e.* FROM {source} AS e SEMI JOIN {who} AS w ON w.person = e.person"))  # noqa: S608 - names of ours
    # Of one instant: what only begins, what does both (as an end first, as it can't be paired with itself), what only ends.
    held = "TRUE" if interval.same is None else "NOT e.h IS NULL"
    rank = "CASE WHEN NOT e.f THEN 0 WHEN e.s THEN 1 ELSE 2 END"
    order = f"PARTITION BY e.person, e.h ORDER BY e.t, {rank}, e.key_hi, e.key_lo"
    run = f"COUNT(CASE WHEN e.f THEN 1 END) OVER ({order} ROWS UNBOUNDED PRECEDING)"
    numbered = plan.add("numbered", ours(f"SELECT e.*, ROW_NUMBER() OVER ({order}) AS i, {run} AS n FROM {source} AS e WHERE {held}"))  # noqa: S608 - as above
    # A start waits for the end after the n that came so far; what does both is the n-th end itself, and waits for the next.
    ends = plan.add("ends", ours(f"SELECT e.person, e.h, e.n - 1 AS n, e.t FROM {numbered} AS e WHERE e.f"))  # noqa: S608 - as above
    until = f"COALESCE(f.t, {int(frame.now_ms)})"
    near = f"{until} - e.t <= {interval.window_ms}"
    paired = "f.person = e.person AND f.h IS NOT DISTINCT FROM e.h AND f.n = e.n"
    best = "MAX" if interval.pair == "last" else "MIN"
    chosen = f"{best}({{'i': e.i, 't': e.t, 'v': e.v}}) AS best"
    pairs = plan.add(
        "pairs",
        ours(
            f"""SELECT e.person, e.h, e.n, f.t AS t1, {chosen} FROM {numbered} AS e LEFT JOIN {ends} AS f ON {paired}
            WHERE e.s AND {near} GROUP BY e.person, e.h, e.n, f.t"""  # noqa: S608 - as above
        ),
    )
    told = ours(
        f"""SELECT p.person, p.h, p.best['i'] AS i, p.best['t'] AS t0, p.t1, p.best['v'] AS v, NOT p.t1 IS NULL AS whole
        FROM {pairs} AS p WHERE p.best['t'] >= {low} AND p.best['t'] < {high}"""  # noqa: S608 - as above
    )
    dated = plan.add("dated", told)
    clock = ClockColumn("w.t0", "ms")
    bucket = exp.cast(exp.null(), "DATE") if interval.trend is None else bucket_sql(clock, interval.trend, days, frame.zone, frame.week_start)
    select = ours(f"SELECT w.* FROM {dated} AS w").select(exp.alias_(bucket, "bucket"), copy=False)  # noqa: S608 - a name of ours
    return plan, plan.add("spans", select), days


def _within(edges: tuple[int, int | None]) -> str:
    low, high = edges
    return f"a.t1 - a.t0 >= {low}" + ("" if high is None else f" AND a.t1 - a.t0 < {high}")


def _figures(interval: Interval) -> str:
    length = "CASE WHEN a.whole THEN a.t1 - a.t0 END"
    columns = ["COUNT(DISTINCT CASE WHEN a.whole THEN a.person END) AS people", "COUNT(CASE WHEN NOT a.whole THEN 1 END) AS still_open"]
    named = {"count": f"COUNT({length})", "least": f"MIN({length})", "most": f"MAX({length})", "sum": f"SUM({length})"}
    named |= {f"p{part}": f"QUANTILE_DISC({length}, {part / 100})" for part in _QUARTERS}
    columns += [f"{written} AS {word}" for word, written in named.items()]
    columns += [f"COUNT(CASE WHEN a.whole AND {_within(edges)} THEN 1 END) AS b{index}" for index, edges in enumerate(interval.edges)]
    return ", ".join(columns)


def _cell(interval: Interval, row: dict[str, Any]) -> Span:
    kind = ("total", "value", "bucket")[int(row["part"])]
    if kind == "value" and interval.breakdown is not None and row["value"] is None:
        kind = "other" if row["place"] == interval.breakdown.top + 1 else "none"
    count = int(row["count"])
    least, most, total, p25, p50, p75 = (None if row[word] is None else int(row[word]) for word in ("least", "most", "sum", "p25", "p50", "p75"))
    mean = None if total is None else int((Decimal(total) / count).to_integral_value(ROUND_HALF_UP))
    bins = tuple(int(row[f"b{index}"]) for index in range(len(interval.edges)))
    return Span(kind, row["value"], row["bucket"], int(row["people"]), Times(count, least, (p25, p50, p75), most, mean), bins, int(row["still_open"]))
