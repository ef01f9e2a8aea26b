"""The command-line door of sessions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from windsock.analyses.definition import load
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.sessions.explain import explain_sessions
from windsock.analyses.sessions.model import Sessions, read_sessions
from windsock.analyses.sessions.schema import sessions_schema
from windsock.analyses.sessions.terminal import (
    edge_label,
    label,
    sessions_csv,
    sessions_proof_csv,
    sessions_tables,
    visits_csv,
    visits_json,
    visits_table,
)
from windsock.analyses.sessions.visits import WantedSessions, ask_sessions, sessions_behind
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names
from windsock.kernel.errors import NotFound

if TYPE_CHECKING:
    from windsock.analyses.sessions.cells import Cell, Edge
    from windsock.analyses.sessions.visits import SessionsAnswer
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the sessions behind a figure instead of the counts, each with its person.")
@click.option("--cell", help="With --people: only those of a value of the breakdown or of a date of the trend, as the answer writes it.")
@click.option("--entry", help="With --people: only those that begin with this, as the answer writes it.")
@click.option("--exit", "exit_", help="With --people: only those that end with this, as the answer writes it.")
@click.option("--bin", "bin_", type=click.IntRange(1), help="With --people: only those whose length is in this bin, by its number.")
@click.option("--only", type=click.Choice(["bounces", "open"]), help="With --people: only those of one event, or those that may still go on.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) where each session begins, and why.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def sessions(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the sessions of DEFINITION, a file of YAML or JSON: how many visits, how long, and where they begin and end."""
    if schema:
        click.echo(json.dumps(sessions_schema(), indent=2))
        return
    asked = read_sessions(load(definition))
    with open_it() as workspace:
        frame = frame_of(workspace)
        for name in never_stored(workspace.warehouse, asked.events, asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, given["explain_person"], form)
        elif given["people"]:
            _people(workspace, asked, frame, given, form)
        else:
            _counts(workspace, asked, frame, form)


def _counts(workspace: Workspace, asked: Sessions, frame: Frame, form: str) -> None:
    answer = ask_sessions(workspace.warehouse, asked, frame)
    click.echo(in_form(form, answer.json, lambda: sessions_csv(answer), lambda: sessions_tables(answer)), nl=False)


def _people(workspace: Workspace, asked: Sessions, frame: Frame, given: dict[str, Any], form: str) -> None:
    wanted = _wanted(workspace, asked, frame, given)
    behind = sessions_behind(workspace.warehouse, asked, frame, wanted, page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({one.person for one in behind.rows}), unmasked=False)
    told = visits_json(behind, named, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: visits_csv(told), lambda: [visits_table(told)]), nl=False)


def _wanted(workspace: Workspace, asked: Sessions, frame: Frame, given: dict[str, Any]) -> WantedSessions:
    number = None if given["bin_"] is None else given["bin_"] - 1
    only: Literal["bounces", "open"] | None = given["only"]
    if given["cell"] is given["entry"] is given["exit_"] is None:
        return WantedSessions(bin=number, only=only)
    answer = ask_sessions(workspace.warehouse, asked, frame)
    entry, exit_ = (_node(edges, given[key], f"--{key.strip('_')}") for edges, key in ((answer.entries, "entry"), (answer.exits, "exit_")))
    return WantedSessions(None if given["cell"] is None else _cell(answer, given["cell"]), entry, exit_, number, only)


def _cell(answer: SessionsAnswer, written: str) -> Cell:
    cells = (*answer.breakdown, *answer.trend)
    found = next((cell for cell in cells if label(cell) == written), None)
    if found is None:
        shown = ", ".join(label(cell) for cell in cells)[:400] or "none, as there is no breakdown and no trend"
        raise NotFound(f"The answer has no '{written[:80]}'.", where="--cell", fix=f"It shows: {shown}.")
    return found


def _node(edges: tuple[Edge, ...], written: str | None, where: str) -> tuple[str, str | None] | None:
    if written is None:
        return None
    found = next(((edge.name, edge.value) for edge in edges if edge.name is not None and edge_label(edge) == written), None)
    if found is None:
        shown = ", ".join(edge_label(edge) for edge in edges if edge.name is not None)[:400] or "none"
        raise NotFound(f"The answer has no '{written[:80]}' there.", where=where, fix=f"It shows: {shown}.")
    return found


def _explain(workspace: Workspace, asked: Sessions, frame: Frame, written: str, form: str) -> None:
    proof = explain_sessions(workspace.warehouse, asked, frame, person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: sessions_proof_csv(proof), workspace.settings.workspace.language), nl=False)
