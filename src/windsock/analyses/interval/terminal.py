"""Intervals as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from windsock.analyses.interval.explain import IntervalProof
from windsock.analyses.interval.measure import IntervalAnswer, Span, SpansBehind
from windsock.analyses.shown import clock_length, csv_text
from windsock.conditions import told_length
from windsock.governance import safe_cell
from windsock.kernel.clock import iso

_KINDS = {"total": "all", "none": "(no value)", "other": "(other values)"}


def label(cell: Span) -> str:
    """Return how a cell is written."""
    return cell.bucket.isoformat() if cell.bucket is not None else cell.value if cell.kind == "value" and cell.value else _KINDS.get(cell.kind, "")


def bin_label(edges: tuple[int, int | None]) -> str:
    """Return how a bin is written."""
    low, high = edges
    if high is None:
        return f"{told_length(low, 'en')} and more"
    return f"under {told_length(high, 'en')}" if low == 0 else f"{told_length(low, 'en')} to under {told_length(high, 'en')}"


def interval_tables(answer: IntervalAnswer) -> Iterator[Table]:
    """Yield a table of the figures of each cell, and one of the bins."""
    table = Table(title=f"{answer.interval.asked.name}: {answer.days.start} to {answer.days.end}", title_justify="left")
    for column in ("", "intervals", "people", "least", "quartile", "median", "quartile", "most", "mean", "still open"):
        table.add_column(column, justify="left" if not column else "right")
    for cell in (answer.total, *answer.breakdown, *answer.trend):
        times = cell.times
        lengths = [times.least_ms, *times.quartiles_ms, times.most_ms, times.mean_ms]
        told = ["" if one is None else clock_length(one) for one in lengths]
        table.add_row(label(cell), f"{times.count:,}", f"{cell.people:,}", *told, f"{cell.still_open:,}")
    yield table
    bins = Table(title="by length", title_justify="left")
    for column in ("bin", "from", "intervals", "of all"):
        bins.add_column(column, justify="left" if column == "from" else "right")
    for number, (edges, count) in enumerate(zip(answer.interval.edges, answer.total.bins, strict=True), 1):
        share = f"{100 * count / answer.total.times.count:.2f} %" if answer.total.times.count else ""
        bins.add_row(str(number), bin_label(edges), f"{count:,}", share)
    yield bins


def interval_csv(answer: IntervalAnswer) -> str:
    """Return one row for each cell: its figures in ms, then each bin."""
    head = ["cut", "value", "intervals", "people", "least_ms", "p25_ms", "median_ms", "p75_ms", "most_ms", "mean_ms", "still_open"]
    rows: list[list[object]] = []
    for cell in (answer.total, *answer.breakdown, *answer.trend):
        times = cell.times
        lengths = ["" if one is None else one for one in (times.least_ms, *times.quartiles_ms, times.most_ms, times.mean_ms)]
        rows.append([cell.kind, safe_cell(label(cell)), times.count, cell.people, *lengths, cell.still_open, *cell.bins])
    return csv_text([*head, *(f"from_{low}_ms" for low, _ in answer.interval.edges)], rows)


def spans_json(behind: SpansBehind, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return intervals with their instants in the workspace's zone."""
    rows = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            "held": row["held"],
            "value": row["value"],
            "start": iso(row["t0"], zone),
            "end": iso(row["t1"], zone),
            "length_ms": row["t1"] - row["t0"],
        }
        for row in behind.rows
    ]
    return {"total": {"intervals": behind.total, "people": behind.people}, "intervals": rows, "next_cursor": behind.next_cursor}


def spans_csv(told: dict[str, Any]) -> str:
    """Return one row for each interval."""
    head = ("person", "name", "held", "value", "start", "end", "length_ms")
    texts = ("name", "held", "value")
    return csv_text(head, [[safe_cell(row[key] or "") if key in texts else row[key] for key in head] for row in told["intervals"]])


def spans_table(told: dict[str, Any]) -> Table:
    """Return intervals as a table."""
    total = told["total"]
    table = Table(title=f"{total['intervals']:,} intervals of {total['people']:,} people", title_justify="left")
    for column in ("person", "name", "held", "value", "start", "end", "length"):
        table.add_column(column)
    for row in told["intervals"]:
        length = clock_length(row["length_ms"])
        table.add_row(str(row["person"]), row["name"], row["held"] or "", row["value"] or "", row["start"], row["end"], length)
    return table


def interval_proof_csv(proof: IntervalProof) -> str:
    """Return one row for each start and end of a proof."""
    told = zip(proof.json()["events"], proof.lines("en"), strict=False)
    return csv_text(
        ("as", "event", "at", "why", "told"), [(one["as"], safe_cell(one["event"]), one["at"], one["why"], safe_cell(line)) for one, line in told]
    )
