"""What a review teaches the library: the incident becomes a window of history of the event that it was, or was taken for, through the gate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import NotFound
from windsock.monitoring import store
from windsock.monitoring.event_library.keep import find_entry, save_entry
from windsock.monitoring.event_library.model import Direction, Finding, Window
from windsock.monitoring.event_library.read import TESTS_MOST
from windsock.monitoring.event_library.write import event_json
from windsock.monitoring.explain.store import whys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.definitions import Change
    from windsock.monitoring.event_library.keep import Entry
    from windsock.workspace import Workspace

NOT_IT = frozenset({"false", "expected", "data_fault"})


@dataclass(frozen=True)
class Lesson:
    """What the alerts of an incident showed: as a finding, whether it was an event at all, and the known event that they were likest."""

    finding: Finding
    was: bool
    like: str | None


def lesson(workspace: Workspace, alerts: Sequence[str]) -> Lesson | None:
    """Return what alerts showed together; it was none where people said so of all of them. None where none of them is explained.

    Args:
        workspace: where.
        alerts: ids of the alerts of one incident.
    """
    with workspace.records.read() as session:
        explained = whys(session, alerts)
        known = [alert for alert in (store.peek_alert(session, one) for one in explained) if alert is not None]
    moved: dict[str, Direction] = {alert.metric: alert.direction for alert in known if alert.metric and alert.direction in ("down", "up")}
    if not moved:
        return None
    elements: list[dict[str, Any]] = [dict(one["element"]) for why in explained.values() for one in why["elements"][:1]]
    where = tuple({str(name): str(value) for name, value in element.items()} for element in elements)
    likest = max((one["matches"][0] for one in explained.values() if one["matches"]), key=lambda one: float(one["likeness"]), default=None)
    was = not all(alert.label in NOT_IT for alert in known)
    return Lesson(Finding(moved, where=where or None), was, None if likest is None else str(likest["known_event"]))


def learn(workspace: Workspace, change: Change, window: str, alerts: Sequence[str]) -> Entry | None:
    """Add what alerts showed to the windows of the known event that they were likest; as one that it was not, where people said so of all of them.

    Args:
        workspace: where.
        change: who and why; needs ``definitions.write``, and without ``definitions.approve`` it becomes a draft.
        window: what the window is called; one of that name is written over.
        alerts: ids of the alerts of one incident.

    Returns:
        The entry as it is now; None where the alerts are like no known event.

    Raises:
        InvalidInput: the library would do worse on its history.
        NotAllowed: the actor may not.
    """
    found = lesson(workspace, alerts)
    if found is None or found.like is None:
        return None
    try:
        event = find_entry(workspace, found.like).event
    except NotFound:
        return None
    kept = [one for one in event.tests if one.name != window][-(TESTS_MOST - 1) :]
    taught = replace(event, tests=(*kept, Window(window, found.finding, found.was)))
    return save_entry(workspace, change, event_json(taught))
