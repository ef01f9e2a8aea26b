"""How answers are put on a screen or into a file, the same for each analysis."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console

_WIDE = 200


def console() -> Console:
    """Return a console: as wide as the terminal, or wide enough for a file."""
    return Console(width=None if sys.stdout.isatty() else _WIDE)


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV; texts of people's making are made safe by the caller."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


def clock_length(length_ms: int) -> str:
    """Return a length of time as narrow as it can be told to the millisecond.

    >>> clock_length(87_059), clock_length(93_784_000)
    ('00:01:27.059', '1 d 02:03:04.000')
    """
    days, rest = divmod(length_ms, 86_400_000)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return (f"{days} d " if days else "") + f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
