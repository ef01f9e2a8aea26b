"""Measure targets: what was reached so far and the pace, by few questions for many targets.

Targets of the same dimension and period share a question; a question that fails is asked again metric by metric, so that one bad target
never takes its neighbours along.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import Fault, WindsockError
from windsock.kernel.period import Grain, Period, bucket_start
from windsock.metrics.answer import Answer, answer
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.notes import surroundings
from windsock.metrics.query import METRICS_MAX, MetricQuery
from windsock.metrics.targets.model import pace as rules
from windsock.metrics.targets.model.pace import NO_PACE, Pace
from windsock.metrics.targets.model.target import Target, period_of

if TYPE_CHECKING:
    from windsock.workspace import Workspace

MEMBERS_MAX = 100
_ROWS_MAX = 10_000
_SECOND_MS, _HOUR_MS = 1000, 3_600_000
_DAY = dt.timedelta(days=1)


class Cell(NamedTuple):
    """One figure that is asked for: a metric, for a value of a dimension ("" and "" for all), over a period."""

    metric: str
    dimension: str
    member: str
    period: Period


@dataclass(frozen=True)
class Measured:
    """How a target stands.

    Attributes:
        actual: what was reached: in the whole days so far, or in the whole period once it is over; None when nothing is known.
        until: the last date that ``actual`` holds; None before the first one.
        over: the period has ended.
        complete: it has ended, its data is whole, and the metric's late rows have had their time.
        pace: where it stands by now.
        currency: of money.
        few: the sample is too small for the figure to mean anything.
        problem: why it can't be measured, "" when it can.
        passing: the problem is ours (a busy engine, a query too slow) and may be gone next time.
    """

    actual: Decimal | None
    until: dt.date | None
    over: bool
    complete: bool
    pace: Pace
    currency: str | None
    few: bool = False
    problem: str = ""
    passing: bool = False


@dataclass(frozen=True)
class _Asked:
    values: Mapping[Cell, Decimal | None]
    currency: Mapping[Cell, str]
    problems: Mapping[Cell, WindsockError]


def measure(workspace: Workspace, targets: Sequence[Target], as_of_ms: int) -> dict[str, Measured]:
    """Measure targets as of an instant.

    Args:
        workspace: where to ask.
        targets: at most a few hundred.
        as_of_ms: what was known then.

    Returns:
        By the targets' ids.
    """
    library, today = catalogue_of(workspace), local_date(as_of_ms, workspace.zone)
    ends = {name: _whole_until(workspace, library, name, as_of_ms) for name in {target.place.metric for target in targets} & library.metrics.keys()}
    around = _Around(workspace, library, ends, as_of_ms, today)
    cells: dict[Cell, None] = {}
    for target in targets:
        if target.place.metric in ends:
            cells |= dict.fromkeys(_cells(target, around))
    asked = _ask(workspace, list(cells), "total", as_of_ms)
    shapes = _shapes(around, targets)
    return {target.id: _measured(around, target, asked, shapes) for target in targets}


@dataclass(frozen=True)
class _End:
    """The last whole date of a metric's data, and whether its sources say so themselves."""

    date: dt.date
    stated: bool


@dataclass(frozen=True)
class _Around:
    """What all targets that are measured together have in common."""

    workspace: Workspace
    library: Catalogue
    ends: Mapping[str, _End]
    as_of_ms: int
    today: dt.date

    @property
    def week_start(self) -> int:
        return self.workspace.settings.workspace.week_start

    def span(self, target: Target) -> Period | None:
        """Return the dates that count by now: the whole period once it is over, its whole days before; None before the first."""
        period, until = target.place.period, self.ends[target.place.metric].date
        if period.end < self.today:
            return period
        return Period(period.start, min(until, period.end)) if until >= period.start else None

    def sample(self, target: Target) -> str | None:
        """Return the metric of which there must be enough for a figure to mean anything."""
        metric = self.library.get(target.place.metric)
        if not metric.minimum_sample:
            return None
        return metric.sample or (metric.name if metric.unit in ("count", "nights") else None)


def _whole_until(workspace: Workspace, library: Catalogue, metric: str, as_of_ms: int) -> _End:
    today = local_date(as_of_ms, workspace.zone)
    around = surroundings(workspace, MetricQuery(metrics=(metric,), period=Period(today, today)), library)
    if around.complete_until_ms is None:
        return _End(today - _DAY, stated=False)
    whole = local_date(around.complete_until_ms + _SECOND_MS, workspace.zone) - _DAY
    return _End(min(whole, today - _DAY), stated=True)


def _cells(target: Target, around: _Around) -> Iterable[Cell]:
    place, span = target.place, around.span(target)
    if span is None:
        return
    yield Cell(place.metric, place.dimension, place.member, span)
    sample = around.sample(target)
    if sample is not None:
        yield Cell(sample, place.dimension, place.member, span)
    if around.library.get(place.metric).additivity == "distinct" and span.end < place.period.end:
        for period in _before(target, span, around.week_start):
            yield Cell(place.metric, place.dimension, place.member, period)


def _before(target: Target, span: Period, week_start: int) -> tuple[Period, Period]:
    """Return the period before a target's, and as many of its first days as ``span`` has."""
    place = target.place
    whole = period_of(place.grain, bucket_start(place.start - _DAY, place.grain, week_start))
    return whole, Period(whole.start, min(whole.end, whole.start + (span.end - span.start)))


def _measured(around: _Around, target: Target, asked: _Asked, shapes: Mapping[Cell, rules.Shape | None]) -> Measured:
    place = target.place
    over = place.period.end < around.today
    end = around.ends.get(place.metric)
    if end is None:
        return Measured(None, None, over, complete=False, pace=NO_PACE, currency=None, problem=f"There is no metric '{place.metric}' any more.")
    span = around.span(target)
    if span is None:
        return Measured(None, None, over, complete=False, pace=NO_PACE, currency=None)
    cell = Cell(place.metric, place.dimension, place.member, span)
    if cell in asked.problems:
        error = asked.problems[cell]
        passing = isinstance(error, Fault)
        return Measured(None, None, over, complete=False, pace=NO_PACE, currency=None, problem=str(error), passing=passing)
    metric, sample = around.library.get(place.metric), around.sample(target)
    actual = asked.values.get(cell)
    seen = None if sample is None else asked.values.get(cell._replace(metric=sample))
    ripe_ms = start_of_day_ms(place.period.end + _DAY, around.workspace.zone) + metric.lag_hours * _HOUR_MS
    return Measured(
        actual=actual,
        until=span.end,
        over=over,
        complete=over and end.stated and end.date >= place.period.end and ripe_ms <= around.as_of_ms,
        pace=_pace(around, target, span, asked, shapes),
        currency=asked.currency.get(cell) if metric.unit in ("money", "money_ratio") else None,
        few=sample is not None and (seen is None or seen < metric.minimum_sample),
    )


def _pace(around: _Around, target: Target, span: Period, asked: _Asked, shapes: Mapping[Cell, rules.Shape | None]) -> Pace:
    place, value = target.place, target.aim.value
    actual = asked.values.get(Cell(place.metric, place.dimension, place.member, span))
    additivity = around.library.get(place.metric).additivity
    if additivity == "additive":
        shape = shapes.get(Cell(place.metric, place.dimension, place.member, place.period))
        return rules.pace_of_sum(value, actual, place.period, span.end, shape)
    if additivity == "distinct":
        if span.end >= place.period.end:
            return rules.pace_of_people(value, actual, Decimal(1), Decimal(1))
        periods = _before(target, span, around.week_start)
        whole, begun = (asked.values.get(Cell(place.metric, place.dimension, place.member, one)) for one in periods)
        return rules.pace_of_people(value, actual, begun, whole)
    return rules.pace_of_ratio(value, actual)


def _shapes(around: _Around, targets: Sequence[Target]) -> dict[Cell, rules.Shape | None]:
    """Ask the days before each running period for the shape of its weeks; a single day and a period that is over need none."""
    wanted: dict[Cell, Cell] = {}
    for target in targets:
        place = target.place
        sums = place.metric in around.ends and around.library.get(place.metric).additivity == "additive"
        if sums and place.grain != "day" and place.period.end >= around.today:
            last = min(around.ends[place.metric].date, place.start - _DAY)
            before = Period(last - dt.timedelta(days=rules.HISTORY_DAYS - 1), last)
            cell = Cell(place.metric, place.dimension, place.member, before)
            wanted[cell._replace(period=place.period)] = cell
    days = days_of(around.workspace, list(dict.fromkeys(wanted.values())), around.as_of_ms)
    return {key: rules.weekday_shape(rules.history_of(days.get(cell, {}), key.period, cell.period.end)) for key, cell in wanted.items()}


def days_of(workspace: Workspace, cells: Sequence[Cell], as_of_ms: int) -> dict[Cell, dict[dt.date, Decimal]]:
    """Return what each day of the cells' periods brought; days without rows are left out, and so are cells that can't be asked."""
    found: dict[Cell, dict[dt.date, Decimal]] = {}
    for group in _groups(cells):
        for part, got in _answers(workspace, group, "day", as_of_ms):
            if isinstance(got, WindsockError):
                continue
            for cell in part:
                for row in got.rows:
                    value = row.get(cell.metric)
                    if value is not None and (not cell.dimension or _text(row[cell.dimension]) == cell.member):
                        found.setdefault(cell, {})[dt.date.fromisoformat(str(row["period"]))] = Decimal(value)
    return found


def _ask(workspace: Workspace, cells: Sequence[Cell], grain: Grain, as_of_ms: int) -> _Asked:
    values: dict[Cell, Decimal | None] = {}
    currency: dict[Cell, str] = {}
    problems: dict[Cell, WindsockError] = {}
    for group in _groups(cells):
        for part, got in _answers(workspace, group, grain, as_of_ms):
            if isinstance(got, WindsockError):
                problems |= dict.fromkeys(part, got)
                continue
            rows = {(_text(row[part[0].dimension]) if part[0].dimension else ""): row for row in got.rows}
            for cell in part:
                value = rows.get(cell.member, {}).get(cell.metric)
                values[cell] = None if value is None else Decimal(value)
                currency[cell] = got.currency
    return _Asked(values, currency, problems)


def _groups(cells: Sequence[Cell]) -> Iterable[list[Cell]]:
    """Put cells of the same dimension, period and at most so many metrics and values together: one question each."""
    by: dict[tuple[str, Period], list[Cell]] = {}
    for cell in cells:
        by.setdefault((cell.dimension, cell.period), []).append(cell)
    for group in by.values():
        metrics = list(dict.fromkeys(cell.metric for cell in group))
        members = list(dict.fromkeys(cell.member for cell in group))
        for first in range(0, len(metrics), METRICS_MAX):
            for lowest in range(0, len(members), MEMBERS_MAX):
                some, who = set(metrics[first : first + METRICS_MAX]), set(members[lowest : lowest + MEMBERS_MAX])
                part = [cell for cell in group if cell.metric in some and cell.member in who]
                if part:
                    yield part


def _answers(workspace: Workspace, group: list[Cell], grain: Grain, as_of_ms: int) -> Iterable[tuple[list[Cell], Answer | WindsockError]]:
    """Ask one question for a group; when it fails and has several metrics, one for each of them."""
    metrics = list(dict.fromkeys(cell.metric for cell in group))
    whole = _try(workspace, _question(group, metrics, grain, as_of_ms))
    if isinstance(whole, Answer) or len(metrics) == 1:
        yield group, whole
        return
    for name in metrics:
        part = [cell for cell in group if cell.metric == name]
        yield part, _try(workspace, _question(part, [name], grain, as_of_ms))


def _try(workspace: Workspace, question: MetricQuery) -> Answer | WindsockError:
    try:
        return answer(workspace, question)
    except WindsockError as error:
        return error


def _question(group: list[Cell], metrics: list[str], grain: Grain, as_of_ms: int) -> MetricQuery:
    dimension, period = group[0].dimension, group[0].period
    members = tuple(dict.fromkeys(cell.member for cell in group))
    return MetricQuery(
        metrics=tuple(metrics),
        period=period,
        by=(dimension,) if dimension else (),
        where=(Predicate(dimension, "in", members),) if dimension else (),
        grain=grain,
        as_of_ms=as_of_ms,
        limit=_ROWS_MAX,
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
