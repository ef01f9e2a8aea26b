"""After a review the event library learns: what its incident showed becomes a window of history of the event that it was like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.definitions import Change
from windsock.itsm import store
from windsock.kernel.clock import iso
from windsock.kernel.errors import NotFound, WindsockError
from windsock.monitoring import finding_json, learn, lesson

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.itsm.model.record import Record
    from windsock.workspace import Workspace

DAY = 10


def teach(workspace: Workspace, actor: Actor, record: Record, review: str) -> None:
    """Teach the library what an incident showed, and note what came of it; a library that refuses is no reason to lose a review."""
    now_ms = workspace.clock.now_ms()
    alerts, window = _alerts(workspace, record), _window(workspace, record)
    if not alerts:
        return
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


def lesson_json(workspace: Workspace, record_id: str) -> dict[str, Any]:
    """Return what an incident showed, as the window of history of an entry that is made of it.

    Raises:
        NotFound: there is no such incident, or none of its alerts is explained.
    """
    with workspace.records.read() as session:
        record = store.read(session, record_id)
    if record is None or record.kind != "incident":
        raise NotFound(f"There is no incident '{record_id[:40]}'.", where="record")
    found = lesson(workspace, _alerts(workspace, record))
    if found is None:
        fix = "Wait until an alert of it is explained, or begin a known event from blank."
        raise NotFound("What moved in this incident is not known.", where=record.id, fix=fix)
    return {"name": _window(workspace, record), "finding": finding_json(found.finding), "expect": found.was, "like": found.like}


def _alerts(workspace: Workspace, record: Record) -> list[str]:
    with workspace.records.read() as session:
        return [one.target for one in store.links(session, record.id) if one.kind == "alert"]


def _window(workspace: Workspace, record: Record) -> str:
    began = record.body.get("at_ms") or record.opened_ms
    return f"{record.id}, {iso(began, workspace.zone)[:DAY]}"
