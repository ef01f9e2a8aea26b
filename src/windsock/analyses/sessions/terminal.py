"""Sessions as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from windsock.analyses.sessions.cells import Cell, Edge
from windsock.analyses.sessions.explain import SessionsProof
from windsock.analyses.sessions.model import EDGES_MS
from windsock.analyses.sessions.visits import SessionsAnswer, SessionsBehind
from windsock.analyses.shown import clock_length, csv_text
from windsock.governance import safe_cell
from windsock.kernel.clock import iso

_KINDS = {"total": "all", "none": "(no value)", "other": "(other values)"}
OTHER = "(other)"


def label(cell: Cell) -> str:
    """Return how a cell is written."""
    return cell.bucket.isoformat() if cell.bucket is not None else cell.value if cell.kind == "value" and cell.value else _KINDS.get(cell.kind, "")


def edge_label(edge: Edge) -> str:
    """Return how an entry or exit is written: its name, with its value behind it."""
    return OTHER if edge.name is None else node_label(edge.name, edge.value)


def node_label(name: str, value: str | None) -> str:
    """Return a name with the value that is part of it."""
    return name if value is None else f"{name} {value}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else ""


def sessions_tables(answer: SessionsAnswer) -> Iterator[Table | str]:
    """Yield a table of the figures of each cell, one of the entries, one of the exits, and what is not certain."""
    table = Table(title=f"{answer.sessions.asked.name}: {answer.days.start} to {answer.days.end}", title_justify="left")
    for column in ("", "sessions", "people", "each", "events each", "bounces", "quartile", "median", "quartile", "mean length"):
        table.add_column(column, justify="left" if not column else "right")
    for cell in (answer.total, *answer.breakdown, *answer.trend):
        lengths = ["" if one is None else clock_length(one) for one in (*cell.times.quartiles_ms, cell.times.mean_ms)]
        each = [f"{part / whole:.2f}" if whole else "" for part, whole in ((cell.sessions, cell.people), (cell.events, cell.sessions))]
        table.add_row(label(cell), f"{cell.sessions:,}", f"{cell.people:,}", *each, _percent(cell.bounces, cell.sessions), *lengths)
    yield table
    for title, edges in (("begin with", answer.entries), ("end with", answer.exits)):
        found = Table(title=title, title_justify="left")
        for column in ("event", "sessions", "of all", "people", "bounces"):
            found.add_column(column, justify="left" if column == "event" else "right")
        for edge in edges:
            shares = _percent(edge.sessions, answer.total.sessions), f"{edge.people:,}", _percent(edge.bounces, edge.sessions)
            found.add_row(edge_label(edge), f"{edge.sessions:,}", *shares)
        yield found
    if answer.total.still_open:
        yield f"{answer.total.still_open:,} sessions may still go on."
    if answer.total.cut_off:
        yield f"{answer.total.cut_off:,} sessions went on for more than 24 hours and are followed for 24 hours."


def sessions_csv(answer: SessionsAnswer) -> str:
    """Return one row for each cell with its figures in ms and its bins, and one for each entry and exit."""
    head = ["cut", "value", "sessions", "people", "events", "bounces", "least_ms", "p25_ms", "median_ms", "p75_ms", "most_ms", "mean_ms"]
    rows: list[list[object]] = []
    for cell in (answer.total, *answer.breakdown, *answer.trend):
        times = cell.times
        lengths = ["" if one is None else one for one in (times.least_ms, *times.quartiles_ms, times.most_ms, times.mean_ms)]
        figures = cell.sessions, cell.people, cell.events, cell.bounces
        rows.append([cell.kind, safe_cell(label(cell)), *figures, *lengths, cell.still_open, cell.cut_off, *cell.bins])
    empty = [""] * (8 + len(EDGES_MS))
    for kind, edges in (("entry", answer.entries), ("exit", answer.exits)):
        rows.extend([kind, safe_cell(edge_label(edge)), edge.sessions, edge.people, "", edge.bounces, *empty] for edge in edges)
    return csv_text([*head, "still_open", "cut_off", *(f"from_{low}_ms" for low, _ in EDGES_MS)], rows)


def visits_json(behind: SessionsBehind, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return sessions with their instants in the workspace's zone."""
    rows = [
        {
            "person": one.person,
            "name": names.get(one.person, ""),
            "start": iso(one.t0, zone),
            "length_ms": one.t1 - one.t0,
            "events": one.events,
            "entry": {"name": one.entry[0], "value": one.entry[1]},
            "exit": {"name": one.exit[0], "value": one.exit[1]},
            "value": one.value,
            "still_open": one.still_open,
            "cut_off": one.cut_off,
        }
        for one in behind.rows
    ]
    return {"total": {"sessions": behind.total, "people": behind.people}, "sessions": rows, "next_cursor": behind.next_cursor}


def visits_csv(told: dict[str, Any]) -> str:
    """Return one row for each session."""
    head = ("person", "name", "start", "length_ms", "events", "entry", "exit", "value")
    rows = [
        [row["person"], safe_cell(row["name"]), row["start"], row["length_ms"], row["events"], safe_cell(node_label(**row["entry"])),
         safe_cell(node_label(**row["exit"])), safe_cell(row["value"] or "")]
        for row in told["sessions"]
    ]  # fmt: skip
    return csv_text(head, rows)


def visits_table(told: dict[str, Any]) -> Table:
    """Return sessions as a table."""
    total = told["total"]
    table = Table(title=f"{total['sessions']:,} sessions of {total['people']:,} people", title_justify="left")
    for column in ("person", "name", "start", "length", "events", "entry", "exit", "value"):
        table.add_column(column)
    for row in told["sessions"]:
        ends = node_label(**row["entry"]), node_label(**row["exit"])
        told_length = clock_length(row["length_ms"])
        table.add_row(str(row["person"]), row["name"], row["start"], told_length, f"{row['events']:,}", *ends, row["value"] or "")
    return table


def sessions_proof_csv(proof: SessionsProof) -> str:
    """Return one row for each event of a proof."""
    cells = [
        (session["start"], session["began"], session["why"], told["at"], safe_cell(told["event"]), told["left_out"])
        for session in proof.json()["sessions"]
        for told in session["events"]
    ]
    return csv_text(("session", "began", "session_why", "at", "event", "left_out"), cells)
