"""One person from all sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def read_profile(workspace: Workspace, actor: Actor, did: int, as_of: str | None) -> dict[str, Any]:
    """Return a person as JSON."""
    raise NotImplementedError
