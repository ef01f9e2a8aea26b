"""The command-line door of distributions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.definition import load
from windsock.analyses.distribution.explain import explain_distribution
from windsock.analyses.distribution.measure import ask_distribution, heap_behind
from windsock.analyses.distribution.model import Distribution, read_distribution
from windsock.analyses.distribution.schema import distribution_schema
from windsock.analyses.distribution.terminal import (
    distribution_csv,
    distribution_proof_csv,
    distribution_tables,
    heap_csv,
    heap_json,
    heap_table,
)
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names
from windsock.kernel.period import parse_date

if TYPE_CHECKING:
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the people behind a bin instead of the counts, with their figures.")
@click.option("--bin", "bin_", type=click.IntRange(1), help="With --people: only those of this bin, by its number.")
@click.option("--bucket", metavar="DATE", help="With --people: those of a bucket of the trend, by its first date.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) what each event added to the figure.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def distribution(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the distribution of DEFINITION, a file of YAML or JSON: how many people did something how often, or for how much."""
    if schema:
        click.echo(json.dumps(distribution_schema(), indent=2))
        return
    asked = read_distribution(load(definition))
    with open_it() as workspace:
        frame = frame_of(workspace)
        for name in never_stored(workspace.warehouse, (asked.rows,), asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, given["explain_person"], form)
        elif given["people"]:
            _people(workspace, asked, frame, given, form)
        else:
            _counts(workspace, asked, frame, form)


def _counts(workspace: Workspace, asked: Distribution, frame: Frame, form: str) -> None:
    answer = ask_distribution(workspace.warehouse, asked, frame)
    click.echo(in_form(form, answer.json, lambda: distribution_csv(answer), lambda: distribution_tables(answer)), nl=False)


def _people(workspace: Workspace, asked: Distribution, frame: Frame, given: dict[str, Any], form: str) -> None:
    number = None if given["bin_"] is None else given["bin_"] - 1
    bucket = None if given["bucket"] is None else parse_date(given["bucket"], "--bucket")
    behind = heap_behind(workspace.warehouse, asked, frame, (number, bucket), page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in behind.rows}), unmasked=False)
    told = heap_json(behind, named, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: heap_csv(told), lambda: [heap_table(told)]), nl=False)


def _explain(workspace: Workspace, asked: Distribution, frame: Frame, written: str, form: str) -> None:
    proof = explain_distribution(workspace.warehouse, asked, frame, person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: distribution_proof_csv(proof), workspace.settings.workspace.language), nl=False)
