"""The room's own work: every morning the targets whose period is over and whose data is whole are closed; and what it gives to other rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import JobKind, Schedule
from windsock.metrics.target_port import plug_targets
from windsock.metrics.targets.close import close
from windsock.metrics.targets.look_up import target_uses, targets_for
from windsock.metrics.told_port import plug_told
from windsock.metrics.uses import plug_uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windsock.jobs import JobContext
    from windsock.metrics.told_port import Asked, Told
    from windsock.workspace import Workspace


def close_targets(workspace: Workspace, context: JobContext) -> None:
    """Close what can be closed; a second run finds the results and does nothing."""
    closed = close(workspace, lambda done: context.progress(done, None, f"{done} closed"))
    context.progress(closed, closed, f"{closed} closed")


JOB_KINDS = (JobKind("targets.close", close_targets),)
SCHEDULES = (Schedule("targets.close", "targets.close", at_local="08:45", setting="metrics.today_at"),)


def told(workspace: Workspace, asked: Asked) -> Iterable[Told]:
    """Say what closed targets told; see ``told.told_targets``."""
    from windsock.metrics.targets.told import told_targets  # noqa: PLC0415 - each command fills the ports, few ask what was told

    return told_targets(workspace, asked)


def plug_ports() -> None:
    """Tell the tree and whoever asks what the targets are, which metrics they stand on, and what closed ones told."""
    plug_targets(targets_for)
    plug_uses("target", target_uses)
    plug_told("target", told)
