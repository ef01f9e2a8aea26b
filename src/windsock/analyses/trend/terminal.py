"""Trends as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from windsock.analyses.shown import csv_text
from windsock.analyses.trend.behind import PointBehind
from windsock.analyses.trend.explain import TrendProof
from windsock.analyses.trend.measure import Drawn, Line, TrendAnswer
from windsock.analyses.trend.points import shown
from windsock.governance import safe_cell
from windsock.kernel.clock import iso


def _named(answer: TrendAnswer, line: Line) -> str:
    return " / ".join(value or "-" for value in answer.values_of(line)) if line.kind == "value" else "all" if line.kind == "total" else line.kind


def _drawn(answer: TrendAnswer, line: Line) -> Iterator[tuple[str, str, Drawn]]:
    for one, drawn in zip(answer.made.trend.series, line.series, strict=True):
        yield one.letter, f"{one.letter} {one.name} ({one.measure}{'' if one.of is None else ' of ' + one.of})", drawn
    if line.formula is not None and answer.made.trend.formula is not None:
        yield "formula", answer.made.trend.formula.text, line.formula


def trend_tables(answer: TrendAnswer) -> Iterator[Table | str]:
    """Yield a table of the points of everything, one of the totals of each line, and what has to be minded."""
    made = answer.made
    table = Table(title=f"{made.trend.asked.name}: {made.days.start} to {made.days.end}", title_justify="left")
    columns = [*_drawn(answer, answer.total)]
    before = [] if answer.before is None else [drawn for _, _, drawn in _drawn(answer, answer.before)]
    for column in (made.trend.grain, *(name for _, name, _ in columns), *(f"{letter} before" for letter, _, _ in columns if before)):
        table.add_column(column, justify="left" if column == made.trend.grain else "right")
    for index, bucket in enumerate(made.buckets):
        mark = "" if bucket.state == "whole" else f" ({bucket.state})"
        told = [shown(drawn.points[index]) or "" for drawn in (*(drawn for _, _, drawn in columns), *before)]
        table.add_row(f"{answer.key(bucket.key)}{mark}", *told)
    table.add_section()
    table.add_row("whole period", *(shown(drawn.total) or "" for drawn in (*(drawn for _, _, drawn in columns), *before)))
    yield table
    if answer.breakdown:
        yield _lines(answer)
    if any(bucket.state == "open" for bucket in made.buckets):
        yield f"A {made.trend.grain} marked open is not over."
    if any(one.measure in ("people", "per_person") for one in made.trend.series):
        yield "People who come on several days count once in the whole period: its figure is no sum of the rows above."


def _lines(answer: TrendAnswer) -> Table:
    table = Table(title="by value, whole period", title_justify="left")
    table.add_column("value")
    for _, name, _ in _drawn(answer, answer.total):
        table.add_column(name, justify="right")
    for line in answer.breakdown:
        table.add_row(_named(answer, line), *(shown(drawn.total) or "" for _, _, drawn in _drawn(answer, line)))
    return table


def trend_csv(answer: TrendAnswer) -> str:
    """Return one row for each line, series and bucket, and one for the whole period."""
    rows: list[list[object]] = []
    for line in (answer.total, *answer.breakdown):
        for letter, name, drawn in _drawn(answer, line):
            head = [line.kind, safe_cell(_named(answer, line)), letter, safe_cell(name)]
            rows.append([*head, "", "", shown(drawn.total) or "", ""])
            means = drawn.moving or tuple(None for _ in drawn.points)
            for bucket, point, mean in zip(answer.made.buckets, drawn.points, means, strict=True):
                rows.append([*head, answer.key(bucket.key), bucket.state, shown(point) or "", shown(mean) or ""])
    return csv_text(["line", "value", "series", "name", "bucket", "state", "figure", "moving"], rows)


def point_json(behind: PointBehind, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return people or events behind a point."""
    rows = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            **(
                {"events": row["events"], "first": iso(row["first"], zone), "last": iso(row["last"], zone)}
                if "events" in row
                else {"event": row["event"], "at": iso(row["t"], zone), "key": row["key"], "number": shown(row["number"]), "value": row["value"]}
            ),
        }
        for row in behind.rows
    ]
    return {"total": behind.total, "rows": rows, "next_cursor": behind.next_cursor}


_PEOPLE, _EVENTS = ("person", "name", "events", "first", "last"), ("at", "event", "person", "name", "number", "value", "key")


def point_csv(told: dict[str, Any], *, events: bool) -> str:
    """Return one row for each of the people or events."""
    head = _EVENTS if events else _PEOPLE
    safe = {"name", "event", "value"}
    return csv_text(head, [[safe_cell(row[key]) if key in safe and row[key] is not None else row[key] for key in head] for row in told["rows"]])


def point_table(told: dict[str, Any], *, events: bool) -> Table:
    """Return people or events as a table."""
    head = _EVENTS if events else _PEOPLE
    table = Table(title=f"{told['total']:,} {'events' if events else 'people'}", title_justify="left")
    for column in head:
        table.add_column(column)
    for row in told["rows"]:
        table.add_row(*("" if row[key] is None else str(row[key]) for key in head))
    return table


def trend_proof_csv(proof: TrendProof) -> str:
    """Return one row for each event of a proof."""
    head = ("at", "event", "bucket", "why", "series")
    events = proof.json()["events"]
    return csv_text(head, [[one["at"], safe_cell(one["event"]), one["bucket"], one["why"], " ".join(one["series"])] for one in events])
