"""The command-line door of clusters."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.clusters.ask import ask_clusters, members_behind
from windsock.analyses.clusters.explain import explain_clusters
from windsock.analyses.clusters.model import Clusters, read_clusters
from windsock.analyses.clusters.schema import clusters_schema
from windsock.analyses.clusters.terminal import clusters_csv, clusters_proof_csv, clusters_tables, members_csv, members_json, members_table
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
@click.option("--people", is_flag=True, help="List the people of a cluster instead of the figures, the most typical first.")
@click.option("--cluster", type=click.IntRange(1), help="With --people: only those of this cluster, by its number.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) what they are compared by, and how far each centre is.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def clusters(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the clusters of DEFINITION, a file of YAML or JSON: groups of people who are alike, and whether the groups hold."""
    if schema:
        click.echo(json.dumps(clusters_schema(), indent=2))
        return
    asked = read_clusters(load(definition))
    with open_it() as workspace:
        around = MoneyFrame(frame_of(workspace), workspace.settings.workspace.currency)
        language = workspace.settings.workspace.language
        rows = [feature.rows for feature in asked.features if feature.rows is not None]
        for name in never_stored(workspace.warehouse, rows, asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            proof = explain_clusters(workspace.warehouse, asked, around, person_named(workspace.warehouse, given["explain_person"]))
            click.echo(proof_in_form(form, proof, lambda: clusters_proof_csv(proof), language), nl=False)
        elif given["people"]:
            _people(workspace, asked, around, given, form)
        else:
            answer = ask_clusters(workspace.warehouse, asked, around)
            told = {**answer.json(), "notes": answer.notes()}
            click.echo(in_form(form, lambda: told, lambda: clusters_csv(answer), lambda: clusters_tables(answer, language)), nl=False)


def _people(workspace: Workspace, asked: Clusters, around: MoneyFrame, given: dict[str, Any], form: str) -> None:
    answer = ask_clusters(workspace.warehouse, asked, around)
    behind = members_behind(answer, given["cluster"], (given["cursor"], given["limit"]))
    told = members_json(answer, behind, display_names(workspace.warehouse, sorted({one.person for one in behind.rows}), unmasked=False))
    click.echo(in_form(form, lambda: told, lambda: members_csv(told), lambda: [members_table(told)]), nl=False)
