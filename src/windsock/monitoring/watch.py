"""One tick: of each monitor that is due all series are asked for at once, judged, led on, and written with their alerts in one transaction.

A tick may be begun twice, by two workers or after a crash: who writes second sees that the monitor's cursor moved, and writes nothing.
"""

from __future__ import annotations

import datetime as dt
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog

from windsock.kernel.errors import Cancelled, WindsockError
from windsock.metrics import Whole, catalogue_of
from windsock.monitoring import store
from windsock.monitoring.history import read
from windsock.monitoring.known_days.keep import knowing
from windsock.monitoring.late import tell_late
from windsock.monitoring.maintenance import store as maintained
from windsock.monitoring.model import SeriesState, advance
from windsock.monitoring.monitors.check import check_metric, step_start
from windsock.monitoring.monitors.keep import Kept, kept_in
from windsock.monitoring.monitors.model import DAY_MS, Monitor, is_muted
from windsock.monitoring.playbooks.holds import held
from windsock.monitoring.points import Course, courses, instants, policy_of
from windsock.monitoring.rules import judge_rule
from windsock.monitoring.store import Tick
from windsock.monitoring.subject import figures_of, whole_until
from windsock.monitoring.tell import Telling, end_all, tell
from windsock.monitoring.worth import unit_worth

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.records import Session
    from windsock.workspace import Workspace

CATCH_UP = 96
"""So many missed points at most are made up for; earlier ones are passed over."""
_MINUTE_MS = 60_000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Ticked:
    """What a tick did with a monitor.

    Attributes:
        monitor: its name.
        points: how many points were judged.
        series: how many series it has.
        opened: alerts opened. closed: alerts closed.
        closed: see ``opened``.
        trouble: empty, ``late``, ``error``, or ``passed`` where another worker was first.
        note: why.
        took_ms: how long it took.
    """

    monitor: str
    points: int = 0
    series: int = 0
    opened: int = 0
    closed: int = 0
    trouble: str = ""
    note: str = ""
    took_ms: int = 0


@dataclass(frozen=True)
class _Look:
    """A monitor at a tick: its cursor before, and the points to judge (starts of steps); none where nothing new is whole."""

    kept: Kept
    before: Tick | None
    at: tuple[int, ...]
    whole: Whole


def watch(workspace: Workspace, *, only: str | None = None, pause: Callable[[], None] = lambda: None) -> list[Ticked]:
    """Look at every monitor that is due.

    Args:
        workspace: whose monitors.
        only: one monitor, by name.
        pause: called between monitors; may raise to stop.

    Returns:
        What was done, by monitor.
    """
    with workspace.records.read() as session:
        known, before = kept_in(session), store.ticks(session)
    library, found = catalogue_of(workspace), list[Ticked]()
    for name, kept in known.items():
        if kept.watched and only in (None, name):
            pause()
            ticked = _tick(workspace, kept, before.get(name), library)
            if ticked is not None:
                found.append(ticked)
    gone = [tick for name, tick in before.items() if name not in known or not known[name].watched]
    if gone:
        _forget(workspace, gone)
    tell_late(workspace)
    return found


def looked_at(workspace: Workspace) -> int:
    """Return the latest point that any monitor has judged, ms UTC; -1 where none was."""
    with workspace.records.read() as session:
        return max((tick.cursor_ms for tick in store.ticks(session).values()), default=-1)


def _tick(workspace: Workspace, kept: Kept, before: Tick | None, library: Catalogue) -> Ticked | None:
    """Look at one monitor; None where it is not due. What fails is written as its trouble, and its states stay."""
    started = time.perf_counter()
    try:
        check_metric(kept.monitor, library)
        look = _look(workspace, kept, before, library)
        if not look.at:
            return _held(workspace, look)
        ticked = _judge(workspace, look, library)
    except Cancelled:
        raise
    except WindsockError as error:
        _log.warning("a monitor failed", monitor=kept.monitor.name, error=str(error))
        return _trouble(workspace, kept, before, "error", str(error))
    return replace(ticked, took_ms=round((time.perf_counter() - started) * 1000))


def _look(workspace: Workspace, kept: Kept, before: Tick | None, library: Catalogue) -> _Look:
    monitor, now_ms, zone = kept.monitor, workspace.clock.now_ms(), workspace.zone
    whole = whole_until(workspace, monitor, now_ms, library)
    until = now_ms - monitor.wait_ms
    if monitor.rule.kind != "no_data":
        until = min(until, whole.until_ms if whole.until_ms is not None else -1)
    end = step_start(monitor, zone, until) if until > 0 else 0
    last = step_start(monitor, zone, end - 1) if end else 0
    earliest = step_start(monitor, zone, max(0, end - CATCH_UP * monitor.every_ms))
    if before is None or before.version != kept.version:
        start = last
    else:
        start = max(step_start(monitor, zone, before.cursor_ms + monitor.every_ms + (_DST if monitor.every_ms == DAY_MS else 0)), earliest)
    return _Look(kept, before, tuple(instants(monitor.every_ms, zone, start, end)) if end else (), whole)


_DST = 2 * 3_600_000
"""A civil day may have 25 hours: so much after 24 hours one is surely in the next."""


def _held(workspace: Workspace, look: _Look) -> Ticked | None:
    """Nothing new is whole: that is said where a source is late, and what was judged stays as it is."""
    monitor, late = look.kept.monitor, look.whole.late
    was = look.before.trouble if look.before is not None else ""
    if not late or monitor.rule.kind == "no_data":
        return None if not was else _trouble(workspace, look.kept, look.before, "", "")
    note = f"Not whole: {', '.join(late)}"[:500]
    if was == "late" and look.before is not None and look.before.note == note:
        return None
    return _trouble(workspace, look.kept, look.before, "late", note)


def _trouble(workspace: Workspace, kept: Kept, before: Tick | None, trouble: str, note: str) -> Ticked:
    now_ms, monitor = workspace.clock.now_ms(), kept.monitor
    since = None if not trouble else before.trouble_since_ms if before is not None and before.trouble == trouble else now_ms
    old = before or Tick(monitor.name, kept.version, -1, 0, 0, 0, "", None, "", monitor.data_owner)
    with workspace.records.write() as session:
        if not _first(session, before, monitor.name):
            return Ticked(monitor.name, trouble="passed")
        new = replace(old, ticked_ms=now_ms, trouble=trouble, trouble_since_ms=since, note=note[:500], data_owner=monitor.data_owner)
        store.put_tick(session, new)
    return Ticked(monitor.name, trouble=trouble, note=note)


def _judge(workspace: Workspace, look: _Look, library: Catalogue) -> Ticked:
    kept, monitor, at = look.kept, look.kept.monitor, look.at
    started = time.perf_counter()
    end_ms = step_start(monitor, workspace.zone, at[-1] + monitor.every_ms + (_DST if monitor.every_ms == DAY_MS else 0))
    found = read(workspace, monitor, kept.version, (at[0], end_ms), library)
    figures = figures_of(monitor, found, library)
    judged = judge_rule(monitor, figures, figures.values.shape[1] - len(at), knowing(workspace, monitor, found.keys, figures))
    fresh = look.before is None or look.before.version != kept.version
    with workspace.records.read() as session:
        known = {} if fresh else store.states(session, monitor.name)
    led = courses(monitor, found.keys, judged, at, known, None)
    gone = _lead_unseen(monitor, known, led, at)
    took_ms = round((time.perf_counter() - started) * 1000)
    now_ms = workspace.clock.now_ms()
    # Priced before the write lock is taken: a question to the warehouse must not hold it.
    price = unit_worth(workspace, monitor, at[-1], library) if any(course.moves or course.seen for course in led.values()) else None
    tick = Tick(monitor.name, kept.version, at[-1], now_ms, took_ms, len(found.keys), "", None, "", monitor.data_owner)
    with workspace.records.write() as session:
        if not _first(session, look.before, monitor.name) or not store.put_tick(session, tick):
            return Ticked(monitor.name, trouble="passed", note="Another worker was first.")
        telling = _telling(workspace, session, kept, now_ms, lambda: price)
        if fresh:
            store.forget_states(session, monitor.name)
            end_all(telling, store.open_alerts(session, monitor.name), "The monitor was changed.")
        opened, closed = tell(telling, led)
        ended = {name: alert for name, alert in store.open_alerts(session, monitor.name).items() if name in gone}
        end_all(telling, ended, "Its series is no more.")
        changed = {name: (course.key, course.after) for name, course in led.items() if course.moved}
        store.put_states(session, monitor.name, changed)
    return Ticked(monitor.name, len(at), len(found.keys), opened, closed + len(ended))


def _lead_unseen(monitor: Monitor, known: dict[str, tuple[list[Any], SeriesState]], led: dict[str, Course], at: tuple[int, ...]) -> set[str]:
    """Lead series on that have no row in all of their history: without data; those that had none for so long are forgotten."""
    gone: set[str] = set()
    for name, (key, state) in known.items():
        if name in led:
            continue
        course = Course(tuple(key), state, state)
        for at_ms in at:
            course.after, _ = advance(course.after, at_ms, "missing", policy_of(monitor))
        if at[-1] - course.after.since_ms > monitor.history_ms and course.after.condition == "no_data":
            gone.add(name)
            course.after = SeriesState(last_ms=at[-1])
        led[name] = course
    return gone


def _first(session: Session, before: Tick | None, monitor: str) -> bool:
    """Say whether nobody moved the monitor on since it was looked at; its row is held from now on."""
    now = store.held_tick(session, monitor)
    if before is None or now is None:
        return now is before
    return (now.cursor_ms, now.version) == (before.cursor_ms, before.version)


def _telling(workspace: Workspace, session: Session, kept: Kept, now_ms: int, worth: Callable[[], float | None]) -> Telling:
    return Telling(
        session,
        kept,
        now_ms,
        workspace.ids,
        workspace.settings.workspace.currency,
        (*store.silences(session, now_ms), *held(session, kept.monitor, now_ms)),
        tuple(maintained.windows(session, now_ms)),
        is_muted(kept.monitor.mutes, *local_minute(now_ms, workspace.zone)),
        worth,
    )


def _forget(workspace: Workspace, gone: list[Tick]) -> None:
    """Close the alerts of monitors that are watched no more; how far they were looked at is forgotten."""
    with workspace.records.write() as session:
        known = kept_in(session)
        for tick in gone:
            kept = known.get(tick.monitor)
            if kept is not None and kept.watched:
                continue
            store.drop_tick(session, tick.monitor)
            store.forget_states(session, tick.monitor)
            if kept is not None:
                telling = _telling(workspace, session, kept, workspace.clock.now_ms(), lambda: None)
                end_all(telling, store.open_alerts(session, tick.monitor), "The monitor was switched off.")


@functools.lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_minute(now_ms: int, zone: str) -> tuple[int, int]:
    """Return the day of the week (0 is Monday) and the minute since midnight of an instant, as the clock on the wall shows them."""
    moment = dt.datetime.fromtimestamp(now_ms // _MINUTE_MS * 60, _zone(zone))
    return moment.weekday(), moment.hour * 60 + moment.minute
