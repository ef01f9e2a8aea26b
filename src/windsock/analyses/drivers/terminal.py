"""Driver trees as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from windsock.analyses.drivers.ask import DriversAnswer, Figure, LeafBehind, LeafFigure
from windsock.analyses.drivers.explain import DriversProof
from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell
from windsock.kernel.clock import iso


def way_told(leaf: LeafFigure) -> str:
    """Return the way to a leaf as people read it."""
    return "; ".join(f"{driver}: {', '.join(labels)}" for driver, labels in leaf.way) or "everybody"


def drivers_tables(answer: DriversAnswer) -> Iterator[Table | str]:
    """Yield the leaves, and how steady the tree is."""
    rate = answer.drivers.target.sum_of is None

    def told(figure: Figure) -> str:
        if rate:
            return f"{100 * figure.mean:.2f} % ({100 * figure.low:.2f} to {100 * figure.high:.2f})"
        return f"{figure.mean:,.2f} ({figure.low:,.2f} to {figure.high:,.2f})"

    table = Table(title=f"{answer.drivers.asked.name}: {answer.days.start} to {answer.days.end}", title_justify="left")
    for column in ("leaf", "who", "people", "of these estimate", "rate (95 %)" if rate else "mean (95 %)"):
        table.add_column(column, justify="left" if column == "who" else "right")
    for place, leaf in enumerate(answer.leaves, 1):
        table.add_row(str(place), way_told(leaf), f"{leaf.people:,}", f"{leaf.figure.people:,}", told(leaf.figure))
    yield table
    young = f"; {answer.young:,} more started too late to know" if answer.young else ""
    whole = "" if answer.total is None else f", {told(answer.total)} in all"
    yield f"{answer.people:,} people{whole}{young}. Splits were decided by one half, figures are of the other."
    if len(answer.leaves) < 2:
        yield "No split is beyond chance: nothing that was asked drives it, or there are too few people to tell."
    else:
        named = ", ".join(f"{driver} {times}" for driver, times in answer.first)
        yield f"First split in {answer.resamples} resampled halves: {named}; exactly the same one in {answer.same_split}."
    yield "A driver goes with the figure and need not cause it; to know, change it for a random half."


def drivers_csv(answer: DriversAnswer) -> str:
    """Return one row for each leaf."""
    rows = [[place, safe_cell(way_told(leaf)), leaf.people, *leaf.figure.json().values()] for place, leaf in enumerate(answer.leaves, 1)]
    return csv_text(("leaf", "who", "people", "estimating", "mean", "low", "high"), rows)


def leaf_json(behind: LeafBehind, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return people of a leaf."""
    rows = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            "start": iso(row["start"], zone),
            "figure": f"{row['y'].normalize():f}",
            "estimates": row["estimates"],
        }
        for row in behind.rows
    ]
    return {"total": behind.total, "people": rows, "next_cursor": behind.next_cursor}


def leaf_csv(told: dict[str, Any]) -> str:
    """Return one row for each person."""
    rows = [[row["person"], safe_cell(row["name"]), row["start"], row["figure"], "yes" if row["estimates"] else "no"] for row in told["people"]]
    return csv_text(("person", "name", "start", "figure", "estimates"), rows)


def leaf_table(told: dict[str, Any]) -> Table:
    """Return people as a table."""
    table = Table(title=f"{told['total']:,} people", title_justify="left")
    for column in ("person", "name", "start", "figure", "half"):
        table.add_column(column)
    for row in told["people"]:
        table.add_row(str(row["person"]), row["name"], row["start"], row["figure"], "estimates" if row["estimates"] else "decides")
    return table


def drivers_proof_csv(proof: DriversProof) -> str:
    """Return one row for each driver of a person."""
    told = proof.json()
    return csv_text(("leaf", "driver", "is"), [[told["leaf"], safe_cell(one["driver"]), safe_cell(one["is"])] for one in told["known"]])
