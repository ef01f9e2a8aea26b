"""Ask for the import of an upload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.imports import shapes as s
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def ask(workspace: Workspace, actor: Actor, upload_id: str, body: s.CommitRequest, *, dry_run: bool) -> str:
    """Not built yet."""
    raise InvalidInput("Not built yet.")
