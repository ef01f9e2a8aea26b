"""What a person did, in every channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def read_timeline(workspace: Workspace, actor: Actor, did: int, limit: int, cursor: str | None, as_of: str | None) -> dict[str, Any]:
    """Return a page of moments as JSON."""
    raise NotImplementedError
