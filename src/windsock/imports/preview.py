"""What the first rows of a file become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.imports import shapes as s
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def preview_upload(workspace: Workspace, actor: Actor, upload_id: str, body: s.PreviewRequest) -> s.PreviewAnswer:
    """Not built yet."""
    raise InvalidInput("Not built yet.")
