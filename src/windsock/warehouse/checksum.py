"""Say what a table holds in a few digits, whatever the order of its rows.

A row's digest is the MD5 of its columns' texts (NULL apart from every text), cut into two halves of 60 bits; a table's are the number of
its rows, the XOR of the first halves and the sum of the second. Two copies that differ in a cell, a row or a repetition differ in one of
the three but for a chance of about 2^-60.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from windsock.warehouse import schema
from windsock.warehouse.statement import Statement, statement

_HALF = 1 << 60
_ABSENT, _BETWEEN = 1, 31


def checksum(table: str, columns: Sequence[str] = ()) -> Statement:
    """Return the SELECT that gives one row: rows, mixed, summed (as text).

    Args:
        table: a table of the schema.
        columns: its columns that count; all when empty.

    Raises:
        KeyError: there is no such table or column.
    """
    known = dict(schema.BY_NAME[table].columns)
    names = [name for name in columns or known if known[name]]
    cells = ", ".join(f'COALESCE(CAST("{name}" AS VARCHAR), CHR({_ABSENT}))' for name in names)
    return statement(
        f"""
        SELECT COUNT(*) AS rows, CAST(COALESCE(BIT_XOR(CAST(digest % {_HALF} AS BIGINT)), 0) AS VARCHAR) AS mixed,
            CAST(COALESCE(SUM(CAST(digest // {_HALF} % {_HALF} AS BIGINT)), 0) AS VARCHAR) AS summed
        FROM (SELECT MD5_NUMBER(CONCAT_WS(CHR({_BETWEEN}), {cells})) AS digest FROM "{table}")
        """,  # noqa: S608 - names of the schema
    )


def checksum_of(answer: pa.Table) -> str:
    """Return the checksum that the SELECT's answer says, as text to compare."""
    row = answer.to_pylist()[0]
    return f"{row['rows']}:{row['mixed']}:{row['summed']}"
