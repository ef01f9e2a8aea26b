"""Which watched figures will pass their fixed limit within some hours: each monitor asked once, each of its series judged by its own past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.metrics import catalogue_of
from windsock.monitoring.forecasters.breach import HISTORY_DAYS, Limits, Passing, passing
from windsock.monitoring.monitors.check import step_start
from windsock.monitoring.monitors.keep import Kept, kept_in
from windsock.monitoring.monitors.model import DAY_MS
from windsock.monitoring.subject import ask_series, figures_of, shown_unit, whole_until

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.monitoring.forecasters.model import Floats
    from windsock.monitoring.monitors.model import Monitor
    from windsock.workspace import Workspace

HOURS, HOURS_MOST = 6, 24
HOUR_MS = 3_600_000
RECENT_MS = 3 * HOUR_MS
MONITORS_MOST, SERIES_MOST, CELLS_MOST = 50, 100, 2_000_000


@dataclass(frozen=True)
class Watched:
    """A series of a monitor with a fixed limit, and whether it passes it.

    Attributes:
        monitor: its monitor.
        unit: of the figures.
        key: the values of its cut, by dimension.
        value: the last whole figure.
        from_ms: the first instant after it.
        until_ms: the end of the hours looked at.
        passed: whether the last figure is beyond the limit already.
        passing: None where former days are too few, or it has passed already.
    """

    monitor: Monitor
    unit: str
    key: Mapping[str, Any]
    value: float
    from_ms: int
    until_ms: int
    passed: bool
    passing: Passing | None

    def at_ms(self, step: float | None) -> int | None:
        """Return the end of a step, ms UTC."""
        return None if step is None else self.from_ms + round((step + 1) * self.monitor.every_ms)


def limits_of(monitor: Monitor) -> Limits:
    """Return the limits of a monitor whose rule is a threshold."""
    return Limits(monitor.rule.below, monitor.rule.above, monitor.pending)


def with_limit(workspace: Workspace) -> list[Kept]:
    """Return the monitors that are watched against a fixed limit, by steps shorter than a day; 50 at most, by name."""
    with workspace.records.read() as session:
        known = kept_in(session)
    return [one for one in known.values() if one.watched and one.monitor.rule.kind == "threshold" and one.monitor.every_ms < DAY_MS][:MONITORS_MOST]


def watched(workspace: Workspace, hours: int = HOURS) -> list[Watched]:
    """Return every series that is watched against a fixed limit (100 of a monitor: those with most volume), the likeliest to pass it first.

    Args:
        workspace: where.
        hours: how far to look; 1 to 24.

    Raises:
        InvalidInput: the hours are none.
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    if not 1 <= hours <= HOURS_MOST:
        raise InvalidInput(f"Warnings look 1 to {HOURS_MOST} hours ahead.", where="hours")
    library = catalogue_of(workspace)
    found = [one for kept in with_limit(workspace) for one in _of_monitor(workspace, kept.monitor, library, hours)]
    return sorted(found, key=lambda one: (not one.passed, -(one.passing.probability if one.passing else -1.0), one.monitor.name, str(one.key)))


def judgeable(
    monitor: Monitor, workspace: Workspace, span: tuple[int, int], library: Catalogue
) -> tuple[tuple[tuple[Any, ...], ...], Floats, Floats]:
    """Return the keys of a monitor's series, their figures without those too thin to judge, and their volumes, over a span.

    Raises:
        As ``subject.ask_series``.
    """
    found = ask_series(workspace, monitor, span, library)
    figures = figures_of(monitor, found, library)
    volumes = np.nan_to_num(figures.values if figures.volumes is None else figures.volumes)
    thin = volumes < monitor.minimum if figures.volumes is not None else np.zeros(volumes.shape, dtype=np.bool_)
    return found.keys, np.where(thin, np.nan, figures.values), volumes


def _of_monitor(workspace: Workspace, monitor: Monitor, library: Catalogue, hours: int) -> list[Watched]:
    now_ms = workspace.clock.now_ms()
    whole = whole_until(workspace, monitor, now_ms - monitor.wait_ms, library).until_ms
    if whole is None:
        return []
    end = step_start(monitor, workspace.zone, whole)
    start = step_start(monitor, workspace.zone, end - HISTORY_DAYS * DAY_MS)
    try:
        keys, values, volumes = judgeable(monitor, workspace, (start, end), library)
    except (InvalidInput, TooLarge):
        # The metric is gone or the cut too wide: its tick says so.
        return []
    unit, steps, recent = shown_unit(monitor, monitor.metric, library), hours * HOUR_MS // monitor.every_ms, max(1, RECENT_MS // monitor.every_ms)
    most = max(1, min(SERIES_MOST, CELLS_MOST // max(1, steps * HISTORY_DAYS)))
    largest: list[int] = np.argsort(-volumes.sum(axis=1), kind="stable")[:most].tolist() if len(keys) else []
    limits, day, found = limits_of(monitor), DAY_MS // monitor.every_ms, list[Watched]()
    for row in largest:
        series = values[row]
        if np.isnan(series).all() or np.isnan(series[-recent:]).all():
            continue
        last = float(series[~np.isnan(series)][-1])
        passed = bool(limits.passed(np.array([last]))[0])
        told = None if passed else passing(series, limits, day, steps, recent)
        key = dict(zip(monitor.by, keys[row], strict=True))
        found.append(Watched(monitor, unit, key, last, end, end + steps * monitor.every_ms, passed, told))
    return found
