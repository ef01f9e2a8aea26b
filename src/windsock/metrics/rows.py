"""The rows behind a number: the very rows that the metric's aggregate counted, by the same compiled conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp, parse_one

from windsock.kernel.errors import InvalidInput
from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.compile import Scan, Scope, join_what_is_read, plan_scans, relation, scan_conditions
from windsock.metrics.fields import measure_condition
from windsock.warehouse import Params

if TYPE_CHECKING:
    from windsock.metrics.query import MetricQuery
    from windsock.workspace import Workspace

LIMIT_MAX = 500


@dataclass(frozen=True)
class RowsBehind:
    """A page of records: column names with their kinds, the rows, how many there are in all, and where the next page starts."""

    fact: str
    columns: tuple[tuple[str, str], ...]
    rows: list[dict[str, Any]]
    total: int
    next_cursor: int | None


def rows_behind(workspace: Workspace, query: MetricQuery, *, part: str | None = None) -> RowsBehind:
    """Return the records that a metric was computed from.

    Args:
        workspace: where to look.
        query: one metric, a period and filters; ``by`` and ``grain`` play no part.
        part: for a metric made of others, which of its base metrics to open; the first by default.

    Raises:
        InvalidInput: an unknown metric, part, dimension or clock.
    """
    library = catalogue_of(workspace, query.as_of_ms)
    query.check(library)
    bases = {base.name: base for base in library.bases(query.metrics[:1])}
    name = part or next(iter(bases))
    if name not in bases:
        raise InvalidInput(f"'{query.metrics[0]}' is not made of '{name}'.", where="part", fix=f"Its parts: {', '.join(bases)}.")
    scans = plan_scans([bases[name]], query.clock)
    found: list[dict[str, Any]] = []
    total, skip, want = 0, query.cursor, min(query.limit, LIMIT_MAX)
    for scan in scans:
        count = _count(workspace, scan, query)
        if want and skip < count:
            page = _page(workspace, scan, query, skip, want)
            found += page
            want -= len(page)
        skip = max(0, skip - count)
        total += count
    end = query.cursor + len(found)
    columns = tuple(dict.fromkeys(column for scan in scans for column in scan.fact.rows))
    return RowsBehind(scans[0].fact.name, tuple((column, _kind(column)) for column in columns), found, total, end if end < total else None)


def _scope(workspace: Workspace, query: MetricQuery) -> Scope:
    settings = workspace.settings.workspace
    return Scope((), query.where, "total", query.period, settings.timezone, settings.week_start, query.as_of_ms, settings.fiscal_start_month)


def _source(workspace: Workspace, scan: Scan, query: MetricQuery, params: Params, columns: list[exp.Expr]) -> exp.Select:
    scope = _scope(workspace, query)
    select = exp.select(*columns).from_(relation(scan.fact, scope, params)).where(*scan_conditions(scan, scope, params))
    counted = [measure_condition(measure, scan.fact) for _, measure in scan.measures]
    if all(test is not None for test in counted):
        select = select.where(exp.or_(*[test for test in counted if test is not None]))
    join_what_is_read(select, scan.fact, scope, params)
    return select


def _count(workspace: Workspace, scan: Scan, query: MetricQuery) -> int:
    params = Params()
    select = _source(workspace, scan, query, params, [exp.alias_(exp.Count(this=exp.Star()), "n")])
    return int(workspace.warehouse.query(select, params.values)["n"][0].as_py())


def _page(workspace: Workspace, scan: Scan, query: MetricQuery, skip: int, want: int) -> list[dict[str, Any]]:
    params = Params()
    columns: list[exp.Expr] = [exp.alias_(parse_one(scan.fact.fields[name], read="duckdb"), name) for name in scan.fact.rows]
    select = _source(workspace, scan, query, params, columns)
    select = select.order_by(*[parse_one(scan.fact.fields[name], read="duckdb") for name in scan.fact.key]).limit(want).offset(skip)
    return workspace.warehouse.query(select, params.values).to_pylist()


def _kind(column: str) -> str:
    if column == "did":
        return "person"
    if column == "order_key":
        return "order"
    if column.endswith("_ms"):
        return "instant"
    if column.endswith("date"):
        return "date"
    if column in ("booked_amount", "stay_amount", "amount", "take_amount", "price", "own_price"):
        return "money"
    return "number" if column in ("nights", "pax", "units", "capacity", "sold", "views", "line_no") else "text"
