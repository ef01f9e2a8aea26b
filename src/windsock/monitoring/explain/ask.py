"""Explain the open alerts of a monitor: locate the change once, say which cause is each alert's own, hold it against the event library."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from windsock.metrics import Words, catalogue_of, dimension_title, namer
from windsock.monitoring.event_library.keep import active_events, trial_entries
from windsock.monitoring.event_library.model import LIKE_ENOUGH, Course, Direction, Finding, KnownEvent, likeness, matches
from windsock.monitoring.event_library.write import match_json
from windsock.monitoring.explain.beside import Beside, beside
from windsock.monitoring.explain.leaves import Gathered, gather
from windsock.monitoring.explain.model import CAUSES_KEPT, MATCHES_KEPT, Why, cause_name, cause_of, element_json, own_place
from windsock.monitoring.monitors.check import step_start
from windsock.monitoring.monitors.model import DAY_MS, Monitor
from windsock.monitoring.root_cause.model import Cause, Located
from windsock.monitoring.root_cause.told import Flag, Telling, tell
from windsock.monitoring.subject import title_of
from windsock.monitoring.worth import unit_worth

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.monitoring.alerts.model import Alert
    from windsock.monitoring.event_library.keep import Entry
    from windsock.workspace import Workspace

HOUR_MS = 3_600_000
SPAN_MOST_MS = 7 * DAY_MS
SUDDEN_STEPS, SLOW_STEPS = 3, 3
_DST = 2 * HOUR_MS


@dataclass(frozen=True)
class _Scene:
    """What all alerts of a monitor share: the window, where its change sits, what a unit is worth, the library, and what else moved."""

    monitor: Monitor
    span: tuple[int, int]
    gathered: Gathered | None
    located: Located | None
    worth: float | None
    events: dict[str, KnownEvent]
    around: Beside
    trials: tuple[Entry, ...]
    library: Catalogue
    called: Callable[[str, str], Words]
    currency: str
    zone: str

    @property
    def hours(self) -> float:
        """How long the window is."""
        return (self.span[1] - self.span[0]) / HOUR_MS


def explain(workspace: Workspace, monitor: Monitor, alerts: Sequence[Alert]) -> list[Why]:
    """Explain alerts of one monitor that fired in one stretch of time.

    Args:
        workspace: where to ask.
        monitor: as it was when they fired.
        alerts: at least one.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    if monitor.analysis is not None:
        # An analysis is no sum over dimensions of a fact: its cut says where, its list of people says who.
        return plainly(workspace, monitor, alerts)
    started = time.perf_counter()
    scene = _scene(workspace, monitor, alerts)
    found = [_why(scene, alert) for alert in alerts]
    took_ms, now_ms = round((time.perf_counter() - started) * 1000), workspace.clock.now_ms()
    return [_stamped(one, scene, now_ms, took_ms) for one in found]


def plainly(workspace: Workspace, monitor: Monitor, alerts: Sequence[Alert]) -> list[Why]:
    """Tell alerts by their figures alone, where nothing could be asked: each is a cause of its own."""
    called, now_ms = title_of(monitor, monitor.metric, catalogue_of(workspace)), workspace.clock.now_ms()
    title = (monitor.title if called is None else called).json()
    told = [{language: _plain(title[language], alert, language) for language in ("en", "zh")} for alert in alerts]
    return [Why(alert.id, _name(alert, None, []), sentence, made_ms=now_ms) for alert, sentence in zip(alerts, told, strict=True)]


def _stamped(why: Why, scene: _Scene, now_ms: int, took_ms: int) -> Why:
    dims = () if scene.gathered is None else scene.gathered.leaves.dims
    return Why(
        why.alert, why.cause, why.told, why.elements, why.matches, why.money_hour, dims, scene.span[0], scene.span[1], now_ms, took_ms, why.mix,
        why.trials,
    )  # fmt: skip


def _scene(workspace: Workspace, monitor: Monitor, alerts: Sequence[Alert]) -> _Scene:
    library = catalogue_of(workspace)
    first, last = min(alert.first_ms for alert in alerts), max(alert.last_ms for alert in alerts)
    end = step_start(monitor, workspace.zone, last + monitor.every_ms + (_DST if monitor.every_ms == DAY_MS else 0))
    start = step_start(monitor, workspace.zone, max(first + monitor.every_ms - monitor.over_ms, end - SPAN_MOST_MS))
    gathered = gather(workspace, monitor, (start, end), library)
    around = beside(workspace, monitor, (start, end))
    located = None if gathered is None else gathered.located(data_fault=around.data_fault(monitor, library))
    return _Scene(
        monitor,
        (start, end),
        gathered,
        located,
        unit_worth(workspace, monitor, last, library),
        {one.name: one for one in active_events(workspace)},
        around,
        tuple(trial_entries(workspace)),
        library,
        namer(workspace),
        workspace.settings.workspace.currency,
        workspace.zone,
    )


def _why(scene: _Scene, alert: Alert) -> Why:
    located, gathered, own = scene.located, scene.gathered, None
    if located is not None and gathered is not None:
        cut = {name: str(value) for name, value in alert.key.items()}
        own = cause_of(gathered.leaves, located, cut)
        if own is None and (own := own_place(gathered.leaves, located, cut)) is not None:
            located = replace(located, causes=(own,), everywhere=None)
            scene = replace(scene, located=located)
    finding = _finding(scene, alert, own)
    found = matches(finding, scene.events.values())[:MATCHES_KEPT]
    tried = _tried(scene, finding)
    named = [match_json(one, scene.events[one.event]) for one in found]
    told = _told(scene, alert, named)
    if located is None:
        return Why(alert.id, _name(alert, None, named), told, _own_series(alert), named, _money_hour(scene, alert, None), trials=tried)
    mix = {"mixed_by": located.mixed_by, "mix": round(located.mix, 4)} if located.kind == "ratio" else {}
    listed = [element_json(cause) for cause in located.causes[:CAUSES_KEPT]]
    return Why(alert.id, _name(alert, own, named), told, listed, named, _money_hour(scene, alert, own), mix=mix, trials=tried)


def _tried(scene: _Scene, finding: Finding) -> list[dict[str, Any]]:
    """Hold a finding against the entries on trial: what they would have been named for is kept, and nothing acts on it."""
    found = [(entry, likeness(entry.event.signature, finding)[0]) for entry in scene.trials]
    like = [{"known_event": entry.event.name, "version": entry.version, "likeness": round(much, 4)} for entry, much in found if much >= LIKE_ENOUGH]
    return sorted(like, key=lambda one: (-float(one["likeness"]), str(one["known_event"])))[:MATCHES_KEPT]


def _finding(scene: _Scene, alert: Alert, own: Cause | None) -> Finding:
    moved: dict[str, Direction] = {**scene.around.moved}
    if alert.direction in ("down", "up"):
        moved[alert.metric] = alert.direction
    where = None
    if scene.located is not None:
        causes = scene.located.causes if own is None else (own, *(one for one in scene.located.causes if one is not own))
        where = tuple(cause.element for cause in causes)
    elif alert.key:
        where = ({name: str(value) for name, value in alert.key.items() if value is not None},)
    goes_on = scene.around.goes_on(alert.first_ms, scene.zone)
    hour = None if scene.monitor.every_ms == DAY_MS else dt.datetime.fromtimestamp(alert.first_ms / 1000, ZoneInfo(scene.zone)).hour
    return Finding(moved, scene.around.quiet - moved.keys(), where, goes_on, hour, course_of(alert.first_ms, alert.last_ms, scene.monitor.every_ms))


def course_of(first_ms: int, last_ms: int, every_ms: int) -> Course | None:
    """Say how a change began, by how long a window it took to be seen: a few steps of minutes, or days that had to be added up; else None.

    >>> [course_of(0, last, every) for last, every in ((0, 900_000), (2_700_000, 900_000), (7_200_000, 900_000), (0, DAY_MS), (3 * DAY_MS, DAY_MS))]
    ['sudden', 'sudden', None, None, 'slow']
    """
    if every_ms >= DAY_MS:
        return "slow" if last_ms - first_ms >= SLOW_STEPS * every_ms else None
    return "sudden" if last_ms - first_ms <= SUDDEN_STEPS * every_ms else None


def _told(scene: _Scene, alert: Alert, named: list[dict[str, Any]]) -> dict[str, str]:
    metric = scene.library.get(scene.monitor.metric)
    flags = (*(Flag("known_event", one["title"]) for one in named[:1]), *scene.around.flags(alert.key))
    if scene.located is None or scene.gathered is None:
        return {language: _plain(metric.title.json()[language], alert, language) for language in ("en", "zh")}
    titles = {name: title.json() for name in scene.gathered.leaves.dims if (title := dimension_title(name)) is not None}
    money = scene.currency if metric.unit == "money" else ""
    value = scene.worth if scene.located.kind == "ratio" else None
    telling = Telling(
        metric.title.json(),  # pyright: ignore[reportArgumentType] - the two languages
        titles,  # pyright: ignore[reportArgumentType] - as above
        scene.currency if value is not None else money,
        scene.hours if money or value is not None else None,
        value,
        flags,
        lambda name, value: scene.called(name, value).json(),  # pyright: ignore[reportArgumentType] - as above
    )
    return {**tell(scene.located, telling)}


def _own_series(alert: Alert) -> list[dict[str, Any]]:
    """Return the alert's own cut as its place, where nothing can be searched: figures that do not add up, such as prices."""
    cut = {name: str(value) for name, value in alert.key.items() if value is not None}
    if not cut or alert.value is None or alert.expected is None:
        return []
    ratio = round(alert.value / alert.expected, 4) if alert.expected else None
    return [{"element": cut, "change": round(alert.value - alert.expected, 4), "share": None, "ratio": ratio, "confidence": 1.0}]


_PLAIN = {"en": "{title} is {value}, {expected} was expected.", "zh": "{title}为 {value}，预期为 {expected}。"}


def _plain(title: str, alert: Alert, language: str) -> str:
    value, expected = (("—" if one is None else f"{one:,.4g}") for one in (alert.value, alert.expected))
    return _PLAIN[language].format(title=title, value=value, expected=expected)


def _name(alert: Alert, own: Cause | None, named: list[dict[str, Any]]) -> str:
    """Name the cause: by its place, else by the known event it is like, else by the metric and the way it went."""
    if own is not None and own.element:
        return cause_name(own.element)
    if named and not alert.key:
        return f"event-{named[0]['known_event']}"
    return f"series-{alert.fingerprint}" if alert.key or not alert.metric else f"metric-{alert.metric}-{alert.direction}"


def _money_hour(scene: _Scene, alert: Alert, own: Cause | None) -> float | None:
    if scene.worth is None:
        return None
    if own is not None:
        return round(abs(own.change) * scene.worth / scene.hours, 2)
    return None if alert.money is None else round(float(alert.money) / scene.hours, 2)
