"""Every operational query of targets and their results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, func, or_, select, update

from windsock.metrics.targets.model.target import Aim, Grain, Place, Target
from windsock.metrics.targets.tables import TargetResult, TargetRow
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_ORDER = (TargetRow.start, TargetRow.grain, TargetRow.metric, TargetRow.dimension, TargetRow.member, TargetRow.id)
CHUNK = 400


@dataclass(frozen=True)
class Result:
    """What came of a target when it was closed; ``body`` holds the target and its metric as they were."""

    target: str
    grain: str
    start: str
    as_of_ms: int
    actual: Decimal | None
    score: Decimal | None
    complete: bool
    body: dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which targets a list is about; None is all of them."""

    metric: str | None = None
    owner: str | None = None
    grain: str | None = None
    start: dt.date | None = None
    on: dt.date | None = None


def add(session: Session, target: Target) -> None:
    """Keep a new target; its place must be free."""
    session.add(_row(target))


def change(session: Session, target: Target, seen: int) -> bool:
    """Write an aim over the one of revision ``seen``; False when it has been changed since, or is gone."""
    new = {
        "value": f"{target.aim.value:f}",
        "owner": target.aim.owner,
        "weight": target.aim.weight,
        "note": target.aim.note,
        "revision": target.revision,
        "changed_ms": target.changed_ms,
        "changed_by": target.changed_by,
    }
    statement = update(TargetRow).where(TargetRow.id == target.id, TargetRow.revision == seen).values(**new)
    return bool(session.execute(statement).rowcount)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]


def remove(session: Session, target_id: str) -> None:
    """Take a target out; one with a result can't be."""
    session.execute(delete(TargetRow).where(TargetRow.id == target_id))


def read(session: Session, target_id: str) -> Target | None:
    """Return a target, or None."""
    row = session.get(TargetRow, target_id)
    return None if row is None else _target(row)


def at_places(session: Session, places: Collection[Place]) -> dict[Place, Target]:
    """Return the targets that stand at places."""
    starts = sorted({place.start.isoformat() for place in places})
    found: dict[Place, Target] = {}
    for first in range(0, len(starts), CHUNK):
        rows = session.scalars(select(TargetRow).where(TargetRow.start.in_(starts[first : first + CHUNK])))
        found |= {target.place: target for target in map(_target, rows) if target.place in places}
    return found


def page(session: Session, wanted: Wanted, limit: int, after: Sequence[Any] | None = None) -> list[Target]:
    """Return up to ``limit`` targets in the order of their periods, after a sort key of ``sort_key``."""
    query = _wanted(select(TargetRow), wanted)
    if after is not None:
        # Spelt out, as row values compare differently on the two databases.
        query = query.where(or_(*(_and(_ORDER[:n], after[:n]) & (_ORDER[n] > after[n]) if n else _ORDER[0] > after[0] for n in range(len(_ORDER)))))
    return [_target(row) for row in session.scalars(query.order_by(*_ORDER).limit(limit))]


def _and(columns: Sequence[Any], values: Sequence[Any]) -> Any:  # noqa: ANN401 - an expression of SQLAlchemy
    found = columns[0] == values[0]
    for column, value in zip(columns[1:], values[1:], strict=True):
        found = found & (column == value)
    return found


def sort_key(target: Target) -> tuple[str, ...]:
    """Return the key by which lists are ordered."""
    place = target.place
    return (place.start.isoformat(), place.grain, place.metric, place.dimension, place.member, target.id)


def count(session: Session) -> int:
    """Return how many targets there are."""
    return session.scalar(select(func.count()).select_from(TargetRow)) or 0


def count_of_metric(session: Session, metric: str) -> int:
    """Return how many targets a metric has."""
    return session.scalar(select(func.count()).select_from(TargetRow).where(TargetRow.metric == metric)) or 0


def owners(session: Session) -> list[str]:
    """Return the owners of targets by name, at most 500."""
    return list(session.scalars(select(TargetRow.owner).distinct().order_by(TargetRow.owner).limit(500)))


def periods(session: Session, limit: int) -> list[tuple[Grain, dt.date, int]]:
    """Return the latest periods that have targets: grain, first date, how many."""
    query = select(TargetRow.grain, TargetRow.start, func.count()).group_by(TargetRow.grain, TargetRow.start)
    rows = session.execute(query.order_by(TargetRow.start.desc(), TargetRow.grain).limit(limit)).all()
    return [(cast("Grain", grain), dt.date.fromisoformat(start), int(number)) for grain, start, number in rows]


def to_close(session: Session, before: dt.date, limit: int) -> list[Target]:
    """Return targets whose period ended before a date and that have no result, the oldest first."""
    query = select(TargetRow).outerjoin(TargetResult, TargetResult.target == TargetRow.id)
    query = query.where(TargetResult.target.is_(None), TargetRow.end < before.isoformat()).order_by(TargetRow.end, TargetRow.id)
    return [_target(row) for row in session.scalars(query.limit(limit))]


def keep_result(session: Session, result: Result) -> bool:
    """Keep a result unless its target has one; says whether it was kept."""
    row = {
        "target": result.target,
        "grain": result.grain,
        "start": result.start,
        "as_of_ms": result.as_of_ms,
        "actual": None if result.actual is None else f"{result.actual:f}",
        "score": None if result.score is None else f"{result.score:f}",
        "complete": result.complete,
        "body": result.body,
    }
    return insert_missing(session, TargetResult, row, ["target"])


def results(session: Session, targets: Sequence[str]) -> dict[str, Result]:
    """Return the results of targets that were closed."""
    found: dict[str, Result] = {}
    for first in range(0, len(targets), CHUNK):
        for row in session.scalars(select(TargetResult).where(TargetResult.target.in_(targets[first : first + CHUNK]))):
            found[row.target] = Result(
                row.target,
                row.grain,
                row.start,
                row.as_of_ms,
                None if row.actual is None else Decimal(row.actual),
                None if row.score is None else Decimal(row.score),
                row.complete,
                dict(row.body),
            )
    return found


def closed_over(session: Session, metrics: Collection[str], days: tuple[dt.date, dt.date], before_ms: int, limit: int) -> list[tuple[Target, Result]]:
    """Return the closed targets of metrics whose period touches a span of days, closed before an instant; those of the latest periods first."""
    query = select(TargetRow).join(TargetResult, TargetResult.target == TargetRow.id)
    query = query.where(TargetRow.metric.in_(sorted(metrics)), TargetRow.start <= days[1].isoformat(), TargetRow.end >= days[0].isoformat())
    query = query.where(TargetResult.as_of_ms < before_ms).order_by(TargetRow.end.desc(), TargetRow.dimension, TargetRow.member, TargetRow.id)
    found = [_target(row) for row in session.scalars(query.limit(limit))]
    kept = results(session, [target.id for target in found])
    return [(target, kept[target.id]) for target in found]


def _wanted(query: Select[TargetRow], wanted: Wanted) -> Select[TargetRow]:
    same = {TargetRow.metric: wanted.metric, TargetRow.owner: wanted.owner, TargetRow.grain: wanted.grain}
    for column, value in same.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.start is not None:
        query = query.where(TargetRow.start == wanted.start.isoformat())
    if wanted.on is not None:
        query = query.where(TargetRow.start <= wanted.on.isoformat(), TargetRow.end >= wanted.on.isoformat())
    return query


def _row(target: Target) -> TargetRow:
    place, aim = target.place, target.aim
    return TargetRow(
        id=target.id,
        metric=place.metric,
        dimension=place.dimension,
        member=place.member,
        grain=place.grain,
        start=place.start.isoformat(),
        end=place.period.end.isoformat(),
        value=f"{aim.value:f}",
        owner=aim.owner,
        weight=aim.weight,
        note=aim.note,
        revision=target.revision,
        changed_ms=target.changed_ms,
        changed_by=target.changed_by,
    )


def _target(row: TargetRow) -> Target:
    place = Place(row.metric, row.dimension, row.member, cast("Grain", row.grain), dt.date.fromisoformat(row.start))
    return Target(row.id, place, Aim(Decimal(row.value), row.owner, row.weight, row.note), row.revision, row.changed_ms, row.changed_by)
