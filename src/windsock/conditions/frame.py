"""The circumstances of a question in a workspace: its clock and zone, and who knows the names that conditions use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.conditions.model.nodes import Named
from windsock.conditions.named import named_port
from windsock.conditions.plan import Frame

if TYPE_CHECKING:
    from windsock.workspace import Workspace


def frame_of(workspace: Workspace, *, as_of_ms: int | None = None, person: int | None = None) -> Frame:
    """Return the circumstances of a workspace, now."""

    def check(leaf: Named, place: str) -> None:
        named_port(leaf.kind, place).check(workspace, leaf.name, place)

    return Frame(workspace.clock.now_ms(), workspace.zone, workspace.settings.workspace.week_start, as_of_ms, person=person, check=check)
