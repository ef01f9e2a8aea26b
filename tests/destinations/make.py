"""Members for tests of what is told to whom, put into the records as they are: a password would take longer than the test."""

from __future__ import annotations

from typing import Any

from windsock.governance import ROLES, Actor, store
from windsock.workspace import Workspace


def member(workspace: Workspace, name: str, role: Any = "analyst", state: str = "active") -> Actor:
    """Put a member into the records, and return who it is."""
    given = {"id": f"mem_{name.lower()}", "email": f"{name.lower()}@desk.example", "name": name, "role": role, "state": state}
    with workspace.records.write() as session:
        store.insert_member(session, **given, password_hash="x", language="en", created_ms=1, changed_ms=1)
    return Actor(given["id"], name, role, ROLES[role], "session")
