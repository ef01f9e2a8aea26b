"""The command-line door of attribution: a definition in, credits, conversions behind them or the proof of a person out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.attribution.ask import Wanted, ask_attribution, conversions_behind
from windsock.analyses.attribution.cost import costs_of, priced
from windsock.analyses.attribution.explain import explain_attribution
from windsock.analyses.attribution.model import read_attribution
from windsock.analyses.attribution.schema import attribution_schema
from windsock.analyses.attribution.terminal import (
    attribution_csv,
    attribution_tables,
    conversions_csv,
    conversions_json,
    conversions_table,
    proof_csv,
)
from windsock.analyses.definition import load
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from windsock.analyses.attribution.ask import AttributionAnswer
    from windsock.analyses.attribution.cost import Costs
    from windsock.analyses.attribution.model import Attribution
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORMATS = click.Choice(["table", "csv", "json"])


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=_FORMATS, default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the conversions and their people instead of the credits.")
@click.option("--value", help="With --people: only those with a touch of this value.")
@click.option("--missing", is_flag=True, help="With --people: only those with a touch without a value.")
@click.option("--untouched", is_flag=True, help="With --people: only those without any touch.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) which touches were credited, with what, and which not.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def attribution(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the attribution of DEFINITION, a file of YAML or JSON: which touches conversions are credited to, by several models."""
    if schema:
        click.echo(json.dumps(attribution_schema(), indent=2))
        return
    asked = read_attribution(load(definition))
    with open_it() as workspace:
        frame = frame_of(workspace)
        for name in never_stored(workspace.warehouse, [asked.conversion, asked.touches], asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, given["explain_person"], form)
        elif given["people"]:
            _people(workspace, asked, frame, given, form)
        else:
            _credits(workspace, asked, frame, form)


def _credits(workspace: Workspace, asked: Attribution, frame: Frame, form: str) -> None:
    answer = ask_attribution(workspace.warehouse, asked, frame)
    costs = costs_of(workspace, answer)
    click.echo(in_form(form, lambda: priced(answer, costs), lambda: attribution_csv(answer, costs), lambda: _shown(answer, costs)), nl=False)


def _shown(answer: AttributionAnswer, costs: Costs | None) -> Iterator[Table | str]:
    yield from attribution_tables(answer, costs)
    yield "Models share credit; none says what would not have happened without a touch. For that, hold a group out."


def _people(workspace: Workspace, asked: Attribution, frame: Frame, given: dict[str, Any], form: str) -> None:
    named = [kind for kind in ("value", "missing", "untouched") if given[kind]]
    if len(named) > 1:
        raise InvalidInput("One row at a time.", where="--value, --missing, --untouched", fix="Give one of them.")
    wanted = Wanted(given["value"], named[0] if named else "all")
    found = conversions_behind(workspace.warehouse, asked, frame, wanted, page=(given["cursor"], given["limit"]))
    names = display_names(workspace.warehouse, sorted({row["person"] for row in found.rows}), unmasked=False)
    told = conversions_json(found, names, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: conversions_csv(told), lambda: [conversions_table(told)]), nl=False)


def _explain(workspace: Workspace, asked: Attribution, frame: Frame, written: str, form: str) -> None:
    proof = explain_attribution(workspace.warehouse, asked, frame, person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: proof_csv(proof), workspace.settings.workspace.language), nl=False)
