"""Monitors, alerts, silences and replays as they travel."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import NotFound
from windsock.kernel.period import parse_period
from windsock.metrics import catalogue_of
from windsock.monitoring import store
from windsock.monitoring.alerts.model import LABELS, Alert, Silence, Step
from windsock.monitoring.explain import store as explained
from windsock.monitoring.monitors.keep import Kept, find, kept_in
from windsock.monitoring.replay import replay
from windsock.monitoring.subject import behind, shown_unit, title_of
from windsock.records import decode, encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windsock.metrics import Catalogue
    from windsock.monitoring.monitors.model import Monitor
    from windsock.monitoring.replay import Replay
    from windsock.workspace import Workspace

STATES_SHOWN = 200
_SCOPE = "monitors"


def monitors_page(workspace: Workspace, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of monitors by name.

    Raises:
        InvalidInput: the cursor is none of this list.
    """
    after = "" if cursor is None else str(decode(cursor, length=1, scope=_SCOPE)[0])
    library = catalogue_of(workspace)
    with workspace.records.read() as session:
        known, ticks, alerts = kept_in(session), store.ticks(session), store.open_alerts(session)
    names = [name for name in known if name > after]
    shown = names[:limit]
    more = encode([shown[-1]], scope=_SCOPE) if len(names) > limit else None
    return {"items": [monitor_json(known[name], ticks.get(name), alerts, library) for name in shown], "next": more}


def monitor_detail(workspace: Workspace, name: str) -> dict[str, Any]:
    """Return a monitor with its series that are not plain.

    Raises:
        NotFound: there is none.
    """
    library = catalogue_of(workspace)
    with workspace.records.read() as session:
        kept = find(session, name)
        tick, alerts = store.ticks(session).get(kept.monitor.name), store.open_alerts(session, kept.monitor.name)
        states = store.states(session, kept.monitor.name)
    notable = sorted((one for one in states.values() if one[1].shown != "normal"), key=lambda one: (one[1].since_ms, str(one[0])))
    shown = [
        {"key": dict(zip(kept.monitor.by, key, strict=False)), "shown": state.shown, "since_ms": state.since_ms}
        for key, state in notable[:STATES_SHOWN]
    ]
    return {**monitor_json(kept, tick, alerts, library), "states": shown}


def monitor_json(kept: Kept, tick: store.Tick | None, alerts: Mapping[str, Alert], library: Catalogue) -> dict[str, Any]:
    """Return a monitor as it travels."""
    monitor, called = kept.monitor, title_of(kept.monitor, kept.monitor.metric, library)
    return {
        "name": monitor.name,
        "title": monitor.title.json(),
        "why": monitor.why.json(),
        "metric": monitor.metric,
        "metric_title": None if called is None else called.json(),
        "state": kept.state,
        "version": kept.version,
        "watched": kept.watched,
        "owner": monitor.owner,
        "definition": dict(kept.body),
        "cursor_ms": None if tick is None or tick.cursor_ms < 0 else tick.cursor_ms,
        "ticked_ms": None if tick is None else tick.ticked_ms,
        "series": None if tick is None else tick.series,
        "trouble": "" if tick is None else tick.trouble,
        "note": "" if tick is None else tick.note,
        "open_alerts": sum(alert.monitor == monitor.name for alert in alerts.values()),
    }


def replay_json(workspace: Workspace, monitor: Monitor, period: str) -> dict[str, Any]:
    """Return the replay of a monitor over a period as it travels.

    Raises:
        InvalidInput: the period can't be read, or as ``replay``.
    """
    found: Replay = replay(workspace, monitor, parse_period(period, "period"))
    return {**asdict(found), "fired": [{**vars(one), "key": dict(one.key)} for one in found.fired]}


def alerts_page(workspace: Workspace, wanted: store.Wanted, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of alerts, the last opened first, and the counts of all.

    Raises:
        InvalidInput: the cursor is none of this list.
    """
    scope = f"alerts:{wanted}"
    after = None
    if cursor is not None:
        opened_ms, last = decode(cursor, length=2, scope=scope)
        after = (int(opened_ms or 0), str(last))
    with workspace.records.read() as session:
        found, counts = store.page(session, wanted, limit + 1, after), store.count_by_state(session)
    more = encode([found[limit - 1].opened_ms, found[limit - 1].id], scope=scope) if len(found) > limit else None
    return {"items": alerts_json(workspace, found[:limit]), "next": more, "counts": counts}


def alert_detail(workspace: Workspace, alert_id: str) -> dict[str, Any]:
    """Return an alert with its history.

    Raises:
        NotFound: there is none.
    """
    with workspace.records.read() as session:
        alert, steps = store.peek_alert(session, alert_id), store.steps_of(session, alert_id)
        kept = None if alert is None else kept_in(session).get(alert.monitor)
    if alert is None:
        raise NotFound(f"There is no alert '{alert_id[:40]}'.", where="alerts")
    (shown,) = alerts_json(workspace, [alert])
    asked = None
    if kept is not None:
        monitor, end = kept.monitor, alert.last_ms + kept.monitor.every_ms
        asked = behind(workspace, monitor, [alert.key.get(name) for name in monitor.by], (alert.first_ms, end))
    return {**shown, "steps": [step_json(one) for one in steps], "behind": asked}


def alerts_json(workspace: Workspace, alerts: Sequence[Alert]) -> list[dict[str, Any]]:
    """Return alerts as they travel, each with what its monitor and metric are called, and with what explains it (None: nothing yet)."""
    library = catalogue_of(workspace)
    with workspace.records.read() as session:
        known, whys = kept_in(session), explained.whys(session, [alert.id for alert in alerts])
    return [alert_json(alert) | _named(alert, known, library) | {"why": _why(whys.get(alert.id))} for alert in alerts]


def _named(alert: Alert, known: Mapping[str, Kept], library: Catalogue) -> dict[str, Any]:
    kept = known.get(alert.monitor)
    monitor = None if kept is None else kept.monitor
    called = title_of(monitor, alert.metric, library)
    return {
        "monitor_title": None if kept is None else kept.monitor.title.json(),
        "metric_title": None if called is None else called.json(),
        "unit": shown_unit(monitor, alert.metric, library),
    }


def _why(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    match = found["matches"][0] if found["matches"] else None
    return {
        "cause": found["cause"],
        "told": found["told"],
        "money_hour": found["money_hour"],
        "known_event": None if match is None else {"name": match["known_event"], "title": match["title"]},
    }


def noise(workspace: Workspace, days: int) -> dict[str, Any]:
    """Return what people said of the alerts of the last days, by monitor, those with the most false ones first."""
    since_ms = workspace.clock.now_ms() - days * 86_400_000
    with workspace.records.read() as session:
        counted, known = store.count_labels(session, since_ms), kept_in(session)
    lines: dict[str, dict[str, Any]] = {}
    for monitor, label, number in counted:
        title = known[monitor].monitor.title.json() if monitor in known else None
        line = lines.setdefault(monitor, {"monitor": monitor, "title": title, **dict.fromkeys(LABELS, 0), "unsaid": 0})
        line[label or "unsaid"] += number
    return {"days": days, "items": sorted(lines.values(), key=lambda one: (-one["false"], -one["unsaid"], one["monitor"]))}


def alert_json(alert: Alert) -> dict[str, Any]:
    """Return an alert as it travels: without its fingerprint, which is ours."""
    return {name: value for name, value in vars(alert).items() if name != "fingerprint"}


def step_json(step: Step) -> dict[str, Any]:
    """Return a step of an alert's history as it travels."""
    return {name: value for name, value in vars(step).items() if name != "alert"}


def silence_json(silence: Silence) -> dict[str, Any]:
    """Return a silence as it travels."""
    return {name: value for name, value in vars(silence).items() if name != "created_by"}
