"""What the stand-up gives to other rooms: what Today told of a day. Its page is frozen by the job of the metrics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from windsock.metrics.told_port import Told, plug_told

if TYPE_CHECKING:
    from windsock.metrics.told_port import Asked
    from windsock.workspace import Workspace


def told(workspace: Workspace, asked: Asked) -> Iterable[Told]:
    """Say what Today told; see ``told.told_today``."""
    from windsock.metrics.standup.told import told_today  # noqa: PLC0415 - each command fills the ports, few ask what was told

    return told_today(workspace, asked)


def plug_ports() -> None:
    """Tell whoever asks what Today told of a day."""
    plug_told("today", told)
