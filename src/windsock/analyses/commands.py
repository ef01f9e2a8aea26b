"""The command-line door of the analyses: a definition in, an answer, its people or the proof of one of them out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.aarrr.commands import aarrr
from windsock.analyses.activity.commands import lifecycle, stickiness
from windsock.analyses.attribution.commands import attribution
from windsock.analyses.basket.commands import basket
from windsock.analyses.clusters.commands import clusters
from windsock.analyses.correlation.commands import correlation
from windsock.analyses.definition import load
from windsock.analyses.distribution.commands import distribution
from windsock.analyses.drivers.commands import drivers
from windsock.analyses.explain import explain_funnel
from windsock.analyses.funnel import Wanted, ask_funnel, people_behind, unseen_events
from windsock.analyses.interval.commands import interval
from windsock.analyses.model import read_funnel
from windsock.analyses.named import person_named
from windsock.analyses.paths.commands import paths
from windsock.analyses.retention.commands import retention
from windsock.analyses.revenue.commands import revenue
from windsock.analyses.rfm.commands import rfm
from windsock.analyses.schema import funnel_schema
from windsock.analyses.seasons.commands import seasons
from windsock.analyses.sessions.commands import sessions
from windsock.analyses.shown import in_form, proof_in_form
from windsock.analyses.terminal import funnel_csv, funnel_tables, people_csv, people_json, people_table, proof_csv
from windsock.analyses.trend.commands import trend
from windsock.conditions import frame_of
from windsock.identity import display_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from windsock.analyses.funnel import FunnelAnswer
    from windsock.analyses.model import Funnel
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORMATS = click.Choice(["table", "csv", "json"])


@click.group()
def analyse() -> None:
    """Analyses of behaviour, each from its definition."""


@analyse.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=_FORMATS, default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the people behind a step instead of the counts.")
@click.option("--step", help="With --people: the step, by its name or number; the last one by default.")
@click.option("--dropped", is_flag=True, help="With --people: only those who did not reach the next step.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option("--explain-person", metavar="ID", help="Say for a person (12, or login:U123) why each step counted or not.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def funnel(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the funnel of DEFINITION, a file of YAML or JSON: how many reached each step, how fast, and who."""
    if schema:
        click.echo(json.dumps(funnel_schema(), indent=2))
        return
    asked = read_funnel(load(definition))
    with open_it() as workspace:
        frame = frame_of(workspace)
        for name in unseen_events(workspace.warehouse, asked):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, given["explain_person"], form)
        elif given["people"]:
            _people(workspace, asked, frame, given, form)
        else:
            _counts(workspace, asked, frame, form)


def _counts(workspace: Workspace, asked: Funnel, frame: Frame, form: str) -> None:
    answer = ask_funnel(workspace.warehouse, asked, frame)
    click.echo(in_form(form, answer.json, lambda: funnel_csv(answer), lambda: _shown(answer)), nl=False)


def _shown(answer: FunnelAnswer) -> Iterator[Table | str]:
    yield from funnel_tables(answer)
    if answer.total.still_open:
        yield f"{answer.total.still_open:,} have not converted and still can: their window is not over."


def _people(workspace: Workspace, asked: Funnel, frame: Frame, given: dict[str, Any], form: str) -> None:
    step = len(asked.chain.steps) - 1 if given["step"] is None else asked.step_of(given["step"], "--step")
    wanted = Wanted(step, dropped=given["dropped"])
    behind = people_behind(workspace.warehouse, asked, frame, wanted, page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in behind.rows}), unmasked=False)
    told = people_json(behind, named, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: people_csv(told), lambda: [people_table(told)]), nl=False)


def _explain(workspace: Workspace, asked: Funnel, frame: Frame, written: str, form: str) -> None:
    proof = explain_funnel(workspace.warehouse, asked, frame, person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: proof_csv(proof), workspace.settings.workspace.language), nl=False)


for one in (
    trend, retention, stickiness, lifecycle, paths, interval, distribution, attribution, revenue, rfm, aarrr, correlation, basket, seasons, drivers,
    sessions, clusters,
):  # fmt: skip
    analyse.add_command(one)

COMMANDS = (analyse,)
