"""A private engine in memory: runs one SELECT over one Arrow table, without a workspace."""

from __future__ import annotations

import atexit
import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

import duckdb

from windsock.warehouse.statement import render

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

    from windsock.warehouse.face import Value


def transform(rows: pa.Table, statement: exp.Select, params: Mapping[str, Value] | None = None) -> pa.Table:
    """Run a SELECT over a table called ``rows``.

    Args:
        rows: any Arrow table.
        statement: a SQLGlot SELECT that reads FROM rows.
        params: values of its placeholders.

    Returns:
        The result, in no promised order unless the statement orders it.
    """
    with _engine().cursor() as cursor:
        cursor.register("rows", rows)
        return cursor.sql(render(statement), params=dict(params or {})).to_arrow_table()


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
