"""Insert what is not there yet, said the same way on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from windsock.records.base import Base


def insert_missing(session: Session, table: type[Base], row: Mapping[str, Any], key: Sequence[str]) -> bool:
    """Insert a row unless one with the same key exists.

    Args:
        session: a write session.
        table: the mapped class.
        row: values by attribute name.
        key: the columns of a unique constraint or the primary key.

    Returns:
        Whether the row was new.
    """
    if session.get_bind().dialect.name == "postgresql":
        statement = postgresql.insert(table).values(**row).on_conflict_do_nothing(index_elements=list(key))
    else:
        statement = sqlite.insert(table).values(**row).on_conflict_do_nothing(index_elements=list(key))
    result = session.execute(statement)
    return isinstance(result, CursorResult) and result.rowcount > 0
