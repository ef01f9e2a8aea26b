"""Propose a plan from the events that are stored, and say how it differs from the one in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.tracking.model.infer import PlanChange, compare, propose
from windsock.tracking.plan.observe import agreed_or_own, observe
from windsock.tracking.plan.read import read_plan

if TYPE_CHECKING:
    from windsock.tracking.model.plan import Plan
    from windsock.workspace import Workspace

DAY_MS = 86_400_000
SAMPLE = 20_000
CHANGES_MOST = 2_000


@dataclass(frozen=True)
class Inferred:
    """A proposal, its differences (2,000 at most), and on how many events it rests."""

    proposal: Plan
    changes: tuple[PlanChange, ...]
    events_read: int
    sampled: bool


def infer(workspace: Workspace, *, source: str = "", days: int = 28) -> Inferred:
    """Return the plan that fits the events of the last days.

    Args:
        workspace: where.
        source: only this one; all when empty.
        days: how many days back, by the events' time.
    """
    now = workspace.clock.now_ms()
    seen = observe(workspace.warehouse, now - days * DAY_MS, now + 1, source=source, sample=SAMPLE)
    plan = read_plan(workspace)
    proposal = propose(plan, agreed_or_own(plan, seen.properties), [one.event for one in seen.volumes], workspace.settings.workspace.currency)
    return Inferred(proposal, tuple(compare(plan, proposal))[:CHANGES_MOST], seen.looked, seen.sampled)
