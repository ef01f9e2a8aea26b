"""The command-line door of boards of growth."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.aarrr.ask import Wanted, ask_board, board_behind
from windsock.analyses.aarrr.explain import explain_board
from windsock.analyses.aarrr.model import STAGES, Board, named_rows, read_board
from windsock.analyses.aarrr.schema import board_schema
from windsock.analyses.aarrr.terminal import board_csv, board_proof_csv, board_tables, people_csv, people_json, people_table
from windsock.analyses.definition import load
from windsock.analyses.money import MoneyFrame
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the people of a stage instead of the figures.")
@click.option("--stage", type=click.Choice([*STAGES]), default=STAGES[0], show_default=True, help="With --people: the stage.")
@click.option("--lost", is_flag=True, help="With --people: only those who are not in the next stage.")
@click.option("--value", metavar="TEXT", help="With --people: only those of a value of the breakdown.")
@click.option("--before", is_flag=True, help="With --people: those of the period before.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) for each stage why they are in it or not.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def aarrr(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the board of growth of DEFINITION, a file of YAML or JSON: acquisition, activation, retention, revenue, referral."""
    if schema:
        click.echo(json.dumps(board_schema(), indent=2))
        return
    asked = read_board(load(definition))
    with open_it() as workspace:
        around = MoneyFrame(frame_of(workspace), workspace.settings.workspace.currency)
        for name in never_stored(workspace.warehouse, named_rows(asked), asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            proof = explain_board(workspace.warehouse, asked, around, person_named(workspace.warehouse, given["explain_person"]))
            click.echo(proof_in_form(form, proof, lambda: board_proof_csv(proof), workspace.settings.workspace.language), nl=False)
        elif given["people"]:
            _people(workspace, asked, around, given, form)
        else:
            answer = ask_board(workspace.warehouse, asked, around)
            click.echo(in_form(form, answer.json, lambda: board_csv(answer), lambda: board_tables(answer)), nl=False)


def _people(workspace: Workspace, asked: Board, around: MoneyFrame, given: dict[str, Any], form: str) -> None:
    kind = "total" if given["value"] is None else "value"
    wanted = Wanted([*STAGES].index(given["stage"]), given["lost"], kind, given["value"], given["before"])
    behind = board_behind(workspace.warehouse, asked, around, wanted, page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in behind.rows}), unmasked=False)
    told = people_json(behind, named)
    click.echo(in_form(form, lambda: told, lambda: people_csv(told), lambda: [people_table(told)]), nl=False)
