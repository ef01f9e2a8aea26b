"""The command-line doors of stickiness and of the life cycle: a definition in, an answer, its people or the proof of one of them out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from windsock.analyses.activity import terminal
from windsock.analyses.activity.explain import explain_activity
from windsock.analyses.activity.lifecycle import ask_lifecycle, people_in
from windsock.analyses.activity.schema import activity_schema
from windsock.analyses.activity.stickiness import Wanted, ask_stickiness, sticky_people
from windsock.analyses.definition import load
from windsock.analyses.model.activity import STATES, WINDOWS, read_activity
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_date

if TYPE_CHECKING:
    from windsock.analyses.activity.days import Behind
    from windsock.analyses.model.activity import Activity
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORMATS = click.Choice(["table", "csv", "json"])
_EXPLAIN = "Say for a person (12, or login:U123) what they are in each bucket and by which events."


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=_FORMATS, default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the people behind a figure instead of the figures.")
@click.option("--bucket", help="With --people: those active in the week or month with this day (YYYY-MM-DD).")
@click.option("--days", type=click.IntRange(1, 31), help="With --bucket: those active on so many days of it.")
@click.option("--at-least", is_flag=True, help="With --days: or on more.")
@click.option("--day", help="With --people: those active on this day, or in the window that ends with it.")
@click.option("--window", type=click.Choice(["1", *map(str, WINDOWS)]), default="1", show_default=True, help="With --day: so many days.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help=_EXPLAIN)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def stickiness(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the stickiness of DEFINITION, a file of YAML or JSON: on how many days people are active, and who."""
    activity = _read("stickiness", definition, schema=schema)
    if activity is None:
        return
    with open_it() as workspace:
        if _explained(workspace, activity, given["explain_person"], form):
            return
        frame = frame_of(workspace)
        if given["people"]:
            bucket, day = (None if given[name] is None else parse_date(given[name], f"--{name}") for name in ("bucket", "day"))
            wanted = Wanted(bucket, given["days"], given["at_least"], day, int(given["window"]))
            _people(workspace, sticky_people(workspace.warehouse, activity, frame, wanted, page=(given["cursor"], given["limit"])), form)
            return
        answer = ask_stickiness(workspace.warehouse, activity, frame)
        told = in_form(form, answer.json, lambda: terminal.stickiness_csv(answer), lambda: terminal.stickiness_tables(answer))
        click.echo(told, nl=False)


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=_FORMATS, default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the people behind a figure instead of the figures.")
@click.option("--bucket", help="With --people: the day, week or month with this day (YYYY-MM-DD).")
@click.option("--state", type=click.Choice(["active", *STATES]), default="active", show_default=True, help="With --people: which of them.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help=_EXPLAIN)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def lifecycle(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the life cycle of DEFINITION, a file of YAML or JSON: who is new, returning, resurrected and dormant."""
    activity = _read("lifecycle", definition, schema=schema)
    if activity is None:
        return
    with open_it() as workspace:
        if _explained(workspace, activity, given["explain_person"], form):
            return
        frame = frame_of(workspace)
        if given["people"]:
            if given["bucket"] is None:
                raise InvalidInput("People are of a bucket.", where="--bucket", fix="Name a day of it: --bucket 2026-03-10.")
            wanted = (parse_date(given["bucket"], "--bucket"), given["state"])
            _people(workspace, people_in(workspace.warehouse, activity, frame, wanted, page=(given["cursor"], given["limit"])), form)
            return
        answer = ask_lifecycle(workspace.warehouse, activity, frame)
        told = in_form(form, answer.json, lambda: terminal.lifecycle_csv(answer), lambda: [terminal.lifecycle_table(answer)])
        click.echo(told, nl=False)


def _read(kind: Literal["stickiness", "lifecycle"], definition: Path | None, *, schema: bool) -> Activity | None:
    if schema:
        click.echo(json.dumps(activity_schema(kind), indent=2))
        return None
    return read_activity(load(definition), kind)


def _explained(workspace: Workspace, activity: Activity, written: str | None, form: str) -> bool:
    """Note names that were never stored; write the proof of a person, if one is asked for."""
    for name in never_stored(workspace.warehouse, [activity.rows], activity.asked.who):
        click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
    if written is None:
        return False
    proof = explain_activity(workspace.warehouse, activity, frame_of(workspace), person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: terminal.proof_csv(proof), workspace.settings.workspace.language), nl=False)
    return True


def _people(workspace: Workspace, found: Behind, form: str) -> None:
    named = display_names(workspace.warehouse, sorted({row["person"] for row in found.rows}), unmasked=False)
    told = terminal.people_json(found, named, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: terminal.people_csv(told), lambda: [terminal.people_table(told)]), nl=False)
