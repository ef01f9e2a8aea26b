"""What Today told: the frozen pages of days, with the figures that stood on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from windsock.metrics.model.definition import Words
from windsock.metrics.standup.cards import CARDS
from windsock.metrics.store import read_snapshots
from windsock.metrics.told_port import Told

if TYPE_CHECKING:
    import datetime as dt

    from windsock.metrics.told_port import Asked
    from windsock.workspace import Workspace

_TITLE = Words("Today", "今日")


def told_today(workspace: Workspace, asked: Asked) -> Iterable[Told]:
    """Return the frozen pages about the asked days that show one of their metrics; they were there for everybody who looked."""
    days: dict[str, dt.date] = {day.isoformat(): day for day, names in asked.metrics.items() if names & CARDS.keys()}
    if not days:
        return
    with workspace.records.read() as session:
        frozen = read_snapshots(session, days)
    for date, one in frozen.items():
        shown: dict[str, Any] = one.body.get("values") or {}
        values = {
            name: None if shown.get(name) is None else str(shown[name]) for name in CARDS if name in asked.metrics[days[date]] and name in shown
        }
        if values:
            yield Told("today", one.id, _TITLE, days[date], one.as_of_ms, values=values)
