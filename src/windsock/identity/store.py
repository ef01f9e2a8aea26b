"""Every operational query of the room: suggestions that two ids are one person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from sqlalchemy import and_, delete, func, or_, select

from windsock.identity.model import Suggestion, SuggestionReason, SuggestionState
from windsock.identity.tables import MatchSuggestion
from windsock.records import insert_missing

if TYPE_CHECKING:
    from windsock.kernel.ids import Ids
    from windsock.records import Session

_AT_ONCE = 500


def add_suggestions(session: Session, suggestions: Iterable[Suggestion], ids: Ids, now_ms: int) -> int:
    """Keep suggestions for review; a pair that the same model suggested before is left as it is, decided or not.

    Args:
        session: a write session.
        suggestions: pairs with ``did_a < did_b``; their ``id`` is given here.
        ids: gives the ids.
        now_ms: the moment.

    Returns:
        How many are new.
    """
    new = 0
    for one in suggestions:
        row = {
            "id": ids.new("match"),
            "did_a": one.did_a,
            "did_b": one.did_b,
            "probability": one.probability,
            "model": one.model,
            "reasons": [vars(reason) for reason in one.reasons],
            "state": "open",
            "note": "",
            "created_ms": now_ms,
        }
        new += insert_missing(session, MatchSuggestion, row, ["did_a", "did_b", "model"])
    return new


def suggestions_after(session: Session, state: SuggestionState | None, after: tuple[float, str] | None, most: int) -> list[Suggestion]:
    """Return suggestions, the likeliest first, that come after a place (probability, id) in the list."""
    row = MatchSuggestion
    statement = select(row)
    if state is not None:
        statement = statement.where(row.state == state)
    if after is not None:
        statement = statement.where(or_(row.probability < after[0], and_(row.probability == after[0], row.id > after[1])))
    return [_frozen(found) for found in session.scalars(statement.order_by(row.probability.desc(), row.id).limit(most))]


def counts(session: Session) -> dict[str, int]:
    """Return the number of suggestions by state."""
    rows = session.execute(select(MatchSuggestion.state, func.count()).group_by(MatchSuggestion.state)).all()
    return {str(state): int(count) for state, count in rows}


def suggestion(session: Session, suggestion_id: str, *, lock: bool = False) -> Suggestion | None:
    """Return one suggestion, locked against other deciders where asked for."""
    statement = select(MatchSuggestion).where(MatchSuggestion.id == suggestion_id)
    row = session.scalar(statement.with_for_update() if lock else statement)
    return None if row is None else _frozen(row)


def decide(session: Session, suggestion_id: str, state: SuggestionState, actor_id: str, note: str, now_ms: int) -> None:
    """Note what somebody decided."""
    row = session.get_one(MatchSuggestion, suggestion_id)
    row.state, row.decided_by, row.decided_ms, row.note = state, actor_id[:100], now_ms, note
    session.flush()


def about(session: Session, dids: Sequence[int]) -> list[Suggestion]:
    """Return all suggestions about some ids."""
    found: list[Suggestion] = []
    for part in _parts(dids):
        rows = session.scalars(select(MatchSuggestion).where(or_(MatchSuggestion.did_a.in_(part), MatchSuggestion.did_b.in_(part))))
        found.extend(_frozen(row) for row in rows)
    return sorted({one.id: one for one in found}.values(), key=lambda one: one.id)


def forget(session: Session, dids: Sequence[int]) -> int:
    """Remove all suggestions about some ids; returns their number."""
    removed = 0
    for part in _parts(dids):
        table = MatchSuggestion
        gone = session.execute(delete(table).where(or_(table.did_a.in_(part), table.did_b.in_(part))).returning(table.id)).all()
        removed += len(gone)
    return removed


def _parts(dids: Sequence[int]) -> list[Sequence[int]]:
    return [dids[start : start + _AT_ONCE] for start in range(0, len(dids), _AT_ONCE)]


def _frozen(row: MatchSuggestion) -> Suggestion:
    return Suggestion(
        did_a=row.did_a,
        did_b=row.did_b,
        probability=row.probability,
        model=row.model,
        reasons=tuple(SuggestionReason(**reason) for reason in row.reasons),
        id=row.id,
        state=cast("SuggestionState", row.state),
        decided_by=row.decided_by,
        decided_ms=row.decided_ms,
        note=row.note,
        created_ms=row.created_ms,
    )
