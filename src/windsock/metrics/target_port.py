"""The port of targets: who keeps them plugs in how to look them up; without, no figure has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.model.predicate import Predicate
    from windsock.workspace import Workspace

Targets = Callable[["Workspace", "Sequence[str]", "Period", "Sequence[Predicate]"], Mapping[str, Decimal]]
"""(workspace, metrics, period, filters) -> the target by metric; a metric without a target for just this period and cut is left out."""

_plugged: list[Targets] = []


def plug_targets(look_up: Targets) -> None:
    """Take the function that knows targets; a second one replaces the first."""
    _plugged[:] = [look_up]


def targets_of(workspace: Workspace, metrics: Sequence[str], period: Period, where: Sequence[Predicate] = ()) -> Mapping[str, Decimal]:
    """Return the targets of metrics for a period and cut; empty while nobody keeps targets."""
    return _plugged[0](workspace, metrics, period, where) if _plugged else {}
