"""The command-line door of correlations: a definition in, the facts that separate, the people of a cell or the proof of one of them out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.correlation.ask import CellWanted, ask_correlation, attempts_behind, unseen_in
from windsock.analyses.correlation.explain import explain_correlation
from windsock.analyses.correlation.model import Correlation, read_correlation
from windsock.analyses.correlation.schema import correlation_schema
from windsock.analyses.correlation.terminal import (
    attempts_csv,
    attempts_json,
    attempts_table,
    correlation_csv,
    correlation_proof_csv,
    correlation_tables,
)
from windsock.analyses.definition import load
from windsock.analyses.named import person_named
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names

if TYPE_CHECKING:
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_WAYS = {"converted": True, "dropped": False, "all": None}


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the people behind a cell instead of the facts.")
@click.option("--kind", type=click.IntRange(1), help="With --people: the kind of the fact, by its number; all attempts by default.")
@click.option("--value", help="With --people: the value of the fact, as the answer has it.")
@click.option("--without", is_flag=True, help="With --people: those without the fact instead of those with it.")
@click.option(
    "--only", type=click.Choice(list(_WAYS)), default="all", show_default=True, help="With --people: of those, who went on, or who did not."
)
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) which facts were true of each attempt.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def correlation(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the correlation of DEFINITION, a file of YAML or JSON: what separates those who go on in a funnel from those who don't."""
    if schema:
        click.echo(json.dumps(correlation_schema(), indent=2))
        return
    asked = read_correlation(load(definition))
    with open_it() as workspace:
        frame = frame_of(workspace)
        for name in unseen_in(workspace.warehouse, asked):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, given["explain_person"], form)
        elif given["people"]:
            _people(workspace, asked, frame, given, form)
        else:
            _facts(workspace, asked, frame, form)


def _facts(workspace: Workspace, asked: Correlation, frame: Frame, form: str) -> None:
    answer = ask_correlation(workspace.warehouse, asked, frame)
    click.echo(in_form(form, answer.json, lambda: correlation_csv(answer), lambda: correlation_tables(answer)), nl=False)


def _people(workspace: Workspace, asked: Correlation, frame: Frame, given: dict[str, Any], form: str) -> None:
    kind = None if given["kind"] is None else given["kind"] - 1
    wanted = CellWanted(kind, given["value"], not given["without"], _WAYS[given["only"]])
    behind = attempts_behind(workspace.warehouse, asked, frame, wanted, page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in behind.rows}), unmasked=False)
    told = attempts_json(behind, named, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: attempts_csv(told), lambda: [attempts_table(told)]), nl=False)


def _explain(workspace: Workspace, asked: Correlation, frame: Frame, written: str, form: str) -> None:
    proof = explain_correlation(workspace.warehouse, asked, frame, person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: correlation_proof_csv(proof), workspace.settings.workspace.language), nl=False)
