"""Answers of retention as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from rich.table import Table

from windsock.analyses.retention.ask import Cell, Members, RetentionAnswer, Row
from windsock.analyses.retention.explain import RetentionProof
from windsock.governance import safe_cell
from windsock.kernel.clock import iso

_KINDS = {"total": "all", "none": "(no value)", "other": "(other values)"}


def retention_tables(answer: RetentionAnswer) -> Iterator[Table]:
    """Yield a table of the cohorts, of the measure, and of the values."""
    asked, days = answer.made.asked, answer.made.days
    rows = (answer.total, *answer.cohorts)
    yield _table(f"{asked.name}: {days.start} to {days.end}", rows, answer, lambda cell: _percent(cell.rate))
    if asked.measure is not None:
        of = f" of {asked.measure.of}" if asked.measure.of else ""
        yield _table(f"{asked.measure.what}{of}", rows, answer, lambda cell: "" if cell.measure is None else f"{cell.measure:,f}")
    if answer.breakdown and asked.breakdown is not None:
        yield _table(f"by {asked.breakdown.field}", answer.breakdown, answer, lambda cell: _percent(cell.rate))


def _table(title: str, rows: tuple[Row, ...], answer: RetentionAnswer, told: Callable[[Cell], str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for column in ("members", *answer.labels):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(label_of(row), f"{row.size:,}", *(told(cell) for cell in row.cells))
    return table


def label_of(row: Row) -> str:
    """Return how a row is called."""
    if row.cohort is not None:
        return row.cohort.isoformat()
    return row.value if row.kind == "value" and row.value is not None else _KINDS[row.kind]


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{share * 100:.2f} %"


def retention_csv(answer: RetentionAnswer) -> str:
    """Return one row for each cell of each row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["cut", "value", "members", "cell", "label", "judged", "returned", "rate", "measure"])
    for row in (answer.total, *answer.cohorts, *answer.breakdown):
        for number, (cell, label) in enumerate(zip(row.cells, answer.labels, strict=True)):
            writer.writerow([row.kind, safe_cell(label_of(row)), row.size, number, label, cell.judged, *_known(cell)])
    return out.getvalue()


def _known(cell: Cell) -> list[str | int]:
    figures = ["" if cell.rate is None else str(cell.rate), "" if cell.measure is None else f"{cell.measure:f}"]
    return ["" if cell.returned is None else cell.returned, *figures]


def members_json(found: Members, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return members with their instants in the workspace's zone."""
    rows = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            "cohort": row["cohort"].isoformat(),
            "started": iso(row["started"], zone),
            "value": row["value"],
            "returned": None if row["returned"] is None else iso(row["returned"], zone),
            "interval_days": row["interval_days"],
        }
        for row in found.rows
    ]
    return {"total": found.total, "people": rows, "next_cursor": found.next_cursor}


_COLUMNS = ("person", "name", "cohort", "started", "value", "returned", "interval_days")


def members_csv(told: dict[str, Any]) -> str:
    """Return one row for each member."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in told["people"]:
        writer.writerow([row["person"], *(safe_cell(_shown(row[name])) for name in _COLUMNS[1:])])
    return out.getvalue()


def members_table(told: dict[str, Any]) -> Table:
    """Return members as a table."""
    table = Table(title=f"{told['total']:,} in all", title_justify="left")
    for column in _COLUMNS[:-1]:
        table.add_column(column)
    for row in told["people"]:
        table.add_row(*(_shown(row[name]) for name in _COLUMNS[:-1]))
    return table


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def proof_csv(proof: RetentionProof) -> str:
    """Return one row for each cell of each cohort, or one that says why there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["cohort", "cell", "label", "why", "told"])
    told = proof.json()
    if told["nobody"] is not None:
        writer.writerow(["", "", "", told["nobody"]["why"], safe_cell(told["nobody"]["en"])])
    for member in told["cohorts"]:
        for cell in member["cells"]:
            writer.writerow([member["cohort"], cell["cell"], cell["label"], cell["why"], safe_cell(cell["en"])])
    return out.getvalue()
