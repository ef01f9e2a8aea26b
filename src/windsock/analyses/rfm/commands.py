"""The command-line door of RFM grids."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.definition import load
from windsock.analyses.money import MoneyFrame
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.rfm.explain import explain_rfm
from windsock.analyses.rfm.grid import Wanted, ask_rfm, buyers_behind
from windsock.analyses.rfm.model import Rfm, read_rfm
from windsock.analyses.rfm.schema import rfm_schema
from windsock.analyses.rfm.terminal import buyers_csv, buyers_json, buyers_table, rfm_csv, rfm_proof_csv, rfm_tables
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the buyers behind a cell or group instead of the figures.")
@click.option("--recency", type=click.IntRange(1, 5), help="With --people: only those of this score.")
@click.option("--frequency", type=click.IntRange(1, 5), help="With --people: only those of this score.")
@click.option("--group", metavar="CODE", help="With --people: only those of this group, such as 111.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) what puts them into their cell and group.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def rfm(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the RFM grid of DEFINITION, a file of YAML or JSON: buyers by recency, frequency and money, and eight groups."""
    if schema:
        click.echo(json.dumps(rfm_schema(), indent=2))
        return
    asked = read_rfm(load(definition))
    with open_it() as workspace:
        around = MoneyFrame(frame_of(workspace), workspace.settings.workspace.currency)
        language = workspace.settings.workspace.language
        for name in never_stored(workspace.warehouse, [] if asked.money.rows is None else [asked.money.rows], asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            proof = explain_rfm(workspace.warehouse, asked, around, person_named(workspace.warehouse, given["explain_person"]))
            click.echo(proof_in_form(form, proof, lambda: rfm_proof_csv(proof), language), nl=False)
        elif given["people"]:
            _people(workspace, asked, around, given, form)
        else:
            answer = ask_rfm(workspace.warehouse, asked, around)
            click.echo(in_form(form, answer.json, lambda: rfm_csv(answer), lambda: rfm_tables(answer, language)), nl=False)


def _people(workspace: Workspace, asked: Rfm, around: MoneyFrame, given: dict[str, Any], form: str) -> None:
    wanted = Wanted(given["recency"], given["frequency"], given["group"])
    behind = buyers_behind(workspace.warehouse, asked, around, wanted, page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in behind.rows}), unmasked=False)
    told = buyers_json(behind, named)
    click.echo(in_form(form, lambda: told, lambda: buyers_csv(told), lambda: [buyers_table(told)]), nl=False)
