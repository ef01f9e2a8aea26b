"""The series of a monitor over a stretch of time as its rule judged it: what previews and alerts are drawn from."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import NotFound
from windsock.metrics import catalogue_of
from windsock.monitoring import store
from windsock.monitoring.known_days.keep import knowing
from windsock.monitoring.monitors.check import step_start
from windsock.monitoring.monitors.keep import find
from windsock.monitoring.points import finite, instants
from windsock.monitoring.rules import VERDICTS, Judged, judge_rule
from windsock.monitoring.subject import ask_series, figures_of, shown_unit, whole_until
from windsock.monitoring.unusual import smallest_drop

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.monitoring.alerts.model import Alert
    from windsock.monitoring.monitors.model import Monitor, Rule
    from windsock.workspace import Workspace

BEFORE, AFTER, MOST = 96, 16, 400
DRAWN = 120
"""Steps drawn before an alert's first point, and after its last; and of one drawing at most; of a picture in a message."""


@dataclass(frozen=True)
class Stretch:
    """What was judged: the steps' instants (ms UTC), the key of each series, and the figures, each (series, steps)."""

    at: tuple[int, ...]
    keys: tuple[tuple[Any, ...], ...]
    judged: Judged
    rule: Rule

    def points(self, row: int) -> list[dict[str, Any]]:
        """Return a series as it is drawn, oldest first; None where there is nothing to say."""
        cells = {"value": self.judged.values, "expected": self.judged.expected, "low": self.judged.low, "high": self.judged.high}
        found: list[dict[str, Any]] = []
        for column, at_ms in enumerate(self.at):
            told = {name: finite(float(array[row, column])) for name, array in cells.items()}
            if self.rule.kind == "ratio":
                told |= self._bounds(row, column, told["expected"])
            found.append({"at_ms": at_ms, **told, "verdict": VERDICTS[int(self.judged.verdicts[row, column])]})
        return found

    def _bounds(self, row: int, column: int, rate: float | None) -> dict[str, float | None]:
        """Return the bounds of a ratio at its own volume: a rule of ratios judges how unlikely a value is, and has none of its own."""
        volume = None if self.judged.volumes is None else finite(float(self.judged.volumes[row, column]))
        if rate is None or not volume:
            return {"low": None, "high": None}
        # To three digits: a drawing is no finer, and most points then share their bound with others.
        cases, shown = round(volume), round(rate, 3)
        down, up = _least(cases, shown, self.rule.sure), _least(cases, round(1.0 - shown, 3), self.rule.sure)
        least, toward = self.rule.at_least, self.rule.toward
        low = 0.0 if down is None else max(0.0, rate - max(down, least))
        high = 1.0 if up is None else min(1.0, rate + max(up, least))
        return {"low": 0.0 if toward == "up" else low, "high": 1.0 if toward == "down" else high}


@functools.lru_cache(maxsize=20_000)
def _least(cases: int, rate: float, sure: float) -> float | None:
    return smallest_drop(cases, rate, sure)


def stretch(workspace: Workspace, monitor: Monitor, span: tuple[int, int], library: Catalogue) -> Stretch:
    """Judge all series of a monitor over a span of whole steps.

    Raises:
        TooLarge, QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    start, end = span
    at = instants(monitor.every_ms, workspace.zone, start, end)
    found = ask_series(workspace, monitor, (step_start(monitor, workspace.zone, start - monitor.history_ms), end), library)
    figures = figures_of(monitor, found, library)
    judged = judge_rule(monitor, figures, figures.values.shape[1] - len(at), knowing(workspace, monitor, found.keys, figures))
    return Stretch(tuple(at), tuple(found.keys), judged, monitor.rule)


def whole_end(workspace: Workspace, monitor: Monitor, library: Catalogue) -> int:
    """Return the end of the last step whose data are whole, ms UTC; now where nothing is known of that."""
    now_ms = workspace.clock.now_ms()
    whole = whole_until(workspace, monitor, now_ms, library).until_ms
    return step_start(monitor, workspace.zone, now_ms if whole is None else min(now_ms, whole))


def alert_course(workspace: Workspace, alert_id: str) -> dict[str, Any]:
    """Return the series of an alert around it, as its monitor judges it now: ``points`` oldest first, ``step_ms`` and ``minimum``.

    Raises:
        NotFound: there is no such alert, or its monitor is gone, or it is one of late data.
        TooLarge, QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    with workspace.records.read() as session:
        alert = store.peek_alert(session, alert_id)
        if alert is None or alert.kind != "metric":
            raise NotFound(f"There is no alert of a metric '{alert_id[:40]}'.", where="alerts")
        monitor = find(session, alert.monitor).monitor
    library = catalogue_of(workspace)
    narrowed = _narrowed(monitor, alert)
    found = stretch(workspace, narrowed, _around(workspace, monitor, alert, library), library)
    wanted = tuple(alert.key.get(name) for name in monitor.by)
    row = next((row for row, key in enumerate(found.keys) if tuple(key) == wanted), None)
    return {"points": [] if row is None else found.points(row), "step_ms": monitor.every_ms, "minimum": monitor.minimum}


def drawn_course(workspace: Workspace, alert_id: str) -> dict[str, Any]:
    """Return the series of an alert as a picture needs it: ``unit``, ``step_ms``, and at most ``DRAWN`` ``points`` of instant, value, low, high.

    Raises:
        As ``alert_course``.
    """
    with workspace.records.read() as session:
        alert = store.peek_alert(session, alert_id)
        monitor = None if alert is None else find(session, alert.monitor).monitor
    if alert is None or monitor is None:
        raise NotFound(f"There is no alert '{alert_id[:40]}'.", where="alerts")
    found = alert_course(workspace, alert_id)
    points = [[one["at_ms"], *(one[name] for name in ("value", "low", "high"))] for one in found["points"][-DRAWN:]]
    return {"unit": shown_unit(monitor, alert.metric, catalogue_of(workspace)), "step_ms": found["step_ms"], "points": points}


def _around(workspace: Workspace, monitor: Monitor, alert: Alert, library: Catalogue) -> tuple[int, int]:
    zone, step = workspace.zone, monitor.every_ms
    start = step_start(monitor, zone, alert.first_ms - BEFORE * step)
    last = max(alert.ended_ms or 0, alert.last_ms) + (AFTER + 1) * step
    # How it began matters most: of one that lasts long the first steps are drawn.
    end = step_start(monitor, zone, min(last, alert.first_ms + (MOST - BEFORE) * step))
    return start, max(min(end, whole_end(workspace, monitor, library)), step_start(monitor, zone, start + 2 * step))


def _narrowed(monitor: Monitor, alert: Alert) -> Monitor:
    """Ask for the alert's own series only; an analysis is asked as a whole."""
    if monitor.analysis is not None:
        return monitor
    known = {name: value for name, value in alert.key.items() if name in monitor.by}
    own = tuple({"field": name, "op": "is null"} if value is None else {"field": name, "op": "=", "value": value} for name, value in known.items())
    return replace(monitor, where=(*monitor.where, *own))
