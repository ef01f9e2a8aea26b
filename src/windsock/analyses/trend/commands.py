"""The command-line door of trends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.definition import load
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.shown import in_form, proof_in_form
from windsock.analyses.trend.behind import Wanted, events_behind_point, people_behind_point
from windsock.analyses.trend.explain import explain_trend
from windsock.analyses.trend.measure import ask_trend
from windsock.analyses.trend.model import Trend, read_trend
from windsock.analyses.trend.points import read_bucket
from windsock.analyses.trend.schema import trend_schema
from windsock.analyses.trend.terminal import point_csv, point_json, point_table, trend_csv, trend_proof_csv, trend_tables
from windsock.conditions import frame_of
from windsock.identity import display_names

if TYPE_CHECKING:
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the people behind a point instead of the figures.")
@click.option("--events", is_flag=True, help="List the events behind a point instead of the figures.")
@click.option("--series", default="A", show_default=True, help="With --people or --events: the series, by its letter or name.")
@click.option("--bucket", metavar="TEXT", help="With --people or --events: the bucket, as the answer names it; without, the whole period.")
@click.option("--value", metavar="TEXT", help="With --people or --events: a value of the breakdown, as the answer names it.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people or --events: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people or --events: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) in which series each event counts.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def trend(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the trend of DEFINITION, a file of YAML or JSON: figures over time, by value, and as a formula."""
    if schema:
        click.echo(json.dumps(trend_schema(), indent=2))
        return
    asked = read_trend(load(definition))
    with open_it() as workspace:
        frame = frame_of(workspace)
        for name in never_stored(workspace.warehouse, [one.rows for one in asked.series], asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, given["explain_person"], form)
        elif given["people"] or given["events"]:
            _behind(workspace, asked, frame, given, form)
        else:
            answer = ask_trend(workspace.warehouse, asked, frame)
            click.echo(in_form(form, answer.json, lambda: trend_csv(answer), lambda: trend_tables(answer)), nl=False)


def _behind(workspace: Workspace, asked: Trend, frame: Frame, given: dict[str, Any], form: str) -> None:
    bucket = None if given["bucket"] is None else read_bucket(given["bucket"], asked.grain, "--bucket")
    kind = "total" if given["value"] is None else "value"
    wanted = Wanted(asked.series_of(given["series"], "--series"), bucket, kind, given["value"])
    events, look = bool(given["events"]), events_behind_point if given["events"] else people_behind_point
    behind = look(workspace.warehouse, asked, frame, wanted, page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in behind.rows}), unmasked=False)
    told = point_json(behind, named, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: point_csv(told, events=events), lambda: [point_table(told, events=events)]), nl=False)


def _explain(workspace: Workspace, asked: Trend, frame: Frame, written: str, form: str) -> None:
    proof = explain_trend(workspace.warehouse, asked, frame, person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: trend_proof_csv(proof), workspace.settings.workspace.language), nl=False)
