"""What a move of the facts to another engine begins with, a moment, and is told in: pieces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from windsock.warehouse.face import Snapshot


@dataclass(frozen=True)
class Moment:
    """What is moved: a workspace's own engine held still, since when, a folder for files meanwhile, and which days of events may differ.

    Attributes:
        snapshot: the engine, held still.
        at_ms: since when.
        folder: where files lie meanwhile; a day of events, or a piece of another table, at a time.
        days: the only days of which events may have changed since the last move; None: any. Other tables are compared as a whole.
    """

    snapshot: Snapshot
    at_ms: int
    folder: Path
    days: Sequence[dt.date] | None = None


@dataclass(frozen=True)
class Moved:
    """A table, or a day of it, that is the same on both sides now: its rows, and whether it had to be written."""

    table: str
    day: dt.date | None
    rows: int
    written: bool
