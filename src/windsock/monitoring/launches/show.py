"""Launches as they travel: each with how its lines stand, and one with the courses of its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from windsock.metrics import catalogue_of
from windsock.monitoring.launches import store
from windsock.monitoring.launches.keep import find, launch_of
from windsock.monitoring.launches.ramp import ramp_from, shares
from windsock.monitoring.launches.read import course_of, whole_until
from windsock.records import decode, take

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.monitoring.launches.definition import Launch, Line
    from windsock.monitoring.launches.store import Kept
    from windsock.workspace import Workspace

POINTS = 120
_SCOPE = "launches"


def launches_page(workspace: Workspace, state: str | None, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of launches, the last to start first.

    Raises:
        InvalidInput: the cursor is none of this list.
    """
    after = cast("tuple[int, str]", decode(cursor, length=2, scope=_SCOPE)) if cursor else None
    with workspace.records.read() as session:
        rows = store.page(session, state, limit + 1, after)
    library = catalogue_of(workspace)
    found = take(rows, limit, lambda one: (one.starts_ms, one.name), scope=_SCOPE)
    return {"items": [launch_json(workspace, one, library) for one in found.items], "next": found.next_cursor}


def launch_json(workspace: Workspace, kept: Kept, library: Catalogue) -> dict[str, Any]:
    """Return a launch without its courses."""
    launch = launch_of(workspace, kept)
    lines = [_line_json(line, row, library) for line, row in zip(launch.lines, kept.lines, strict=True)]
    return {
        "name": kept.name, "title": launch.title.json(), "kind": launch.kind, "owner": launch.owner, "starts_ms": kept.starts_ms,
        "ends_ms": kept.ends_ms, "state": kept.state, "standing": kept.standing, "until_ms": kept.until_ms, "looked_ms": kept.looked_ms,
        "note": kept.note, "reason": kept.reason, "verdict": dict(kept.verdict) or None, "created_ms": kept.created_ms,
        "created_name": kept.created_name, "revision": kept.revision, "where": [dict(one) for one in launch.where], "lines": lines,
    }  # fmt: skip


def launch_detail(workspace: Workspace, name: str) -> dict[str, Any]:
    """Return a launch with what was declared and the course of each line, asked now, at 121 instants at most.

    Raises:
        NotFound: there is none.
        InvalidInput, QueryTimeout, Busy, Cancelled: as the metrics.
    """
    library, kept = catalogue_of(workspace), find(workspace, name)
    launch = launch_of(workspace, kept)
    told = launch_json(workspace, kept, library)
    for line, row, shown in zip(launch.lines, kept.lines, told["lines"], strict=True):
        shown["course"] = _course(workspace, kept, launch, (line, row), library)
    return {**told, "definition": dict(kept.body)}


def _line_json(line: Line, row: dict[str, Any], library: Catalogue) -> dict[str, Any]:
    metric = library.metrics.get(line.metric)
    title = {"en": line.metric, "zh": line.metric} if metric is None else metric.title.json()
    return {
        "metric": line.metric, "title": title, "unit": "count" if metric is None else metric.unit, "role": line.role, "direction": line.direction,
        "line": line.value, "minimum": line.minimum, "where": None if line.where is None else [dict(one) for one in line.where],
        "ramp": row["ramp"]["kind"], "status": row["status"],
    }  # fmt: skip


def _course(workspace: Workspace, kept: Kept, launch: Launch, of: tuple[Line, dict[str, Any]], library: Catalogue) -> list[dict[str, Any]]:
    """Return at instants from the start to the end what was planned (of totals) and what is there (up to where it is known)."""
    line, row = of
    at = np.unique(np.linspace(launch.starts_ms, launch.ends_ms, POINTS + 1).round().astype(np.int64))
    known = launch.starts_ms
    if kept.state != "planned":
        until = whole_until(workspace, line, library).until_ms
        known = kept.until_ms if kept.state == "cancelled" or until is None else min(until, workspace.clock.now_ms(), launch.ends_ms)
    course = course_of(workspace, launch, line, known, library)
    if course is not None:
        at = np.unique(np.append(at, course.until_ms))
    total = course is None or course.volumes is None
    planned = shares(ramp_from(row["ramp"]), (launch.starts_ms, launch.ends_ms), [int(one) for one in at], workspace.zone) * line.value
    ratio = library.metrics.get(line.metric) is not None and library.get(line.metric).unit == "ratio"
    points: list[dict[str, Any]] = []
    for ms, share in zip(at.tolist(), planned.tolist(), strict=True):
        value = None
        if course is not None and ms <= course.until_ms:
            place = (ms - course.start_ms) // course.step_ms - 1
            value = (0.0 if total else None) if place < 0 else float(course.values[place])
        shown = value if value is not None and np.isfinite(value) else None
        points.append({"at_ms": ms, "value": shown, "planned": None if ratio else share})
    return points
