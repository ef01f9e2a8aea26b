"""Every operational query of playbooks: runs with their history, caps, flags, data marked late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, update

from windsock.monitoring.playbooks.model import Caps, Run
from windsock.monitoring.playbooks.tables import DataHoldRow, PlaybookCapRow, PlaybookFlagRow, PlaybookMoveRow, PlaybookRunRow
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_FIELDS = tuple(one.name for one in fields(Run))
MOVES_MAX, FLAGS_MAX, HOLDS_MAX, DUE_MAX = 100, 500, 200, 200
COUNTED = ("running", "ok", "failed", "undone")
"""States of runs that were begun: what was undone had its cost and its place in the hour all the same."""


@dataclass(frozen=True)
class Move:
    """What happened to a run."""

    run: str
    at_ms: int
    actor: str
    actor_name: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class Flag:
    """A flag while it was one value; see ``PlaybookFlagRow``."""

    id: str
    name: str
    kind: str
    value: str
    reason: str
    run: str | None
    from_ms: int
    until_ms: int | None
    by: str
    ended_ms: int | None = None
    ended_by: str = ""
    ended_reason: str = ""

    def holds(self, now_ms: int) -> bool:
        """Say whether it is in force."""
        return self.ended_ms is None and (self.until_ms is None or now_ms < self.until_ms)


@dataclass(frozen=True)
class Hold:
    """The data of an owner that was marked late; see ``DataHoldRow``."""

    id: str
    owner: str
    reason: str
    by: str
    from_ms: int
    until_ms: int


@dataclass(frozen=True)
class Wanted:
    """Which runs a list is about; None is all of them."""

    state: str | None = None
    kind: str | None = None
    alert: str | None = None
    incident: str | None = None
    event: str | None = None


def add_run(session: Session, run: Run) -> None:
    """Keep a new run; a second one of the step for its alert or incident fails at once, on the unique keys."""
    session.add(PlaybookRunRow(**{**asdict(run), "diff": [dict(line) for line in run.diff]}))
    session.flush()


def of_step(session: Session, subject: tuple[str, str | None], event: str, step_key: str) -> Run | None:
    """Return the run of a step for an alert, or for its incident, or None."""
    alert, incident = subject
    same = PlaybookRunRow.alert == alert
    same = same if incident is None else or_(same, PlaybookRunRow.incident == incident)
    row = session.scalar(select(PlaybookRunRow).where(same, PlaybookRunRow.event == event, PlaybookRunRow.step_key == step_key).limit(1))
    return None if row is None else _run(row)


def read_run(session: Session, run_id: str) -> Run | None:
    """Return a run, or None."""
    row = session.scalar(select(PlaybookRunRow).where(PlaybookRunRow.id == run_id).execution_options(populate_existing=True))
    return None if row is None else _run(row)


def change_run(session: Session, run: Run, new: Mapping[str, Any]) -> bool:
    """Write columns of a run if it is still as it was seen; False where somebody was faster."""
    values = {**new, "revision": run.revision + 1}
    same = (PlaybookRunRow.id == run.id, PlaybookRunRow.revision == run.revision, PlaybookRunRow.state == run.state)
    done = session.execute(update(PlaybookRunRow).where(*same).values(**values).returning(PlaybookRunRow.id)).first()
    return done is not None


def add_move(session: Session, move: Move) -> None:
    """Add to the history of a run."""
    session.add(PlaybookMoveRow(**asdict(move)))
    session.flush()


def moves_of(session: Session, run_id: str) -> list[Move]:
    """Return the history of a run, the first step first; at most 100."""
    rows = session.scalars(select(PlaybookMoveRow).where(PlaybookMoveRow.run == run_id).order_by(PlaybookMoveRow.seq).limit(MOVES_MAX))
    return [Move(**{one.name: getattr(row, one.name) for one in fields(Move)}) for row in rows]


def page(session: Session, wanted: Wanted, limit: int, after: tuple[int, str] | None = None) -> list[Run]:
    """Return up to ``limit`` runs, the last proposed first, after (proposed_ms, id)."""
    query = select(PlaybookRunRow)
    for name, value in asdict(wanted).items():
        if value is not None:
            query = query.where(getattr(PlaybookRunRow, name) == value)
    if after is not None:
        query = query.where(or_(PlaybookRunRow.proposed_ms < after[0], (PlaybookRunRow.proposed_ms == after[0]) & (PlaybookRunRow.id > after[1])))
    return [_run(row) for row in session.scalars(query.order_by(PlaybookRunRow.proposed_ms.desc(), PlaybookRunRow.id).limit(limit))]


def left_running(session: Session, before_ms: int) -> list[Run]:
    """Return the runs that began before an instant and have no outcome, at most 200."""
    query = select(PlaybookRunRow).where(PlaybookRunRow.state == "running", PlaybookRunRow.started_ms < before_ms)
    return [_run(row) for row in session.scalars(query.order_by(PlaybookRunRow.started_ms).limit(DUE_MAX))]


def unverified(session: Session) -> list[Run]:
    """Return the runs that were done and whose effect was not seen yet, the oldest first, at most 200."""
    waits = PlaybookRunRow.verification.in_(("waiting", "not_recovered"))
    query = select(PlaybookRunRow).where(PlaybookRunRow.state == "ok", waits)
    # Those that wait go first: one that was given up may stay for long.
    order = (PlaybookRunRow.verification.desc(), PlaybookRunRow.ended_ms, PlaybookRunRow.id)
    return [_run(row) for row in session.scalars(query.order_by(*order).limit(DUE_MAX))]


def hold_caps(session: Session, kind: str, default: Caps) -> Caps:
    """Return the caps of a kind, their row held until the transaction ends."""
    row = {"kind": kind, "per_hour": default.per_hour, "cents_per_day": default.cents_per_day, "changed_ms": 0, "changed_by": ""}
    insert_missing(session, PlaybookCapRow, row, ["kind"])
    query = select(PlaybookCapRow).where(PlaybookCapRow.kind == kind).with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one()
    return Caps(found.per_hour, found.cents_per_day)


def caps(session: Session) -> dict[str, tuple[Caps, int, str]]:
    """Return the caps that were set or met, by kind, with when and by whom they were changed (0: never)."""
    return {row.kind: (Caps(row.per_hour, row.cents_per_day), row.changed_ms, row.changed_by) for row in session.scalars(select(PlaybookCapRow))}


def put_caps(session: Session, kind: str, new: Caps, by: str, now_ms: int) -> None:
    """Write the caps of a kind, whose row is held."""
    values = {"per_hour": new.per_hour, "cents_per_day": new.cents_per_day, "changed_ms": now_ms, "changed_by": by}
    session.execute(update(PlaybookCapRow).where(PlaybookCapRow.kind == kind).values(**values))


def used(session: Session, kind: str, hour_from_ms: int, day_from_ms: int) -> tuple[int, int]:
    """Return how many runs of a kind began since an instant, and what those since another cost together, in cents."""
    begun = (PlaybookRunRow.kind == kind, PlaybookRunRow.state.in_(COUNTED))
    number = session.scalar(select(func.count()).select_from(PlaybookRunRow).where(*begun, PlaybookRunRow.started_ms > hour_from_ms)) or 0
    cents = session.scalar(select(func.sum(PlaybookRunRow.cents)).where(*begun, PlaybookRunRow.started_ms >= day_from_ms)) or 0
    return int(number), int(cents)


def live_flag(session: Session, name: str) -> Flag | None:
    """Return the flag of a name that has no end yet, its row held where the session writes; its time may be over."""
    row = session.scalar(select(PlaybookFlagRow).where(PlaybookFlagRow.name == name, PlaybookFlagRow.ended_ms.is_(None)))
    return None if row is None else _flag(row)


def read_flag(session: Session, flag_id: str) -> Flag | None:
    """Return a flag by its id, or None."""
    row = session.scalar(select(PlaybookFlagRow).where(PlaybookFlagRow.id == flag_id).execution_options(populate_existing=True))
    return None if row is None else _flag(row)


def flags(session: Session, *, live: bool, limit: int = FLAGS_MAX) -> list[Flag]:
    """Return flags, those without an end or all of them, the last set first; at most 500."""
    query = select(PlaybookFlagRow)
    query = query.where(PlaybookFlagRow.ended_ms.is_(None)) if live else query
    rows = session.scalars(query.order_by(PlaybookFlagRow.from_ms.desc(), PlaybookFlagRow.id.desc()).limit(min(limit, FLAGS_MAX)))
    return [_flag(row) for row in rows]


def add_flag(session: Session, flag: Flag) -> None:
    """Keep a flag; a second one of its name without an end fails at once, on the index."""
    session.add(PlaybookFlagRow(**asdict(flag)))
    session.flush()


def end_flag(session: Session, flag_id: str, at: tuple[int, str], reason: str) -> bool:
    """Give a flag its end, once."""
    values = {"ended_ms": at[0], "ended_by": at[1], "ended_reason": reason}
    same = (PlaybookFlagRow.id == flag_id, PlaybookFlagRow.ended_ms.is_(None))
    return session.execute(update(PlaybookFlagRow).where(*same).values(**values).returning(PlaybookFlagRow.id)).first() is not None


def add_hold(session: Session, hold: Hold) -> None:
    """Mark the data of an owner late."""
    session.add(DataHoldRow(**asdict(hold)))
    session.flush()


def holds(session: Session, now_ms: int) -> list[Hold]:
    """Return what is marked late now, the first to end first, at most 200."""
    query = select(DataHoldRow).where(DataHoldRow.until_ms > now_ms, DataHoldRow.from_ms <= now_ms)
    rows = session.scalars(query.order_by(DataHoldRow.until_ms, DataHoldRow.id).limit(HOLDS_MAX))
    return [Hold(**{one.name: getattr(row, one.name) for one in fields(Hold)}) for row in rows]


def end_hold(session: Session, hold_id: str, now_ms: int) -> bool:
    """Let data count as whole again from now on; False where its time was over."""
    row = session.get(DataHoldRow, hold_id)
    if row is None or row.until_ms <= now_ms:
        return False
    row.until_ms = max(now_ms, row.from_ms + 1)
    session.flush()
    return True


def _run(row: PlaybookRunRow) -> Run:
    return Run(**{name: getattr(row, name) for name in _FIELDS})


def _flag(row: PlaybookFlagRow) -> Flag:
    return Flag(**{one.name: getattr(row, one.name) for one in fields(Flag)})
