"""The command-line door of paths."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.definition import load
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.paths.explain import explain_paths
from windsock.analyses.paths.flow import Wanted, ask_paths, paths_behind
from windsock.analyses.paths.model import Paths, read_paths
from windsock.analyses.paths.schema import paths_schema
from windsock.analyses.paths.terminal import (
    behind_csv,
    behind_json,
    behind_table,
    node_of,
    paths_csv,
    paths_proof_csv,
    paths_tables,
)
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from windsock.analyses.paths.flow import PathsAnswer
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the paths behind a step instead of the counts, each with its person.")
@click.option("--at", type=click.IntRange(1), default=1, show_default=True, help="With --people: the number of the step.")
@click.option("--event", help="With --people: what happened at that step, as the answer writes it; anything by default.")
@click.option("--to", help="With --people: what happened at the next step.")
@click.option("--exits", is_flag=True, help="With --people: only paths without a next step.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) which event is which step, and why others are none.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def paths(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the paths of DEFINITION, a file of YAML or JSON: what people do one after another, and where they end."""
    if schema:
        click.echo(json.dumps(paths_schema(), indent=2))
        return
    asked = read_paths(load(definition))
    with open_it() as workspace:
        frame = frame_of(workspace)
        rows = [*asked.events, *(group.rows for group in asked.groups), *([asked.anchor] if asked.anchor else [])]
        for name in never_stored(workspace.warehouse, rows, asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, given["explain_person"], form)
        elif given["people"]:
            _people(workspace, asked, frame, given, form)
        else:
            _counts(workspace, asked, frame, form)


def _counts(workspace: Workspace, asked: Paths, frame: Frame, form: str) -> None:
    answer = ask_paths(workspace.warehouse, asked, frame)
    click.echo(in_form(form, answer.json, lambda: paths_csv(answer), lambda: _shown(answer)), nl=False)


def _shown(answer: PathsAnswer) -> Iterator[Table | str]:
    yield from paths_tables(answer)
    yield f"{answer.total.paths:,} paths of {answer.total.people:,} people; {answer.still_open:,} may still go on."


def _people(workspace: Workspace, asked: Paths, frame: Frame, given: dict[str, Any], form: str) -> None:
    behind = paths_behind(workspace.warehouse, asked, frame, _wanted(workspace, asked, frame, given), page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in behind.rows}), unmasked=False)
    told = behind_json(behind, named, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: behind_csv(told), lambda: [behind_table(told)]), nl=False)


def _wanted(workspace: Workspace, asked: Paths, frame: Frame, given: dict[str, Any]) -> Wanted:
    step, event, to = given["at"], given["event"], given["to"]
    if to is not None and given["exits"]:
        raise InvalidInput("A path that ends has no next step.", where="--to", fix="Write --to or --exits.")
    if event is None and to is None:
        return Wanted(step, None, "exit" if given["exits"] else None)
    answer = ask_paths(workspace.warehouse, asked, frame)
    node = None if event is None else node_of(answer, step, event, "--event")
    return Wanted(step, node, "exit" if given["exits"] else None if to is None else node_of(answer, step + 1, to, "--to"))


def _explain(workspace: Workspace, asked: Paths, frame: Frame, written: str, form: str) -> None:
    proof = explain_paths(workspace.warehouse, asked, frame, person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: paths_proof_csv(proof), workspace.settings.workspace.language), nl=False)
