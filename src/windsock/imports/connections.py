"""Databases to read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from windsock.imports import shapes as s
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def items(workspace: Workspace) -> list[s.ConnectionItem]:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def save(workspace: Workspace, actor: Actor, body: s.ConnectionRequest) -> s.ConnectionItem:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def drop(workspace: Workspace, actor: Actor, name: str) -> None:
    """Not built yet."""
    raise InvalidInput("Not built yet.")


def first_rows(workspace: Workspace, body: s.QueryBody, most: int) -> pa.Table:
    """Not built yet."""
    raise InvalidInput("Not built yet.")
