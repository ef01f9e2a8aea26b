"""Keep what becomes likely, follow it, have its owner told once, and note whether it came true; put away by people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from windsock import jobs
from windsock.governance import audit
from windsock.kernel.daily import in_hours
from windsock.kernel.errors import NotFound
from windsock.monitoring.forecasters import look, said, store
from windsock.monitoring.forecasters.kept import LIKELY, WAIT_MS, Forewarning, Kind, Likely, Outcome, decided, dismissed, followed
from windsock.monitoring.maintenance import store as maintained
from windsock.monitoring.maintenance.model import holding

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

WARNED = "monitoring.warned"
HOURLY: tuple[Kind, ...] = ("target", "breach")
NEW_MOST = 200
"""So many at most are kept in one look; others wait for the next, the likeliest go first."""
KEPT_MS = 400 * 86_400_000
RECORD_MS = 90 * 86_400_000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Looked:
    """What a look did: warnings that are new, told, and decided."""

    new: int
    told: int
    decided: int


def look_hourly(workspace: Workspace) -> Looked:
    """Look at targets and limits.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    with workspace.records.read() as session:
        open_ = store.peek_undecided(session, HOURLY)
    return keep(workspace, HOURLY, look.hourly(workspace), look.hourly_outcomes(workspace, open_))


def look_at_stock(workspace: Workspace) -> Looked:
    """Look at dates that may sell out or stay empty.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    with workspace.records.read() as session:
        open_ = store.peek_undecided(session, look.STOCK)
    return keep(workspace, look.STOCK, *look.stocked(workspace, open_))


def keep(workspace: Workspace, kinds: Sequence[Kind], likely: Iterable[Likely], outcomes: dict[str, Outcome]) -> Looked:
    """Write what a look found, in one transaction; two workers that look at once keep and tell each warning once.

    Args:
        workspace: where.
        kinds: which were looked at.
        likely: what may come, one of a subject.
        outcomes: of undecided warnings, whether they came true, by id.
    """
    now_ms = workspace.clock.now_ms()
    found = {one.subject: one for one in sorted(likely, key=lambda one: -one.probability)}
    with workspace.records.write() as session:
        known, over = store.undecided(session, kinds), 0
        for subject, one in list(known.items()):
            outcome = outcomes.get(one.id) or ("unknown" if now_ms > one.what.due_ms + WAIT_MS else None)
            after = followed(one, found[subject], now_ms) if outcome is None and subject in found else one
            after = decided(one, outcome, now_ms) if outcome is not None else after
            over += outcome is not None
            if after != one:
                store.put(session, after)
            known[subject] = after
        new = _add(workspace, session, [one for one in found.values() if one.subject not in known], room=store.UNDECIDED_MOST - len(known))
        told = _tell(workspace, session, [one for one in [*known.values(), *new] if one.outcome is None], now_ms)
        store.forget(session, now_ms - KEPT_MS)
    return Looked(len(new), told, over)


def dismiss(workspace: Workspace, actor: Actor, warning: str, reason: str) -> Forewarning:
    """Put a warning away: it is told no more and no red line; whether it comes true is noted all the same.

    Raises:
        NotFound: there is none.
        InvalidInput: no reason is given.
        Conflict: it is over.
    """
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        known = store.held(session, warning)
        if known is None:
            raise NotFound(f"There is no warning '{warning[:40]}'.", where="warning", fix="See `windsock monitor warnings`.")
        after = dismissed(known, actor.name, reason, now_ms)
        store.put(session, after)
        audit(session, actor, "warning.dismissed", f"warning:{warning}", {"subject": known.what.subject, "reason": after.reason}, now_ms)
    return after


def _add(workspace: Workspace, session: Session, found: Sequence[Likely], room: int) -> list[Forewarning]:
    now_ms, added = workspace.clock.now_ms(), list[Forewarning]()
    for one in found[: min(NEW_MOST, max(0, room))]:
        if one.probability < LIKELY or one.due_ms <= now_ms:
            continue
        new = Forewarning(workspace.ids.new("wrn"), one, "open", None, one.probability, now_ms, now_ms)
        if store.add(session, new):
            added.append(new)
    return added


def _tell(workspace: Workspace, session: Session, open_: Sequence[Forewarning], now_ms: int) -> int:
    """Announce what was not told yet and nothing holds, one fact for each owner; returns how many warnings."""
    held = _holder(workspace, session, now_ms)
    due: dict[str, list[Forewarning]] = {}
    for one in open_:
        if one.state == "open" and one.told_ms is None and one.what.due_ms > now_ms and not held(one):
            due.setdefault(one.what.owner, []).append(one)
    for owner, ones in due.items():
        texts = {language: said.message(ones, workspace.zone, language) for language in ("zh", "en")}
        payload = {"id": ones[0].id, "owner": owner, "warnings": [one.id for one in ones][:NEW_MOST], "texts": texts}
        jobs.publish(session, WARNED, payload, now_ms)
        for one in ones:
            store.put(session, replace(one, told_ms=now_ms))
    return sum(len(ones) for ones in due.values())


def _holder(workspace: Workspace, session: Session, now_ms: int) -> Callable[[Forewarning], bool]:
    """Return what says whether maintenance or its owner's quiet hours hold a warning now; it is told once they are over, if it is still likely."""
    windows = maintained.windows(session, now_ms)
    quiet = workspace.settings.itsm.quiet
    local = dt.datetime.fromtimestamp(now_ms / 1000, ZoneInfo(workspace.zone))

    def held(one: Forewarning) -> bool:
        hours = quiet.get(one.what.owner) or quiet.get("*")
        monitor = one.what.about.get("monitor")
        return holding(windows, now_ms, monitor) or bool(hours and in_hours(hours, local.hour * 60 + local.minute))

    return held
