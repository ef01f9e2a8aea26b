"""One tick: each launch that has started is looked at, told of, and given its verdict once it is over and its data is whole.

A tick may be begun twice, by two workers or after a crash: who writes second sees that the revision moved on, and writes and tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog

from windsock.governance import SYSTEM, audit
from windsock.kernel.errors import Cancelled, WindsockError
from windsock.metrics import catalogue_of
from windsock.monitoring.launches import store
from windsock.monitoring.launches.judge import Status, ended, judge, status_from
from windsock.monitoring.launches.keep import launch_of
from windsock.monitoring.launches.model import Outcome, verdict_of, worst
from windsock.monitoring.launches.ramp import ramp_from, shares
from windsock.monitoring.launches.read import HOUR_MS, course_of, grid, whole_until
from windsock.monitoring.launches.told import News, tell

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.monitoring.launches.definition import Launch
    from windsock.monitoring.launches.store import Kept
    from windsock.workspace import Workspace

WAIT_MS = 48 * HOUR_MS
"""So long after its end a launch waits for its data; what is not whole then stays undecided."""
TROUBLES = ("at_risk", "off_track", "nothing")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Looked:
    """What a tick did with a launch: how it stands, its verdict (empty for none yet), and whether another worker was first."""

    name: str
    standing: str
    verdict: str = ""
    passed: bool = False


def watch(workspace: Workspace, pause: Callable[[], None] = lambda: None) -> list[Looked]:
    """Look at every launch that has started and is not over, in one question a line.

    Args:
        workspace: whose launches.
        pause: called between launches; may raise to stop.
    """
    with workspace.records.read() as session:
        known = store.due(session, workspace.clock.now_ms())
    found: list[Looked] = []
    library = catalogue_of(workspace) if known else None
    for kept in known:
        pause()
        if library is not None and (looked := look(workspace, kept, library)) is not None:
            found.append(looked)
    return found


def look(workspace: Workspace, kept: Kept, library: Catalogue) -> Looked | None:
    """Look at one launch as it was read; None where nothing is new. What fails is noted, and how it stood stays."""
    try:
        return _look(workspace, kept, launch_of(workspace, kept), library)
    except Cancelled:
        raise
    except WindsockError as error:
        _log.warning("a launch could not be looked at", launch=kept.name, error=str(error))
        return _failed(workspace, kept, str(error)[:500])


def _failed(workspace: Workspace, kept: Kept, note: str) -> Looked | None:
    """Note why a launch could not be looked at; one that can't be two days after its end is undecided, so that none stays open for ever."""
    now_ms, launch = workspace.clock.now_ms(), launch_of(workspace, kept)
    columns: dict[str, Any] = {"note": note, "looked_ms": now_ms}
    verdict: dict[str, Any] = {}
    if now_ms >= launch.ends_ms + WAIT_MS:
        verdict = _verdict(launch, [status_from(line["status"]) for line in kept.lines], [launch.starts_ms] * len(launch.lines), now_ms)
        columns |= {"state": "ended", "verdict": verdict}
    elif note == kept.note:
        return None
    with workspace.records.write() as session:
        if store.change(session, kept, columns) and verdict:
            audit(session, SYSTEM, "launch.judged", f"launch:{kept.name}", verdict, now_ms)
            tell(workspace, session, launch, News(None, str(verdict["verdict"]), None))
    return Looked(kept.name, kept.standing, str(verdict["verdict"])) if verdict else None


def _look(workspace: Workspace, kept: Kept, launch: Launch, library: Catalogue) -> Looked | None:
    now_ms = workspace.clock.now_ms()
    whole = [whole_until(workspace, line, library) for line in launch.lines]
    known_ms = [launch.starts_ms if one.until_ms is None else min(one.until_ms, now_ms) for one in whole]
    all_whole = min(known_ms) >= launch.ends_ms
    over = all_whole or now_ms >= launch.ends_ms + WAIT_MS
    untils = [grid(launch, known)[1] for known in known_ms]
    late = sorted({name for one in whole for name in one.late})
    unsaid = any(one.until_ms is None for one in whole)
    note = f"Not whole: {', '.join(late)}"[:500] if late else "No source says until when its data is whole." if unsaid else ""
    before = [status_from(line["status"]) for line in kept.lines]
    new = any(until > max(status.until_ms, launch.starts_ms) for until, status in zip(untils, before, strict=True))
    if not (over or new or kept.state == "planned") and note == kept.note:
        return None
    after = _statuses(workspace, kept, launch, known_ms, library)
    news = [] if over else _news(launch, before, after)
    after = [
        replace(status, told=tuple(dict.fromkeys((*status.told, *(one.what for one in news if one.line == at))))) for at, status in enumerate(after)
    ]
    seen = max(min(untils), launch.starts_ms)
    columns: dict[str, Any] = {
        "state": "running", "standing": worst(status.standing for status in after), "until_ms": seen, "looked_ms": now_ms,
        "note": note, "lines": [{**line, "status": status.json()} for line, status in zip(kept.lines, after, strict=True)],
    }  # fmt: skip
    verdict = _verdict(launch, after, known_ms, now_ms) if over else {}
    if verdict:
        columns |= {"state": "ended", "verdict": verdict}
        news = [News(None, str(verdict["verdict"]), None)]
    with workspace.records.write() as session:
        if not store.change(session, kept, columns):
            return Looked(kept.name, kept.standing, passed=True)
        if kept.state == "planned":
            audit(session, SYSTEM, "launch.started", f"launch:{kept.name}", {"starts_ms": kept.starts_ms}, now_ms)
        if verdict:
            audit(session, SYSTEM, "launch.judged", f"launch:{kept.name}", verdict, now_ms)
        for one in news:
            tell(workspace, session, launch, one)
    return Looked(kept.name, str(columns["standing"]), str(verdict.get("verdict", "")))


def _statuses(workspace: Workspace, kept: Kept, launch: Launch, known_ms: list[int], library: Catalogue) -> list[Status]:
    found: list[Status] = []
    for line, row, known in zip(launch.lines, kept.lines, known_ms, strict=True):
        before = status_from(row["status"])
        course = course_of(workspace, launch, line, known, library)
        if course is None:
            found.append(before)
            continue
        at = [course.start_ms + (number + 1) * course.step_ms for number in range(len(course.values))]
        found.append(judge(line, course, shares(ramp_from(row["ramp"]), (launch.starts_ms, launch.ends_ms), at, workspace.zone), before))
    return found


def _news(launch: Launch, before: list[Status], after: list[Status]) -> list[News]:
    """Return which troubles begin; each is told once of a line, and a worse one in the place of what it includes."""
    found: list[News] = []
    for at, (line, old, new) in enumerate(zip(launch.lines, before, after, strict=True)):
        what = "broken" if new.standing == "off_track" and line.role == "guardrail" else str(new.standing)
        if new.standing in TROUBLES and new.standing != old.standing and what not in new.told:
            found.append(News(at, what, new))
    return found


def _verdict(launch: Launch, lines: list[Status], known_ms: list[int], now_ms: int) -> dict[str, Any]:
    """Return the verdict with the figures that it is made from."""
    outcomes: list[Outcome] = [
        ended(line, one, whole=known >= launch.ends_ms) for line, one, known in zip(launch.lines, lines, known_ms, strict=True)
    ]
    figures = [
        {
            "metric": line.metric, "role": line.role, "direction": line.direction, "line": line.value, "minimum": line.minimum, "value": one.value,
            "volume": one.volume, "outcome": outcome,
        }
        for line, one, outcome in zip(launch.lines, lines, outcomes, strict=True)
    ]  # fmt: skip
    told = verdict_of((line.role, outcome) for line, outcome in zip(launch.lines, outcomes, strict=True))
    return {"verdict": told, "at_ms": now_ms, "lines": figures}
