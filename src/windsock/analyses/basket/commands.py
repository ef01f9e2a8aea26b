"""The command-line door of basket analyses: a definition in, pairs, the baskets of a pair or the proof of a person out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.basket.ask import ask_basket, baskets_behind
from windsock.analyses.basket.explain import explain_basket
from windsock.analyses.basket.model import Basket, read_basket
from windsock.analyses.basket.schema import basket_schema
from windsock.analyses.basket.terminal import basket_csv, basket_proof_csv, basket_tables, baskets_csv, baskets_json, baskets_table
from windsock.analyses.definition import load
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the baskets behind a pair and their people instead of the pairs.")
@click.option("--one", help="With --people: an item of the pair, as --format json has it; all baskets by default.")
@click.option("--other", help="With --people: the other item.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) what each of their baskets holds.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def basket(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the basket analysis of DEFINITION, a file of YAML or JSON: which items go together, and how much more often than by chance."""
    if schema:
        click.echo(json.dumps(basket_schema(), indent=2))
        return
    asked = read_basket(load(definition))
    with open_it() as workspace:
        frame = frame_of(workspace)
        for name in never_stored(workspace.warehouse, () if asked.rows is None else (asked.rows,), asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, given["explain_person"], form)
        elif given["people"]:
            _people(workspace, asked, frame, given, form)
        else:
            answer = ask_basket(workspace.warehouse, asked, frame)
            click.echo(in_form(form, answer.json, lambda: basket_csv(answer), lambda: basket_tables(answer)), nl=False)


def _people(workspace: Workspace, asked: Basket, frame: Frame, given: dict[str, Any], form: str) -> None:
    if (given["one"] is None) != (given["other"] is None):
        raise InvalidInput("A pair has two items.", where="--one, --other", fix="Give both, or none for all baskets.")
    items = None if given["one"] is None else (given["one"], given["other"])
    behind = baskets_behind(workspace.warehouse, asked, frame, items, page=(given["cursor"], given["limit"]))
    persons = sorted({row["person"] for row in behind.rows if row["person"] is not None})
    told = baskets_json(behind, display_names(workspace.warehouse, persons, unmasked=False), workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: baskets_csv(told), lambda: [baskets_table(told)]), nl=False)


def _explain(workspace: Workspace, asked: Basket, frame: Frame, written: str, form: str) -> None:
    proof = explain_basket(workspace.warehouse, asked, frame, person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: basket_proof_csv(proof), workspace.settings.workspace.language), nl=False)
