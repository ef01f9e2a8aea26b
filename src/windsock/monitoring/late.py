"""Data that is late: one alert an owner of data, while the monitors that it holds tell nothing; closed by itself when all is whole again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from windsock.governance import SYSTEM
from windsock.monitoring import store
from windsock.monitoring.alerts.model import Alert, Step, fingerprint
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
    names = {fingerprint(NAME, [owner]): owner for owner in late}
    if set(names) == set(known) and all(known[name].note == _note(late[owner]) for name, owner in names.items()):
        return
    steps = list[Step]()
    with workspace.records.write() as session:
        late, known = _late(session, now_ms), store.open_alerts(session, kind="data")
        for owner, ticks in late.items():
            name = fingerprint(NAME, [owner])
            if name in known:
                store.put_alert(session, replace(known[name], note=_note(ticks), last_ms=now_ms))
                continue
            alert = _alert(workspace, name, owner, ticks, now_ms)
            if store.add_alert(session, alert):
                steps.append(step(alert, None, SYSTEM, "Data is late.", now_ms))
                announce(session, FOUND, alert, now_ms)
        for name, alert in known.items():
            if name not in {fingerprint(NAME, [owner]) for owner in late}:
                after = replace(alert, state="closed", ended_ms=now_ms, revision=alert.revision + 1)
                store.put_alert(session, after)
                steps.append(step(after, alert.state, SYSTEM, "Data is whole again.", now_ms))
                announce(session, ENDED, after, now_ms)
        store.add_steps(session, steps)


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
