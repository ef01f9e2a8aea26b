"""What another engine has to be able to do: write a statement in its words, answer it within bounds, and take tables in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

    from windsock.warehouse.engines.cut import Written
    from windsock.warehouse.face import Cancel, Value
    from windsock.warehouse.schema import Table


@dataclass(frozen=True)
class Bounds:
    """How long a statement may run, how many rows it may give, and the switch that stops it."""

    limit_s: float
    rows_max: int
    cancel: Cancel | None = None


class Link(Protocol):
    """Another engine; safe to use from many threads."""

    name: str

    def written(self, tree: exp.Expr, params: Mapping[str, Value], token: str) -> Written:
        """Return a SELECT in the engine's words.

        Raises:
            NotAvailable: it has no exact form there.
        """
        ...

    def ask(self, written: Written, params: Mapping[str, Value], wanted: pa.Schema, bounds: Bounds) -> pa.Table:
        """Return the rows of a statement with the columns and types that are wanted.

        Raises:
            QueryTimeout, Cancelled, TooLarge: as the warehouse.
            NotAvailable: it met a value that the engine reads otherwise than ours.
            Fault: the engine refused it.
        """
        ...

    def make(self, table: Table) -> None:
        """Make a table, or a place for it, where there is none."""
        ...

    def digests(self, table: Table, days: Sequence[dt.date] | None = None) -> dict[dt.date | None, str]:
        """Return what each day of a table (or of some of them) holds in a few digits, or a table without days under None: see ``digest``."""
        ...

    def put(self, table: Table, day: dt.date | None, file: Path, token: str) -> None:
        """Put the rows of a Parquet file in the place of a table's, or of a day of it.

        Args:
            table: which one.
            day: of a table with days.
            file: the rows.
            token: made of what they are: a block that is sent twice under one token, as after a lost answer, is there once.
        """
        ...

    def stamp(self, moved_ms: int) -> None:
        """Keep when the last move was whole."""
        ...

    def stamped(self) -> int | None:
        """Return when the last move was whole; None: never."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
