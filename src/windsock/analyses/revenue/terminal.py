"""Lifetime values as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from windsock.analyses.revenue.ask import MembersBehind, RevenueAnswer, Row, amount
from windsock.analyses.revenue.explain import RevenueProof
from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell


def revenue_tables(answer: RevenueAnswer) -> Iterator[Table | str]:
    """Yield the money per member of each cohort by age, and what has to be minded."""
    name = answer.asked.asked.name
    table = Table(title=f"{name}: {answer.currency} per member, cumulative; {answer.days.start} to {answer.days.end}", title_justify="left")
    for column in ("cohort", "members", "buyers", *(answer.asked.label(cell) for cell in range(answer.asked.cells))):
        table.add_column(column, justify="left" if column == "cohort" else "right")
    for row in (*answer.cohorts, answer.total):
        if row is answer.total:
            table.add_section()
        table.add_row(_label(row), f"{row.size:,}", f"{row.buyers:,}", *(amount(cell.per_member) or "" for cell in row.cells))
    yield table
    yield "Observed until today, not predicted. A blank age is not over for every member of the cohort."
    if answer.nobody:
        yield f"Orders of the period whose booker is not known: {amount(answer.nobody)} {answer.currency}, in no cohort."


def _label(row: Row) -> str:
    return "all" if row.cohort is None else row.cohort.isoformat()


def revenue_csv(answer: RevenueAnswer) -> str:
    """Return one row for each cohort and age."""
    rows = [
        [
            _label(row),
            row.size,
            row.buyers,
            answer.asked.label(index),
            cell.judged,
            amount(cell.value) or "",
            amount(cell.per_member) or "",
            "" if cell.buyers is None else cell.buyers,
            answer.currency,
        ]
        for row in (*answer.cohorts, answer.total)
        for index, cell in enumerate(row.cells)
    ]
    return csv_text(["cohort", "members", "buyers", "age", "judged", "value", "per_member", "bought", "currency"], rows)


def members_json(behind: MembersBehind, names: dict[int, str]) -> dict[str, Any]:
    """Return members with what they brought."""
    rows = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            "cohort": row["cohort"].isoformat(),
            "start": row["start"].isoformat(),
            "value": amount(row["value"]),
            "purchases": row["purchases"],
        }
        for row in behind.rows
    ]
    return {"total": behind.total, "value": amount(behind.value), "people": rows, "next_cursor": behind.next_cursor}


_MEMBERS = ("person", "name", "cohort", "start", "value", "purchases")


def members_csv(told: dict[str, Any]) -> str:
    """Return one row for each of the members."""
    return csv_text(_MEMBERS, [[safe_cell(row[key]) if key == "name" else row[key] for key in _MEMBERS] for row in told["people"]])


def members_table(told: dict[str, Any]) -> Table:
    """Return members as a table."""
    table = Table(title=f"{told['total']:,} members, {told['value']}", title_justify="left")
    for column in _MEMBERS:
        table.add_column(column)
    for row in told["people"]:
        table.add_row(*(str(row[key]) for key in _MEMBERS))
    return table


def revenue_proof_csv(proof: RevenueProof) -> str:
    """Return one row for each amount of a proof."""
    head = ("day", "amount", "why", "cell", "value", "ref")
    return csv_text(head, [[one[key] for key in head] for one in proof.json()["amounts"]])
