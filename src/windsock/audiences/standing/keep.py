"""The rules in force, and how they are changed: a new version, with a reason; months that are frozen stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from windsock.audiences.standing.model import Rules, read_rules
from windsock.definitions import Change, activate, current, newest_version, save_draft
from windsock.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

KIND, NAME = "standing", "standing"


def current_rules(workspace: Workspace) -> tuple[Rules, int]:
    """Return the rules in force and their version; 0 are those that ship."""
    with workspace.records.read() as session:
        found = current(session, KIND, NAME)
    return (read_rules({}), 0) if found is None else (read_rules(found.body), found.version)


def set_rules(workspace: Workspace, actor: Actor, body: Mapping[str, Any], reason: str) -> tuple[Rules, int]:
    """Put rules in force for the months to come.

    Raises:
        InvalidInput: they are not understood, or no reason is given.
        NotAllowed: who may not approve definitions.
    """
    if not actor.may("definitions.approve"):
        raise NotAllowed("To change how buyers are judged takes the permission definitions.approve.", where="rules")
    rules = read_rules(body)
    change = Change(actor, reason, workspace.clock.now_ms())
    with workspace.records.write() as session:
        draft = save_draft(session, change, KIND, NAME, rules.json(), base_version=newest_version(session, KIND, NAME) or 0)
        found = draft if draft.state == "active" else activate(session, change, KIND, NAME, draft.version)
    return rules, found.version
