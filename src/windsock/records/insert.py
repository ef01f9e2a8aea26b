"""Insert what is not there yet, said the same way on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import literal
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from windsock.records.base import Base


def insert_missing(session: Session, table: type[Base], row: Mapping[str, Any], key: Sequence[str]) -> bool:
    """Insert a row unless one with the same key exists.

    Args:
        session: a write session.
        table: the mapped class.
        row: values by column name.
        key: the columns of a unique constraint or the primary key.

    Returns:
        Whether the row was new.
    """
    statement = _insert_of(session.get_bind().dialect.name)(table).values(**row).on_conflict_do_nothing(index_elements=list(key))
    # What came back, not how many rows it says: the drivers count differently.
    return session.connection().execute(statement.returning(literal(1))).first() is not None


def _insert_of(dialect: str) -> Any:  # noqa: ANN401 - each dialect has an Insert of its own
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - all its drivers come with it: a tenth of a second for those who use SQLite

        return postgresql.insert
    return sqlite.insert
