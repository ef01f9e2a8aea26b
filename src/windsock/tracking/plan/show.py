"""Show the plan in force beside what came in the last seven days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.tracking.model import plan as plans
from windsock.tracking.model.infer import ENUM_MOST, Observed, drift_of
from windsock.tracking.model.plan import Plan, PlannedEvent, PropertyRule
from windsock.tracking.plan.freeze import latest
from windsock.tracking.plan.observe import Volume, agreed_or_own, observe
from windsock.tracking.plan.read import read_plan

if TYPE_CHECKING:
    from windsock.definitions import Definition
    from windsock.workspace import Workspace

DAYS = 7
DAY_MS = 86_400_000


@dataclass(frozen=True)
class PropertyView:
    """A property: what was agreed (None: nothing), and how it came (None: it did not)."""

    name: str
    rule: PropertyRule | None
    seen: Observed | None
    planned: bool

    @property
    def drift(self) -> str | None:
        """How what comes differs from what was agreed."""
        return drift_of(self.rule, self.seen)

    @property
    def values(self) -> list[str] | None:
        """The agreed values, else the few that came; None where there are many, or where they are somebody's."""
        if self.rule is not None and self.rule.enum is not None:
            return list(self.rule.enum)
        if self.seen is None or (self.rule is not None and self.rule.pii) or self.seen.people or self.seen.distinct > ENUM_MOST:
            return None
        return sorted(self.seen.values) if self.seen.kinds.get("text") else None


@dataclass(frozen=True)
class EventView:
    """An event: what was agreed, and what came."""

    event: PlannedEvent
    volume: Volume | None
    properties: tuple[PropertyView, ...]


@dataclass(frozen=True)
class PlanView:
    """The plan in force, the newest version if there is any, and the events: those that came first."""

    plan: Plan
    newest: Definition | None
    events: tuple[EventView, ...]


def show(workspace: Workspace) -> PlanView:
    """Return the plan with the use of the last seven days."""
    now = workspace.clock.now_ms()
    with workspace.records.read() as session:
        newest = latest(session, plans.KIND, plans.NAME)
    plan = read_plan(workspace)
    seen = observe(workspace.warehouse, now - DAYS * DAY_MS, now + 1)
    volumes = {one.event: one for one in seen.volumes}
    inside: dict[str, dict[str, Observed]] = {}
    for one in agreed_or_own(plan, seen.properties):
        inside.setdefault(one.event, {})[one.name] = one
    names = [*volumes, *(name for name in plan.events if name not in volumes)]
    events = [_event(plan.events.get(name, PlannedEvent(name, name, name)), volumes.get(name), inside.get(name, {})) for name in names]
    return PlanView(plan, newest, tuple(events))


def _event(event: PlannedEvent, volume: Volume | None, seen: dict[str, Observed]) -> EventView:
    names = [*event.properties, *sorted(name for name in seen if name not in event.properties)]
    views = [PropertyView(name, event.properties.get(name), seen.get(name), name in event.properties) for name in names]
    return EventView(event, volume, tuple(views))
