"""Promises as they travel, with how their metric's day went since; taken from frozen pages, so that it costs no question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from windsock.kernel.clock import iso, local_date
from windsock.metrics.catalogue import catalogue
from windsock.metrics.standup.cards import CARDS
from windsock.metrics.standup.model import Promise
from windsock.metrics.store import Frozen, last_snapshot, read_snapshots

if TYPE_CHECKING:
    from windsock.workspace import Workspace

CLOSED_DAYS = 14
_PLAIN = ("id", "text", "owner", "metric", "about", "state", "outcome", "revision", "made_by", "closed_by")
_DAY_MS = 86_400_000


def closed_since(workspace: Workspace) -> int:
    """Return since when closed promises are still shown, ms."""
    return workspace.clock.now_ms() - CLOSED_DAYS * _DAY_MS


def owners(workspace: Workspace) -> list[str]:
    """Return the owners of the library's metrics, for choosing one."""
    del workspace
    return sorted({metric.owner for metric in catalogue().metrics.values()})


def promises_json(workspace: Workspace, promises: Sequence[Promise]) -> list[dict[str, Any]]:
    """Return promises, at most 200."""
    days = {one.made_on.isoformat() for one in promises if one.metric in CARDS}
    with workspace.records.read() as session:
        pages = read_snapshots(session, days) if days else {}
        last = last_snapshot(session) if days else None
    today = local_date(workspace.clock.now_ms(), workspace.zone)
    return [
        {
            **{
                name: getattr(one, name)
                for name in ("id", "text", "owner", "metric", "about", "state", "outcome", "revision", "made_by", "closed_by")
            },
            "made_on": one.made_on.isoformat(),
            "due": one.due.isoformat(),
            "overdue": one.overdue(today),
            "made_at": iso(one.made_ms, workspace.zone),
            "closed_at": None if one.closed_ms is None else iso(one.closed_ms, workspace.zone),
            "since": _since(one, pages.get(one.made_on.isoformat()), last),
        }
        for one in promises
    ]


def _since(one: Promise, then: Frozen | None, last: Frozen | None) -> dict[str, Any] | None:
    """Return how the metric went; None without a frozen page on both ends, or while there is no later one."""
    metric = catalogue().metrics.get(one.metric)
    if metric is None or then is None or last is None or last.date <= then.date:
        return None
    return {
        "title": metric.title.json(),
        "unit": metric.unit,
        "direction": metric.direction,
        "made_on": then.date,
        "before": then.body["values"].get(one.metric),
        "date": last.date,
        "now": last.body["values"].get(one.metric),
    }
