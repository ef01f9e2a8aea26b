"""Open an incident, or join the one that its cause has: one open incident per cause, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from windsock import jobs
from windsock.governance import audit
from windsock.itsm import store
from windsock.itsm.call import Call
from windsock.itsm.model.record import CAUSE_MAX, Record, Thresholds, check_body, check_title, severity
from windsock.itsm.model.rota import on_duty
from windsock.itsm.model.states import may_reopen
from windsock.itsm.step import Wish, moved
from windsock.itsm.tell_port import tell
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

HOPS_MAX = 100
PEOPLE_MAX = 10**10


@dataclass(frozen=True)
class Opening:
    """What an incident is opened with.

    Attributes:
        cause: the fingerprint of what explains it; None for one that somebody opens by hand and that nothing joins.
        title_zh: in Chinese; empty: the English one.
        title_en: in English; empty: the Chinese one.
        reason: why it is opened.
        cents_per_hour: money lost per hour in hundredths, or None when it is not known.
        people: how many are touched, or None.
        alert: the alert of monitoring that it comes from.
        owner: a team; who is on duty when empty.
        body: metric, where (value by dimension), at_ms, alert.
    """

    cause: str | None
    title_zh: str
    title_en: str
    reason: str
    cents_per_hour: int | None = None
    people: int | None = None
    alert: str | None = None
    owner: str = ""
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Opened:
    """The incident, and whether it is new, was joined or was opened again."""

    record: Record
    how: Literal["opened", "joined", "reopened"]


def open_incident(workspace: Workspace, actor: Actor, opening: Opening) -> Opened:
    """Open an incident, or join the one that its cause has.

    Raises:
        InvalidInput: the title, the cause or the body is wrong.
        NotAllowed: the actor may not.
    """
    try:
        with workspace.records.write() as session:
            return begin(workspace, session, actor, opening)
    except Conflict:
        # Somebody else opened it at the same moment: now there is one to join.
        with workspace.records.write() as session:
            return begin(workspace, session, actor, opening)


def begin(workspace: Workspace, session: Session, actor: Actor, opening: Opening) -> Opened:
    """Open or join inside a transaction; see ``open_incident``.

    Raises:
        Conflict: somebody else opened one of the cause at the same moment.
    """
    if not actor.may("incidents.work"):
        raise NotAllowed("To open an incident takes the permission incidents.work.", where="incident")
    opening = _checked(opening)
    now_ms = workspace.clock.now_ms()
    found = None if opening.cause is None else _of_cause(session, opening.cause)
    if found is not None and opening.alert is not None and _linked_to(session, opening.alert) == found.id:
        return Opened(found, "joined")
    if found is None or (found.state == "closed" and not may_reopen(found.closed_ms, now_ms, workspace.settings.itsm.reopen_days)):
        return Opened(_new(workspace, session, actor, opening, now_ms), "opened")
    how: Literal["joined", "reopened"] = "joined"
    if found.state in ("resolved", "closed"):
        found = moved(workspace, session, actor, found, Wish("reopen", opening.reason, evidence=_proof(opening)))
        how = "reopened"
    after = _joined(workspace, session, actor, found, opening)
    if how == "reopened":
        _call(workspace, session, "reopened", after, now_ms)
    return Opened(after, how)


def limits(workspace: Workspace) -> Thresholds:
    """Return the settings' thresholds of severity."""
    given = workspace.settings.itsm
    return Thresholds(given.money_per_hour, given.people)


def duty_now(workspace: Workspace, session: Session, now_ms: int, level: int = 1) -> str:
    """Return who is on duty."""
    return on_duty(store.duties(session), now_ms, workspace.zone, level)


def _checked(opening: Opening) -> Opening:
    zh, en = check_title(opening.title_zh, opening.title_en)
    cause = None if opening.cause is None else opening.cause.replace("\0", "").strip()
    if cause is not None and not 0 < len(cause) <= CAUSE_MAX:
        raise InvalidInput(f"A cause has 1 to {CAUSE_MAX} characters.", where="cause")
    if opening.people is not None and not 0 <= opening.people <= PEOPLE_MAX:
        raise InvalidInput("That is no number of people.", where="people")
    owner = opening.owner.replace("\0", "").strip()[:120]
    return replace(opening, title_zh=zh, title_en=en, cause=cause, owner=owner, body=check_body("incident", opening.body))


def _of_cause(session: Session, cause: str) -> Record | None:
    """Return the incident of a cause, held; that which it was merged into, when it was."""
    found = store.last_of_cause(session, cause)
    for _ in range(HOPS_MAX):
        if found is None or found.merged_into is None:
            return found
        found = store.held(session, found.merged_into)
    return found


def _linked_to(session: Session, alert: str) -> str | None:
    known = store.alert_link(session, alert)
    return None if known is None else known.record


def _new(workspace: Workspace, session: Session, actor: Actor, opening: Opening, now_ms: int) -> Record:
    record = Record(
        id=workspace.ids.new("inc"),
        kind="incident",
        title_zh=opening.title_zh,
        title_en=opening.title_en,
        state="new",
        version=1,
        opened_ms=now_ms,
        changed_ms=now_ms,
        opened_by=actor.name[:120],
        cause=opening.cause,
        owner=opening.owner or duty_now(workspace, session, now_ms),
        severity=severity(_money(opening.cents_per_hour), opening.people, limits(workspace)),
        cents_per_hour=opening.cents_per_hour,
        people=opening.people,
        escalate_ms=now_ms + workspace.settings.itsm.escalate_minutes * 60_000,
        body=dict(opening.body),
    )
    store.add(session, record)
    said = opening.reason.replace("\0", "").strip()[:1_000] or opening.title_en
    store.add_move(session, store.Move(record.id, 1, "open", "", "new", actor.id[:100], actor.name[:120], said, _proof(opening), now_ms))
    if opening.alert is not None:
        store.link(session, store.Link(record.id, "alert", opening.alert, now_ms))
    detail = {"cause": opening.cause, "severity": record.severity, "alert": opening.alert}
    audit(session, actor, "itsm.incident_opened", f"incident:{record.id}", detail, now_ms)
    jobs.publish(session, "itsm.incident_opened", {"record": record.id, "cause": opening.cause, "severity": record.severity}, now_ms)
    _call(workspace, session, "opened", record, now_ms)
    return record


def _joined(workspace: Workspace, session: Session, actor: Actor, found: Record, opening: Opening) -> Record:
    """Give an alert and its cost to an incident: it costs what the dearest of its alerts says, as they have one cause."""
    now_ms = workspace.clock.now_ms()
    cents = _most(found.cents_per_hour, opening.cents_per_hour)
    people = _most(found.people, opening.people)
    grave = min(found.severity, severity(_money(cents), people, limits(workspace))) if cents is not None or people is not None else found.severity
    new = {"cents_per_hour": cents, "people": people, "severity": grave, "changed_ms": now_ms}
    store.touch(session, found.id, new)
    if opening.alert is not None and not store.link(session, store.Link(found.id, "alert", opening.alert, now_ms)):
        store.end_alert(session, opening.alert, None)
    store.add_entry(session, store.Entry(found.id, "joined", opening.alert or opening.reason[:1_000], actor.id[:100], actor.name[:120], now_ms))
    audit(session, actor, "itsm.incident_joined", f"incident:{found.id}", {"alert": opening.alert}, now_ms)
    return replace(found, **new)


def _call(workspace: Workspace, session: Session, why: str, record: Record, now_ms: int) -> None:
    tell(workspace, session, Call(why, record, duty_now(workspace, session, now_ms), 1))


def _most(one: int | None, other: int | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return max(known) if known else None


def _money(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents) / 100


def _proof(opening: Opening) -> dict[str, str]:
    return {} if opening.alert is None else {"alert": opening.alert}
