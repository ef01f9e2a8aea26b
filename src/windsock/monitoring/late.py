"""Data that is late: one alert an owner of data, while the monitors that it holds tell nothing; closed by itself when all is whole again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from windsock.governance import SYSTEM
from windsock.monitoring import store
from windsock.monitoring.alerts.model import Alert, Step, fingerprint
from windsock.monitoring.maintenance.keep import under_maintenance
from windsock.monitoring.maintenance.model import MARK
from windsock.monitoring.playbooks.holds import as_late
from windsock.monitoring.tell import ENDED, FOUND, announce, step

if TYPE_CHECKING:
    from windsock.records import Session
    from windsock.workspace import Workspace

NOTE_MAX = 500
NAME = "data_late"


def tell_late(workspace: Workspace) -> None:
    """Open, follow and close the alerts of late data."""
    now_ms = workspace.clock.now_ms()
    with workspace.records.read() as session:
        late, known = _late(session, now_ms), store.open_alerts(session, kind="data")
        held = under_maintenance(session, now_ms)
    names = {fingerprint(NAME, [owner]): owner for owner in late}
    waits = not held and any(one.state == "suppressed" for one in known.values())
    if not waits and set(names) == set(known) and all(known[name].note == _note(late[owner]) for name, owner in names.items()):
        return
    steps = list[Step]()
    with workspace.records.write() as session:
        late, known = _late(session, now_ms), store.open_alerts(session, kind="data")
        held = under_maintenance(session, now_ms)
        for owner, ticks in late.items():
            name = fingerprint(NAME, [owner])
            if name in known:
                _follow(session, replace(known[name], note=_note(ticks), last_ms=now_ms), steps, held=held)
                continue
            alert = _alert(workspace, name, owner, ticks, now_ms)
            alert = replace(alert, state="suppressed", suppressed_by=MARK) if held else alert
            if store.add_alert(session, alert):
                steps.append(step(alert, None, SYSTEM, "Data is late.", now_ms))
                if not held:
                    announce(session, FOUND, alert, now_ms)
        for name, alert in known.items():
            if name not in {fingerprint(NAME, [owner]) for owner in late}:
                after = replace(alert, state="closed", ended_ms=now_ms, revision=alert.revision + 1)
                store.put_alert(session, after)
                steps.append(step(after, alert.state, SYSTEM, "Data is whole again.", now_ms))
                if alert.state != "suppressed":
                    announce(session, ENDED, after, now_ms)
        store.add_steps(session, steps)


def _follow(session: Session, alert: Alert, steps: list[Step], *, held: bool) -> None:
    """Write what is new of an alert; one that maintenance held is told when that is over."""
    if alert.state == "suppressed" and not held:
        alert = replace(alert, state="open", suppressed_by=None)
        steps.append(step(alert, "suppressed", SYSTEM, "Nothing holds it any more.", alert.last_ms))
        announce(session, FOUND, alert, alert.last_ms)
    store.put_alert(session, alert)


def _late(session: Session, now_ms: int) -> dict[str, list[store.Tick]]:
    found: dict[str, list[store.Tick]] = {}
    for tick in as_late(session, store.ticks(session).values(), now_ms):
        if tick.trouble == "late":
            found.setdefault(tick.data_owner, []).append(tick)
    return found


def _note(ticks: list[store.Tick]) -> str:
    why = "; ".join(sorted({tick.note for tick in ticks}))
    return f"{why}. Held: {', '.join(sorted(tick.monitor for tick in ticks))}."[:NOTE_MAX]


def _alert(workspace: Workspace, name: str, owner: str, ticks: list[store.Tick], now_ms: int) -> Alert:
    since = min((tick.trouble_since_ms for tick in ticks if tick.trouble_since_ms is not None), default=now_ms)
    return Alert(
        id=workspace.ids.new("alert"),
        kind="data",
        fingerprint=name,
        monitor="",
        version=0,
        metric="",
        key={},
        state="open",
        direction="",
        severity="normal",
        owner=owner,
        opened_ms=now_ms,
        first_ms=since,
        last_ms=now_ms,
        currency=workspace.settings.workspace.currency,
        note=_note(ticks),
    )
