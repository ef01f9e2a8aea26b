"""Every operational query of the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import case, delete, func, or_, select, update

from windsock.itsm.model.record import Record
from windsock.itsm.model.rota import Duty
from windsock.itsm.tables import ActionRow, DutyRow, EntryRow, LinkRow, NightRow, RecordRow, ReviewRow, TransitionRow
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_FIELDS = tuple(one.name for one in fields(Record))
_UNKNOWN = -1
_MONEY = func.coalesce(RecordRow.cents_per_hour, _UNKNOWN)
LINKED_MAX, TIMELINE_MAX, DUTIES_MAX = 500, 1_000, 200
DONE = ("resolved", "closed", "merged")


@dataclass(frozen=True)
class Move:
    """One move of a record as it is kept."""

    record: str
    version: int
    event: str
    before: str
    after: str
    actor_id: str
    actor_name: str
    reason: str
    evidence: dict[str, Any]
    at_ms: int


@dataclass(frozen=True)
class Entry:
    """One line of a timeline besides the moves."""

    record: str
    kind: str
    text: str
    actor_id: str
    actor_name: str
    at_ms: int


@dataclass(frozen=True)
class Link:
    """A record and what belongs to it."""

    record: str
    kind: str
    target: str
    at_ms: int
    ended_ms: int | None = None


@dataclass(frozen=True)
class Review:
    """The kept answers on an incident."""

    id: str
    record: str
    version: int
    answers: dict[str, Any]
    saved_by: str
    saved_ms: int


@dataclass(frozen=True)
class Wanted:
    """Which records a list is about; None is all of them."""

    kind: str
    states: tuple[str, ...] | None = None
    owner: str | None = None
    severity: int | None = None
    linked_to: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None


def add(session: Session, record: Record, key: str | None = None) -> None:
    """Keep a new record. A second open incident of its cause fails at once, on the index."""
    session.add(RecordRow(**asdict(record), key=key))
    session.flush()


def of_key(session: Session, key: str) -> Record | None:
    """Return the record that was made under a key, or None."""
    row = session.scalar(select(RecordRow).where(RecordRow.key == key))
    return None if row is None else _record(row)


def held(session: Session, record_id: str) -> Record | None:
    """Return a record as it is now, its row held until the end of the transaction, or None."""
    row = session.scalar(select(RecordRow).where(RecordRow.id == record_id).with_for_update().execution_options(populate_existing=True))
    return None if row is None else _record(row)


def read(session: Session, record_id: str) -> Record | None:
    """Return a record, or None."""
    row = session.get(RecordRow, record_id)
    return None if row is None else _record(row)


def last_of_cause(session: Session, cause: str) -> Record | None:
    """Return the incident of a cause that is open, or the one that was opened last, or None; held."""
    over = case((RecordRow.state.in_(("closed", "merged")), 1), else_=0)
    order = (over, RecordRow.opened_ms.desc(), RecordRow.id.desc())
    query = select(RecordRow).where(RecordRow.kind == "incident", RecordRow.cause == cause).order_by(*order).limit(1).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    return None if row is None else _record(row)


def change(session: Session, record_id: str, seen: int, new: Mapping[str, Any]) -> bool:
    """Write columns over the version that was seen and count it up; False when it changed since."""
    statement = update(RecordRow).where(RecordRow.id == record_id, RecordRow.version == seen).values(version=seen + 1, **new)
    return _changed(session, statement)


def touch(session: Session, record_id: str, new: Mapping[str, Any]) -> None:
    """Write columns that no move depends on, without counting the version; the row is held."""
    session.execute(update(RecordRow).where(RecordRow.id == record_id).values(**new))


def add_move(session: Session, move: Move) -> None:
    """Keep a move, before the record's own change; a second one of the version fails on the index."""
    session.add(TransitionRow(**asdict(move)))
    session.flush()


def add_entry(session: Session, entry: Entry) -> None:
    """Add a line to a timeline."""
    session.add(EntryRow(**asdict(entry)))


def moves(session: Session, record_id: str) -> list[Move]:
    """Return the last moves of a record, at most 1,000, the oldest first."""
    rows = session.scalars(select(TransitionRow).where(TransitionRow.record == record_id).order_by(TransitionRow.seq.desc()).limit(TIMELINE_MAX))
    return [Move(**{one.name: getattr(row, one.name) for one in fields(Move)}) for row in rows][::-1]


def entries(session: Session, record_id: str) -> list[Entry]:
    """Return the last other lines of a timeline, at most 1,000, the oldest first."""
    rows = session.scalars(select(EntryRow).where(EntryRow.record == record_id).order_by(EntryRow.seq.desc()).limit(TIMELINE_MAX))
    return [Entry(**{one.name: getattr(row, one.name) for one in fields(Entry)}) for row in rows][::-1]


def link(session: Session, new: Link) -> bool:
    """Link something unless it is; an alert belongs to one incident."""
    key = ("target",) if new.kind == "alert" else ("record", "kind", "target")
    if new.kind == "alert" and alert_link(session, new.target) is not None:
        return False
    return insert_missing(session, LinkRow, asdict(new), key if new.kind != "alert" else ("record", "kind", "target"))


def alert_link(session: Session, alert: str) -> Link | None:
    """Return to which incident an alert belongs, or None."""
    row = session.scalar(select(LinkRow).where(LinkRow.kind == "alert", LinkRow.target == alert))
    return None if row is None else _link(row)


def end_alert(session: Session, alert: str, ended_ms: int | None) -> None:
    """Note that an alert is over, or that it is not."""
    session.execute(update(LinkRow).where(LinkRow.kind == "alert", LinkRow.target == alert).values(ended_ms=ended_ms))


def alerts_left(session: Session, record_id: str) -> int:
    """Return how many alerts of an incident are not over."""
    query = select(func.count()).select_from(LinkRow).where(LinkRow.record == record_id, LinkRow.kind == "alert", LinkRow.ended_ms.is_(None))
    return int(session.scalar(query) or 0)


def links(session: Session, record_id: str) -> list[Link]:
    """Return what belongs to a record, the newest first, at most 500."""
    rows = session.scalars(select(LinkRow).where(LinkRow.record == record_id).order_by(LinkRow.at_ms.desc(), LinkRow.target).limit(LINKED_MAX))
    return [_link(row) for row in rows]


def linked_from(session: Session, kind: str, target: str) -> list[str]:
    """Return the records to which something belongs, at most 500."""
    query = select(LinkRow.record).where(LinkRow.kind == kind, LinkRow.target == target).order_by(LinkRow.at_ms, LinkRow.record)
    return list(session.scalars(query.limit(LINKED_MAX)))


def move_links(session: Session, source: str, target: str) -> int:
    """Give what belongs to a record to another one; what belongs to both stays once. Returns how many the other has more."""
    count = 0
    for one in session.scalars(select(LinkRow).where(LinkRow.record == source)).all():
        session.execute(delete(LinkRow).where(LinkRow.record == source, LinkRow.kind == one.kind, LinkRow.target == one.target))
        moved = {"record": target, "kind": one.kind, "target": one.target, "at_ms": one.at_ms, "ended_ms": one.ended_ms}
        count += insert_missing(session, LinkRow, moved, ("record", "kind", "target"))
    return count


def page(session: Session, wanted: Wanted, limit: int, after: Sequence[Any] | None = None) -> list[Record]:
    """Return up to ``limit`` records, those that cost most per hour first, then the newest; after a key of ``sort_key``."""
    query = select(RecordRow).where(*_tests(wanted))
    if after is not None:
        money, opened, last = after
        later = (RecordRow.opened_ms < opened) | ((RecordRow.opened_ms == opened) & (RecordRow.id > last))
        query = query.where(or_(money > _MONEY, (money == _MONEY) & later))
    rows = session.scalars(query.order_by(_MONEY.desc(), RecordRow.opened_ms.desc(), RecordRow.id).limit(limit))
    return [_record(row) for row in rows]


def sort_key(record: Record) -> tuple[int, int, str]:
    """Return the key by which lists are ordered."""
    return (_UNKNOWN if record.cents_per_hour is None else record.cents_per_hour, record.opened_ms, record.id)


def count(session: Session, wanted: Wanted) -> int:
    """Return how many records a list has."""
    return int(session.scalar(select(func.count()).select_from(RecordRow).where(*_tests(wanted))) or 0)


def many(session: Session, ids: Sequence[str]) -> dict[str, Record]:
    """Return records by id, at most 500."""
    rows = session.scalars(select(RecordRow).where(RecordRow.id.in_(list(ids)[:LINKED_MAX])))
    return {row.id: _record(row) for row in rows}


def unseen(session: Session, now_ms: int, most: int, limit: int) -> list[str]:
    """Return new incidents whose time to be seen is over and of which too few were told, the longest waiting first."""
    tests = (RecordRow.kind == "incident", RecordRow.state == "new", RecordRow.waiting == "", RecordRow.escalate_ms <= now_ms)
    query = select(RecordRow.id).where(*tests, RecordRow.escalated < most).order_by(RecordRow.escalate_ms, RecordRow.id)
    return list(session.scalars(query.limit(limit)))


def happened(session: Session, events: Sequence[str], from_ms: int, to_ms: int, limit: int) -> list[tuple[str, str]]:
    """Return (incident, event) of the moves in a stretch of time, the first of each, in order."""
    tests = (TransitionRow.event.in_(events), TransitionRow.at_ms >= from_ms, TransitionRow.at_ms < to_ms, RecordRow.kind == "incident")
    query = select(TransitionRow.record, TransitionRow.event, func.min(TransitionRow.seq)).join(RecordRow, RecordRow.id == TransitionRow.record)
    rows = session.execute(query.where(*tests).group_by(TransitionRow.record, TransitionRow.event).order_by(func.min(TransitionRow.seq)).limit(limit))
    return [(record, event) for record, event, _ in rows]


def add_action(session: Session, run: str, record_id: str, what: str, now_ms: int) -> bool:
    """Keep an automatic action unless its run is known; the incident then has one more that is not verified."""
    row = {"run": run, "record": record_id, "what": what, "outcome": "waiting", "at_ms": now_ms, "settled_ms": None}
    if not insert_missing(session, ActionRow, row, ("run",)):
        return False
    session.execute(update(RecordRow).where(RecordRow.id == record_id).values(unverified=RecordRow.unverified + 1))
    return True


def settle_action(session: Session, run: str, outcome: str, now_ms: int) -> str | None:
    """Note what came of an action, once; returns its incident, or None when it is not waiting."""
    row = session.scalar(select(ActionRow).where(ActionRow.run == run))
    statement = update(ActionRow).where(ActionRow.run == run, ActionRow.outcome == "waiting").values(outcome=outcome, settled_ms=now_ms)
    if row is None or not _changed(session, statement):
        return None
    session.execute(update(RecordRow).where(RecordRow.id == row.record).values(unverified=RecordRow.unverified - 1))
    return row.record


def actions(session: Session, record_id: str) -> list[dict[str, Any]]:
    """Return the automatic actions of an incident, the oldest first, at most 500."""
    rows = session.scalars(select(ActionRow).where(ActionRow.record == record_id).order_by(ActionRow.at_ms, ActionRow.run).limit(LINKED_MAX))
    return [{"run": row.run, "what": row.what, "outcome": row.outcome, "at_ms": row.at_ms, "settled_ms": row.settled_ms} for row in rows]


def review_of(session: Session, record_id: str) -> Review | None:
    """Return the review of an incident, or None."""
    row = session.scalar(select(ReviewRow).where(ReviewRow.record == record_id).execution_options(populate_existing=True))
    return None if row is None else Review(row.id, row.record, row.version, dict(row.answers), row.saved_by, row.saved_ms)


def has_review(session: Session, review_id: str) -> bool:
    """Say whether there is a review of an id."""
    return session.get(ReviewRow, review_id) is not None


def add_review(session: Session, review: Review) -> None:
    """Keep a new review; a second one of the incident fails on the index."""
    session.add(ReviewRow(**asdict(review)))
    session.flush()


def change_review(session: Session, review: Review) -> bool:
    """Write a review over the version before it; False when it changed since."""
    new = {"version": review.version, "answers": review.answers, "saved_by": review.saved_by, "saved_ms": review.saved_ms}
    return _changed(session, update(ReviewRow).where(ReviewRow.id == review.id, ReviewRow.version == review.version - 1).values(**new))


def duties(session: Session) -> list[Duty]:
    """Return the rota: weekly slots by day, then overrides by start; at most 200."""
    order = (DutyRow.weekday.is_(None), DutyRow.weekday, DutyRow.from_minute, DutyRow.from_ms, DutyRow.level, DutyRow.id)
    rows = session.scalars(select(DutyRow).order_by(*order).limit(DUTIES_MAX))
    return [Duty(row.id, row.level, row.member, row.weekday, row.from_minute, row.to_minute, row.from_ms, row.to_ms) for row in rows]


def add_duty(session: Session, duty: Duty) -> None:
    """Keep a duty."""
    session.add(DutyRow(**asdict(duty)))
    session.flush()


def drop_duty(session: Session, duty_id: str) -> bool:
    """Take a duty out; False when there was none."""
    return _changed(session, delete(DutyRow).where(DutyRow.id == duty_id))


def _tests(wanted: Wanted) -> list[Any]:
    tests: list[Any] = [RecordRow.kind == wanted.kind]
    if wanted.states is not None:
        tests.append(RecordRow.state.in_(wanted.states))
    if wanted.owner is not None:
        tests.append(RecordRow.owner == wanted.owner)
    if wanted.severity is not None:
        tests.append(RecordRow.severity <= wanted.severity)
    if wanted.linked_to is not None:
        tests.append(RecordRow.id.in_(select(LinkRow.target).where(LinkRow.record == wanted.linked_to, LinkRow.kind == wanted.kind)))
    if wanted.since_ms is not None:
        tests.append(RecordRow.opened_ms >= wanted.since_ms)
    if wanted.until_ms is not None:
        tests.append(RecordRow.opened_ms < wanted.until_ms)
    return tests


def _changed(session: Session, statement: Any) -> bool:  # noqa: ANN401 - an update or a deletion
    return bool(cast("Any", session.execute(statement)).rowcount)


def _record(row: RecordRow) -> Record:
    return Record(**{name: getattr(row, name) for name in _FIELDS})


def _link(row: LinkRow) -> Link:
    return Link(row.record, row.kind, row.target, row.at_ms, row.ended_ms)


def noted(session: Session, kind: str, from_ms: int, to_ms: int, limit: int) -> list[str]:
    """Return the records whose timeline got a line of a kind in a stretch of time, in order, each once."""
    tests = (EntryRow.kind == kind, EntryRow.at_ms >= from_ms, EntryRow.at_ms < to_ms)
    first = func.min(EntryRow.seq)
    return list(session.scalars(select(EntryRow.record).where(*tests).group_by(EntryRow.record).order_by(first).limit(limit)))


def wait_for_morning(session: Session, record_id: str, at_ms: int) -> None:
    """Keep that an incident is told in the morning; a second time changes nothing."""
    insert_missing(session, NightRow, {"record": record_id, "at_ms": at_ms}, ["record"])


def waiting_for_morning(session: Session) -> list[str]:
    """Return the incidents that wait for the morning, the first first; at most 1,000."""
    return list(session.scalars(select(NightRow.record).order_by(NightRow.at_ms, NightRow.record).limit(1_000)))


def told_in_the_morning(session: Session, records: Sequence[str]) -> None:
    """Forget incidents that waited."""
    session.execute(delete(NightRow).where(NightRow.record.in_(records)))
