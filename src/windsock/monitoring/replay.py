"""What a monitor would have told in a period that is over: the same judging and the same states as a tick, on history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import InvalidInput
from windsock.metrics import catalogue_of
from windsock.monitoring import store
from windsock.monitoring.alerts.model import Alert, fingerprint
from windsock.monitoring.known_days.keep import knowing
from windsock.monitoring.monitors.check import check_metric, step_start
from windsock.monitoring.monitors.model import Monitor
from windsock.monitoring.points import Course, Point, courses, finite, instants
from windsock.monitoring.rules import judge_rule
from windsock.monitoring.subject import ask_series, figures_of, whole_until
from windsock.monitoring.worth import cost, unit_worth

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.workspace import Workspace

DAYS_MAX = 120
FIRED_MAX = 1_000
LABELLED_MAX = 1_000


@dataclass(frozen=True)
class Fired:
    """An alert that there would have been.

    Attributes:
        key: the values of the cut by dimension.
        from_ms: the point at which it would have fired.
        to_ms: the point at which it would have been well again; None where the period ends before.
        direction: ``down``, ``up`` or empty.
        value: at the first point.
        expected: there.
        peak: the value furthest from what was expected.
        score: the highest.
        money: what it cost, exact decimal text; None where a unit's worth is not known.
        label: what people said of the alert that there was, if any.
        since_ms: where the window begins by which it would have fired, as the alert's first point.
    """

    key: Mapping[str, Any]
    from_ms: int
    to_ms: int | None
    direction: str
    value: float | None
    expected: float | None
    peak: float | None
    score: float
    money: str | None
    label: str | None = None
    since_ms: int | None = None


@dataclass(frozen=True)
class Replay:
    """What came of a replay.

    Attributes:
        fired: at most 1,000, by their beginning.
        times: how many there are in all.
        series: how many series there were.
        points: how many points of each were judged.
        from_ms: the first point.
        to_ms: where the last one ends.
        money: the sum, exact decimal text, or None.
        currency: of all money.
        precision: of the alerts that people labelled, the share of true ones; None without any.
        recall: of the true ones, the share that fired; None without any.
        labelled: how many labelled alerts there are in the period.
    """

    fired: tuple[Fired, ...]
    times: int
    series: int
    points: int
    from_ms: int
    to_ms: int
    money: str | None
    currency: str
    precision: float | None
    recall: float | None
    labelled: int


def replay(workspace: Workspace, monitor: Monitor, period: Period) -> Replay:
    """Judge a monitor over a period as its ticks would have, from a plain state.

    Args:
        workspace: whose data, as it is known now.
        monitor: the definition, also one that is only being written.
        period: civil dates, both included; 120 days at most.

    Raises:
        InvalidInput: the period is too long or nothing of it is whole yet, or the monitor can't be judged.
        TooLarge: too many series and points at once.
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    if period.days > DAYS_MAX:
        raise InvalidInput(f"A replay goes over {DAYS_MAX} days at most.", where="period", fix="Take a shorter period.")
    library = catalogue_of(workspace)
    check_metric(monitor, library)
    low, high = period.bounds_ms(workspace.zone)
    now_ms = workspace.clock.now_ms()
    whole = whole_until(workspace, monitor, now_ms, library).until_ms
    end = step_start(monitor, workspace.zone, min(high, now_ms, high if whole is None else whole + 1))
    start = step_start(monitor, workspace.zone, low)
    if end <= start:
        raise InvalidInput("Nothing of the period is whole yet.", where="period", fix="Take an earlier one.")
    at = instants(monitor.every_ms, workspace.zone, start, end)
    found = ask_series(workspace, monitor, (step_start(monitor, workspace.zone, start - monitor.history_ms), end), library)
    figures = figures_of(monitor, found, library)
    judged = judge_rule(monitor, figures, figures.values.shape[1] - len(at), knowing(workspace, monitor, found.keys, figures))
    led = courses(monitor, found.keys, judged, at, {}, None)
    worth = unit_worth(workspace, monitor, at[-1], library) if any(course.moves for course in led.values()) else None
    fired = sorted((one for course in led.values() for one in _fired(monitor, course, worth)), key=lambda one: (one.from_ms, str(one.key)))
    labelled = _labelled(workspace, monitor.name, at[0], end)
    fired = [_with_label(one, labelled, monitor, end) for one in fired]
    precision, recall = _scores(fired, labelled, monitor, end)
    amounts = [Decimal(one.money) for one in fired if one.money is not None]
    return Replay(
        fired=tuple(fired[:FIRED_MAX]),
        times=len(fired),
        series=len(found.keys),
        points=len(at),
        from_ms=at[0],
        to_ms=end,
        money=f"{sum(amounts):.2f}" if amounts else None,
        currency=workspace.settings.workspace.currency,
        precision=precision,
        recall=recall,
        labelled=len(labelled),
    )


def _fired(monitor: Monitor, course: Course, worth: float | None) -> Iterable[Fired]:
    """Yield the alerts of one series."""
    begun: Point | None = None
    for move, point in course.moves:
        if move.fired:
            begun = point
        elif move.recovered and begun is not None:
            yield _one(monitor, course, begun, point.at_ms, worth)
            begun = None
    if begun is not None:
        yield _one(monitor, course, begun, None, worth)


def _one(monitor: Monitor, course: Course, begun: Point, to_ms: int | None, worth: float | None) -> Fired:
    points = [point for point in course.seen if point.breach and begun.at_ms <= point.at_ms and (to_ms is None or point.at_ms < to_ms)] or [begun]
    # As a tick prices it: the window it fired on in full, of each later one its newest step.
    costs = [cost(point.deviation, worth) for point in points]
    known = [one * begun.steps if number == 0 else one / monitor.window for number, one in enumerate(costs) if one is not None]
    worst = max(points, key=lambda point: abs(point.value - point.expected) if finite(point.expected) is not None else 0.0)
    return Fired(
        key=dict(zip(monitor.by, course.key, strict=True)),
        from_ms=begun.at_ms,
        to_ms=to_ms,
        direction="" if finite(begun.expected) is None else "down" if begun.value < begun.expected else "up",
        value=finite(begun.value),
        expected=finite(begun.expected),
        peak=finite(worst.value),
        score=max(point.score for point in points),
        money=f"{sum(known):.2f}" if known else None,
        since_ms=begun.since_ms,
    )


def _labelled(workspace: Workspace, monitor: str, from_ms: int, until_ms: int) -> list[Alert]:
    with workspace.records.read() as session:
        return store.page(session, store.Wanted(monitor=monitor, kind="metric", from_ms=from_ms, until_ms=until_ms, labelled=True), LABELLED_MAX)


def _with_label(fired: Fired, labelled: Sequence[Alert], monitor: Monitor, end_ms: int) -> Fired:
    label = next((alert.label for alert in labelled if meets(fired, alert, monitor, end_ms)), None)
    return replace(fired, label=label)


def _scores(fired: Sequence[Fired], labelled: Sequence[Alert], monitor: Monitor, end_ms: int) -> tuple[float | None, float | None]:
    judged = [one.label for one in fired if one.label is not None]
    true = [alert for alert in labelled if alert.label == "true"]
    met = sum(any(meets(one, alert, monitor, end_ms) for one in fired) for alert in true)
    precision = sum(label == "true" for label in judged) / len(judged) if judged else None
    return precision, met / len(true) if true else None


def meets(fired: Fired, alert: Alert, monitor: Monitor, end_ms: int) -> bool:
    """Say whether an alert that there was is the one that would have fired: the same series, and a time in common."""
    key = [fired.key[name] for name in monitor.by]
    if alert.fingerprint != fingerprint(monitor.name, key):
        return False
    return fired.from_ms <= (alert.ended_ms or alert.last_ms) and alert.first_ms <= (fired.to_ms or end_ms)
