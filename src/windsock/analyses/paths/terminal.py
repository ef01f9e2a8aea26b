"""Paths as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from windsock.analyses.paths.explain import PathsProof
from windsock.analyses.paths.flow import Crowd, Node, PathsAnswer, PathsBehind
from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell
from windsock.kernel.clock import iso
from windsock.kernel.errors import NotFound

OTHER = "(other)"


def label(node: Node) -> str:
    """Return how a node is written: its name, with its value behind it."""
    return OTHER if node.name is None else node.name if node.value is None else f"{node.name} {node.value}"


def node_of(answer: PathsAnswer, step: int, written: str, where: str) -> Node:
    """Return the node of a step that is written so.

    Raises:
        NotFound: the step shows none.
    """
    nodes = [stop.node for stop in answer.stops if stop.step == step]
    found = next((node for node in nodes if label(node) == written), None)
    if found is None:
        shown = ", ".join(label(node) for node in nodes) or "none"
        raise NotFound(f"Step {step} has no '{written[:80]}'.", where=where, fix=f"It shows: {shown[:400]}.")
    return found


def paths_tables(answer: PathsAnswer) -> Iterator[Table]:
    """Yield a table of the nodes, and one of the links."""
    ends = "begin here" if answer.paths.backward else "end here"
    table = Table(title=f"{answer.paths.asked.name}: {answer.days.start} to {answer.days.end}", title_justify="left")
    for column in ("step", "event", "paths", "people", ends, "of paths", "go on unseen"):
        table.add_column(column, justify="left" if column == "event" else "right")
    for stop in answer.stops:
        share = f"{100 * stop.exits.paths / stop.here.paths:.2f} %"
        cells = (f"{stop.here.paths:,}", f"{stop.here.people:,}", f"{stop.exits.paths:,}", share, f"{stop.beyond.paths:,}")
        table.add_row(str(stop.step), label(stop.node), *cells)
    yield table
    links = Table(title="from a step to the one before it" if answer.paths.backward else "from a step to the next", title_justify="left")
    for column in ("step", "from", "to", "paths", "people"):
        links.add_column(column, justify="left" if column in ("from", "to") else "right")
    for step, source, target, taken in _links(answer):
        links.add_row(str(step), source, target, f"{taken.paths:,}", f"{taken.people:,}")
    yield links


def _links(answer: PathsAnswer) -> Iterator[tuple[int, str, str, Crowd]]:
    at = {(stop.step, stop.place): label(stop.node) for stop in answer.stops}
    for link in answer.links:
        yield link.step, at[link.step, link.place], at[link.step + 1, link.onward], link.taken


def paths_csv(answer: PathsAnswer) -> str:
    """Return one row for each node, with an empty next one, for each link, for each exit, and for what goes on beyond the last step."""
    rows: list[tuple[str, int, str, str, Crowd]] = []
    for stop in answer.stops:
        name = label(stop.node)
        rows.append(("node", stop.step, name, "", stop.here))
        rows += [(kind, stop.step, name, "", crowd) for kind, crowd in (("exit", stop.exits), ("beyond", stop.beyond)) if crowd.paths]
    rows += [("link", *link) for link in _links(answer)]
    cells = [(kind, step, safe_cell(name), safe_cell(onward), crowd.paths, crowd.people) for kind, step, name, onward, crowd in rows]
    return csv_text(("kind", "step", "node", "next", "paths", "people"), cells)


def behind_json(behind: PathsBehind, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return paths with the instants of their steps in the workspace's zone."""
    rows = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            "start": iso(row["t0"], zone),
            "steps": [{"name": step["name"], "value": step["value"], "at": iso(step["t"], zone)} for step in row["steps"]],
        }
        for row in behind.rows
    ]
    return {"total": behind.total.json(), "paths": rows, "next_cursor": behind.next_cursor}


def behind_csv(told: dict[str, Any]) -> str:
    """Return one row for each step of each path."""
    cells = [
        (row["person"], safe_cell(row["name"]), row["start"], number, safe_cell(step["name"]), safe_cell(step["value"] or ""), step["at"])
        for row in told["paths"]
        for number, step in enumerate(row["steps"], 1)
    ]
    return csv_text(("person", "name", "start", "step", "event", "value", "at"), cells)


def behind_table(told: dict[str, Any]) -> Table:
    """Return paths as a table."""
    total = told["total"]
    table = Table(title=f"{total['paths']:,} paths of {total['people']:,} people", title_justify="left")
    for column in ("person", "name", "start", "steps"):
        table.add_column(column)
    for row in told["paths"]:
        steps = " > ".join(label(Node(step["name"], step["value"])) for step in row["steps"])
        table.add_row(str(row["person"]), row["name"], row["start"], steps)
    return table


def paths_proof_csv(proof: PathsProof) -> str:
    """Return one row for each event of a proof."""
    cells = [
        (session["start"], session["why"], told["at"], safe_cell(told["event"]), told["why"], "" if told["step"] is None else told["step"])
        for session in proof.json()["sessions"]
        for told in session["events"]
    ]
    return csv_text(("session", "session_why", "at", "event", "why", "step"), cells)
