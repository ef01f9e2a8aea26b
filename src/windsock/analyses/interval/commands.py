"""The command-line door of intervals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.analyses.definition import load
from windsock.analyses.interval.explain import explain_interval
from windsock.analyses.interval.measure import Span, WantedSpans, ask_interval, spans_behind
from windsock.analyses.interval.model import Interval, read_interval
from windsock.analyses.interval.schema import interval_schema
from windsock.analyses.interval.terminal import interval_csv, interval_proof_csv, interval_tables, label, spans_csv, spans_json, spans_table
from windsock.analyses.named import never_stored, person_named
from windsock.analyses.shown import in_form, proof_in_form
from windsock.conditions import frame_of
from windsock.identity import display_names
from windsock.kernel.errors import NotFound

if TYPE_CHECKING:
    from windsock.conditions import Frame
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command()
@click.argument("definition", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How the answer is written.")
@click.option("--people", is_flag=True, help="List the intervals behind a figure instead of the counts, each with its person.")
@click.option("--bin", "bin_", type=click.IntRange(1), help="With --people: only those of this bin, by its number.")
@click.option("--cell", help="With --people: only those of a value of the breakdown or of a date of the trend, as the answer writes it.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --people: most rows.")
@click.option("--cursor", type=click.IntRange(0), default=0, help="With --people: next_cursor of the page before.")
@click.option(
    "--explain-person", metavar="ID", help="Say for a person (12, or login:U123) with which start each end was paired, and why others were not."
)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of definitions, and do nothing else.")
def interval(open_it: Opener, definition: Path | None, form: str, *, schema: bool, **given: Any) -> None:  # noqa: ANN401 - a command's own options
    """Answer the interval of DEFINITION, a file of YAML or JSON: how long people take from one event to another."""
    if schema:
        click.echo(json.dumps(interval_schema(), indent=2))
        return
    asked = read_interval(load(definition))
    with open_it() as workspace:
        frame = frame_of(workspace)
        for name in never_stored(workspace.warehouse, (asked.start, asked.end), asked.asked.who):
            click.echo(f"Note: no event called '{name}' was ever stored.", err=True)
        if given["explain_person"] is not None:
            _explain(workspace, asked, frame, given["explain_person"], form)
        elif given["people"]:
            _people(workspace, asked, frame, given, form)
        else:
            _counts(workspace, asked, frame, form)


def _counts(workspace: Workspace, asked: Interval, frame: Frame, form: str) -> None:
    answer = ask_interval(workspace.warehouse, asked, frame)
    click.echo(in_form(form, answer.json, lambda: interval_csv(answer), lambda: interval_tables(answer)), nl=False)


def _people(workspace: Workspace, asked: Interval, frame: Frame, given: dict[str, Any], form: str) -> None:
    cell = None if given["cell"] is None else _cell(workspace, asked, frame, given["cell"])
    wanted = WantedSpans(None if given["bin_"] is None else given["bin_"] - 1, cell)
    behind = spans_behind(workspace.warehouse, asked, frame, wanted, page=(given["cursor"], given["limit"]))
    named = display_names(workspace.warehouse, sorted({row["person"] for row in behind.rows}), unmasked=False)
    told = spans_json(behind, named, workspace.zone)
    click.echo(in_form(form, lambda: told, lambda: spans_csv(told), lambda: [spans_table(told)]), nl=False)


def _cell(workspace: Workspace, asked: Interval, frame: Frame, written: str) -> Span:
    answer = ask_interval(workspace.warehouse, asked, frame)
    cells = (*answer.breakdown, *answer.trend)
    found = next((cell for cell in cells if label(cell) == written), None)
    if found is None:
        shown = ", ".join(label(cell) for cell in cells)[:400] or "none, as there is no breakdown and no trend"
        raise NotFound(f"The answer has no '{written[:80]}'.", where="--cell", fix=f"It shows: {shown}.")
    return found


def _explain(workspace: Workspace, asked: Interval, frame: Frame, written: str, form: str) -> None:
    proof = explain_interval(workspace.warehouse, asked, frame, person_named(workspace.warehouse, written))
    click.echo(proof_in_form(form, proof, lambda: interval_proof_csv(proof), workspace.settings.workspace.language), nl=False)
