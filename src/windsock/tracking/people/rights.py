"""What a person may ask for: all that is held of them, and to be forgotten, with the proof by a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.governance import Actor, forget, hand_over, search
from windsock.identity import find_id
from windsock.jobs import enqueue
from windsock.kernel.counted import counted
from windsock.kernel.errors import NotFound
from windsock.tracking.people.asked import ALWAYS
from windsock.tracking.people.profile import person_members

if TYPE_CHECKING:
    from windsock.jobs import JobContext
    from windsock.workspace import Workspace

ERASE = "people.erase"


@dataclass(frozen=True)
class Erased:
    """What was forgotten: rows touched by room, and by table the rows in which a text of the person is still found (none, as it must be)."""

    pid: int
    ids: int
    touched: dict[str, int]
    left: dict[str, int]


def did_of(workspace: Workspace, namespace: str, text: str) -> int:
    """Return the number of an id as somebody writes it.

    Raises:
        InvalidInput: there is no such namespace.
        NotFound: nobody has this id.
    """
    did = find_id(workspace.warehouse, namespace, text)
    if did is None:
        raise NotFound("Nobody has this id.", where=namespace, fix="Look whether namespace and id are right; who was erased is found no more.")
    return did


def export_person(workspace: Workspace, actor: Actor, did: int) -> dict[str, list[dict[str, Any]]]:
    """Return all that is held of the person of an id, by ``room.table``.

    Raises:
        NotFound: there is no such id.
    """
    pid, members = person_members(workspace, did, ALWAYS, most=None)
    return hand_over(workspace, actor, f"person:{pid}", [member.did for member in members])


def erase_person(workspace: Workspace, actor: Actor, did: int, reason: str) -> Erased:
    """Forget the person of an id in every room, and search for what is left.

    Raises:
        NotFound: there is no such id.
    """
    pid, members = person_members(workspace, did, ALWAYS, most=None)
    texts = [member.id for member in members if not member.erased]
    touched = forget(workspace, actor, f"person:{pid}", [member.did for member in members], reason)
    return Erased(pid, len(members), touched, search(workspace, texts))


def ask_erasure(workspace: Workspace, actor: Actor, did: int, reason: str) -> str:
    """Have the worker erase the person of an id; returns the job.

    Raises:
        NotFound: there is no such id.
    """
    pid, _ = person_members(workspace, did, ALWAYS)
    payload = {"did": did, "reason": reason, "by": actor.id, "name": actor.name}
    with workspace.records.write() as session:
        return enqueue(session, ERASE, payload, key=f"{ERASE}:{pid}", now_ms=workspace.clock.now_ms())


def run_job(workspace: Workspace, context: JobContext) -> None:
    """Erase; may begin again, as what is forgotten stays forgotten."""
    payload = context.payload
    actor = Actor(payload["by"], payload["name"], "admin", frozenset(), "system")
    done = erase_person(workspace, actor, payload["did"], payload["reason"])
    rows = sum(done.touched.values())
    context.progress(rows, rows, f"{counted(done.ids, 'id')}, left: {sum(done.left.values())}")
