"""Which closed days one batch changed when it came: the same metrics as known just before it and with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from windsock.kernel.clock import local_date
from windsock.kernel.errors import NotFound
from windsock.kernel.period import Period
from windsock.metrics.restate import statements as text
from windsock.metrics.restate.ask import question, single
from windsock.metrics.restate.model import DAYS_MAX, Change, Seen, causes_of
from windsock.metrics.restate.read import Day, Restatements, change, with_told
from windsock.warehouse import statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.governance import Actor
    from windsock.metrics.restate.ask import Question
    from windsock.workspace import Workspace

BACK_DAYS = 1_100
"""So far back from its import a batch's days are looked for."""
_DAY = dt.timedelta(days=1)


def restatements_of_batch(workspace: Workspace, actor: Actor, batch_id: str, metrics: Sequence[str] = ()) -> Restatements:
    """Say which closed days a batch changed, and by how much; at most the latest 62 are listed, all are counted.

    What an import of events brought and an undo took out again is gone: ``batch["exact"]`` is false then, and ``batch["had"]`` are the days that it
    had (the latest 62, with their events), of ``batch["had_days"]``.

    Raises:
        NotFound: there is no such batch.
        InvalidInput: too many metrics, or an unknown one.
    """
    rows = workspace.warehouse.query(statement(text.BATCH), {"batch": batch_id}).to_pylist()
    if not rows:
        raise NotFound(f"There is no batch '{batch_id[:60]}'.", where="batch", fix="See: windsock imports list.")
    batch = rows[0]
    at = int(batch["started_ms"])
    exact = not (batch["kind"] in ("events", "people") and batch["state"] != "loaded")
    last = local_date(at, workspace.zone)
    asked = replace(question(workspace, None, metrics), period=Period(last - BACK_DAYS * _DAY, last))
    seen = _touched(asked, at) if exact else {}
    found, filled = _changes(asked, seen, at)
    causes = causes_of(dict.fromkeys(one for groups in seen.values() for one in groups))
    days = [Day(day, tuple(changes), causes.get(day, ())) for day, changes in sorted(found.items())]
    latest = with_told(workspace, actor, days[-DAYS_MAX:], asked.now_ms)
    told = {name: batch[name] for name in ("batch_id", "source", "kind", "state")} | {"at_ms": at, "exact": exact}
    had = [] if exact else _had(asked, batch_id)
    told |= {"had": had[:DAYS_MAX], "had_days": len(had)}
    closed = len(found.keys() | filled)
    return Restatements(asked.period, asked.metrics, tuple(reversed(latest)), len(days), closed, tuple(sorted(filled)), single(asked.metrics), told)


def _had(asked: Question, batch_id: str) -> list[tuple[dt.date, int]]:
    """Return the days of which an undone batch had events, with how many; the latest first."""
    span = {"first": asked.period.start - _DAY, "last": asked.period.end + _DAY}
    rows = asked.workspace.warehouse.query(statement(text.had(asked.period, asked.workspace.zone)), {"batch": batch_id, **span}).to_pylist()
    return [(row["day"], int(row["events"])) for row in rows]


def _touched(asked: Question, at: int) -> dict[str, list[Seen]]:
    """Return by metric what became known or ceased to be with the batch."""
    scans = {scan: asked.moved(scan, None, at) for scan in {scan for metric in asked.metrics for scan in metric.scans}}
    for scan in {scan for metric in asked.metrics for scan in metric.people}:
        scans[scan] = [*scans[scan], *asked.regrouped(scan, None, at)]
    return {metric.name: [seen for scan in metric.scans for seen in scans[scan]] for metric in asked.metrics}


def _changes(asked: Question, seen: dict[str, list[Seen]], at: int) -> tuple[dict[dt.date, list[Change]], set[dt.date]]:
    """Compare the days that were closed when the batch came: two questions, whatever number of days."""
    touched = {one.day for groups in seen.values() for one in groups}
    filled: set[dt.date] = set()
    found: dict[dt.date, list[Change]] = {}
    if not touched:
        return found, filled
    names, span = [metric.name for metric in asked.metrics], Period(min(touched), max(touched))
    both = (asked.figures(span, names, at - 1), asked.figures(span, names, at + 1))
    for metric in asked.metrics:
        mine = {one.day for one in seen[metric.name]}
        for day in mine if not metric.beyond else both[0].keys() | both[1].keys():
            close = asked.close(metric, day)
            if close >= at:
                continue
            if not asked.known(metric, at - 1):
                filled.add(day)
                continue
            one = change(metric, day, close, both, certain=True)
            if one.restated:
                found.setdefault(day, []).append(one)
    return found, filled - found.keys()
