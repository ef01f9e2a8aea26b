"""From a question to an answer: compile, run, evaluate, compare, and say until when it is whole and what to mind."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from windsock.kernel.clock import iso
from windsock.kernel.money import text
from windsock.kernel.period import bucket_start
from windsock.metrics.bits import ids_below
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.compile import OTHER, Compiled, Scope, Top, compile_query, plan_scans
from windsock.metrics.hours import counterparts, hour_ms, hour_name, without_empty
from windsock.metrics.kept import read
from windsock.metrics.model import expression
from windsock.metrics.model.definition import WHOLE_UNITS
from windsock.metrics.notes import NO_HOUR, Note, Surroundings, notes_of, surroundings
from windsock.metrics.query import MetricQuery, comparison
from windsock.metrics.rollup import ready
from windsock.metrics.samples import Thin

if TYPE_CHECKING:
    from windsock.kernel.period import Grain, Period
    from windsock.metrics.model.definition import Metric
    from windsock.warehouse import Value
    from windsock.workspace import Workspace

Cell = Decimal | int | str | bool | None
Row = dict[str, Cell]


@dataclass(frozen=True)
class Answer:
    """Rows of dimension values, ``period`` (absent for the grain total) and metrics; missing is None, never 0.

    A period is an ISO date, the first of its bucket; of hours the first instant on the clock on the wall with its offset, or None for what
    knows a date and no hour.
    """

    query: MetricQuery
    metrics: tuple[Metric, ...]
    rows: list[Row]
    total: Row | None
    currency: str
    complete_until_ms: int | None
    as_of_ms: int
    notes: tuple[Note, ...]
    next_cursor: int | None
    compared_with: Period | None
    thin: Thin | None = None

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels: money and ratios as exact decimal text, counts as integers."""
        units = {metric.name: metric.unit for metric in self.metrics}
        return {
            "metrics": [
                {
                    "name": metric.name,
                    "title": metric.title.json(),
                    "unit": metric.unit,
                    "direction": metric.direction,
                    "clock": self.query.clock or metric.clock,
                    "currency": self.currency if metric.unit in ("money", "money_ratio") else None,
                    "additivity": metric.additivity,
                }
                for metric in self.metrics
            ],
            "by": list(self.query.by),
            "grain": self.query.grain,
            "period": {"from": self.query.period.start.isoformat(), "to": self.query.period.end.isoformat()},
            "compared_with": None if self.compared_with is None else {"from": str(self.compared_with.start), "to": str(self.compared_with.end)},
            "rows": [_json_row(row, units) for row in self.rows],
            "total": None if self.total is None else _json_row(self.total, units),
            "complete_until": None if self.complete_until_ms is None else iso(self.complete_until_ms),
            "as_of": iso(self.as_of_ms),
            "notes": [note.json() for note in self.notes],
            "next_cursor": None if self.next_cursor is None else str(self.next_cursor),
        }


def cell_json(value: Cell, unit: str | None) -> str | int | bool | None:
    """Return one cell as it travels."""
    if isinstance(value, Decimal):
        return text(value) if unit in ("money", "money_ratio") else f"{value:f}"
    return value


def _json_row(row: Row, units: Mapping[str, str]) -> dict[str, Any]:
    return {name: cell_json(value, units.get(name.removesuffix(".previous"))) for name, value in row.items()}


def answer(workspace: Workspace, query: MetricQuery, library: Catalogue | None = None) -> Answer:
    """Answer a question.

    Args:
        workspace: where to ask.
        query: the question.
        library: the definitions to ask by, such as one that is only being written; those in force at the asked time by default.

    Raises:
        InvalidInput: the question cannot be answered as asked.
        QueryTimeout, Busy, Cancelled, TooLarge: from the warehouse.
    """
    if library is None:
        library = catalogue_of(workspace, query.as_of_ms)
    query.check(library)
    around = surroundings(workspace, query, library)
    top = _top(workspace, query, library)
    thin = Thin(query.metrics, library, [base.name for base in library.bases(query.metrics)])
    rows = _run(workspace, query, library, top, thin)
    compared_with = None
    if query.compare is not None:
        compared_with = comparison(query.period, query.compare)
        earlier = replace(query, period=compared_with, compare=None)
        _set_beside(rows, _run(workspace, earlier, library, top), query, compared_with, workspace)
    rows = _ordered(rows, query)
    total = None
    if query.with_total and (query.by or query.grain != "total"):
        whole = replace(query, by=(), grain="total", order=(), compare=None, top=None)
        found = _run(workspace, whole, library)
        total = found[0] if found else None
    page = rows[query.cursor : query.cursor + query.limit]
    end = query.cursor + len(page)
    return Answer(
        query=query,
        metrics=tuple(library.get(name) for name in query.metrics),
        rows=page,
        total=total,
        currency=around.currency,
        complete_until_ms=around.complete_until_ms,
        as_of_ms=query.as_of_ms if query.as_of_ms is not None else workspace.clock.now_ms(),
        notes=(*notes_of(workspace, query, library, around, thin), *([NO_HOUR] if _without_hour(rows, query) else [])),
        next_cursor=end if end < len(rows) else None,
        compared_with=compared_with,
        thin=thin,
    )


def _top(workspace: Workspace, query: MetricQuery, library: Catalogue) -> Top | None:
    """Return the largest values of the first dimension by the first metric over the whole period; ties go by name, missing comes last."""
    if query.top is None:
        return None
    ranked = replace(query, metrics=query.metrics[:1], by=query.by[:1], grain="total", order=(f"-{query.metrics[0]}",), compare=None, top=None)
    rows = _ordered(_run(workspace, ranked, library), ranked)
    return Top(query.by[0], tuple(cast("Value", row[query.by[0]]) for row in rows[: query.top]))


def scope_of(workspace: Workspace, query: MetricQuery, top: Top | None = None) -> Scope:
    """Return what all scans of a question have in common."""
    return Scope(
        by=query.by,
        where=query.where,
        grain=query.grain,
        period=query.period,
        zone=workspace.settings.workspace.timezone,
        week_start=workspace.settings.workspace.week_start,
        as_of_ms=query.as_of_ms,
        fiscal_start=workspace.settings.workspace.fiscal_start_month,
        top=top,
        rolled=query.as_of_ms is None and ready(workspace.warehouse),
    )


def compile_of(workspace: Workspace, query: MetricQuery, library: Catalogue, top: Top | None = None) -> Compiled:
    """Compile a question without running it."""
    bases, scope = library.bases(query.metrics), scope_of(workspace, query, top)
    bits = ids_below(workspace.warehouse, plan_scans(bases, query.clock), scope)
    return compile_query(bases, query.clock, replace(scope, bits=bits))


def statements_of(query: MetricQuery) -> tuple[MetricQuery, ...]:
    """Return the questions that are put to the warehouse for a question without a top: itself, the earlier period, the total."""
    found = [replace(query, compare=None, with_total=False)]
    if query.compare is not None:
        found.append(replace(found[0], period=comparison(query.period, query.compare)))
    if query.with_total and (query.by or query.grain != "total"):
        found.append(replace(found[0], by=(), grain="total", order=()))
    return tuple(found)


def rows_of(workspace: Workspace, query: MetricQuery, library: Catalogue) -> list[Row]:
    """Return the rows of a question and nothing around them: no notes, comparison, total, order or page.

    Raises:
        As ``answer``.
    """
    query.check(library)
    return _run(workspace, query, library)


def _run(workspace: Workspace, query: MetricQuery, library: Catalogue, top: Top | None = None, thin: Thin | None = None) -> list[Row]:
    bases = library.bases(query.metrics)
    found = read(workspace.warehouse, bases, query.clock, scope_of(workspace, query, top))
    seen = {base.name: found.saw(base) for base in bases}
    rows: list[Row] = []
    named = functools.partial(_bucket_name, query.grain, workspace.zone)
    for record in found.records if query.grain != "hour" else without_empty(found.records, [base.name for base in bases]):
        row: Row = {name: record[name].isoformat() if isinstance(record[name], dt.date) else record[name] for name in query.by}
        if top is not None:
            row[OTHER] = record[OTHER]
        if query.grain != "total":
            row["period"] = named(record["period"])
        values: dict[str, Decimal | int | None] = {base.name: _present(record[base.name], base, seen=seen[base.name]) for base in bases}
        for name in query.metrics:
            row[name] = metric_value(name, values, library)
        if thin is not None:
            thin.see({name: metric_value(sample, values, library) for name, sample in thin.samples.items()})
        rows.append(row)
    return rows


def _bucket_name(grain: Grain, zone: str, period: Any) -> str | None:  # noqa: ANN401 - a date, or an hour's first instant in ms
    if period is None:
        return None
    return hour_name(period, zone) if grain == "hour" else period.isoformat()


def metric_value(name: str, values: Mapping[str, Decimal | int | None], library: Catalogue) -> Decimal | int | None:
    """Return a metric's value from the values of base metrics."""
    if name in values:
        return values[name]
    result = _evaluated(name, values, library)
    if library.get(name).unit in WHOLE_UNITS and result is not None and result == result.to_integral_value():
        return int(result)
    return expression.rounded(result)


def _evaluated(name: str, values: Mapping[str, Decimal | int | None], library: Catalogue) -> Decimal | None:
    node = library.expressions[name]
    operands: dict[str, Decimal | int | None] = {
        used: values[used] if used in values else _evaluated(used, values, library) for used in expression.names(node)
    }
    return expression.evaluate(node, operands)


def _present(value: Any, base: Metric, *, seen: bool) -> Decimal | int | None:  # noqa: ANN401 - it comes from the engine
    if not seen or (value is None and base.picked):
        return None
    if base.unit in WHOLE_UNITS:
        return int(value or 0)
    return Decimal(0) if value is None else Decimal(value)


def _without_hour(rows: list[Row], query: MetricQuery) -> bool:
    return query.grain == "hour" and any(row["period"] is None for row in rows)


def _set_beside(rows: list[Row], earlier: list[Row], query: MetricQuery, period: Period, workspace: Workspace) -> None:
    """Put the earlier period's values beside this one's: bucket n meets bucket n, an hour the same hour of the day of the same number."""
    week_start = workspace.settings.workspace.week_start
    nth = functools.partial(_bucket_number, grain=query.grain, week_start=week_start)
    hours = counterparts(query.period, period, workspace.zone) if query.grain == "hour" else None

    def place(row: Row, start: Period) -> Cell:
        if hours is None:
            return nth(row, start)
        name = cast("str | None", row["period"])
        return hours.get(name, "") if start is query.period else name

    def key(row: Row, start: Period) -> tuple[Cell, ...]:
        return (*(row[name] for name in query.by), row.get(OTHER), place(row, start))

    known = {key(row, period): row for row in earlier}
    for row in rows:
        other = known.get(key(row, query.period))
        for name in query.metrics:
            row[f"{name}.previous"] = None if other is None else other[name]


def _bucket_number(row: Row, period: Period, grain: Grain, week_start: int) -> int:
    if "period" not in row or row["period"] is None:
        return 0
    start = bucket_start(period.start, grain, week_start)
    day = dt.date.fromisoformat(str(row["period"]))
    if grain in ("month", "quarter", "year"):
        return (day.year - start.year) * 12 + day.month - start.month
    return (day - start).days


def _ordered(rows: list[Row], query: MetricQuery) -> list[Row]:
    """Order as asked, then by period and dimensions, so that pages never overlap; missing comes last."""
    base = [name for name in ("period", *query.by) if query.grain != "total" or name != "period"]
    rows = sorted(rows, key=lambda row: tuple((row[name] is None, _in_order(row, name, query.grain)) for name in base))
    for entry in reversed(query.order):
        name, down = entry.lstrip("-"), entry.startswith("-")
        key = functools.partial(_in_order, name=name, grain=query.grain) if name == "period" else functools.partial(_sort_key, name=name)
        present = sorted((row for row in rows if row[name] is not None), key=key, reverse=down)
        rows = [*present, *(row for row in rows if row[name] is None)]
    return rows if query.top is None else sorted(rows, key=lambda row: bool(row[OTHER]))


def _in_order(row: Row, name: str, grain: Grain) -> str:
    """Return what rows are sorted by: hours by time, as the clock on the wall is set back in autumn."""
    value = row[name]
    return f"{hour_ms(str(value)):015d}" if name == "period" and grain == "hour" and value is not None else str(value)


def _sort_key(row: Row, name: str) -> Any:  # noqa: ANN401 - the values of one column have one type
    return row[name]


__all__ = ["Answer", "Note", "Row", "Surroundings", "answer", "cell_json", "compile_of", "metric_value", "rows_of", "scope_of", "statements_of"]
