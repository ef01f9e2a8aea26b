"""Answer a trend: every series in total, by bucket, by value and by both, from one set of events; and the same of an earlier period."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, cast

from sqlglot import exp

from windsock.analyses.earlier import earlier
from windsock.analyses.model.asked import days_of
from windsock.analyses.trend.figures import PEOPLE, Way, alike, figures, fresh_of, sums, way_of
from windsock.analyses.trend.model import LETTERS, Trend
from windsock.analyses.trend.points import Base, Bucket, Key, buckets_of, computed, cumulated, moved, paired, shown
from windsock.conditions import Frame, Plan, Reach, add_condition, event_field, event_text, events, is_among, ours
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.kernel.hours import DAYS_MAX
from windsock.kernel.period import Period
from windsock.metrics import ClockColumn, bucket_sql, set_length, unwatched
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

POINTS_MOST = 50_000
Kind = Literal["total", "value", "none", "other"]
_Cells = dict[tuple[int, str | None], dict[Key | None, tuple[Base, ...]]]


@dataclass(frozen=True)
class Drawn:
    """A series, or the formula, of a line: its figure over the whole period, that of each bucket, and the moving mean of those."""

    total: Decimal | None
    points: tuple[Decimal | None, ...]
    moving: tuple[Decimal | None, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return it as it travels; figures as text."""
        told: dict[str, Any] = {"total": shown(self.total), "points": [shown(one) for one in self.points]}
        return told | ({"moving": [shown(one) for one in self.moving]} if self.moving else {})


@dataclass(frozen=True)
class Line:
    """All series of everything, of a value, of those without a value, or of all other values; and the formula."""

    kind: Kind
    value: str | None
    series: tuple[Drawn, ...]
    formula: Drawn | None


@dataclass(frozen=True)
class Asking:
    """A trend with its period, its buckets, and the moment it is asked at."""

    trend: Trend
    frame: Frame
    days: Period
    bounds: tuple[int, int]
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True)
class TrendAnswer:
    """The answer: the line of everything, those of the breakdown, and the line of the earlier period, its points beside those of this one."""

    made: Asking
    total: Line
    breakdown: tuple[Line, ...]
    before: Line | None
    before_days: Period | None
    before_keys: tuple[Key | None, ...]
    sql: str

    def key(self, key: Key | None) -> str | None:
        """Return how a bucket is called: its date, or of an hour its first instant with its offset."""
        return None if key is None else iso(key, self.made.frame.zone) if isinstance(key, int) else key.isoformat()

    def values_of(self, line: Line) -> tuple[str | None, ...]:
        """Return the values of a line, one for each field of the breakdown."""
        breakdown = self.made.trend.breakdown
        several = breakdown is not None and len(breakdown.fields) > 1
        return tuple(json.loads(line.value)) if several and line.value is not None else (line.value,)

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        trend, days = self.made.trend, self.made.days
        series = [{"letter": one.letter, "name": one.name, "measure": one.measure, "of": one.of} for one in trend.series]
        keys = self.before_keys or tuple(None for _ in self.made.buckets)
        before = None
        if self.before is not None and self.before_days is not None:
            before = {"from": self.before_days.start.isoformat(), "to": self.before_days.end.isoformat(), **self._line(self.before)}
        return {
            "name": trend.asked.name,
            "period": {"from": days.start.isoformat(), "to": days.end.isoformat()},
            "grain": trend.grain,
            "series": series,
            "formula": None if trend.formula is None else trend.formula.text,
            "fields": [] if trend.breakdown is None else list(trend.breakdown.fields),
            "cumulative": trend.cumulative,
            "moving": trend.moving,
            "buckets": [
                {"bucket": self.key(one.key), "state": one.state, "before": self.key(then)} for one, then in zip(self.made.buckets, keys, strict=True)
            ],
            "total": self._line(self.total),
            "breakdown": [self._line(line) for line in self.breakdown],
            "before": before,
        }

    def _line(self, line: Line) -> dict[str, Any]:
        named: dict[str, Any] = {"kind": line.kind}
        named |= {"value": line.value, "values": list(self.values_of(line))} if line.kind == "value" else {}
        return named | {"series": [one.json() for one in line.series], "formula": None if line.formula is None else line.formula.json()}


def ask_trend(warehouse: Warehouse, trend: Trend, frame: Frame, *, cancel: Cancel | None = None) -> TrendAnswer:
    """Answer a trend.

    Args:
        warehouse: where to ask.
        trend: read by ``read_trend``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    made = asking(trend, frame)
    cells, sql = _cells(warehouse, made, cancel)
    keys: tuple[Key | None, ...] = tuple(bucket.key for bucket in made.buckets)
    lines = [_line(made, keys, place, cells[place]) for place in sorted(cells, key=lambda place: (place[0], place[1] or ""))]
    before, earlier, beside = None, None, tuple[Key | None, ...]()
    if trend.compare is not None:
        there = asking(trend, frame, before=True)
        found, _ = _cells(warehouse, replace(there, trend=replace(trend, breakdown=None)), cancel)
        beside = tuple(paired(made.buckets, made.days, (there.days, there.buckets), trend.grain, frame.zone))
        before, earlier = _line(made, beside, (0, None), found[(0, None)]), there.days
    return TrendAnswer(made, lines[0], tuple(lines[1:]), before, earlier, beside, sql)


def asking(trend: Trend, frame: Frame, *, before: bool = False) -> Asking:
    """Return a trend with its buckets; nothing that is dated after the moment of asking counts; see ``earlier`` for the other period.

    Raises:
        InvalidInput: the period is open or too long, or there is no earlier one.
    """
    frame = replace(frame, internal=trend.asked.internal or frame.internal)
    moment = (frame.now_ms, frame.zone, frame.week_start)
    low, high, days = days_of(trend.asked.span, moment, "trend.period")
    high = min(high, frame.now_ms + 1)
    if trend.grain == "hour" and days.days > DAYS_MAX:
        raise InvalidInput(f"{days.days} days by hour.", where="trend.grain", fix=f"Ask for {DAYS_MAX} days at most, or by day.")
    if before:
        if trend.compare is None:
            raise InvalidInput("There is no earlier period.", where="trend.compare", fix="Write compare: previous in the definition.")
        days, (low, high) = earlier(days, high, trend.compare, frame.zone)
    buckets = buckets_of(days, (low, high), trend.grain, moment)
    rows = len(buckets) * (1 if trend.breakdown is None else trend.breakdown.top + 2) * len(trend.series)
    if rows > POINTS_MOST:
        raise InvalidInput(f"{rows:,} points.", where="trend.breakdown", fix=f"Ask for {POINTS_MOST:,} at most: fewer values, days or series.")
    return Asking(trend, frame, days, (low, high), buckets)


def read_rows_of(plan: Plan, made: Asking, *, people: bool = True) -> exp.Select:
    """Return the events of any series: whether they are among each (``s0``), its field (``x0``), the bucket and the value (``v``).

    Raises:
        InvalidInput: an unknown field, one that is no number, or a value that is not of its kind.
    """
    trend, frame = made.trend, plan.frame
    columns: list[exp.Expr] = []
    for index, one in enumerate(trend.series):
        # Of a lone series only events of its names are read.
        among = is_among(one.rows, f"trend.series[{index}]", plan.params, named=len(trend.series) == 1)
        columns.append(exp.alias_(among, f"s{index}"))
        if one.of is not None:
            columns.append(exp.alias_(event_field(one.of, f"trend.series[{index}].of").number(f"trend.series[{index}].of"), f"x{index}"))
    bucket = bucket_sql(ClockColumn("e.ts_ms", "ms"), trend.grain, made.days, frame.zone, frame.week_start)
    none = exp.cast(exp.null(), "TEXT")
    value = none if trend.breakdown is None else event_text(trend.breakdown.fields, "trend.breakdown")
    columns += [exp.alias_(bucket, "bucket"), exp.alias_(value, "v"), exp.column("event", "e"), exp.column("key_hi", "e"), exp.column("key_lo", "e")]
    reach = Reach(*made.bounds, trend.asked.where, tuple(one.rows for one in trend.series), "trend.where", people)
    return events(plan, columns, reach)


def planned(made: Asking, *, people: bool = True) -> tuple[Plan, str]:
    """Return the plan, and the part with the events of the people who are looked at; without ``people`` nobody asks whose they are."""
    plan = Plan(made.frame)
    source = plan.add("ev", read_rows_of(plan, made, people=people or made.trend.asked.who is not None))
    if made.trend.asked.who is not None:
        who = add_condition(plan, made.trend.asked.who, "trend.who")
        source = plan.add("mine", ours(f"SELECT e.* FROM {source} AS e SEMI JOIN {who} AS w ON w.person = e.person"))  # noqa: S608 - names of ours
    return plan, source


_LARGEST = statement("SELECT MAX(did) AS most FROM event")


def _set_length(warehouse: Warehouse, made: Asking, cancel: Cancel | None) -> int | None:
    """Return how long sets of bits of people are, a bit for each bucket and series; None: they would be too long, or other engines have none."""
    counted = sum(one.measure in PEOPLE for one in made.trend.series)
    if not counted or way_of(made.trend, 1).kind != "sets" or not warehouse.follows:
        return None
    # No answer hangs on it: a kept one outlives events of other days.
    most = unwatched(warehouse).query(_LARGEST, cancel=cancel).to_pylist()[0]["most"]
    return set_length(int(most or 0), counted * len(made.buckets))


def _cells(warehouse: Warehouse, made: Asking, cancel: Cancel | None) -> tuple[_Cells, str]:
    """Return what each line's figures are made of, by its place and value, and by bucket (None: the whole period); and the statement."""
    way = way_of(made.trend, _set_length(warehouse, made, cancel))
    plan, tree = _told(made, way)
    rows = warehouse.query(tree, plan.params.values, cancel=cancel).to_pylist()
    if any(row.get(f"o{index}") for row in rows for index in range(len(made.trend.series))):  # somebody came after the largest id was asked for
        plan, tree = _told(made, way_of(made.trend, None))
        rows = warehouse.query(tree, plan.params.values, cancel=cancel).to_pylist()
    cells: _Cells = {}
    for row in rows:
        key = None if row["bucket"] is None else row["bucket"] if isinstance(row["bucket"], dt.date) else int(row["bucket"])
        bases = tuple(_base(row, index) for index in range(len(made.trend.series)))
        cells.setdefault((int(row["place"]), row["value"]), {})[key] = bases
    return cells, tree.sql(dialect="duckdb", pretty=True, copy=False)


def _told(made: Asking, way: Way) -> tuple[Plan, exp.Select]:
    """Return the statement of the figures, and its plan."""
    trend = made.trend
    plan, source = planned(made, people=way.kind != "events")
    if way.kind != "plain":
        source = _placed(plan, trend, plan.add("alike", ours(alike(trend, source, way))), "SUM(e.n0)", "SUM(e.n)")
    else:
        any_of = " OR ".join(f"e.s{index}" for index in range(len(trend.series)))
        kept = plan.add("kept", ours(f"SELECT e.* FROM {source} AS e WHERE {any_of}"))  # noqa: S608 - names of ours
        source = _placed(plan, trend, kept, "COUNT(*) FILTER (WHERE e.s0)", "COUNT(*)")
    if trend.cumulative:
        source = plan.add("fresh", ours(f"SELECT e.*, {', '.join(fresh_of(trend))} FROM {source} AS e"))  # noqa: S608 - names of ours
    none = "CAST(NULL AS BIGINT)" if trend.grain == "hour" else "CAST(NULL AS DATE)"
    total, valued = (", ".join(figures(trend, fresh) if way.kind == "plain" else sums(trend, way)) for fresh in ("g", "h"))
    head = "0 AS place, CAST(NULL AS TEXT) AS value"
    parts = [
        f"SELECT {head}, {none} AS bucket, {total} FROM {source} AS e",  # noqa: S608 - names and numbers of ours
        f"SELECT {head}, e.bucket, {total} FROM {source} AS e GROUP BY e.bucket",  # noqa: S608 - as above
    ]
    if trend.breakdown is not None:
        parts.append(f"SELECT e.place, e.value, {none}, {valued} FROM {source} AS e GROUP BY e.place, e.value")  # noqa: S608 - as above
        parts.append(f"SELECT e.place, e.value, e.bucket, {valued} FROM {source} AS e GROUP BY e.place, e.value, e.bucket")  # noqa: S608 - as above
    whole: exp.Select | exp.Union = ours(parts[0])
    for part in parts[1:]:
        whole = whole.union(ours(part), distinct=False, copy=False)
    # Put in order outside the engine, as for funnels.
    return plan, plan.statement(ours("SELECT r.* FROM r"), whole=whole)


def _placed(plan: Plan, trend: Trend, kept: str, first: str, every: str) -> str:
    """Add the place of each row's value: the most frequent ones in the first series have one each, all others one, none the last.

    ``first`` and ``every`` are the aggregates that say how many events of the first series and how many in all a value has.
    """
    if trend.breakdown is None:
        return kept
    top = trend.breakdown.top
    rank = f"ROW_NUMBER() OVER (ORDER BY {first} DESC, {every} DESC, e.v) AS place"
    ranked = plan.add("ranked", ours(f"SELECT e.v, {rank} FROM {kept} AS e WHERE NOT e.v IS NULL GROUP BY e.v"))  # noqa: S608 - as above
    place = f"CASE WHEN e.v IS NULL THEN {top + 2} ELSE LEAST(k.place, {top + 1}) END"
    value = f"CASE WHEN k.place <= {top} THEN e.v END"
    return plan.add("placed", ours(f"SELECT e.*, {place} AS place, {value} AS value FROM {kept} AS e LEFT JOIN {ranked} AS k ON k.v = e.v"))  # noqa: S608 - as above


def _base(row: dict[str, Any], index: int) -> Base:
    def number(word: str) -> int:
        return int(row.get(f"{word}{index}") or 0)

    def amount(word: str) -> Decimal | None:
        found = row.get(f"{word}{index}")
        return None if found is None else Decimal(found)

    return Base(
        number("n"), number("p"), number("c"), amount("t") or Decimal(0), amount("min"), amount("max"), amount("median"), number("f")
    )  # fmt: skip


def _line(made: Asking, keys: Sequence[Key | None], place: tuple[int, str | None], cells: dict[Key | None, tuple[Base, ...]]) -> Line:
    """Return a line; ``keys`` are its buckets, in the order of the answer's."""
    trend, nothing = made.trend, tuple(Base() for _ in made.trend.series)
    series: list[Drawn] = []
    for index, one in enumerate(trend.series):
        bases = [(nothing if key is None else cells.get(key, nothing))[index] for key in keys]
        bases = cumulated(bases) if trend.cumulative else bases
        points = [None if key is None else base.figure(one.measure) for key, base in zip(keys, bases, strict=True)]
        series.append(_drawn(made, cells.get(None, nothing)[index].figure(one.measure), points))
    formula = None
    if trend.formula is not None:
        by_bucket = zip(*(one.points for one in series), strict=True)
        points = [computed(trend.formula, LETTERS, figures) for figures in by_bucket]
        formula = _drawn(made, computed(trend.formula, LETTERS, [one.total for one in series]), points)
    return Line(_kind(trend, place), place[1], tuple(series), formula)


def _drawn(made: Asking, total: Decimal | None, points: list[Decimal | None]) -> Drawn:
    moving = () if made.trend.moving is None else tuple(moved(points, made.buckets, made.trend.moving))
    return Drawn(total, tuple(points), moving)


def _kind(trend: Trend, place: tuple[int, str | None]) -> Kind:
    number, value = place
    if number == 0:
        return "total"
    if value is not None:
        return "value"
    return cast("Kind", "other" if trend.breakdown is not None and number == trend.breakdown.top + 1 else "none")
