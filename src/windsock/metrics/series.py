"""Series of one metric: all combinations of a cut on one grid of steps, in one question; what monitors look at.

Figures are floats here: exact enough to watch by, never shown as an answer. Points without a row are 0 for metrics that add up, missing for others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
from sqlglot import exp

from windsock.catalog import source_state
from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.period import Period
from windsock.metrics.answer import scope_of
from windsock.metrics.bits import ids_below
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.compile import Compiled, compile_query, plan_scans
from windsock.metrics.facts import FACTS
from windsock.metrics.hours import check_hours
from windsock.metrics.model import expression
from windsock.metrics.model.arrays import Floats, evaluate_arrays
from windsock.metrics.model.definition import WHOLE_UNITS
from windsock.metrics.model.expression import Name, Operation
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.query import MetricQuery
from windsock.metrics.rollup import ready
from windsock.metrics.time_buckets import Steps
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.workspace import Workspace

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
STEPS_MS = (60_000, 5 * 60_000, 10 * 60_000, 15 * 60_000, 30 * 60_000, HOUR_MS, DAY_MS)
CELLS_MAX = 16_000_000
GONE_MS = 7 * DAY_MS
"""A source that has not been whole for so long holds nothing back any more."""
_SOURCES = "SELECT s.source, s.kind, s.complete_until_ms, s.expected_lag_ms FROM source AS s"
_NOWHERE = -(1 << 60)
_EPOCH = exp.cast(exp.Literal.string("1970-01-01"), "DATE")
Key = tuple[str | int | bool | None, ...]
Unit = Literal["count", "ratio", "amount"]


@dataclass(frozen=True)
class SeriesAsked:
    """One metric, its cut and filters, and the grid: from ``start_ms`` (the start of a step) up to before ``end_ms``, both ms UTC.

    Steps of a day are civil days of the workspace's zone; ``start_ms`` and ``end_ms`` are then starts of days.
    """

    metric: str
    start_ms: int
    end_ms: int
    step_ms: int
    by: tuple[str, ...] = ()
    where: tuple[Predicate, ...] = ()
    clock: str | None = None


@dataclass(frozen=True)
class SeriesFound:
    """Series on one grid.

    Attributes:
        start_ms: of the first point, ms UTC.
        step_ms: from one point to the next; a civil day counts as 24 hours.
        keys: of each series the values of the cut, in no promised order but the same for all arrays.
        bases: by base metric the sums of each point, (series, points); NaN where a quantile has no row.
        rows: how many rows of the facts were seen at each point, (series, points).
    """

    start_ms: int
    step_ms: int
    keys: tuple[Key, ...]
    bases: Mapping[str, Floats]
    rows: Floats

    @property
    def points(self) -> int:
        """How many points each series has."""
        return self.rows.shape[1]

    @property
    def end_ms(self) -> int:
        """Where the last point ends; of days the nominal instant."""
        return self.start_ms + self.points * self.step_ms

    @cached_property
    def numbers(self) -> dict[Key, int]:
        """Which row of the arrays a key has."""
        return {key: number for number, key in enumerate(self.keys)}


def unit_of(name: str, library: Catalogue) -> Unit:
    """Return which noise a metric has: that of counts, of ratios of two counts, of amounts."""
    metric = library.get(name)
    if metric.unit in WHOLE_UNITS:
        return "count"
    return "ratio" if metric.unit == "ratio" and _divisor(name, library) is not None else "amount"


def sums_up(name: str, library: Catalogue) -> bool:
    """Say whether the metric of several steps is made of the sums of its parts: not distinct people, not quantiles."""
    return all(base.additivity == "additive" for base in library.bases([name]))


def figures(found: SeriesFound, name: str, library: Catalogue, window: int = 1) -> tuple[Floats, Floats | None]:
    """Return the values of a metric at each point, and what they are divided by (None where it is no ratio of a count).

    Args:
        found: series of the metric.
        name: the metric.
        library: the definitions.
        window: each value is that of so many steps up to its own; the first ``window - 1`` are NaN.

    Raises:
        InvalidInput: the metric of several steps can't be made of its steps.
    """
    if window > 1 and not sums_up(name, library):
        raise InvalidInput(f"'{name}' of several steps is no sum of its steps.", where="over", fix="Leave `over` out, or choose longer steps.")
    bases = {base: trailing(values, window) for base, values in found.bases.items()} if window > 1 else dict(found.bases)
    memo: dict[str, Floats] = dict(bases)

    def value(one: str) -> Floats:
        if one not in memo:
            node = library.expressions[one]
            parts = {part: value(part) for part in expression.names(node)}
            memo[one] = evaluate_arrays(node, parts, found.rows.shape)
        return memo[one]

    divisor = _divisor(name, library)
    return value(name), None if divisor is None else value(divisor)


def trailing(values: Floats, window: int) -> Floats:
    """Return the sum of each point and the ``window - 1`` before it, NaN where those are not all there; (series, points)."""
    result = np.full(values.shape, np.nan)
    if values.shape[1] >= window:
        total = np.concatenate([np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1)], axis=1)
        result[:, window - 1 :] = total[:, window:] - total[:, :-window]
    return result


def series(workspace: Workspace, asked: SeriesAsked, library: Catalogue | None = None, *, most: int | None = None) -> SeriesFound:
    """Return all series of a cut that the metric has something of in the span, in one question to the warehouse.

    Args:
        workspace: where to ask.
        asked: the metric and the grid.
        library: the definitions to ask by; those in force by default.
        most: so many series at most.

    Raises:
        InvalidInput: the question can't be asked so, or has too many cells.
        TooLarge: more series than ``most``.
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    library = library or catalogue_of(workspace)
    compiled = _compiled(workspace, asked, library)
    table = workspace.warehouse.query(_folded(compiled, asked), compiled.params.values)
    if most is not None and table.num_rows > most:
        raise TooLarge(
            f"The cut has {table.num_rows:,} combinations; {most:,} can be watched.", where="by", fix="Take out a dimension, or narrow `where`."
        )
    return _gridded(table, asked, library, compiled, workspace.zone)


def _folded(compiled: Compiled, asked: SeriesAsked) -> exp.Expr:
    """Return the statement with one row a series: lists of its points, so that a long history is as many rows as it has series."""
    inner = compiled.statement
    names = [*compiled.metrics, *(f"rows_{index}" for index in range(len(compiled.scans)))]
    nan = exp.cast(exp.Literal.string("nan"), "DOUBLE")
    period = exp.column("period", "s")
    instant = exp.cast(exp.Sub(this=period, expression=_EPOCH.copy()), "BIGINT") if asked.step_ms == DAY_MS else period
    lists = [exp.alias_(exp.ArrayAgg(this=exp.Coalesce(this=instant, expressions=[exp.Literal.number(_NOWHERE)])), "period")]
    for name in names:
        value = exp.Coalesce(this=exp.cast(exp.column(name, "s", quoted=True), "DOUBLE"), expressions=[nan.copy()])
        lists.append(exp.alias_(exp.ArrayAgg(this=value), name, quoted=True))
    keys = [exp.column(name, "s", quoted=True) for name in asked.by]
    select = exp.Select().select(*keys, *lists).from_(exp.Subquery(this=inner, alias=exp.to_identifier("s")))
    return select.group_by(*[key.copy() for key in keys]) if keys else select


def combinations(workspace: Workspace, asked: SeriesAsked, library: Catalogue | None = None) -> int:
    """Return how many series a cut has in a span, without fetching them.

    Raises:
        As ``series``.
    """
    library = library or catalogue_of(workspace)
    compiled = _compiled(workspace, asked, library, in_steps=False)
    inner = exp.Subquery(this=compiled.statement, alias=exp.to_identifier("cut"))
    counted = exp.Select().select(exp.alias_(exp.Count(this=exp.Star()), "n")).from_(inner)
    return int(workspace.warehouse.query(counted, compiled.params.values)["n"][0].as_py())


@dataclass(frozen=True)
class Whole:
    """Until when the data behind a metric is whole.

    Attributes:
        until_ms: all sources are whole until then, ms UTC; None while none ever said so. Sources that said nothing for a week are left out.
        late: the sources that are later than their expected lag, by name.
    """

    until_ms: int | None
    late: tuple[str, ...]


def complete_until(workspace: Workspace, metric: str, now_ms: int, clock: str | None = None, library: Catalogue | None = None) -> Whole:
    """Return until when the data behind a metric is whole, and which sources are late at an instant."""
    library = library or catalogue_of(workspace)
    return whole_of(workspace, {FACTS[scan.fact.name].source for scan in plan_scans(library.bases([metric]), clock)}, now_ms)


def whole_of(workspace: Workspace, kinds: Collection[str], now_ms: int) -> Whole:
    """Return until when the sources of some kinds (``events``, ``orders`` ...) are whole, and which are late at an instant."""
    rows = [row for row in workspace.warehouse.query(statement(_SOURCES)).to_pylist() if row["kind"] in kinds]
    told = {str(row["source"]): int(row["complete_until_ms"]) for row in rows if row["complete_until_ms"] is not None}
    lags = {str(row["source"]): row["expected_lag_ms"] for row in rows}
    late = tuple(sorted(name for name, until in told.items() if source_state(until, now_ms, lags[name]) != "ok"))
    there = [until for until in told.values() if now_ms - until <= GONE_MS] or ([max(told.values())] if told else [])
    return Whole(min(there, default=None), late)


def _query(workspace: Workspace, asked: SeriesAsked) -> MetricQuery:
    zone = workspace.zone
    period = Period(local_date(asked.start_ms, zone), local_date(asked.end_ms - 1, zone))
    return MetricQuery((asked.metric,), period, asked.by, asked.where, clock=asked.clock)


def _compiled(workspace: Workspace, asked: SeriesAsked, library: Catalogue, *, in_steps: bool = True) -> Compiled:
    _check(asked, workspace.zone)
    query = _query(workspace, asked)
    query.check(library)
    if asked.step_ms != DAY_MS:
        check_hours(query.metrics, Period(query.period.end, query.period.end), asked.clock, library)
    bases, scope = library.bases(query.metrics), scope_of(workspace, query)
    whole_hours = asked.step_ms % HOUR_MS == 0 and asked.start_ms % HOUR_MS == 0 and asked.end_ms % HOUR_MS == 0
    steps = Steps(asked.start_ms, asked.end_ms, asked.step_ms)
    scope = replace(scope, rolled=whole_hours and ready(workspace.warehouse), steps=steps if in_steps else None)
    return compile_query(bases, query.clock, replace(scope, bits=ids_below(workspace.warehouse, plan_scans(bases, query.clock), scope)))


def _check(asked: SeriesAsked, zone: str) -> None:
    if asked.step_ms not in STEPS_MS:
        raise InvalidInput(f"Steps of {asked.step_ms} ms can't be asked.", where="every", fix="Use 1m, 5m, 10m, 15m, 30m, 1h or 1d.")
    if asked.step_ms == DAY_MS:
        aligned = all(start_of_day_ms(local_date(ms, zone), zone) == ms for ms in (asked.start_ms, asked.end_ms))
    else:
        aligned = asked.start_ms % asked.step_ms == 0 and asked.end_ms % asked.step_ms == 0
    if asked.end_ms <= asked.start_ms or not aligned:
        raise InvalidInput("The span is no whole number of steps.", where="period", fix="Start and end it at the start of a step.")


def _gridded(table: pa.Table, asked: SeriesAsked, library: Catalogue, compiled: Compiled, zone: str) -> SeriesFound:
    lists = table["period"].combine_chunks()
    if not asked.by and (table.num_rows == 0 or not lists.is_valid()[0].as_py()):
        table = table.slice(0, 0)
        lists = table["period"].combine_chunks()
    first, count = _grid(asked, zone)
    if table.num_rows * count > CELLS_MAX:
        raise TooLarge(
            f"{table.num_rows:,} series of {count:,} points are too much at once.", where="by", fix="Take longer steps or fewer dimensions."
        )
    at = np.asarray(lists.flatten().to_numpy(zero_copy_only=False), dtype=np.int64)
    at = (at - first) // (1 if asked.step_ms == DAY_MS else asked.step_ms)
    inside = (at >= 0) & (at < count)
    lengths = np.asarray(lists.value_lengths().to_numpy(zero_copy_only=False), dtype=np.int64)
    places = (np.repeat(np.arange(table.num_rows), lengths) * count + at)[inside]

    def spread(column: str, empty: float) -> Floats:
        cells = np.full(table.num_rows * count, empty)
        values = np.asarray(table[column].combine_chunks().flatten().to_numpy(zero_copy_only=False), dtype=np.float64)[inside]
        cells[places] = np.where(np.isnan(values), empty, values)
        return cells.reshape(table.num_rows, count)

    bases = {base.name: spread(base.name, np.nan if base.picked else 0.0) for base in library.bases([asked.metric])}
    rows = np.zeros((table.num_rows, count))
    for index in range(len(compiled.scans)):
        rows += spread(f"rows_{index}", 0.0)
    columns = [[value.isoformat() if isinstance(value, dt.date) else value for value in table[name].to_pylist()] for name in asked.by]
    keys: tuple[Key, ...] = tuple(zip(*columns, strict=True)) if columns else ((),) * table.num_rows
    # Other rows of the same fact have combinations too, of which the metric knows nothing: searches have no payment provider.
    told = np.flatnonzero(np.any([np.any((values != 0) & ~np.isnan(values), axis=1) for values in bases.values()], axis=0))
    return SeriesFound(
        asked.start_ms, asked.step_ms, tuple(keys[number] for number in told), {name: values[told] for name, values in bases.items()}, rows[told]
    )


def _grid(asked: SeriesAsked, zone: str) -> tuple[int, int]:
    """Return where the grid starts, in ms or, of days, in days since 1970, and how many points it has."""
    if asked.step_ms != DAY_MS:
        return asked.start_ms, (asked.end_ms - asked.start_ms) // asked.step_ms
    first = _day_number(local_date(asked.start_ms, zone))
    return first, _day_number(local_date(asked.end_ms - 1, zone)) - first + 1


def _day_number(day: dt.date) -> int:
    return day.toordinal() - dt.date(1970, 1, 1).toordinal()


def _divisor(name: str, library: Catalogue) -> str | None:
    node = library.expressions.get(name)
    if isinstance(node, Operation) and node.sign == "/" and isinstance(node.right, Name) and library.get(node.right.name).unit in WHOLE_UNITS:
        return node.right.name
    return None


__all__ = [
    "Key",
    "SeriesAsked",
    "SeriesFound",
    "Whole",
    "combinations",
    "complete_until",
    "figures",
    "series",
    "sums_up",
    "trailing",
    "unit_of",
    "whole_of",
]
