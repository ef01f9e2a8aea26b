"""Every operational query of kept warnings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, func, or_, select

from windsock.monitoring.forecasters.kept import Forewarning, Kind, Likely, Outcome, State
from windsock.monitoring.forecasters.tables import ForewarningRow
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

UNDECIDED_MOST = 2_000


def undecided(session: Session, kinds: Iterable[Kind]) -> dict[str, Forewarning]:
    """Return the warnings of some kinds of which it is not known whether they came true, by subject, each row held until the transaction ends."""
    query = select(ForewarningRow).where(ForewarningRow.holds.is_not(None), ForewarningRow.kind.in_(list(kinds))).order_by(ForewarningRow.id)
    return {row.subject: _frozen(row) for row in session.scalars(query.limit(UNDECIDED_MOST).with_for_update())}


def peek_undecided(session: Session, kinds: Iterable[Kind]) -> list[Forewarning]:
    """Return the same for reading, the first that was opened first."""
    query = select(ForewarningRow).where(ForewarningRow.holds.is_not(None), ForewarningRow.kind.in_(list(kinds)))
    return [_frozen(row) for row in session.scalars(query.order_by(ForewarningRow.opened_ms, ForewarningRow.id).limit(UNDECIDED_MOST))]


def add(session: Session, new: Forewarning) -> bool:
    """Add a warning; False where one of its subject is undecided, also one that another worker adds at this moment."""
    return insert_missing(session, ForewarningRow, _row(new), ["holds"])


def put(session: Session, one: Forewarning) -> None:
    """Write a warning over what was."""
    row = session.get_one(ForewarningRow, one.id)
    for name, value in _row(one).items():
        setattr(row, name, value)
    session.flush()


def held(session: Session, warning: str) -> Forewarning | None:
    """Return a warning, its row held until the transaction ends."""
    row = session.scalar(select(ForewarningRow).where(ForewarningRow.id == warning).with_for_update())
    return None if row is None else _frozen(row)


def page(session: Session, state: str | None, kind: str | None, limit: int, after: tuple[int, str] | None) -> list[Forewarning]:
    """Return up to ``limit`` warnings, the last opened first, after (opened_ms, id).

    Args:
        session: a session.
        state: ``open`` (not decided and likely), ``decided``, or None for all.
        kind: of this kind only.
        limit: how many.
        after: where the page before ended.
    """
    query = select(ForewarningRow)
    if state == "open":
        query = query.where(ForewarningRow.holds.is_not(None), ForewarningRow.state == "open")
    elif state == "decided":
        query = query.where(ForewarningRow.outcome.is_not(None))
    if kind is not None:
        query = query.where(ForewarningRow.kind == kind)
    if after is not None:
        query = query.where(or_(ForewarningRow.opened_ms < after[0], (ForewarningRow.opened_ms == after[0]) & (ForewarningRow.id > after[1])))
    return [_frozen(row) for row in session.scalars(query.order_by(ForewarningRow.opened_ms.desc(), ForewarningRow.id).limit(limit))]


def red(session: Session, least: float, most: int) -> list[Forewarning]:
    """Return the open warnings that are at least so likely, the likeliest first."""
    query = select(ForewarningRow).where(ForewarningRow.holds.is_not(None), ForewarningRow.state == "open", ForewarningRow.probability >= least)
    return [_frozen(row) for row in session.scalars(query.order_by(ForewarningRow.probability.desc(), ForewarningRow.id).limit(most))]


def record(session: Session, since_ms: int) -> dict[str, dict[str, int]]:
    """Return how many warnings of each kind that were opened since came true, did not, are not known, or are open."""
    query = (
        select(ForewarningRow.kind, ForewarningRow.outcome, func.count())
        .where(ForewarningRow.opened_ms >= since_ms)
        .group_by(ForewarningRow.kind, ForewarningRow.outcome)
    )
    found: dict[str, dict[str, int]] = {}
    for kind, outcome, number in session.execute(query):
        found.setdefault(kind, {})[outcome or "open"] = int(number)
    return found


def forget(session: Session, before_ms: int) -> None:
    """Drop what was decided before an instant."""
    session.execute(delete(ForewarningRow).where(ForewarningRow.decided_ms < before_ms))


def _row(one: Forewarning) -> dict[str, Any]:
    what = one.what
    return {
        "id": one.id, "kind": what.kind, "subject": what.subject, "holds": None if one.outcome else what.subject, "state": one.state,
        "outcome": one.outcome, "title_en": what.title_en[:300], "title_zh": what.title_zh[:300], "owner": what.owner[:80],
        "first_probability": one.first_probability, "probability": what.probability, "about": dict(what.about), "at_ms": what.at_ms,
        "due_ms": what.due_ms, "opened_ms": one.opened_ms, "changed_ms": one.changed_ms, "told_ms": one.told_ms, "decided_ms": one.decided_ms,
        "dismissed_by": one.dismissed_by, "reason": one.reason,
    }  # fmt: skip


def _frozen(row: ForewarningRow) -> Forewarning:
    what = Likely(
        cast("Kind", row.kind), row.subject, row.title_en, row.title_zh, row.owner, row.probability, dict(row.about), row.at_ms, row.due_ms
    )  # fmt: skip
    return Forewarning(
        row.id, what, cast("State", row.state), cast("Outcome | None", row.outcome), row.first_probability, row.opened_ms, row.changed_ms,
        row.told_ms, row.decided_ms, row.dismissed_by, row.reason,
    )  # fmt: skip
