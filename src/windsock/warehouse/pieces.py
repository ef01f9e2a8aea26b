"""What a move of the facts to another engine is told in: pieces."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Moved:
    """A table, or a day of it, that is the same on both sides now: its rows, and whether it had to be written."""

    table: str
    day: dt.date | None
    rows: int
    written: bool
