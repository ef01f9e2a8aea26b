"""Open, follow and close alerts as the courses of series demand, and announce them; all inside the transaction of the tick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock import jobs
from windsock.governance import SYSTEM
from windsock.monitoring import store
from windsock.monitoring.alerts.model import Alert, Silence, Step, worse
from windsock.monitoring.maintenance.model import MARK, Maintenance, holding
from windsock.monitoring.points import Course, Point, finite
from windsock.monitoring.worth import cost

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.kernel.ids import Ids
    from windsock.monitoring.monitors.keep import Kept
    from windsock.records import Session

ALERTS_MAX = 200
"""So many alerts of a monitor at most are opened in one tick; others wait for the next, the most unlikely go first."""
_FIRED = {"": "It fired.", MARK: "It fired under maintenance, and is not told."}
FOUND, ENDED = "monitoring.anomaly_found", "monitoring.anomaly_ended"


@dataclass(frozen=True)
class Telling:
    """What opening and closing alerts of a monitor needs.

    Attributes:
        session: the write session of the tick.
        kept: the monitor.
        now_ms: the clock's time.
        ids: for new alerts.
        currency: of the workspace.
        silences: those that are not over.
        windows: maintenance that is not over.
        muted: whether the monitor's own mute window holds now.
        worth: gives the money of one unit, or None; asked at most once, when something has to be priced.
    """

    session: Session
    kept: Kept
    now_ms: int
    ids: Ids
    currency: str
    silences: tuple[Silence, ...]
    windows: tuple[Maintenance, ...]
    muted: bool
    worth: Callable[[], float | None]

    def suppressed_by(self, key: Mapping[str, Any]) -> str | None:
        """Return what keeps an alert from being told: ``maintenance``, a silence's id, ``mute``, or None."""
        if holding(self.windows, self.now_ms, self.kept.monitor.name):
            return MARK
        held = next((one.id for one in self.silences if one.holds(self.kept.monitor.name, key, self.now_ms)), None)
        return held or ("mute" if self.muted else None)


def tell(telling: Telling, courses: dict[str, Course]) -> tuple[int, int]:
    """Open, follow and close the alerts of a monitor's series.

    Returns:
        How many were opened and how many closed. Courses whose alert has to wait are set back to pending in ``courses``.
    """
    opened = closed = 0
    known = store.open_alerts(telling.session, telling.kept.monitor.name)
    steps: list[Step] = []
    for name, course in sorted(courses.items(), key=lambda one: -max((point.score for _, point in one[1].moves), default=0.0)):
        alert = known.get(name)
        for move, point in course.moves:
            if move.fired and alert is None:
                if opened == ALERTS_MAX:
                    _wait(course)
                    break
                alert = _opened(telling, name, course, point, steps)
                opened += alert is not None
            elif move.recovered and alert is not None:
                _end(telling, replace(alert, ended_ms=move.at_ms), "It is well again.", steps)
                alert, closed = None, closed + 1
        if alert is not None:
            _follow(telling, alert, course, steps)
    store.add_steps(telling.session, steps)
    return opened, closed


def end_all(telling: Telling, alerts: Mapping[str, Alert], reason: str) -> None:
    """Close alerts whose series or monitor is no more."""
    steps: list[Step] = []
    for alert in alerts.values():
        _end(telling, replace(alert, ended_ms=telling.now_ms), reason, steps)
    store.add_steps(telling.session, steps)


def step(alert: Alert, before: str | None, actor: Actor, reason: str, now_ms: int) -> Step:
    """Return what happened to an alert as its history keeps it."""
    return Step(alert.id, now_ms, actor.id[:100], actor.name[:120], before, alert.state, reason)


def announce(session: Session, name: str, alert: Alert, now_ms: int) -> None:
    """Publish an alert: references and figures, for rooms above."""
    told = {
        "alert": alert.id, "kind": alert.kind, "monitor": alert.monitor, "metric": alert.metric, "key": dict(alert.key), "direction": alert.direction,
        "severity": alert.severity, "owner": alert.owner, "first_ms": alert.first_ms, "last_ms": alert.last_ms, "value": alert.value,
        "expected": alert.expected, "money": alert.money, "currency": alert.currency,
    }  # fmt: skip
    jobs.publish(session, name, told, now_ms)


def _opened(telling: Telling, name: str, course: Course, point: Point, steps: list[Step]) -> Alert | None:
    monitor = telling.kept.monitor
    key = dict(zip(monitor.by, course.key, strict=True))
    one_step = cost(point.deviation, telling.worth())
    money = None if one_step is None else one_step * point.steps
    held = telling.suppressed_by(key)
    alert = Alert(
        id=telling.ids.new("alert"),
        kind="metric",
        fingerprint=name,
        monitor=monitor.name,
        version=telling.kept.version,
        metric=monitor.metric,
        key=key,
        state="open" if held is None else "suppressed",
        direction="" if finite(point.expected) is None else "down" if point.value < point.expected else "up",
        severity=worse(monitor.severity, money),
        owner=monitor.owner,
        opened_ms=telling.now_ms,
        first_ms=point.since_ms,
        last_ms=point.at_ms,
        currency=telling.currency,
        value=finite(point.value),
        expected=finite(point.expected),
        low=finite(point.low),
        high=finite(point.high),
        score=point.score,
        peak=finite(point.value),
        peak_ms=point.at_ms,
        money=None if money is None else f"{Decimal(str(money)):.2f}",
        suppressed_by=held,
    )
    if not store.add_alert(telling.session, alert):
        return None
    steps.append(step(alert, None, SYSTEM, _FIRED.get(held or "", "It fired, and is not told."), telling.now_ms))
    if held is None:
        announce(telling.session, FOUND, alert, telling.now_ms)
    return alert


def _follow(telling: Telling, alert: Alert, course: Course, steps: list[Step]) -> None:
    """Write the newest breach, the worst one and the money into an open alert; tell it when nothing holds it any more."""
    window = telling.kept.monitor.window
    after = alert
    for point in course.seen:
        if not point.breach or point.at_ms <= after.last_ms:
            continue
        more = cost(point.deviation, telling.worth())
        money = after.money if more is None else f"{Decimal(after.money or 0) + Decimal(str(round(more / window, 2))):.2f}"
        worst = after.peak is None or after.expected is None or abs(point.value - point.expected) > abs(after.peak - after.expected)
        after = replace(
            after, last_ms=point.at_ms, value=finite(point.value), expected=finite(point.expected), low=finite(point.low), high=finite(point.high),
            score=point.score, money=money, peak=finite(point.value) if worst else after.peak, peak_ms=point.at_ms if worst else after.peak_ms,
            severity=worse(after.severity, None if money is None else float(money)),
        )  # fmt: skip
    if after.state == "suppressed" and telling.suppressed_by(after.key) is None:
        after = replace(after, state="open", suppressed_by=None)
        steps.append(step(after, "suppressed", SYSTEM, "Nothing holds it any more.", telling.now_ms))
        announce(telling.session, FOUND, after, telling.now_ms)
    if after != alert:
        store.put_alert(telling.session, replace(after, revision=alert.revision + 1))


def _end(telling: Telling, alert: Alert, reason: str, steps: list[Step]) -> None:
    after = replace(alert, state="closed", revision=alert.revision + 1)
    store.put_alert(telling.session, after)
    steps.append(step(after, alert.state, SYSTEM, reason, telling.now_ms))
    if alert.state != "suppressed":
        announce(telling.session, ENDED, after, telling.now_ms)


def _wait(course: Course) -> None:
    course.after = replace(course.after, phase="pending", bad=max(1, course.before.bad), firings=course.before.firings)
    course.seen.clear()
