"""Announce who entered and who left: facts in batches of bounded size, each once, after the evaluation is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock import jobs
from windsock.audiences.segments import queries as q
from windsock.audiences.segments import store

if TYPE_CHECKING:
    from windsock.workspace import Workspace

ENTERED, LEFT = "audiences.segment_entered", "audiences.segment_left"
BATCH = 1_000
LISTED_MOST = 10_000
"""So many persons of one evaluation are named, in ten facts; of more only the number is told, and the stays are to be read."""


def announce(workspace: Workspace) -> int:
    """Announce what evaluations changed since the last announcement; returns how many facts were published."""
    with workspace.records.read() as session:
        since = store.told_until(session)
    runs = workspace.warehouse.query(q.RUNS_AFTER, {"run": since}).to_pylist()
    if not runs:
        return 0
    facts = [fact for run in runs for fact in facts_of(workspace, run)]
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        if store.told_until(session) != since:
            return 0  # another worker was quicker
        for name, payload in facts:
            jobs.publish(session, name, payload, now_ms)
        store.told(session, int(runs[-1]["run"]))
    return len(facts)


def facts_of(workspace: Workspace, run: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return what is to be announced of an evaluation: for entries and for exits, one fact for each batch of persons."""
    found: list[tuple[str, dict[str, Any]]] = []
    for name, count, statement in ((ENTERED, run["entered"], q.ENTERED_IN), (LEFT, run["lost"], q.LEFT_IN)):
        if not count:
            continue
        head = {"segment": run["segment"], "version": run["version"], "run": run["run"], "at_ms": run["at_ms"], "count": count}
        if count > LISTED_MOST:
            found.append((name, head | {"people": [], "complete": False}))
            continue
        rows = workspace.warehouse.query(statement, {"segment": run["segment"], "run": run["run"]}).column("person").to_pylist()
        batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        found += [(name, head | {"people": batch, "complete": len(batches) == 1}) for batch in batches]
    return found
