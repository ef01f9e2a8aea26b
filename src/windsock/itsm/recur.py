"""A task that comes again: when one is over, the next is made, once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from windsock.itsm import store
from windsock.itsm.model.record import Record
from windsock.itsm.model.states import DAY_MS

if TYPE_CHECKING:
    from windsock.records import Session
    from windsock.workspace import Workspace


def next_task(workspace: Workspace, session: Session, over: Record, now_ms: int) -> Record | None:
    """Make the task that follows one that is over: due the next time after now that its rhythm says, its checklist unticked.

    Returns:
        The new task, or None where the task does not come again or the next one is there.
    """
    days, due = over.body.get("every_days"), over.body.get("due_ms")
    key = f"after:{over.id}"
    if not isinstance(days, int) or not isinstance(due, int) or store.of_key(session, key) is not None:
        return None
    rhythm = days * DAY_MS
    ahead = due + rhythm * max(1, -((due - now_ms) // rhythm))
    body = {**over.body, "due_ms": ahead, "checklist": [{**point, "done": False} for point in over.body.get("checklist", ())]}
    body.pop("result", None)
    new = replace(over, id=workspace.ids.new("task"), state="todo", version=1, opened_ms=now_ms, changed_ms=now_ms, closed_ms=None, body=body)
    store.add(session, new, key)
    store.add_entry(session, store.Entry(new.id, "recurred", over.id, "system", "Windsock", now_ms))
    return new
