"""Keep what is known of days: list, add, remove, import; each change with its audit record. And what a rule is told of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from windsock.governance import audit
from windsock.kernel.errors import InvalidInput, NotFound, TooMany
from windsock.metrics import catalogue_of
from windsock.monitoring.known_days import store
from windsock.monitoring.known_days.ics import read_events
from windsock.monitoring.known_days.model import KnownDay, check_day, public_holidays, touched
from windsock.monitoring.scan import Known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from windsock.governance import Actor
    from windsock.monitoring.known_days.model import Kind
    from windsock.monitoring.monitors.model import Monitor
    from windsock.monitoring.rules import Figures
    from windsock.records import Session
    from windsock.workspace import Workspace

SPAN_MOST_MS = 3 * 366 * 86_400_000


def list_days(workspace: Workspace, starts_ms: int, ends_ms: int) -> list[KnownDay]:
    """Return what is known of a span of three years at most, the house's public holidays too, the first one first.

    Raises:
        InvalidInput: the span is longer, or ends before it starts.
    """
    if not 0 <= ends_ms - starts_ms <= SPAN_MOST_MS:
        raise InvalidInput("Known days are listed for three years at most.", where="from_ms / until_ms", fix="Ask for a shorter span.")
    with workspace.records.read() as session:
        return _known(session, starts_ms, ends_ms, workspace.zone)


def add_day(workspace: Workspace, actor: Actor, new: KnownDay) -> KnownDay:
    """Keep a day and return it with its id.

    Raises:
        InvalidInput, TooMany: it can't be kept, or there are 5,000 already.
    """
    _check_where(workspace, new.where)
    day, now_ms = check_day(replace(new, id=workspace.ids.new("day"), source="hand", by=actor.name[:120], uid=None)), workspace.clock.now_ms()
    with workspace.records.write() as session:
        _check_room(session, 1)
        store.add_days(session, [day])
        audit(session, actor, "known_days.added", f"known_day:{day.id}", {"kind": day.kind, "title": day.title}, now_ms)
    return day


def remove_day(workspace: Workspace, actor: Actor, day_id: str) -> None:
    """Forget a day.

    Raises:
        NotFound: there is none; those of the house's calendar stay.
    """
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        found = store.remove_day(session, day_id)
        if found is None:
            raise NotFound(f"There is no known day '{day_id[:40]}'.", where="known-days", fix="Those of the calendar can't be removed.")
        audit(session, actor, "known_days.removed", f"known_day:{day_id}", {"kind": found.kind, "title": found.title}, now_ms)


def import_days(workspace: Workspace, actor: Actor, body: bytes, kind: Kind) -> list[KnownDay]:
    """Keep the events of a calendar file, all or none; one whose UID is known takes the place of what it was.

    Raises:
        InvalidInput, TooMany: the file can't be read (see ``read_events``), or there would be more than 5,000 days.
    """
    now_ms, by = workspace.clock.now_ms(), actor.name[:120]
    found: dict[str, KnownDay] = {}
    for event in read_events(body, workspace.zone):
        name = workspace.ids.new("day")
        day = KnownDay(name, kind, event.starts_ms, event.ends_ms, title=event.title, source="ics", by=by, uid=event.uid or None)
        found[event.uid or name] = check_day(day)
    if not found:
        raise InvalidInput("The calendar file has no events.", where="file")
    uids = {day.uid for day in found.values() if day.uid is not None}
    with workspace.records.write() as session:
        replaced = store.remove_uids(session, uids)
        _check_room(session, len(found))
        store.add_days(session, list(found.values()))
        audit(session, actor, "known_days.imported", "known_days", {"kind": kind, "added": len(found), "replaced": replaced}, now_ms)
    return sorted(found.values(), key=lambda day: (day.starts_ms, day.id))


def knowing(workspace: Workspace, monitor: Monitor, keys: Sequence[Sequence[Any]], figures: Figures) -> Known:
    """Return what is known of the days of a monitor's series, for the rules that judge by what is usual: see ``scan.Known``.

    What was an incident (an alert that people closed as true) is left out of what later points are judged by, and excuses nothing itself.
    """
    if monitor.rule.kind not in ("band", "anomaly"):
        return Known()
    points, names = figures.values.shape[1], monitor.by
    begins = figures.start_ms - figures.window * figures.step_ms
    with workspace.records.read() as session:
        days = _known(session, begins, figures.start_ms + points * figures.step_ms, workspace.zone)
        incidents = store.incidents(session, monitor.name, begins, figures.step_ms)
    if not days and not incidents:
        return Known()
    at = (figures.start_ms, figures.step_ms, points, figures.window)
    excused = touched([day for day in days if day.kind != "incident"], names, keys, at)
    return Known(excused | touched([*incidents, *(day for day in days if day.kind == "incident")], names, keys, at), excused)


def _known(session: Session, starts_ms: int, ends_ms: int, zone: str) -> list[KnownDay]:
    kept = store.days_within(session, starts_ms, ends_ms)
    return sorted([*kept, *public_holidays(starts_ms, ends_ms, zone)], key=lambda day: (day.starts_ms, day.id))


def _check_where(workspace: Workspace, where: Mapping[str, str]) -> None:
    library = catalogue_of(workspace)
    for name in where:
        if all(name not in library.dimensions(metric) for metric in library.metrics):
            raise InvalidInput(f"There is no dimension '{name[:60]}'.", where="where", fix="Name one that metrics are cut by.")


def _check_room(session: Session, more: int) -> None:
    if store.count_days(session) + more > store.DAYS_MAX:
        what = f"There are {store.DAYS_MAX:,} known days at most."
        raise TooMany(what, retry_after_s=0, where="known-days", fix="Remove some that are long over.")
