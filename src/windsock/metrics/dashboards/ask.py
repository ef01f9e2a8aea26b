"""The numbers of a dashboard: what its panels ask for, each question put once, several at a time, each failure kept to its own panel.

First the statements behind all panels are gathered, and those of the same cut, filters, clock and period are put as one: thirty numbers are three
statements (the period, the compared one, the days), and the total under a table or the visitors of a tree are among them. What they bring back is
kept (``metrics.kept``); each panel then asks as if it were alone and finds it there. When a shared statement cannot be answered its panels ask for
themselves, so that only the wrong one fails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import Busy, Cancelled, InvalidInput, QueryTimeout, TooLarge, UserError, WindsockError
from windsock.kernel.period import Grain, Period
from windsock.metrics.answer import Answer, answer, scope_of, statements_of
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.dashboards.model import TREES, Compare, Panel, PanelGrain
from windsock.metrics.kept import read
from windsock.metrics.model.definition import Words
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.query import LIMIT_MAX, METRICS_MAX, MetricQuery, comparison
from windsock.metrics.tile_port import Tile, TileAsked, tile_of
from windsock.metrics.tree import revenue_tree, tree_queries

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.metrics.compile import Scope
    from windsock.workspace import Workspace

SPARK_DAYS = 28
BAND_HISTORY_DAYS = 56
DAYS_BY_DAY, DAYS_BY_WEEK = 100, 400
TABLE_ROWS = 100
AT_ONCE_MAX = 4
_UNFILTERED = Words("The filters of the page do not narrow an analysis.", "页面上的筛选不作用于分析。")
_EXPECTED = (InvalidInput, TooLarge, QueryTimeout, Busy, Cancelled)


@dataclass(frozen=True)
class Span:
    """What all panels have in common: the period, what it is compared with, filters, the time of knowledge, and who asks (None: nobody)."""

    period: Period
    compare: Compare = "previous"
    where: tuple[Predicate, ...] = ()
    as_of_ms: int | None = None
    asker: Actor | None = None

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
        series: the course behind a number, for its spark; behind a line by hour that of the same weekdays before.
        history: for a line with a range, its days with those before, which the range is made of.
        tree: two periods on the revenue tree, as JSON.
        tile: what a saved analysis comes down to.
        error: why there is none of it.
    """

    panel: Panel
    answer: Answer | None = None
    series: Answer | None = None
    history: Answer | None = None
    tree: dict[str, Any] | None = None
    tile: Tile | None = None
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
    _gather(workspace, [query for query, _, _ in first.wants] + _tree_queries(workspace, trees.values(), span), library)
    tiles = [_tile_job(workspace, one, span) for one in asked if one.panel.kind == "analysis"]
    on_trees = [_tree_job(workspace, found, span) for found in trees.values()]
    _run(workspace, [*on_trees, *(_job(workspace, want, library) for want in first.wants), *tiles])
    second = _Batch()
    for one in asked:
        if one.panel.kind == "line" and one.panel.by and one.answer is not None:
            _plan_course(one, span, second)
    _gather(workspace, [query for query, _, _ in second.wants], library)
    _run(workspace, [_job(workspace, want, library) for want in second.wants])
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
    if panel.kind == "line" and panel.by:
        replace(base, metrics=panel.metrics[:1], grain=grain_of(panel.grain, span.period)).check(library)


def _largest(panel: Panel) -> tuple[str, ...]:
    return (f"-{panel.metrics[0]}",) if panel.by else ()


def _spark(period: Period) -> Period:
    return Period(period.end - dt.timedelta(days=SPARK_DAYS - 1), period.end)


def _line(panel: Panel, base: MetricQuery, span: Span) -> list[tuple[str, MetricQuery]]:
    """A single line by day also needs the days before, which its range is made of; a cut line first needs to know its largest values.

    One by hour stands beside the same weekdays before.
    """
    grain = grain_of(panel.grain, span.period)
    if panel.by:
        return [("answer", replace(base, metrics=panel.metrics[:1], by=panel.by, limit=min(panel.top, 7), order=_largest(panel)))]
    course = replace(base, grain=grain, limit=LIMIT_MAX)
    if grain == "hour":
        return [("answer", course), ("series", replace(course, period=comparison(span.period, "same_weekday"), with_total=False))]
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


def _gather(workspace: Workspace, queries: Sequence[MetricQuery], library: Catalogue) -> None:
    """Put the statements behind questions, each with all the metrics that are wanted of it, at most 20 at a time.

    A statement that fails is left to those who need it: they ask for themselves, and say what is wrong.
    """
    groups: dict[tuple[Any, ...], list[dict[str, None]]] = {}
    for part in dict.fromkeys(one for query in queries if query.top is None for one in statements_of(query)):
        lists = groups.setdefault((part.clock, scope_of(workspace, part)), [])
        group = next((one for one in lists if len({*one, *part.metrics}) <= METRICS_MAX), None)
        if group is None:
            lists.append(dict.fromkeys(part.metrics))
        else:
            group.update(dict.fromkeys(part.metrics))

    def job(clock: str | None, scope: Scope, names: Sequence[str]) -> Callable[[], None]:
        def run() -> None:
            with suppress(*_EXPECTED):
                read(workspace.warehouse, library.bases(names), clock, scope)

        return run

    _run(workspace, [job(clock, scope, tuple(names)) for (clock, scope), lists in groups.items() for names in lists])


def _run(workspace: Workspace, jobs: Sequence[Callable[[], None]]) -> None:
    """Do what asks the warehouse side by side, as much as it takes."""
    if not jobs:
        return
    places = max(1, min(AT_ONCE_MAX, workspace.settings.warehouse.threads, len(jobs)))
    with ThreadPoolExecutor(max_workers=places, thread_name_prefix="dashboard") as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()


def _job(workspace: Workspace, want: Want, library: Catalogue) -> Callable[[], None]:
    query, asked, slot = want

    def run() -> None:
        try:
            setattr(asked, slot, answer(workspace, query, library))
        except _EXPECTED as error:
            asked.error = error

    return run


def _tile_job(workspace: Workspace, asked: Asked, span: Span) -> Callable[[], None]:
    def run() -> None:
        try:
            if span.as_of_ms is not None:
                told = "An analysis is told as of now, not as it was known at another time."
                raise InvalidInput(told, where="as_of", fix="Take the time of knowledge off the page.", code="tile_as_of")
            tile = tile_of(workspace, TileAsked(asked.panel.analysis or "", span.period, span.before, span.asker))
            asked.tile = replace(tile, notes=(*tile.notes, _UNFILTERED)) if span.where else tile
        except (UserError, *_EXPECTED) as error:
            asked.error = error

    return run


def _tree_queries(workspace: Workspace, groups: Iterable[list[Asked]], span: Span) -> list[MetricQuery]:
    """Return what trees ask for, so that they share it with the numbers beside them."""
    found: list[MetricQuery] = []
    for group in groups:
        panel = group[0].panel
        found += tree_queries(workspace, span.before, span.period, panel.clock, (*span.where, *panel.where))
    return found


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
