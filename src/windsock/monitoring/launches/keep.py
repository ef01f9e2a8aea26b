"""Declare a launch, change it before it starts, cancel it; each with its audit record. What has started is changed no more."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from windsock import destinations
from windsock.governance import audit
from windsock.kernel.clock import iso
from windsock.kernel.errors import Conflict, InvalidInput, NotFound, TooMany
from windsock.metrics import catalogue_of
from windsock.monitoring.known_days import store as days
from windsock.monitoring.known_days.model import KnownDay
from windsock.monitoring.launches import store
from windsock.monitoring.launches.definition import AHEAD_MOST_MS, Launch, body_of, launch_from
from windsock.monitoring.launches.judge import Status
from windsock.monitoring.launches.ramp import measured
from windsock.monitoring.launches.read import check_line
from windsock.monitoring.launches.store import Kept

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

REASON_MOST = 500
WHY_LATE = "Lines that are drawn once figures are known prove nothing."


def declare(workspace: Workspace, actor: Actor, body: object) -> Kept:
    """Keep a launch that has not started; the same one declared again is the one that is there.

    Raises:
        InvalidInput: it can't be followed, or has started.
        Conflict: there is another one of its name.
        NotFound: there is no destination of a name.
        TooMany: 50 are open, or 2,000 are kept.
    """
    new = _checked(workspace, actor, body)
    with workspace.records.write() as session:
        kept = store.read(session, new.name)
        if kept is not None and kept.state == "planned" and kept.body == new.body:
            return kept
        number, in_all = store.counts(session)
        if number >= store.OPEN_MOST or in_all >= store.MOST:
            what = f"There are {store.OPEN_MOST} launches that are not over, or {store.MOST:,} in all."
            raise TooMany(what, retry_after_s=0, where="launches", fix="Cancel one that is not needed.")
        if kept is not None or not store.add(session, new):
            fix = "Take another name; one that has not started can be changed."
            raise Conflict(f"There is a launch '{new.name}' already.", where="name", fix=fix)
        _know(session, workspace, actor, new)
        audit(session, actor, "launch.declared", f"launch:{new.name}", {"body": dict(new.body)}, workspace.clock.now_ms())
    return new


def change(workspace: Workspace, actor: Actor, name: str, body: object, revision: int) -> Kept:
    """Declare a launch otherwise, before it starts.

    Raises:
        NotFound: there is none, or no destination of a name.
        Conflict: it has started, is cancelled, or was changed by somebody else.
        InvalidInput: it can't be followed, would have started, or gets another name.
    """
    _open(workspace, find(workspace, name))
    new = _checked(workspace, actor, body)
    if new.name != name:
        raise InvalidInput("A launch keeps its name.", where="name", fix="Cancel it, and declare another.")
    with workspace.records.write() as session:
        kept = find(workspace, name, session)
        _open(workspace, kept)
        told = {key: getattr(new, key) for key in ("body", "lines", "starts_ms", "ends_ms")}
        if kept.revision != revision or not store.change(session, kept, told):
            raise Conflict("Somebody changed it since.", where="revision", fix="Look at it again, then change it.")
        days.remove_day(session, _day_id(name))
        _know(session, workspace, actor, new)
        audit(session, actor, "launch.changed", f"launch:{name}", {"before": dict(kept.body), "body": dict(new.body)}, workspace.clock.now_ms())
        return find(workspace, name, session)


def cancel(workspace: Workspace, actor: Actor, name: str, reason: str) -> Kept:
    """Cancel a launch that is not over; it is kept, with the reason and how it stood.

    Raises:
        NotFound: there is none.
        Conflict: it has its verdict or is cancelled already.
        InvalidInput: no reason is given.
    """
    said, now_ms = reason.replace("\0", "").strip(), workspace.clock.now_ms()
    if not 0 < len(said) <= REASON_MOST:
        raise InvalidInput("Say why it is cancelled.", where="reason", fix=f"Write 1 to {REASON_MOST} characters.")
    with workspace.records.write() as session:
        kept = find(workspace, name, session)
        if not store.change(session, kept, {"state": "cancelled", "reason": said}):
            over = "is cancelled already" if kept.state == "cancelled" else "has its verdict"
            raise Conflict(f"The launch '{name}' {over}.", where="launch", fix="A verdict stays as it is.")
        if kept.starts_ms > now_ms:
            days.remove_day(session, _day_id(name))
        detail = {"reason": said, "state": kept.state, "standing": kept.standing}
        audit(session, actor, "launch.cancelled", f"launch:{name}", detail, now_ms)
        return find(workspace, name, session)


def find(workspace: Workspace, name: str, session: Session | None = None) -> Kept:
    """Return a launch.

    Raises:
        NotFound: there is none.
    """
    if session is None:
        with workspace.records.read() as own:
            return find(workspace, name, own)
    kept = store.read(session, name[:80])
    if kept is None:
        raise NotFound(f"There is no launch '{name[:80]}'.", where="launch", fix="See `windsock launch list`.")
    return kept


def launch_of(workspace: Workspace, kept: Kept) -> Launch:
    """Return what was declared."""
    return launch_from(kept.body, workspace.zone)


def _checked(workspace: Workspace, actor: Actor, body: object) -> Kept:
    launch, now_ms, library = launch_from(body, workspace.zone), workspace.clock.now_ms(), catalogue_of(workspace)
    if launch.starts_ms <= now_ms:
        fix = "Declare the rest of it, from a start that is to come; or watch it by a monitor."
        raise InvalidInput(f"It started at {iso(launch.starts_ms, workspace.zone)[:16]}. {WHY_LATE}", where="starts", fix=fix)
    if launch.starts_ms > now_ms + AHEAD_MOST_MS:
        raise InvalidInput("It starts more than a year from now.", where="starts", fix="Declare it when it is nearer.")
    for name in launch.tell:
        destinations.find(workspace, name)
    lines: list[Any] = []
    for number, line in enumerate(launch.lines):
        check_line(workspace, launch, line, library, f"lines[{number}]")
        lines.append({"ramp": measured(workspace, launch, line, library).json(), "status": Status().json()})
    return Kept(
        name=launch.name, body=body_of(launch), lines=lines, starts_ms=launch.starts_ms, ends_ms=launch.ends_ms, state="planned", standing="early",
        until_ms=launch.starts_ms, looked_ms=0, note="", verdict={}, reason="", created_ms=now_ms, created_by=actor.id[:100],
        created_name=actor.name[:120],
    )  # fmt: skip


def _open(workspace: Workspace, kept: Kept) -> None:
    """Refuse to change what has started or is over."""
    if kept.state == "planned" and kept.starts_ms > workspace.clock.now_ms():
        return
    over = "is cancelled" if kept.state == "cancelled" else "is over" if kept.state == "ended" else "has started"
    raise Conflict(f"The launch '{kept.name}' {over}. {WHY_LATE}", where="launch", fix="Cancel it with a reason, and declare another one.")


def _day_id(name: str) -> str:
    return f"launch:{hashlib.blake2b(name.encode(), digest_size=12).hexdigest()}"


def _know(session: Session, workspace: Workspace, actor: Actor, new: Kept) -> None:
    """Keep the time of a launch as a known one, where that is asked for: monitors excuse what is unusual in it."""
    launch = launch_of(workspace, new)
    if not launch.known_day:
        return
    where = {str(one["field"]): str(one["value"]) for one in launch.where if one["op"] == "=" and one["value"] is not None}
    kind = "campaign" if launch.kind == "campaign" else "release" if launch.kind in ("product", "release", "route") else "other"
    day = KnownDay(_day_id(new.name), kind, launch.starts_ms, launch.ends_ms, title=f"{launch.title.en} {launch.title.zh}"[:200], by=actor.name[:120])
    days.add_days(session, [replace(day, where=dict(list(where.items())[:4]))])
