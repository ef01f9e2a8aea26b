"""Mappings that can be used by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.imports import shapes as s
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def mapping_items(workspace: Workspace, kind: str | None) -> list[s.MappingItem]:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def save(workspace: Workspace, actor: Actor, body: s.MappingRequest) -> s.SavedAnswer:
    """Not built yet."""
    raise InvalidInput("Not built yet.")
