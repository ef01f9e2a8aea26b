"""The command-line door of retention: a definition in, an answer, its people or the proof of one of them out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.definition import load
from windsock.analyses.model import read_retention
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.retention.ask import Row, Wanted, ask_retention, members_behind
from windsock.analyses.retention.explain import explain_retention
from windsock.analyses.retention.schema import retention_schema
from windsock.analyses.retention.terminal import members_csv, members_json, members_table, proof_csv, retention_csv, retention_tables
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from windsock.analyses.model import Retention
    from windsock.analyses.retention.ask import RetentionAnswer
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORMATS = click.Choice(["table", "csv", "json"])


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=_FORMATS, default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the people behind a cell instead of the rates.")
@click.option("--cohort", help="With --people or --explain-person: the cohort, by any of its days (YYYY-MM-DD); all cohorts by default.")
@click.option("--cell", type=click.IntRange(0), help="With --people: those who returned in this cell, from 0; all members by default.")
@click.option("--lost", is_flag=True, help="With --people and --cell: those who did not return in it instead.")
@click.option("--value", metavar="TEXT", help="With --people: of a breakdown, those with this value at their start.")
@click.option("--no-value", is_flag=True, help="With --people: of a breakdown, those without a value.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) in which cohorts they are and what made each cell.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def retention(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the retention of DEFINITION, a file of YAML or JSON: of those who started, how many came back, when, and who."""
    if schema:
        click.echo(json.dumps(retention_schema(), indent=2))
        return
    asked = read_retention(load(definition))
    cohort = None if given["cohort"] is None else parse_date(given["cohort"], "--cohort")
    with open_it() as workspace:
        frame = frame_of(workspace)
        for name in never_stored(workspace.warehouse, [asked.start, asked.back], asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, (given["explain_person"], cohort), form)
        elif given["people"]:
            wanted = Wanted(cohort, given["cell"], lost=given["lost"], row=_row(asked, given["value"], none=given["no_value"]))
            _people(workspace, asked, frame, (wanted, given["cursor"], given["limit"]), form)
        else:
            _rates(workspace, asked, frame, form)


def _rates(workspace: Workspace, asked: Retention, frame: Frame, form: str) -> None:
    answer = ask_retention(workspace.warehouse, asked, frame)
    click.echo(in_form(form, answer.json, lambda: retention_csv(answer), lambda: _shown(answer)), nl=False)


def _shown(answer: RetentionAnswer) -> Iterator[Table | str]:
    yield from retention_tables(answer)
    yield f"{answer.people:,} people in {answer.total.size:,} memberships. A cell is blank until it is over for all of its cohort."
    if answer.interval_days is not None:
        whose = {"site": "the median of all repeat intervals", "own": "the site's, to which each person's own is shrunk"}
        told = whose[answer.made.asked.interval] if isinstance(answer.made.asked.interval, str) else "as given"
        yield f"An interval is {answer.interval_days:,} days: {told}."


def _people(workspace: Workspace, asked: Retention, frame: Frame, which: tuple[Wanted, int, int], form: str) -> None:
    wanted, cursor, limit = which
    found = members_behind(workspace.warehouse, asked, frame, wanted, page=(cursor, limit))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in found.rows}), unmasked=False)
    told = members_json(found, named, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: members_csv(told), lambda: [members_table(told)]), nl=False)


def _row(asked: Retention, value: str | None, *, none: bool) -> Row | None:
    """Return the row of the breakdown whose people are wanted."""
    if value is None and not none:
        return None
    if value is not None and none:
        raise InvalidInput("People have a value or none.", where="--no-value", fix="Write --value or --no-value.")
    if asked.breakdown is None:
        raise InvalidInput("The retention is not cut by a value.", where="--value", fix="Write a breakdown in the definition.")
    return Row("none" if none else "value", None, value, 0, ())


def _explain(workspace: Workspace, asked: Retention, frame: Frame, which: tuple[str, dt.date | None], form: str) -> None:
    proof = explain_retention(workspace.warehouse, asked, frame, person_named(workspace.warehouse, which[0]), cohort=which[1])
    click.echo(proof_in_form(form, proof, lambda: proof_csv(proof), workspace.settings.workspace.language), nl=False)
