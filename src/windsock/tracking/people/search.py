"""Find people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def search_people(workspace: Workspace, actor: Actor, query: str, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of people as JSON."""
    raise NotImplementedError
