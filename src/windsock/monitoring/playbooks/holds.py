"""Data that a run marked late: what of it the tick of monitors and the alerts of late data see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from windsock.monitoring.alerts.model import Silence
from windsock.monitoring.playbooks import store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windsock.monitoring.monitors.model import Monitor
    from windsock.monitoring.store import Tick
    from windsock.records import Session


def stands_on(monitor: Monitor, owner: str) -> bool:
    """Say whether alerts of a monitor are held while data of an owner is late: one that watches for missing data goes on."""
    return monitor.data_owner == owner and monitor.rule.kind != "no_data"


def held(session: Session, monitor: Monitor, now_ms: int) -> tuple[Silence, ...]:
    """Return what is marked late of the data that a monitor stands on, as silences of it."""
    return tuple(
        Silence(one.id, monitor.name, {}, one.from_ms, one.until_ms, one.reason, one.from_ms, "", one.by)
        for one in store.holds(session, now_ms)
        if stands_on(monitor, one.owner)
    )


def as_late(session: Session, ticks: Iterable[Tick], now_ms: int) -> list[Tick]:
    """Return how far monitors were looked at, those on data that was marked late as late."""
    marked = {one.owner: one for one in store.holds(session, now_ms)}
    return [
        replace(tick, trouble="late", trouble_since_ms=marked[tick.data_owner].from_ms, note=f"Marked late: {marked[tick.data_owner].reason}"[:500])
        if not tick.trouble and tick.data_owner in marked
        else tick
        for tick in ticks
    ]
