"""Make the cuts of a run readable for the statement that follows, at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from windsock.warehouse.runs.made import People, make_cuts

if TYPE_CHECKING:
    import duckdb

    from windsock.warehouse.runs.keys import Ints, KeysAt
    from windsock.warehouse.runs.model import Asked, Run


def stage_cuts(cursor: duckdb.DuckDBPyConnection, run: Run, keys: KeysAt, threads: int, check: Callable[[], None]) -> None:
    """Follow a run and register its cuts under their names.

    Args:
        cursor: holds one moment still.
        run: what is asked.
        keys: those of that moment.
        threads: ranges of people that are followed at once.
        check: raises when the question is to stop.

    Raises:
        TooLarge: there are too many events.
        Cancelled, QueryTimeout: from ``check``.
    """
    merged = _columns(cursor, run, run.merged)
    order = np.argsort(merged[0], kind="stable")
    among = None if run.among is None else _columns(cursor, run, run.among)[0]
    people = People(merged[0][order], merged[1][order], among)
    for name, rows in make_cuts(run, keys.read(cursor, run), people, keys=keys, threads=threads, check=check).items():
        cursor.register(name, rows)


def _columns(cursor: duckdb.DuckDBPyConnection, run: Run, asked: Asked) -> list[Ints]:
    found = cursor.sql(asked.sql, params=run.values_of(asked)).to_arrow_table()
    return [column.to_numpy() for column in found.columns]
