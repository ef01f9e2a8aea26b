"""Make, end and ask for maintenance windows; each change writes the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.governance import audit
from windsock.kernel.errors import NotFound, TooMany
from windsock.monitoring.maintenance import store
from windsock.monitoring.maintenance.model import Maintenance, check_window, holding
from windsock.monitoring.monitors.keep import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace


def begin(workspace: Workspace, actor: Actor, monitors: Sequence[str], *, from_ms: int | None, until_ms: int, reason: str) -> Maintenance:
    """Make a window, from now on where no beginning is named.

    Raises:
        InvalidInput: it can't be.
        NotFound: there is no monitor of a name.
        TooMany: there are 200 that are not over.
    """
    now_ms = workspace.clock.now_ms()
    names, said = tuple(dict.fromkeys(monitors)), reason.replace("\0", "").strip()
    start = now_ms if from_ms is None else from_ms
    asked = Maintenance(workspace.ids.new("mnt"), names, start, until_ms, said, now_ms, actor.id[:100], actor.name[:120])
    new = check_window(asked, now_ms)
    with workspace.records.write() as session:
        for name in names:
            find(session, name)
        if len(store.windows(session, now_ms)) >= store.WINDOWS_MOST:
            raise TooMany("There are 200 maintenance windows already.", retry_after_s=0, where="maintenance", fix="End some that are not needed.")
        store.add(session, new)
        detail = {"monitors": list(names), "from_ms": start, "until_ms": until_ms, "reason": said}
        audit(session, actor, "maintenance.made", f"maintenance:{new.id}", detail, now_ms)
    return new


def end(workspace: Workspace, actor: Actor, window_id: str) -> None:
    """End a window now; what still fires is told at the next tick.

    Raises:
        NotFound: there is none that is not over.
    """
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        if store.end(session, window_id, now_ms) is None:
            raise NotFound(f"There is no maintenance '{window_id[:40]}'.", where="maintenance", fix="It may have ended by itself.")
        audit(session, actor, "maintenance.ended", f"maintenance:{window_id}", {}, now_ms)


def listed(workspace: Workspace) -> list[Maintenance]:
    """Return the windows that are not over, the first to begin first."""
    with workspace.records.read() as session:
        return store.windows(session, workspace.clock.now_ms())


def under_maintenance(session: Session, now_ms: int) -> bool:
    """Say whether nothing at all is told now: the whole workspace is under maintenance."""
    return holding(store.windows(session, now_ms), now_ms)
