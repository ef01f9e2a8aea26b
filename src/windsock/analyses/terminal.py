"""Answers of analyses as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from windsock.analyses.explain import Proof
from windsock.analyses.funnel import Behind, Cell, FunnelAnswer
from windsock.conditions import told_length
from windsock.governance import safe_cell
from windsock.kernel.clock import iso

_KINDS = {"total": "all", "none": "(no value)", "other": "(other values)"}


def funnel_tables(answer: FunnelAnswer) -> Iterator[Table]:
    """Yield a table of the steps, and one for each cut."""
    names = [step.name for step in answer.funnel.chain.steps]
    table = Table(title=f"{answer.funnel.name}: {answer.days.start} to {answer.days.end}", title_justify="left")
    for column in ("step", answer.funnel.count, "of first", "of step before", "median from step before", "dropped out"):
        table.add_column(column, justify="left" if column == "step" else "right")
    cell = answer.total
    for step, (name, count, rates) in enumerate(zip(names, cell.counts, cell.rates(answer.funnel.required), strict=True)):
        hop = told_length(median, "en") if cell.hops and (median := cell.hops[step].quartiles_ms[1]) is not None else ""
        dropped = "" if (lost := cell.dropped[step]) is None else f"{lost:,}"
        label = f"any {step + 1}" if answer.funnel.order == "unordered" else name
        table.add_row(label, f"{count:,}", _percent(rates[0]), _percent(rates[1]), hop, dropped)
    yield table
    for title, cells in (("by value", answer.breakdown), ("by start", answer.trend)):
        if cells:
            yield _cut(title, cells, answer, names)


def _cut(title: str, cells: Sequence[Cell], answer: FunnelAnswer, names: Sequence[str]) -> Table:
    field = " × ".join(answer.funnel.breakdown.fields) if answer.funnel.breakdown is not None else ""
    table = Table(title=f"{title} {field}" if title == "by value" else title, title_justify="left")
    for column in ("", *names, "converted"):
        table.add_column(column, justify="left" if not column else "right")
    for cell in cells:
        table.add_row(_label(cell, answer), *(f"{count:,}" for count in cell.counts), _percent(cell.rates(answer.funnel.required)[-1][0]))
    return table


def _label(cell: Cell, answer: FunnelAnswer) -> str:
    if cell.bucket is not None:
        return cell.bucket.isoformat()
    if cell.kind != "value" or cell.value is None:
        return _KINDS[cell.kind]
    return " × ".join("-" if value is None else value for value in answer.values_of(cell))


def _percent(share: Any) -> str:  # noqa: ANN401 - a Decimal or None
    return "" if share is None else f"{share * 100:.2f} %"


def funnel_csv(answer: FunnelAnswer) -> str:
    """Return one row for each step of each cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["cut", "value", "step", "name", "count", "of_first", "of_before", "median_ms_from_before", "still_open"])
    for cell in (answer.total, *answer.breakdown, *answer.trend):
        for step, ((first, before), count) in enumerate(zip(cell.rates(answer.funnel.required), cell.counts, strict=True)):
            median = cell.hops[step].quartiles_ms[1] if cell.hops else None
            name = answer.funnel.chain.steps[step].name
            writer.writerow(
                [
                    cell.kind,
                    safe_cell(_label(cell, answer)),
                    step + 1,
                    safe_cell(name),
                    count,
                    *("" if one is None else one for one in (first, before, median)),
                    cell.still_open,
                ]
            )
    return out.getvalue()


def people_json(behind: Behind, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return people with the instants of their steps in the workspace's zone."""
    rows = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            "held": row["held"],
            "value": row["value"],
            "times": [None if t is None else iso(t, zone) for t in row["times"]],
            "start_ms": row["times"][0],
        }
        for row in behind.rows
    ]
    return {"total": behind.total, "people": rows, "next_cursor": behind.next_cursor}


def people_csv(told: dict[str, Any]) -> str:
    """Return one row for each of the people."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    most = max((len(row["times"]) for row in told["people"]), default=0)
    writer.writerow(["person", "name", "held", "value", *(f"step_{number + 1}" for number in range(most))])
    for row in told["people"]:
        cells = [row["name"], row["held"] or "", row["value"] or "", *(time or "" for time in row["times"])]
        writer.writerow([row["person"], *map(safe_cell, cells)])
    return out.getvalue()


def people_table(told: dict[str, Any]) -> Table:
    """Return people as a table."""
    table = Table(title=f"{told['total']:,} in all", title_justify="left")
    for column in ("person", "name", "held", "value", "steps"):
        table.add_column(column)
    for row in told["people"]:
        times = "  ".join(time or "-" for time in row["times"])
        table.add_row(str(row["person"]), row["name"], row["held"] or "", row["value"] or "", times)
    return table


def proof_csv(proof: Proof) -> str:
    """Return one row for each step of a proof."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["step", "why", "told"])
    for step, line in zip(proof.json()["steps"], proof.lines("en"), strict=True):
        writer.writerow([safe_cell(step["step"]), step["why"], safe_cell(line)])
    return out.getvalue()
