"""Distributions as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rich.table import Table

from windsock.analyses.distribution.explain import DistributionProof
from windsock.analyses.distribution.measure import DistributionAnswer, Heap, HeapBehind, plain
from windsock.analyses.distribution.model import Distribution
from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell
from windsock.kernel.clock import iso


def bin_label(distribution: Distribution, number: int) -> str:
    """Return how a bin is written: counts as 1, 2 to 4, 5 and more; sums as 10 to under 20."""
    low, high = distribution.edges[number]
    if low is None:
        return f"under {plain(high)}"
    if high is None:
        return f"{plain(low)} and more"
    if distribution.of == "sum":
        return f"{plain(low)} to under {plain(high)}"
    last = high - Decimal(1)
    return f"{plain(low)}" if last == low else f"{plain(low)} to {plain(last)}"


def distribution_tables(answer: DistributionAnswer) -> Iterator[Table]:
    """Yield a table of the bins, and one of the figures of each cell."""
    distribution = answer.distribution
    of = f"{distribution.of} of {distribution.field}" if distribution.field is not None else distribution.of.replace("_", " ")
    table = Table(title=f"{distribution.asked.name}: {answer.days.start} to {answer.days.end}", title_justify="left")
    for column in ("bin", of, "people", "of all"):
        table.add_column(column, justify="left" if column == of else "right")
    for number, count in enumerate(answer.total.bins):
        share = f"{100 * count / answer.total.people:.2f} %" if answer.total.people else ""
        table.add_row(str(number + 1), bin_label(distribution, number), f"{count:,}", share)
    yield table
    figures = Table(title="figures", title_justify="left")
    for column in ("", "people", "least", "quartile", "median", "quartile", "most", "mean", "total"):
        figures.add_column(column, justify="left" if not column else "right")
    for heap in (answer.total, *answer.trend):
        told = [plain(one) or "" for one in (*heap.figures, heap.mean, heap.total)]
        figures.add_row(_label(heap), f"{heap.people:,}", *told)
    yield figures


def _label(heap: Heap) -> str:
    return "all" if heap.bucket is None else heap.bucket.isoformat()


def distribution_csv(answer: DistributionAnswer) -> str:
    """Return one row for each cell: its figures, then each bin."""
    bins = [f"bin {number + 1}: {bin_label(answer.distribution, number)}" for number in range(len(answer.distribution.edges))]
    rows = [
        [_label(heap), heap.people, *(plain(one) or "" for one in (*heap.figures, heap.mean, heap.total)), *heap.bins]
        for heap in (answer.total, *answer.trend)
    ]
    return csv_text(["bucket", "people", "least", "p25", "median", "p75", "most", "mean", "total", *bins], rows)


def heap_json(behind: HeapBehind, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return people with their figures."""
    rows = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            "figure": plain(row["figure"]),
            "events": row["events"],
            "first": iso(row["first"], zone),
            "last": iso(row["last"], zone),
        }
        for row in behind.rows
    ]
    return {"total": behind.total, "people": rows, "next_cursor": behind.next_cursor}


def heap_csv(told: dict[str, Any]) -> str:
    """Return one row for each of the people."""
    head = ("person", "name", "figure", "events", "first", "last")
    return csv_text(head, [[safe_cell(row[key]) if key == "name" else row[key] for key in head] for row in told["people"]])


def heap_table(told: dict[str, Any]) -> Table:
    """Return people as a table."""
    table = Table(title=f"{told['total']:,} people", title_justify="left")
    for column in ("person", "name", "figure", "events", "first", "last"):
        table.add_column(column)
    for row in told["people"]:
        table.add_row(str(row["person"]), row["name"], row["figure"], f"{row['events']:,}", row["first"], row["last"])
    return table


def distribution_proof_csv(proof: DistributionProof) -> str:
    """Return one row for each event of a proof."""
    events = proof.json()["events"]
    head = ("at", "event", "why", "adds", "figure")
    return csv_text(head, [[safe_cell(one[key]) if key == "event" else one[key] for key in head] for one in events])
