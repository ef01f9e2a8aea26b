"""How answers are put on a screen or into a file, the same for each analysis."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Protocol

from rich.console import Console
from rich.table import Table

_WIDE = 250
"""Wide enough for a file."""


class Proven(Protocol):
    """The proof of a person, whatever the analysis."""

    def json(self) -> dict[str, Any]:
        """Return it as it travels."""
        ...

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return it as people read it."""
        ...


def in_form(form: str, told: Callable[[], object], rows: Callable[[], str], shown: Callable[[], Iterable[Table | str]]) -> str:
    """Return an answer as it is asked for: ``json``, ``csv``, or tables and lines for people; only that one is made."""
    if form == "json":
        return json.dumps(told(), indent=2, ensure_ascii=False) + "\n"
    return rows() if form == "csv" else "".join(_on_screen(one) for one in shown())


def proof_in_form(form: str, proof: Proven, rows: Callable[[], str], language: str) -> str:
    """Return the proof of a person as it is asked for, in the workspace's language where people read it."""
    return in_form(form, proof.json, rows, lambda: proof.lines("zh" if language == "zh" else "en"))


def _on_screen(one: Table | str) -> str:
    if isinstance(one, str):
        return one + "\n"
    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    with console.capture() as captured:
        console.print(one)
    return captured.get()


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
