"""See batches and their rejected rows, and take one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.imports import shapes as s
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

PAGE_MAX = 200


def list_batches(workspace: Workspace, *, kind: str | None, limit: int, cursor: str | None) -> s.BatchesAnswer:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def read_batch(workspace: Workspace, batch_id: str) -> s.BatchDetail:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def rejections(workspace: Workspace, actor: Actor, batch_id: str, limit: int, cursor: str | None) -> s.RejectionsAnswer:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def undo(workspace: Workspace, actor: Actor, batch_id: str) -> s.UndoAnswer:
    """Not built yet."""
    raise InvalidInput("Not built yet.")
