"""After a review the event library learns: what its incident showed becomes a window of history of the event that it was like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.definitions import Change
from windsock.itsm import store
from windsock.kernel.clock import iso
from windsock.kernel.errors import WindsockError
from windsock.monitoring import learn

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.itsm.model.record import Record
    from windsock.workspace import Workspace

DAY = 10


def teach(workspace: Workspace, actor: Actor, record: Record, review: str) -> None:
    """Teach the library what an incident showed, and note what came of it; a library that refuses is no reason to lose a review."""
    now_ms = workspace.clock.now_ms()
    with workspace.records.read() as session:
        alerts = [one.target for one in store.links(session, record.id) if one.kind == "alert"]
    if not alerts:
        return
    began = record.body.get("at_ms") or record.opened_ms
    window = f"{record.id}, {iso(began, workspace.zone)[:DAY]}"
    try:
        kept = learn(workspace, Change(actor, f"Review {review} of {record.id}", now_ms), window, alerts)
    except WindsockError as error:
        said = f"not taken: {error}"
    else:
        if kept is None:
            return
        said = f"{kept.event.name}: {window}"
    with workspace.records.write() as session:
        store.add_entry(session, store.Entry(record.id, "learned", said[:4_000], actor.id[:100], actor.name[:120], now_ms))
