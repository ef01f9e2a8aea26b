"""The command-line door of views of seasons."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from windsock.analyses.definition import load
from windsock.analyses.seasons.ask import ask_seasons
from windsock.analyses.seasons.model import read_seasons
from windsock.analyses.seasons.schema import seasons_schema
from windsock.analyses.seasons.terminal import seasons_csv, seasons_tables
from windsock.analyses.shown import in_form
from windsock.conditions import frame_of

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def seasons(open_it: Opener, definition: Path | None, form: str, *, schema: bool) -> None:
    """Take the metric of DEFINITION, a file of YAML or JSON, apart over time: its trend, what comes back every week or day, and the rest."""
    if schema:
        click.echo(json.dumps(seasons_schema(), indent=2))
        return
    asked = read_seasons(load(definition))
    with open_it() as workspace:
        answer = ask_seasons(workspace, asked, frame_of(workspace))
        click.echo(in_form(form, answer.json, lambda: seasons_csv(answer), lambda: seasons_tables(answer)), nl=False)
