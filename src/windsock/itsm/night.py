"""The night digest: in quiet hours what is less grave waits, and is told as one message when they are over."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from windsock.governance import SYSTEM, audit
from windsock.itsm import store
from windsock.itsm.begin import duty_now
from windsock.itsm.message import digest_of, tell_all
from windsock.itsm.quiet import is_quiet

if TYPE_CHECKING:
    from windsock.workspace import Workspace


def tell_night(workspace: Workspace) -> int:
    """Tell what waited and whose quiet hours are over, as one message; a second run finds nothing left.

    Returns:
        How many incidents were told.
    """
    with workspace.records.read() as session:
        if not store.waiting_for_morning(session):
            return 0
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        found = store.many(session, store.waiting_for_morning(session))
        due = [one for one in found.values() if not is_quiet(workspace, one, now_ms)]
        if not due:
            return 0
        store.told_in_the_morning(session, [one.id for one in due])
        for one in due:
            if one.state == "new" and one.escalate_ms is not None:
                # Told just now: those on duty have the usual time to look.
                store.touch(session, one.id, {"escalate_ms": now_ms + workspace.settings.itsm.escalate_minutes * 60_000})
        to = duty_now(workspace, session, now_ms)
        day = dt.datetime.fromtimestamp(now_ms / 1000, ZoneInfo(workspace.zone)).date().isoformat()
        tell_all(workspace, session, digest_of(workspace, due, f"night.{day}.{due[0].id}"), to)
        audit(session, SYSTEM, "itsm.night_told", "itsm:night", {"incidents": len(due), "to": to}, now_ms)
    return len(due)
