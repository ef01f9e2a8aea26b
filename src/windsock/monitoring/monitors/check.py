"""Check a monitor against the metrics and the data: whether it can be asked, judged and kept up with; each refusal says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.metrics import SeriesAsked, catalogue_of, combinations, predicate_from_json, sums_up, unit_of
from windsock.monitoring.monitors.model import DAY_MS, Monitor

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.workspace import Workspace

SERIES_MAX = 20_000
CELLS_MAX = 8_000_000
"""So many points of history at most are looked at in a tick: 64 MB a figure."""
LOOK_BACK_DAYS = 7


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
    asked = asked_of(monitor, *span(monitor, workspace.zone, now_ms - LOOK_BACK_DAYS * DAY_MS, now_ms))
    if not counted:
        return None
    found = combinations(workspace, asked, library)
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
    """Refuse a metric that does not exist or can't be judged by the rule.

    Raises:
        InvalidInput: says which and what to write instead.
    """
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
    if isinstance(monitor.worth, str) and library.get(monitor.worth).unit not in ("money", "money_ratio"):
        raise InvalidInput(f"'{monitor.worth}' is no money.", where="worth", fix="Name a metric such as aov, or write a figure.")


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
