"""Governance: who may do what, and the proof of who did it.

Words: a *member* is somebody who may sign in; an *actor* is whoever does something (member, token, command line, Windsock itself);
a *permission* is a named right that every route states; a *role* is a fixed set of them; the *audit trail* is an append-only chain.

Invariants: no secret is stored, only its digest; every change writes its audit entry in the same transaction; entries are never
changed or removed, and ``verify_chain`` shows when somebody did.
"""

from __future__ import annotations

from windsock.governance.model import (
    PERMISSIONS,
    ROLES,
    SYSTEM,
    Actor,
    Eraser,
    cli_actor,
    compile_user_regex,
    mask,
    needs,
    safe_cell,
)

__all__ = [
    "PERMISSIONS",
    "ROLES",
    "SYSTEM",
    "Actor",
    "Eraser",
    "cli_actor",
    "compile_user_regex",
    "mask",
    "needs",
    "safe_cell",
]
