"""Every operational query of the matrix."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from sqlalchemy import select, update

from windsock.metrics.matrix.model import Direction, Effect, Judgement, Source
from windsock.metrics.matrix.tables import MatrixCell, MatrixEffect
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

EFFECTS_MAX = 2_000


@dataclass(frozen=True)
class Cell:
    """A judgement in its place; version 0 is a cell that nobody has filled."""

    module: str
    goal: str
    judgement: Judgement
    version: int
    changed_by: str
    changed_ms: int


@dataclass(frozen=True)
class Recorded:
    """A measured effect in its place."""

    id: str
    module: str
    goal: str
    effect: Effect
    recorded_by: str
    recorded_ms: int


def cells(session: Session) -> list[Cell]:
    """Return the cells that are filled; there is a place for each module and goal, so the list is bounded."""
    return [_cell(row) for row in session.scalars(select(MatrixCell).limit(500))]


def cell(session: Session, module: str, goal: str) -> Cell | None:
    """Return a cell, or None while nobody has filled it."""
    row = session.get(MatrixCell, (module, goal))
    return None if row is None else _cell(row)


def fill(session: Session, given: Cell) -> bool:
    """Write a cell over the version before; False when somebody else was faster."""
    values = {**asdict(given.judgement), "version": given.version, "changed_by": given.changed_by, "changed_ms": given.changed_ms}
    place = {"module": given.module, "goal": given.goal}
    if given.version == 1:
        return insert_missing(session, MatrixCell, {**place, **values}, ["module", "goal"])
    where = (MatrixCell.module == given.module, MatrixCell.goal == given.goal, MatrixCell.version == given.version - 1)
    return bool(session.connection().execute(update(MatrixCell).where(*where).values(**values)).rowcount)


def effects(session: Session) -> list[Recorded]:
    """Return the latest measured effects, at most 2,000, the newest first."""
    rows = session.scalars(select(MatrixEffect).order_by(MatrixEffect.last.desc(), MatrixEffect.id).limit(EFFECTS_MAX))
    return [_effect(row) for row in rows]


def record(session: Session, given: Recorded) -> bool:
    """Keep an effect; one from the same source in the same place is corrected. Returns whether it is new."""
    one = given.effect
    numbers = {"effect": f"{one.effect:f}", "low": _text(one.low), "high": _text(one.high), "first": one.first, "last": one.last}
    values = {**numbers, "recorded_by": given.recorded_by, "recorded_ms": given.recorded_ms}
    place = {"source": one.source, "ref": one.ref, "module": given.module, "goal": given.goal}
    if insert_missing(session, MatrixEffect, {"id": given.id, **place, **values}, list(place)):
        return True
    where = [getattr(MatrixEffect, name) == value for name, value in place.items()]
    session.connection().execute(update(MatrixEffect).where(*where).values(**values))
    return False


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _cell(row: MatrixCell) -> Cell:
    judgement = Judgement(cast("Direction", row.direction), row.size, row.effort, row.note)
    return Cell(row.module, row.goal, judgement, row.version, row.changed_by, row.changed_ms)


def _effect(row: MatrixEffect) -> Recorded:
    effect = Effect(cast("Source", row.source), row.ref, Decimal(row.effect), _number(row.low), _number(row.high), row.first, row.last)
    return Recorded(row.id, row.module, row.goal, effect, row.recorded_by, row.recorded_ms)
