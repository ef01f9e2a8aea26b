"""The numbers of a dashboard: what its panels ask for, each question put once, several at a time, each failure kept to its own panel.

Panels that ask for the same cut of the same period share one statement: thirty numbers are two statements (the period beside the compared one, and
the days). When a shared statement cannot be answered its panels are asked one by one, so that only the wrong one fails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import Busy, Cancelled, InvalidInput, QueryTimeout, TooLarge, WindsockError
from windsock.kernel.period import Grain, Period
from windsock.metrics.answer import Answer, answer
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.dashboards.model import TREES, Compare, Panel, PanelGrain
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.notes import notes_of, surroundings
from windsock.metrics.query import LIMIT_MAX, METRICS_MAX, MetricQuery, comparison
from windsock.metrics.tree import revenue_tree

if TYPE_CHECKING:
    from windsock.workspace import Workspace

SPARK_DAYS = 28
BAND_HISTORY_DAYS = 56
DAYS_BY_DAY, DAYS_BY_WEEK = 100, 400
TABLE_ROWS = 100
AT_ONCE_MAX = 4
_EXPECTED = (InvalidInput, TooLarge, QueryTimeout, Busy, Cancelled)


@dataclass(frozen=True)
class Span:
    """What all panels have in common: the period, what it is compared with, filters, and the time of knowledge."""

    period: Period
    compare: Compare = "previous"
    where: tuple[Predicate, ...] = ()
    as_of_ms: int | None = None

    @property
    def before(self) -> Period:
        """The period to compare with."""
        return comparison(self.period, self.compare)


@dataclass
class Asked:
    """What came back for a panel.

    Attributes:
        panel: which.
        answer: the main answer: a total, a course, a cut or a table.
        series: the course behind a number, for its spark.
        history: for a line with a range, its days with those before, which the range is made of.
        tree: two periods on the revenue tree, as JSON.
        error: why there is none of it.
    """

    panel: Panel
    answer: Answer | None = None
    series: Answer | None = None
    history: Answer | None = None
    tree: dict[str, Any] | None = None
    error: WindsockError | None = None


@dataclass
class _Batch:
    """Questions by what they have in common, each with who wants it."""

    wants: list[tuple[MetricQuery, Asked, str]] = field(default_factory=list[tuple[MetricQuery, Asked, str]])

    def add(self, query: MetricQuery, asked: Asked, slot: str) -> None:
        self.wants.append((query, asked, slot))


def grain_of(grain: PanelGrain, period: Period) -> Grain:
    """Return the size of the periods of a course: days up to 100 of them, weeks up to 400 days, then months."""
    if grain != "auto":
        return grain
    return "day" if period.days <= DAYS_BY_DAY else "week" if period.days <= DAYS_BY_WEEK else "month"


def ask_panels(workspace: Workspace, panels: Sequence[Panel], span: Span) -> list[Asked]:
    """Ask for all panels of a dashboard.

    Args:
        workspace: where to ask.
        panels: at most 30, of ``model.PANELS_MAX``.
        span: period, comparison and filters of all.

    Returns:
        One entry a panel, in their order; a panel that cannot be answered has an error, and only that panel.
    """
    asked = [Asked(panel) for panel in panels]
    library = catalogue_of(workspace, span.as_of_ms)
    first = _Batch()
    trees: dict[tuple[Any, ...], list[Asked]] = {}
    for one in asked:
        try:
            _check_metrics(one.panel, library)
            if one.panel.kind in TREES:
                trees.setdefault((*one.panel.where, one.panel.clock), []).append(one)
            else:
                _plan(one, span, first, library)
        except InvalidInput as error:
            one.error = error
    _run(workspace, _shared(first.wants), [_tree_job(workspace, found, span) for found in trees.values()])
    second = _Batch()
    for one in asked:
        if one.panel.kind == "line" and one.panel.by and one.answer is not None:
            _plan_course(one, span, second)
    _run(workspace, _shared(second.wants), [])
    for one in asked:
        _own_notes(workspace, one, library)
    return asked


def _check_metrics(panel: Panel, library: Catalogue) -> None:
    """Say of a metric that is gone that it is gone: nobody mistyped it in a dashboard that was saved."""
    for name in panel.metrics:
        if name not in library.metrics:
            raise InvalidInput(
                f"The metric '{name}' does not exist any more, or not yet.",
                where="metrics",
                fix="Edit this panel and choose another metric, or remove the panel.",
                code="metric_gone",
            )


def _plan(asked: Asked, span: Span, batch: _Batch, library: Catalogue) -> None:
    panel = asked.panel
    base = MetricQuery(
        metrics=panel.metrics, period=span.period, where=(*span.where, *panel.where), clock=panel.clock, as_of_ms=span.as_of_ms, with_total=True
    )
    plans: dict[str, Callable[[], Sequence[tuple[str, MetricQuery]]]] = {
        "number": lambda: [
            ("answer", replace(base, compare=span.compare)),
            ("series", replace(base, grain="day", period=_spark(span.period), with_total=False)),
        ],
        "line": lambda: _line(panel, base, span),
        "bars": lambda: [("answer", replace(base, by=panel.by, compare=span.compare, limit=panel.top, order=_largest(panel)))],
        "table": lambda: [("answer", replace(base, by=panel.by, compare=span.compare, limit=TABLE_ROWS, order=_largest(panel)))],
    }
    for slot, query in plans.get(panel.kind, list[tuple[str, MetricQuery]])():
        query.check(library)
        batch.add(query, asked, slot)


def _largest(panel: Panel) -> tuple[str, ...]:
    return (f"-{panel.metrics[0]}",) if panel.by else ()


def _spark(period: Period) -> Period:
    return Period(period.end - dt.timedelta(days=SPARK_DAYS - 1), period.end)


def _line(panel: Panel, base: MetricQuery, span: Span) -> list[tuple[str, MetricQuery]]:
    """A single line by day also needs the days before, which its range is made of; a cut line first needs to know its largest values."""
    grain = grain_of(panel.grain, span.period)
    if panel.by:
        return [("answer", replace(base, metrics=panel.metrics[:1], by=panel.by, limit=min(panel.top, 7), order=_largest(panel)))]
    course = replace(base, grain=grain, limit=LIMIT_MAX)
    if len(panel.metrics) > 1 or grain != "day":
        return [("answer", course)]
    longer = Period(span.period.start - dt.timedelta(days=BAND_HISTORY_DAYS), span.period.end)
    return [("answer", course), ("history", replace(course, period=longer, with_total=False))]


def _plan_course(asked: Asked, span: Span, batch: _Batch) -> None:
    """Ask for the courses of the values that turned out largest, and of the whole, so that the others can be drawn as well."""
    found, panel = asked.answer, asked.panel
    assert found is not None  # noqa: S101 - the caller looked
    values = tuple(_plain(row[panel.by[0]]) for row in found.rows)
    grain = grain_of(panel.grain, span.period)
    whole = replace(found.query, by=(), order=(), limit=LIMIT_MAX, grain=grain, with_total=False)
    batch.add(whole, asked, "history")
    named = tuple(value for value in values if value is not None)
    if named:
        batch.add(replace(whole, by=panel.by, where=(*whole.where, Predicate(panel.by[0], "in", named))), asked, "series")


def _plain(value: object) -> str | int | bool | None:
    return value if value is None or isinstance(value, str | int | bool) else str(value)


Want = tuple[MetricQuery, Asked, str]


def _shared(wants: Sequence[Want]) -> list[list[Want]]:
    """Group wants whose questions differ in their metrics only (and have no order of rows), at most 20 metrics each."""
    groups: dict[tuple[Any, ...], list[list[Want]]] = {}
    for want in wants:
        query = want[0]
        alone = query.metrics if query.order else ()
        key = (query.period, query.by, query.where, query.grain, query.clock, query.compare, query.limit, query.order, query.with_total, alone)
        lists = groups.setdefault(key, [])
        for group in lists:
            if len({name for other, _, _ in group for name in other.metrics} | set(query.metrics)) <= METRICS_MAX:
                group.append(want)
                break
        else:
            lists.append([want])
    return [group for lists in groups.values() for group in lists]


def _run(workspace: Workspace, groups: Sequence[list[Want]], others: Sequence[Callable[[], None]]) -> None:
    """Put questions side by side, as many as the warehouse takes."""
    jobs: list[Callable[[], None]] = [*others, *(_group_job(workspace, group) for group in groups)]
    if not jobs:
        return
    places = max(1, min(AT_ONCE_MAX, workspace.settings.warehouse.threads, len(jobs)))
    with ThreadPoolExecutor(max_workers=places, thread_name_prefix="dashboard") as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()


def _group_job(workspace: Workspace, group: list[Want]) -> Callable[[], None]:
    def run() -> None:
        names = tuple(dict.fromkeys(name for query, _, _ in group for name in query.metrics))
        try:
            found = answer(workspace, replace(group[0][0], metrics=names))
        except _EXPECTED as error:
            if len(group) == 1 or not isinstance(error, InvalidInput):
                for _, asked, _ in group:
                    asked.error = error
                return
            for want in group:  # one of them is wrong: ask each by itself
                _group_job(workspace, [want])()
            return
        for query, asked, slot in group:
            setattr(asked, slot, part_of(found, query))

    return run


def part_of(found: Answer, query: MetricQuery) -> Answer:
    """Return the columns of a shared answer that a question asked for."""
    wanted = {*query.by, "period", *query.metrics, *(f"{name}.previous" for name in query.metrics)}
    rows = [{name: value for name, value in row.items() if name in wanted} for row in found.rows]
    total = None if found.total is None else {name: value for name, value in found.total.items() if name in wanted}
    by_name: Mapping[str, Any] = {metric.name: metric for metric in found.metrics}
    return replace(found, query=query, metrics=tuple(by_name[name] for name in query.metrics), rows=rows, total=total)


def _own_notes(workspace: Workspace, asked: Asked, library: Catalogue) -> None:
    """A shared answer speaks of all its metrics: say of each panel only what its own reader should mind."""
    found = asked.answer
    if found is None:
        return
    around = surroundings(workspace, found.query, library)
    notes = notes_of(workspace, found.query, library, around, found.thin)
    asked.answer = replace(found, notes=notes, complete_until_ms=around.complete_until_ms, currency=around.currency)


def _tree_job(workspace: Workspace, group: list[Asked], span: Span) -> Callable[[], None]:
    def run() -> None:
        panel = group[0].panel
        try:
            found = revenue_tree(workspace, span.before, span.period, panel.clock, (*span.where, *panel.where)).json()
        except _EXPECTED as error:
            for asked in group:
                asked.error = error
            return
        for asked in group:
            asked.tree = found

    return run
