"""The command-line door of SQL: a statement in, rows out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from windsock.analyses.shown import csv_text, in_form
from windsock.analyses.sql.catalogue import VIEWS
from windsock.analyses.sql.check import TEXT_MOST
from windsock.analyses.sql.run import run_statement
from windsock.analyses.sql.terminal import answer_csv, answer_json, answer_note, answer_table
from windsock.governance import cli_actor
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_NAME_MOST = 200


@click.command()
@click.argument("statement", required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--views", is_flag=True, help="List what can be read, and do nothing else.")
def sql(open_it: Opener, statement: str | None, form: str, *, views: bool) -> None:
    """Run STATEMENT, one SELECT or a file with one, over views without personal columns."""
    if views:
        click.echo(in_form(form, _listed, _views_csv, lambda: [_views_table()]), nl=False)
        return
    if statement is None:
        raise InvalidInput("There is no statement.", where="STATEMENT", fix='Write: windsock sql "SELECT COUNT(*) FROM events".')
    text = _text(statement)
    with open_it() as workspace:
        ran = run_statement(workspace, cli_actor(), text, rows_most=workspace.settings.sql.export_rows_max if form == "csv" else None)
    click.echo(in_form(form, lambda: answer_json(ran), lambda: answer_csv(ran), lambda: [answer_table(ran)]), nl=False)
    click.echo(answer_note(ran), err=True)


def _text(given: str) -> str:
    """Return a statement, read from the file of this name where it is one."""
    if given == "-":
        return sys.stdin.read(TEXT_MOST + 1)
    path = Path(given)
    if len(given) > _NAME_MOST or "\n" in given or path.suffix != ".sql":
        return given
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(TEXT_MOST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("The file cannot be read.", where=given, fix=f"Give a text file with one SELECT: {error}.") from None


def _listed() -> list[dict[str, object]]:
    return [
        {"name": view.name, "about": view.en, "columns": [{"name": one.name, "kind": one.kind, "about": one.en} for one in view.columns]}
        for view in VIEWS
    ]


def _views_csv() -> str:
    return csv_text(["view", "column", "kind", "about"], [(view.name, one.name, one.kind, one.en) for view in VIEWS for one in view.columns])


def _views_table() -> Table:
    table = Table("view", "column", "kind", "about")
    for view in VIEWS:
        table.add_row(view.name, "", "", view.en, end_section=False)
        for one in view.columns:
            table.add_row("", one.name, one.kind, one.en)
    return table


COMMANDS = (sql,)
