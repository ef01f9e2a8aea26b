"""Governance: who may do what, and the proof of who did it.

Words: a *member* is somebody who may sign in; an *actor* is whoever does something (member, token, command line, Windsock itself);
a *permission* is a named right that every route states; a *role* is a fixed set of them; the *audit trail* is an append-only chain.

Invariants: no secret is stored, only its digest; every change writes its audit entry in the same transaction; entries are never
changed or removed, and ``verify_chain`` shows when somebody did; there is always an admin once there was one.
"""

from windsock.governance.audit import audit, verify_chain
from windsock.governance.erasure import forget, hand_over, plug_erasers, search
from windsock.governance.model import PERMISSIONS, ROLES, SYSTEM, Actor, Eraser, cli_actor, compile_user_regex, mask, needs, safe_cell
from windsock.governance.named import Meant, members_called, members_in_charge, still_active
from windsock.governance.set_up import first_run, new_admin_link
from windsock.governance.sign_in import SESSION_COOKIE, Visitor, visitor_of_session, visitor_of_token

__all__ = [
    "PERMISSIONS",
    "ROLES",
    "SESSION_COOKIE",
    "SYSTEM",
    "Actor",
    "Eraser",
    "Meant",
    "Visitor",
    "audit",
    "cli_actor",
    "compile_user_regex",
    "first_run",
    "forget",
    "hand_over",
    "mask",
    "members_called",
    "members_in_charge",
    "needs",
    "new_admin_link",
    "plug_erasers",
    "safe_cell",
    "search",
    "still_active",
    "verify_chain",
    "visitor_of_session",
    "visitor_of_token",
]
