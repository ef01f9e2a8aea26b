"""Imports that come again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.imports import shapes as s
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def items(workspace: Workspace) -> list[s.ScheduleItem]:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def save(workspace: Workspace, actor: Actor, body: s.ScheduleRequest) -> s.SavedAnswer:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def run_now(workspace: Workspace, actor: Actor, name: str) -> str:
    """Not built yet."""
    raise InvalidInput("Not built yet.")
