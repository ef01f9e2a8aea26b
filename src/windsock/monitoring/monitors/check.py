"""Check a monitor against the metrics and the data: whether it can be asked, judged and kept up with; each refusal says what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.metrics import SeriesAsked, catalogue_of, combinations, predicate_from_json, sums_up, unit_of
from windsock.monitoring.monitors.model import DAY_MS, Monitor

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.monitoring.monitors.analysed import Analysed
    from windsock.workspace import Workspace

SERIES_MAX = 20_000
CELLS_MAX = 8_000_000
"""So many points of history at most are looked at in a tick: 64 MB a figure."""
LOOK_BACK_DAYS = 7
HOUR_MS = 3_600_000


def check(workspace: Workspace, monitor: Monitor, *, counted: bool = True) -> int | None:
    """Refuse what can't be watched.

    Args:
        workspace: whose metrics and data.
        monitor: the definition.
        counted: whether to count the combinations of its cut in the last days.

    Returns:
        How many series the cut had in the last seven days; None where not counted.

    Raises:
        InvalidInput: the metric does not exist, is not to be monitored or can't be judged so, or the cut is too wide.
    """
    library = catalogue_of(workspace)
    check_metric(monitor, library)
    now_ms = workspace.clock.now_ms()
    if monitor.analysis is not None:
        return _check_asked(workspace, monitor, monitor.analysis, counted=counted)
    asked = asked_of(monitor, *span(monitor, workspace.zone, now_ms - LOOK_BACK_DAYS * DAY_MS, now_ms))
    if not counted:
        return None
    return _check_wide(monitor, combinations(workspace, asked, library))


def _check_wide(monitor: Monitor, found: int) -> int:
    if found > SERIES_MAX:
        raise InvalidInput(
            f"The cut {', '.join(monitor.by)} has {found:,} combinations in the last {LOOK_BACK_DAYS} days; {SERIES_MAX:,} can be watched.",
            where="by",
            fix="Take out a dimension, choose a wider one (a market instead of a route), or narrow `where`.",
        )
    points = monitor.history_ms // monitor.every_ms
    if found * points > CELLS_MAX:
        raise InvalidInput(
            f"{found:,} series with {points:,} points of history each are too much for one tick.",
            where="every / by",
            fix="Take longer steps, a rule that looks back less (threshold, change), or fewer dimensions.",
        )
    return found


def check_metric(monitor: Monitor, library: Catalogue) -> None:
    """Refuse a metric that does not exist or can't be judged by the rule, and an analysis that can't.

    Raises:
        InvalidInput: says which and what to write instead.
    """
    if monitor.analysis is not None:
        _check_analysed(monitor, monitor.analysis)
        _check_worth(monitor, library)
        return
    metric = library.get(monitor.metric)
    if not metric.monitorable:
        raise InvalidInput(
            f"'{metric.name}' is not to be monitored: it comes too late or moves too rarely to act on.",
            where="metric",
            fix="Take one near to orders, such as orders or payment_success_rate; the catalogue marks what can be monitored.",
        )
    known = library.dimensions(metric.name)
    for name in (*monitor.by, *(predicate_from_json(one, "where").field for one in monitor.where)):
        if name not in known:
            raise InvalidInput(f"'{metric.name}' can't be cut by '{name[:60]}'.", where="by / where", fix=f"It can be cut by: {', '.join(known)}.")
    if monitor.clock is not None and monitor.clock not in library.clocks(metric.name):
        raise InvalidInput(
            f"'{metric.name}' has no {monitor.clock} clock.", where="clock", fix=f"It knows: {', '.join(library.clocks(metric.name))}."
        )
    if monitor.window > 1 and not sums_up(metric.name, library):
        raise InvalidInput(f"'{metric.name}' of several steps is no sum of its steps.", where="over", fix="Leave `over` out, or take longer steps.")
    if monitor.rule.kind == "ratio" and unit_of(metric.name, library) != "ratio":
        raise InvalidInput(f"'{metric.name}' is no ratio of two counts.", where="rule.kind", fix="Use threshold, change, band or anomaly.")
    _check_worth(monitor, library)


def _check_worth(monitor: Monitor, library: Catalogue) -> None:
    if isinstance(monitor.worth, str) and library.get(monitor.worth).unit not in ("money", "money_ratio"):
        raise InvalidInput(f"'{monitor.worth}' is no money.", where="worth", fix="Name a metric such as aov, or write a figure.")


def _check_analysed(monitor: Monitor, one: Analysed) -> None:
    """Refuse what a step of a funnel or a trend can't be judged by; without a look at the data."""
    if monitor.every_ms not in (HOUR_MS, DAY_MS):
        raise InvalidInput("An analysis is asked by the hour or by the day.", where="every", fix="Write every: 1h, or every: 1d.")
    kind = monitor.rule.kind
    if one.kind == "funnel":
        additive = one.funnel.count == "entries"
        if kind == "no_data":
            fix = "Watch a trend of the step's event with no_data."
            raise InvalidInput("A share is never without data while anybody starts.", where="rule.kind", fix=fix)
    else:
        trend = one.trend
        measures = {series.letter: series.measure for series in trend.series}
        additive = measures.get(one.part) in ("events", "sum")
        if kind == "ratio":
            fix = "Use threshold, change, band or anomaly, or watch the step of a funnel."
            raise InvalidInput("A trend's figure has no counts that it is a ratio of.", where="rule.kind", fix=fix)
    if monitor.window > 1 and not additive:
        fix = "Leave `over` out; of a funnel count: entries adds up."
        raise InvalidInput("People of several steps are no sum of those of each.", where="over", fix=fix)


def _check_asked(workspace: Workspace, monitor: Monitor, one: Analysed, *, counted: bool) -> int | None:
    """Refuse an analysis that names people, asks for what was never stored, or has too many values."""
    from windsock.analyses import check_saved, never_stored, values_of_course  # noqa: PLC0415 - much to import, and most monitors watch a metric
    from windsock.conditions import frame_of  # noqa: PLC0415 - as above
    from windsock.conditions.model import Span  # noqa: PLC0415 - as above

    check_saved(workspace, dict(one.definition))
    if monitor.every_ms == HOUR_MS and start_of_day_ms(local_date(workspace.clock.now_ms(), workspace.zone), workspace.zone) % HOUR_MS:
        raise InvalidInput(f"Hours of {workspace.zone} begin within those of UTC.", where="every", fix="Write every: 1d.")
    who, rows = (one.funnel.who, one.funnel.chain.kinds) if one.kind == "funnel" else (one.trend.asked.who, [each.rows for each in one.trend.series])
    unseen = never_stored(workspace.warehouse, rows, who)
    if unseen:
        what = f"No event called '{unseen[0][:60]}' was ever stored: there would be nothing to watch."
        raise InvalidInput(what, where="analysis.definition", fix="Correct its name, or send such events first.")
    if not counted:
        return None
    if one.kind == "trend":
        breakdown = one.trend.breakdown
        return 1 if breakdown is None else breakdown.top
    funnel = replace(one.funnel, span=Span("last", count=LOOK_BACK_DAYS))
    return _check_wide(monitor, values_of_course(workspace.warehouse, funnel, frame_of(workspace)))


def asked_of(monitor: Monitor, start_ms: int, end_ms: int) -> SeriesAsked:
    """Return the question for a monitor's series over a span."""
    predicates = tuple(predicate_from_json(one, "where") for one in monitor.where)
    return SeriesAsked(monitor.metric, start_ms, end_ms, monitor.every_ms, monitor.by, predicates, monitor.clock)


def span(monitor: Monitor, zone: str, start_ms: int, end_ms: int) -> tuple[int, int]:
    """Return the whole steps that lie in a span: from the start of the step that holds its start to the start of the one that holds its end."""
    return step_start(monitor, zone, start_ms), step_start(monitor, zone, end_ms)


def step_start(monitor: Monitor, zone: str, at_ms: int) -> int:
    """Return the first instant of the step that holds an instant; steps of a day are civil days."""
    if monitor.every_ms == DAY_MS:
        return start_of_day_ms(local_date(at_ms, zone), zone)
    return at_ms // monitor.every_ms * monitor.every_ms
