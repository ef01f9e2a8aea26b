"""The command-line door of lifetime values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.definition import load
from windsock.analyses.money import MoneyFrame
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.revenue.ask import ask_revenue, revenue_behind
from windsock.analyses.revenue.explain import explain_revenue
from windsock.analyses.revenue.model import Revenue, read_revenue
from windsock.analyses.revenue.schema import revenue_schema
from windsock.analyses.revenue.terminal import members_csv, members_json, members_table, revenue_csv, revenue_proof_csv, revenue_tables
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names
from windsock.kernel.period import parse_date

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the members behind a cell instead of the figures, with what each brought.")
@click.option("--cohort", metavar="DATE", help="With --people: only this cohort, by any of its days.")
@click.option("--cell", type=click.IntRange(0), help="With --people: what was brought until this age, by its number from 0.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) at which age each amount counts.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def revenue(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the lifetime value of DEFINITION, a file of YAML or JSON: what the members of cohorts brought, by age."""
    if schema:
        click.echo(json.dumps(revenue_schema(), indent=2))
        return
    asked = read_revenue(load(definition))
    with open_it() as workspace:
        around = MoneyFrame(frame_of(workspace), workspace.settings.workspace.currency)
        rows = [one for one in (asked.start, asked.money.rows) if one is not None]
        for name in never_stored(workspace.warehouse, rows, asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            proof = explain_revenue(workspace.warehouse, asked, around, person_named(workspace.warehouse, given["explain_person"]))
            click.echo(proof_in_form(form, proof, lambda: revenue_proof_csv(proof), workspace.settings.workspace.language), nl=False)
        elif given["people"]:
            _people(workspace, asked, around, given, form)
        else:
            answer = ask_revenue(workspace.warehouse, asked, around)
            click.echo(in_form(form, answer.json, lambda: revenue_csv(answer), lambda: revenue_tables(answer)), nl=False)


def _people(workspace: Workspace, asked: Revenue, around: MoneyFrame, given: dict[str, Any], form: str) -> None:
    cohort = None if given["cohort"] is None else parse_date(given["cohort"], "--cohort")
    behind = revenue_behind(workspace.warehouse, asked, around, (cohort, given["cell"]), page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in behind.rows}), unmasked=False)
    told = members_json(behind, named)
    click.echo(in_form(form, lambda: told, lambda: members_csv(told), lambda: [members_table(told)]), nl=False)
