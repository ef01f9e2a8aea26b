"""Small factories of incidents, and the workspace on either database."""

from __future__ import annotations

from typing import Any

from windsock.governance import ROLES, SYSTEM, Actor
from windsock.itsm import store
from windsock.itsm.begin import Opening, open_incident
from windsock.itsm.model.record import Record
from windsock.itsm.relate import Draft, make
from windsock.itsm.step import Wish, move
from windsock.records import Session
from windsock.workspace import Workspace

ANNA = Actor("mem_1", "Anna", "lead", ROLES["lead"], "session")
BO = Actor("mem_2", "Bo", "analyst", ROLES["analyst"], "session")
EVE = Actor("mem_3", "Eve", "viewer", ROLES["viewer"], "session")


def opening(cause: str | None = "psp-2 down", **given: Any) -> Opening:
    return Opening(cause, "", "Payments fail", "An alert was found.", **given)


def incident(workspace: Workspace, cause: str | None = "psp-2 down", **given: Any) -> Record:
    return open_incident(workspace, SYSTEM, opening(cause, **given)).record


def say(workspace: Workspace, record: Record, *events: str, actor: Actor = ANNA) -> Record:
    for event in events:
        record = move(workspace, actor, record.id, Wish(event, f"because of {event}", record.version))
    return record


def made(workspace: Workspace, kind: Any, *of: str, key: str | None = None, **given: Any) -> Record:
    return make(workspace, ANNA, Draft(kind, "", f"A {kind}", given, of, key))


def kept(session: Session, record_id: str) -> Record:
    found = store.read(session, record_id)
    assert found is not None
    return found
