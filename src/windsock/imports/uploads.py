"""Files that come in chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.imports import shapes as s
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def start(workspace: Workspace, actor: Actor, name: str, size: int) -> s.UploadAnswer:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def answer(workspace: Workspace, actor: Actor, upload_id: str) -> s.UploadAnswer:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def put(workspace: Workspace, actor: Actor, upload_id: str, offset: int, chunk: bytes) -> int:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def drop(workspace: Workspace, actor: Actor, upload_id: str) -> None:
    """Not built yet."""
    raise InvalidInput("Not built yet.")
