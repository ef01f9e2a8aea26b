"""Turn the occurrences of schedules into jobs, each exactly once, however many workers look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.jobs import store
from windsock.jobs.enqueue import enqueue
from windsock.jobs.model import Occurrence, Schedule, latest_occurrence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.kernel.ids import Ids
    from windsock.records import Records


def tick(records: Records, schedules: Sequence[Schedule], zone: str, now_ms: int, ids: Ids | None = None) -> list[str]:
    """Enqueue what has come due since the last look; of several missed occurrences only the last.

    A schedule that is seen for the first time starts with its next occurrence. Two things make an occurrence happen once: the last
    one is remembered under a lock, and the job's key names the occurrence, so that a clock set back repeats nothing either.

    Args:
        records: where they are remembered.
        schedules: all of this programme's.
        zone: the workspace's zone.
        now_ms: the clock's time.
        ids: random ones when None.

    Returns:
        The ids of the jobs that were asked for.
    """
    with records.read() as session:
        last = store.schedules(session)
    new = [schedule for schedule in schedules if schedule.name not in last]
    coming = [(schedule, latest_occurrence(schedule, now_ms, zone)) for schedule in schedules if schedule.name in last]
    due = [(schedule, occurrence) for schedule, occurrence in coming if _is_due(occurrence, last[schedule.name], now_ms)]
    if not new and not due:
        return []
    asked: list[str] = []
    with records.write() as session:
        for schedule in new:
            store.add_schedule(session, schedule.name, now_ms)
        for schedule, occurrence in due:
            row = store.schedule(session, schedule.name)
            if row is None or not _is_due(occurrence, row.last_ms, now_ms):
                continue
            if row.last_ms > now_ms:
                row.last_ms = now_ms
                continue
            row.last_ms = occurrence.ms
            key = f"schedule:{schedule.name}:{occurrence.label}"
            payload = {"occurrence_ms": occurrence.ms, "occurrence": occurrence.label}
            asked.append(enqueue(session, schedule.kind, payload, key=key, now_ms=now_ms, ids=ids))
    return asked


def _is_due(occurrence: Occurrence, last_ms: int, now_ms: int) -> bool:
    # A last occurrence that lies ahead was written under a clock that has been set back since: go on from now.
    return occurrence.ms > last_ms or last_ms > now_ms
