"""The command-line door of driver trees: a definition in, leaves, the people of one or the proof of a person out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.definition import load
from windsock.analyses.drivers.ask import ask_drivers, leaf_behind, unseen_in
from windsock.analyses.drivers.explain import explain_drivers
from windsock.analyses.drivers.model import Drivers, read_drivers
from windsock.analyses.drivers.schema import drivers_schema
from windsock.analyses.drivers.terminal import drivers_csv, drivers_proof_csv, drivers_tables, leaf_csv, leaf_json, leaf_table
from windsock.analyses.named import person_named
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names

if TYPE_CHECKING:
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the people of a leaf instead of the leaves.")
@click.option("--leaf", type=click.IntRange(1), help="With --people: which leaf, by its number; all people by default.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) what was known at the start and which leaf it leads to.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def drivers(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the driver tree of DEFINITION, a file of YAML or JSON: what splits people into those who do more and those who do less."""
    if schema:
        click.echo(json.dumps(drivers_schema(), indent=2))
        return
    asked = read_drivers(load(definition))
    with open_it() as workspace:
        frame = frame_of(workspace)
        for name in unseen_in(workspace.warehouse, asked):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, given["explain_person"], form)
        elif given["people"]:
            _people(workspace, asked, frame, given, form)
        else:
            answer = ask_drivers(workspace.warehouse, asked, frame)
            click.echo(in_form(form, answer.json, lambda: drivers_csv(answer), lambda: drivers_tables(answer)), nl=False)


def _people(workspace: Workspace, asked: Drivers, frame: Frame, given: dict[str, Any], form: str) -> None:
    leaf = None if given["leaf"] is None else given["leaf"] - 1
    behind = leaf_behind(workspace.warehouse, asked, frame, leaf, page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in behind.rows}), unmasked=False)
    told = leaf_json(behind, named, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: leaf_csv(told), lambda: [leaf_table(told)]), nl=False)


def _explain(workspace: Workspace, asked: Drivers, frame: Frame, written: str, form: str) -> None:
    proof = explain_drivers(workspace.warehouse, asked, frame, person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: drivers_proof_csv(proof), workspace.settings.workspace.language), nl=False)
