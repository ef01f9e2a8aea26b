"""Every operational query of the room."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.exc import IntegrityError

from windsock.definitions.model import Definition, State
from windsock.definitions.tables import DefinitionRow
from windsock.kernel.errors import Conflict
from windsock.records import Session


def newest(session: Session, kind: str, name: str) -> DefinitionRow | None:
    """Return the last version, locked against other writers."""
    statement = select(DefinitionRow).where(DefinitionRow.kind == kind, DefinitionRow.name == name)
    return session.scalar(statement.order_by(DefinitionRow.version.desc()).limit(1).with_for_update())


def active(session: Session, kind: str, name: str) -> DefinitionRow | None:
    """Return the version in force."""
    return session.scalar(select(DefinitionRow).where(DefinitionRow.kind == kind, DefinitionRow.name == name, DefinitionRow.state == "active"))


def version(session: Session, kind: str, name: str, number: int) -> DefinitionRow | None:
    """Return one version."""
    return session.get(DefinitionRow, (kind, name, number))


def versions_before(session: Session, kind: str, name: str, before: int | None, limit: int) -> Sequence[DefinitionRow]:
    """Return versions, newest first."""
    statement = select(DefinitionRow).where(DefinitionRow.kind == kind, DefinitionRow.name == name)
    if before is not None:
        statement = statement.where(DefinitionRow.version < before)
    return session.scalars(statement.order_by(DefinitionRow.version.desc()).limit(limit)).all()


def names_after(session: Session, kind: str | None, after: tuple[str, str] | None, limit: int) -> Sequence[DefinitionRow]:
    """Return one version of each definition, by kind and name: the active one, else the newest."""
    row = DefinitionRow
    rank = func.coalesce(func.max(row.version).filter(row.state == "active"), func.max(row.version)).label("version")
    best = select(row.kind, row.name, rank).group_by(row.kind, row.name)
    if kind is not None:
        best = best.where(row.kind == kind)
    if after is not None:
        # Written out: row comparison of text follows the collation on one database and bytes on the other, this does so alike.
        best = best.where((row.kind > after[0]) | and_(row.kind == after[0], row.name > after[1]))
    chosen = best.order_by(row.kind, row.name).limit(limit).subquery()
    joined = select(row).join(chosen, and_(row.kind == chosen.c.kind, row.name == chosen.c.name, row.version == chosen.c.version))
    return session.scalars(joined.order_by(row.kind, row.name)).all()


def newest_drafts(session: Session, kind: str, limit: int) -> Sequence[DefinitionRow]:
    """Return the newest version of each definition of a kind where it is a draft, by name."""
    row = DefinitionRow
    last = select(row.name, func.max(row.version).label("version")).where(row.kind == kind).group_by(row.name).subquery()
    joined = select(row).join(last, and_(row.kind == kind, row.name == last.c.name, row.version == last.c.version))
    return session.scalars(joined.where(row.state == "draft").order_by(row.name).limit(limit)).all()


def on_trial(session: Session, kind: str, limit: int) -> Sequence[DefinitionRow]:
    """Return the versions of a kind that are on trial, by name and version."""
    query = select(DefinitionRow).where(DefinitionRow.kind == kind, DefinitionRow.state == "trial")
    return session.scalars(query.order_by(DefinitionRow.name, DefinitionRow.version).limit(limit)).all()


def versions_of(session: Session, kind: str, asked: Sequence[tuple[str, int]]) -> Sequence[DefinitionRow]:
    """Return versions of one kind by (name, version), in no promised order."""
    row = DefinitionRow
    return session.scalars(select(row).where(row.kind == kind, tuple_(row.name, row.version).in_(asked))).all() if asked else ()


def add(session: Session, values: dict[str, Any]) -> DefinitionRow:
    """Insert a version.

    Raises:
        Conflict: somebody else wrote the same version at this moment.
    """
    row = DefinitionRow(**values)
    session.add(row)
    flush(session)
    return row


def flush(session: Session) -> None:
    """Write what changed.

    Raises:
        Conflict: it breaks a key: somebody else was quicker.
    """
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("It was changed by somebody else at the same moment.", fix="Look at the newest version and try again.") from error


def frozen(row: DefinitionRow) -> Definition:
    """Return a row as the value that leaves the room."""
    return Definition(
        kind=row.kind,
        name=row.name,
        version=row.version,
        body=json.loads(row.body),
        state=cast("State", row.state),
        author=row.author,
        approver=row.approver,
        reason=row.reason,
        sha256=row.sha256,
        created_ms=row.created_ms,
        changed_ms=row.changed_ms,
    )
