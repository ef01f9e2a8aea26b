"""From metrics to one statement: resolve to base measures, one scan for each fact and clock, the scans side by side, then grouped.

Steps, each visible in "explain": (1) resolve metrics to base metrics; (2) choose each measure's fact and clock; (3) one scan a
(fact, clock) with all its measures as filtered aggregates; (4) union the scans and sum, so that a metric may stand on two facts.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from windsock.kernel.errors import InvalidInput
from windsock.metrics.facts import FACTS, READ, TIME_DIMENSIONS, Fact
from windsock.metrics.facts_events import EVENT, MAY_BE_COUNTED, OF_PERSON
from windsock.metrics.facts_rollup import COUNTED, HOUR_MS, LATE, LATE_OF, VISITED, rolled_fact
from windsock.metrics.fields import coerce, fields_read, measure_condition, measure_sql, rows_sql
from windsock.metrics.model.definition import CLOCK_ALIASES, Measure, Metric
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.time_buckets import Steps, bucket_sql, offsets, step_sql
from windsock.metrics.time_dimensions import TimeFrame, time_sql
from windsock.metrics.within import within, within_parts, within_span
from windsock.warehouse import Params, Value, condition

if TYPE_CHECKING:
    from windsock.kernel.period import Grain, Period

_DAY = dt.timedelta(days=1)
OTHER = "other"
"""The column that marks the row of all values beyond the top."""


@dataclass(frozen=True)
class Scope:
    """What all scans of a statement have in common."""

    by: tuple[str, ...]
    where: tuple[Predicate, ...]
    grain: Grain
    period: Period
    zone: str
    week_start: int
    as_of_ms: int | None
    fiscal_start: int = 1
    top: Top | None = None
    rolled: bool = False
    """Whether clean hours may be read from the roll-ups of events."""
    only: int = 0
    """So many parts of the period are wanted alone, all of it at 0; which ones is said when the statement is run: ``part_values``."""
    bits: int | None = None
    """Ids of visits below this number are counted by bits: ``ids_below``."""
    steps: Steps | None = None
    """Buckets of so many ms over a span of instants, instead of those of the grain: see ``series``."""

    def frame(self) -> TimeFrame:
        """Return how time is read."""
        return TimeFrame(self.period, self.zone, self.week_start, self.fiscal_start)


@dataclass(frozen=True)
class Top:
    """The values of a dimension that keep a row of their own; all others share one, marked in the column ``other``."""

    dimension: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Scan:
    """One pass over a fact on a clock, with the measures that it feeds: (metric, measure)."""

    fact: Fact
    clock: str
    measures: tuple[tuple[str, Measure], ...]


@dataclass
class Compiled:
    """A statement with its bound values, the scans behind it, and the metrics in the order of its columns."""

    statement: exp.Expr
    params: Params
    scans: tuple[Scan, ...]
    metrics: tuple[str, ...]
    scope: Scope
    passes: tuple[tuple[Scan, exp.Select], ...] = ()
    """The parts of the statement, each with the scan that it belongs to."""

    def sql(self) -> str:
        """Return the statement as text, values as placeholders."""
        return self.statement.sql(dialect="duckdb", pretty=True)


@dataclass
class _Scans:
    groups: dict[tuple[str, str], list[tuple[str, Measure]]] = field(default_factory=dict[tuple[str, str], "list[tuple[str, Measure]]"])

    def add(self, fact: str, clock: str, metric: str, measure: Measure) -> None:
        self.groups.setdefault((fact, clock), []).append((metric, measure))


def plan_scans(metrics: Iterable[Metric], clock: str | None) -> tuple[Scan, ...]:
    """Choose the facts and clocks of base metrics.

    Args:
        metrics: base metrics only.
        clock: a clock for all of them, or None for each metric's own.

    Raises:
        InvalidInput: a metric does not know the clock.
    """
    asked = CLOCK_ALIASES.get(clock, clock) if clock is not None else None
    scans = _Scans()
    for metric in metrics:
        wanted = asked if asked is not None and asked in metric.clocks else _default_clock(metric, asked)
        for measure in metric.measures:
            own = measure.clock(wanted)
            if own is not None:
                scans.add(measure.fact, own, metric.name, measure)
    return tuple(Scan(FACTS[fact], own, tuple(found)) for (fact, own), found in scans.groups.items())


def _default_clock(metric: Metric, asked: str | None) -> str:
    """Events have one clock only: asking orders by arrival must not make visits impossible to ask beside them."""
    if asked is None or metric.clocks == ("event",):
        return metric.clock
    raise InvalidInput(
        f"'{metric.name}' has no {asked} clock.",
        where="clock",
        fix=f"It knows: {', '.join(metric.clocks)}.",
    )


def compile_query(metrics: tuple[Metric, ...], clock: str | None, scope: Scope) -> Compiled:
    """Compile base metrics to one statement.

    Returns:
        A statement with the columns of ``scope.by``, then ``period`` (a date; of hours the first instant in ms, NULL for rows that only
        know a date; absent for the grain total), then one column a metric and ``rows_<i>`` (rows seen by scan i), grouped, in no promised order.

    Raises:
        InvalidInput: an unknown dimension, a dimension that a metric's fact lacks, or an unknown clock.
    """
    scans = plan_scans(metrics, clock)
    params = Params()
    names = tuple(metric.name for metric in metrics)
    passes = [(scan, part) for index, scan in enumerate(scans) for part in _passes(scan, index, len(scans), names, scope, params)]
    union: exp.Expr = passes[0][1]
    for _, part in passes[1:]:
        union = exp.Union(this=union, expression=part, distinct=False)
    timed = scope.grain != "total" or scope.steps is not None
    keys = [*scope.by, *([OTHER] if scope.top is not None else []), *(["period"] if timed else [])]
    sums = [exp.alias_(exp.Sum(this=exp.column(name, quoted=True)), name, quoted=True, copy=False) for name in names]
    seen = [exp.alias_(exp.Sum(this=exp.column(f"rows_{i}")), f"rows_{i}") for i in range(len(scans))]
    # Every node here is fresh and stands in one place only: copying trees at each step would take longer than the engine.
    outer = (
        exp.Select()
        .select(*[exp.column(key, quoted=True) for key in keys], *sums, *seen, copy=False)
        .from_(exp.Subquery(this=union, alias=exp.to_identifier("scans")), copy=False)
    )
    if keys:
        outer = outer.group_by(*[exp.column(key, quoted=True) for key in keys], copy=False)
    if any(table.name == LATE for table in outer.find_all(exp.Table)):
        outer = outer.with_(LATE, as_=_pruned(_relation(f"({LATE_OF})").args["from_"].this.this.copy(), scope, params), materialized=True, copy=False)
    used = {placeholder.name for placeholder in outer.find_all(exp.Placeholder)}
    bound = Params({name: value for name, value in params.values.items() if name in used})
    return Compiled(outer, bound, scans, names, scope, tuple(passes))


def _passes(scan: Scan, index: int, scans: int, names: tuple[str, ...], scope: Scope, params: Params) -> list[exp.Select]:
    """Return the SELECTs of a scan: of its fact, or of the roll-ups that give the same, one of which counts the rows."""
    rolled = _rolled(scan, scope)
    if rolled is not None:
        return [_scan_select(one, index if one.fact is COUNTED else None, scans, names, scope, params) for one in rolled]
    if _person_first(scan, scope):
        return [_by_person(scan, index, scans, names, scope, params)]
    return [_scan_select(scan, index, scans, names, scope, params)]


def _rolled(scan: Scan, scope: Scope) -> list[Scan] | None:
    """Return the scans of roll-ups that answer for a scan, the one that counts rows among them; None where one measure has none."""
    if not scope.rolled or scope.as_of_ms is not None or any(at % HOUR_MS or offset % HOUR_MS for at, offset in offsets(scope.period, scope.zone)):
        return None
    cuts = {*scope.by, *(wanted.field for wanted in scope.where)}
    read: dict[str, list[tuple[str, Measure]]] = {COUNTED.name: []}
    for metric, measure in scan.measures:
        found = rolled_fact(scan.fact, measure, cuts, fields_read(measure, scan.fact))
        if found is None:
            return None
        read.setdefault(found.fact.name, []).append((metric, found.measure))
    return [Scan(READ[name], scan.clock, tuple(measures)) for name, measures in read.items()]


def _scan_select(scan: Scan, counts: int | None, scans: int, names: tuple[str, ...], scope: Scope, params: Params) -> exp.Select:
    """Return one pass over a fact; ``counts`` is the scan whose rows it counts."""
    columns = _keys(scan, scope, params)
    grouped = [exp.Literal.number(position + 1) for position in range(len(columns))]
    columns += [exp.alias_(_metric_sql(name, scan, scope), name, quoted=True) for name in names]
    columns += [exp.alias_(rows_sql(scan.fact) if other == counts else exp.Null(), f"rows_{other}") for other in range(scans)]
    select = exp.select(*columns).from_(relation(scan.fact, scope, params)).where(*scan_conditions(scan, scope, params))
    join_what_is_read(select, scan.fact, scope, params)
    return select.group_by(*grouped, copy=False) if grouped else select


def _person_first(scan: Scan, scope: Scope) -> bool:
    """Whether a scan counts ids of events and nothing in it needs to know their person before they are counted."""
    fields = {name for name in (*scope.by, *(wanted.field for wanted in scope.where)) if name not in TIME_DIMENSIONS}
    distinct = False
    for _, measure in scan.measures:
        if measure.aggregate == "count_distinct" and measure.value == "person":
            distinct = True
        elif measure.aggregate != "count":
            return False
        fields |= fields_read(measure, scan.fact)
    return distinct and scan.fact is EVENT and not fields & OF_PERSON


def _by_person(scan: Scan, index: int, scans: int, names: tuple[str, ...], scope: Scope, params: Params) -> exp.Select:
    """Return a pass that groups by id first: people are looked up once for an id, not once for an event, and few rows are counted once only."""
    columns = _keys(scan, scope, params)
    keys = [column.alias for column in columns]
    columns.append(exp.alias_(exp.column("did", "e"), "did"))
    outer: dict[str, list[exp.Expr]] = {}
    person = exp.Coalesce(this=exp.column("pid", "al"), expressions=[exp.column("did", "e")])
    for number, (metric, measure) in enumerate(scan.measures):
        kept = exp.column(f"_m{number}", "e")
        if measure.aggregate == "count":
            columns.append(exp.alias_(measure_sql(measure, scan.fact), f"_m{number}"))
            outer.setdefault(metric, []).append(exp.Sum(this=kept))
            continue
        test = measure_condition(measure, scan.fact) or exp.true()
        columns.append(exp.alias_(exp.LogicalOr(this=exp.and_(test, parse_one(MAY_BE_COUNTED, read="duckdb"))), f"_m{number}"))
        once = exp.Count(this=exp.Distinct(expressions=[person.copy()]))
        outer.setdefault(metric, []).append(exp.Filter(this=once, expression=exp.Where(this=kept)))
    columns.append(exp.alias_(exp.Count(this=exp.Star()), "_rows"))
    inner = exp.select(*columns).from_(relation(scan.fact, scope, params)).where(*scan_conditions(scan, scope, params))
    join_what_is_read(inner, scan.fact, scope, params)
    inner = inner.group_by(*[exp.Literal.number(position + 1) for position in range(len(keys) + 1)])
    shown = [exp.column(key, "e", quoted=True) for key in keys]
    figures = [exp.alias_(_added(outer.get(name, [])), name, quoted=True) for name in names]
    seen = [exp.alias_(exp.Sum(this=exp.column("_rows", "e")) if other == index else exp.Null(), f"rows_{other}") for other in range(scans)]
    select = exp.select(*shown, *figures, *seen).from_("e")
    join_what_is_read(select, scan.fact, scope, params)  # before there is an inside: what is read there is joined there
    joins = select.args["from_"].this.args.get("joins")
    select.args["from_"].set("this", exp.Subquery(this=inner, alias=exp.to_identifier("e"), joins=joins))
    return select.group_by(*[exp.Literal.number(position + 1) for position in range(len(keys))]) if keys else select


def _keys(scan: Scan, scope: Scope, params: Params) -> list[exp.Expr]:
    """Return the columns that a scan is grouped by."""
    columns = _cut(scan, scope, params, {metric for metric, _ in scan.measures})
    clock = scan.fact.clocks[scan.clock]
    if scope.steps is not None:
        columns.append(exp.alias_(step_sql(clock, scope.steps, scope.period, scope.zone), "period"))
    elif scope.grain != "total":
        columns.append(exp.alias_(bucket_sql(clock, scope.grain, scope.period, scope.zone, scope.week_start), "period"))
    return columns


def _cut(scan: Scan, scope: Scope, params: Params, own: set[str]) -> list[exp.Expr]:
    """Return the columns that a scan is cut by; under a top those that have no row of their own are NULL, and marked."""
    columns: list[exp.Expr] = []
    kept: exp.Expr | None = None
    for name in scope.by:
        value = dimension_sql(scan, name, own, scope)
        if scope.top is not None and scope.top.dimension == name:
            named = [known for known in scope.top.values if known is not None]
            tests: list[exp.Expr] = [exp.In(this=value.copy(), expressions=[params.bind(known) for known in named])] if named else []
            if len(named) < len(scope.top.values):
                tests.append(exp.Is(this=value.copy(), expression=exp.Null()))
            kept = exp.Coalesce(this=exp.paren(exp.or_(*tests)) if tests else exp.false(), expressions=[exp.false()])
            value = exp.Case().when(kept.copy(), value)
        columns.append(exp.alias_(value, name, quoted=True, copy=False))
    return columns if kept is None else [*columns, exp.alias_(exp.not_(exp.paren(kept)), OTHER, quoted=True)]


def dimension_sql(scan: Scan, name: str, metrics: Iterable[str], scope: Scope) -> exp.Expr:
    """Return the SQL of a dimension in a scan: a field of its fact, or read from its clock.

    Raises:
        InvalidInput: the fact does not carry it.
    """
    if name in TIME_DIMENSIONS:
        return time_sql(name, scan.fact.clocks[scan.clock], scope.frame())
    return field_sql(scan.fact, name, metrics)


def join_what_is_read(select: exp.Select, fact: Fact, scope: Scope, params: Params) -> None:
    """Add those LEFT JOINs of a fact whose columns somebody reads: each finds one row at most, so that the others would only cost time."""
    read = {column.table for column in select.find_all(exp.Column)}
    wanted: list[exp.Expr] = []
    for alias, text in reversed(fact.joins):
        if alias in read:
            join = _join(text).copy()
            _known(join, scope.as_of_ms, params)
            wanted.insert(0, join)
            read |= {column.table for column in join.find_all(exp.Column)}
    source = select.args["from_"].this
    source.set("joins", [*(source.args.get("joins") or []), *wanted])


@functools.lru_cache(maxsize=64)
def _relation(text: str) -> exp.Expr:
    return parse_one(f"SELECT 1 FROM {text}", read="duckdb")  # noqa: S608 - a constant of the programme


@functools.lru_cache(maxsize=256)
def _join(text: str) -> exp.Expr:
    return parse_one(f"SELECT 1 FROM f {text}", read="duckdb").args["joins"][0]  # noqa: S608 - a constant of the programme


def _metric_sql(name: str, scan: Scan, scope: Scope) -> exp.Expr:
    """Return what a scan adds to a metric: its measure, NULL when it has none, their sum when it has several."""
    below = scope.bits if scan.fact is VISITED else None
    return _added([measure_sql(measure, scan.fact, below) for metric, measure in scan.measures if metric == name])


def _added(found: list[exp.Expr]) -> exp.Expr:
    if not found:
        return exp.Null()
    zero = exp.Literal.number(0)
    return found[0] if len(found) == 1 else functools.reduce(_plus, [exp.Coalesce(this=part, expressions=[zero.copy()]) for part in found])


def _plus(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Add(this=left, expression=right)


def scan_conditions(scan: Scan, scope: Scope, params: Params) -> list[exp.Expr]:
    """Return what a row of a scan must meet: known at the asked time, in the period on the scan's clock, and the filters."""
    own = {metric for metric, _ in scan.measures}
    found: list[exp.Expr] = [_known(parse_one(scan.fact.where, read="duckdb"), scope.as_of_ms, params)]
    clock = scan.fact.clocks[scan.clock]
    found += within(clock, scope.period, scope.zone, params)
    if scope.steps is not None:
        found += within_span(clock, scope.steps, params)
    if scope.only:
        found.append(within_parts(clock, scope.only))
    found.extend(condition(dimension_sql(scan, wanted.field, own, scope), wanted.op, coerce(wanted), params) for wanted in scope.where)
    return found


def relation(fact: Fact, scope: Scope, params: Params) -> exp.Expr:
    """Return the FROM item of a fact with its joins, at the asked time."""
    select = _relation(fact.relation).copy()
    _known(select, scope.as_of_ms, params)
    _pruned(select, scope, params)
    source = select.args["from_"].this
    joins: list[exp.Expr] = select.args.get("joins") or []
    source.set("joins", joins)
    return source


def _pruned(tree: exp.Expr, scope: Scope, params: Params) -> exp.Expr:
    """Bind the days of a scope's period, one wider at both ends, where a text of the programme names them."""
    for placeholder in list(tree.find_all(exp.Placeholder)):
        if placeholder.name in ("prune_from", "prune_to"):
            day = scope.period.start - _DAY if placeholder.name == "prune_from" else scope.period.end + _DAY
            placeholder.replace(params.bind(day))
    return tree


def field_sql(fact: Fact, name: str, metrics: Iterable[str]) -> exp.Expr:
    """Return the SQL of a dimension on a fact.

    Raises:
        InvalidInput: the fact does not carry it.
    """
    if name not in fact.dimensions:
        who = ", ".join(sorted(metrics))
        raise InvalidInput(f"'{who}' cannot be cut by '{name}'.", where="by / where", fix=f"It can be cut by: {', '.join(fact.dimensions)}.")
    return parse_one(fact.fields[name], read="duckdb")


def _known(tree: exp.Expr, as_of_ms: int | None, params: Params) -> exp.Expr:
    """Replace known(x) and since(x) by their meaning at a time; None is now."""
    calls = [call for call in tree.find_all(exp.Anonymous) if call.name.lower() in ("known", "since")]
    for call in calls:
        alias = call.expressions[0].name
        restated = call.name.lower() == "known"
        meaning: exp.Expr
        if as_of_ms is None:
            meaning = exp.Is(this=exp.column("known_to_ms", alias), expression=exp.Null()) if restated else exp.true()
        else:
            meaning = exp.LTE(this=exp.column("known_from_ms", alias), expression=params.bind(as_of_ms))
            if restated:
                until = exp.column("known_to_ms", alias)
                later = exp.GT(this=until.copy(), expression=params.bind(as_of_ms))
                meaning = exp.and_(meaning, exp.paren(exp.or_(exp.Is(this=until, expression=exp.Null()), later)))
        if call is tree:
            return meaning
        call.replace(exp.paren(meaning))
    return tree
