"""Try a policy: how many people it would join or part; nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windsock.governance import Actor
    from windsock.workspace import Workspace


def preview_policy(workspace: Workspace, actor: Actor, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a policy would change, as JSON."""
    del workspace, actor, body
    return {"persons_before": 0, "persons_after": 0, "join": 0, "split": 0, "largest": [], "samples": []}
