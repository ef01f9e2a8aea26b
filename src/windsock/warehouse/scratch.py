"""A private engine in memory: runs SELECTs over Arrow tables, without a workspace."""

from __future__ import annotations

import atexit
import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

import duckdb

from windsock.warehouse.statement import render

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

    from windsock.warehouse.face import Value
    from windsock.warehouse.statement import Statement


def transform(rows: pa.Table, statement: exp.Select, params: Mapping[str, Value] | None = None) -> pa.Table:
    """Run a SELECT over a table called ``rows``.

    Args:
        rows: any Arrow table.
        statement: a SQLGlot SELECT that reads FROM rows.
        params: values of its placeholders.

    Returns:
        The result, in no promised order unless the statement orders it.
    """
    with Scratch() as scratch:
        scratch.stage("rows", rows)
        return scratch.query(statement, params)


class Scratch:
    """Staged rows and SELECTs of them, as in a transaction but beside all of them; for one thread at a time."""

    def __init__(self) -> None:
        """Take a cursor of the private engine."""
        self._cursor = _engine().cursor()

    def stage(self, name: str, rows: pa.Table) -> None:
        """Make rows readable under a name."""
        self._cursor.register(name, rows)

    def query(self, statement: exp.Expr | Statement, params: Mapping[str, Value] | None = None) -> pa.Table:
        """Run a SELECT over what was staged."""
        return self._cursor.sql(render(statement), params=dict(params or {})).to_arrow_table()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget what was staged."""
        self._cursor.close()


@functools.cache
def _engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 2,
            "python_enable_replacements": False,
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    atexit.register(connection.close)
    return connection
