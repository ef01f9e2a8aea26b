"""What a file seems to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.imports import shapes as s
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def kind_answers() -> list[s.KindAnswer]:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def sniff_upload(workspace: Workspace, actor: Actor, upload_id: str, body: s.SniffRequest) -> s.SniffAnswer:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def sniff_query(workspace: Workspace, actor: Actor, body: s.QueryBody, kind: str | None) -> s.ConnectionPreview:
    """Not built yet."""
    raise InvalidInput("Not built yet.")
