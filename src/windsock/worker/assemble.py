"""Make the worker of all rooms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from windsock.kernel.errors import Broken
from windsock.rooms import ROOMS, Room
from windsock.worker.loop import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from windsock.jobs import JobKind, Reaction, Schedule
    from windsock.workspace import Workspace


def worker_of(workspace: Workspace, rooms: Iterable[Room] = ROOMS) -> Worker:
    """Return a worker that runs what the rooms list, not started yet.

    Args:
        workspace: handed to jobs and reactions.
        rooms: all rooms.

    Raises:
        Broken: two rooms use one name, or a schedule asks for a kind that no room has.
    """
    rooms = tuple(rooms)
    kinds: list[JobKind] = [kind for room in rooms for kind in room.job_kinds()]
    schedules = [_timed(schedule, workspace) for room in rooms for schedule in room.schedules()]
    reactions: list[Reaction] = [reaction for room in rooms for reaction in room.reactions()]
    for names in ([one.name for one in kinds], [one.name for one in schedules], [one.name for one in reactions]):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise Broken(f"Two pieces of work are called {', '.join(twice)}.", where="rooms.ROOMS")
    homeless = sorted({schedule.kind for schedule in schedules} - {kind.name for kind in kinds})
    if homeless:
        raise Broken(f"No room runs {', '.join(homeless)}, which a schedule asks for.", where="rooms.ROOMS")
    return Worker(workspace, kinds, schedules=schedules, reactions=reactions)


def _timed(schedule: Schedule, workspace: Workspace) -> Schedule:
    """Return a schedule at the time that the workspace's settings say."""
    if schedule.setting is None:
        return schedule
    part, _, field = schedule.setting.partition(".")
    return replace(schedule, at_local=str(getattr(getattr(workspace.settings, part), field)))


def run_worker(workspace: Workspace) -> bool:
    """Run a worker as a process of its own until SIGTERM or SIGINT.

    Returns:
        Whether it stopped cleanly.
    """
    for room in ROOMS:
        if room.on_start is not None:
            room.on_start(workspace)
    return worker_of(workspace).run()
