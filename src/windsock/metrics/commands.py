"""The command-line doors of the metrics: query, explain, decompose, tree, and the list of the library."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from windsock.kernel.errors import InvalidInput
from windsock.kernel.hours import DAYS_MAX
from windsock.kernel.period import GRAINS, Period, parse_date, parse_period
from windsock.metrics.answer import Answer, answer
from windsock.metrics.catalogue import catalogue, catalogue_of
from windsock.metrics.compare import COMPARES
from windsock.metrics.decompose import decompose
from windsock.metrics.describe import explain as explain_question
from windsock.metrics.export import csv_bytes, header
from windsock.metrics.model.definition import CLOCK_ALIASES, CLOCKS
from windsock.metrics.model.predicate import Predicate, parse_predicate
from windsock.metrics.query import TOP_MAX, MetricQuery
from windsock.metrics.terminal import change, hour_of_day, worded
from windsock.metrics.tree import revenue_tree

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_WIDE = 200
_FORMATS = click.Choice(["table", "csv", "json"])
_CLOCK = click.Choice([*CLOCKS, *CLOCK_ALIASES])
_GRAIN_HELP = f"Size of the periods; by hour at most {DAYS_MAX} days."
_WHERE_HELP = 'A filter such as "property=City Hotel", "sales_channel in web,app" or "country is null"; may be given again.'


def _question(f: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a question to a command."""
    for option in reversed(
        [
            click.argument("metrics", nargs=-1, required=True),
            click.option("--by", default="", help="Dimensions to cut by, with commas between."),
            click.option("--where", multiple=True, help=_WHERE_HELP),
            click.option("--grain", type=click.Choice(GRAINS), default="total", show_default=True, help=_GRAIN_HELP),
            click.option("--from", "start", required=True, help="First date, YYYY-MM-DD."),
            click.option("--to", "end", required=True, help="Last date, included."),
            click.option("--clock", type=_CLOCK, help="The date that counts; each metric's own when not given."),
            click.option("--as-of", help="As known at a time: YYYY-MM-DD (end of that day) or YYYY-MM-DDTHH:MM:SS+00:00."),
            click.option("--compare", type=click.Choice(COMPARES), help="Set an earlier period beside it."),
            click.option("--top", type=click.IntRange(1, TOP_MAX), help="So many values of the first dimension; all others in one more row."),
            click.option("--order", default="", help="Columns to order by, a leading - for descending."),
            click.option("--limit", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="Most rows."),
            click.option("--cursor", type=click.IntRange(0), default=0, help="Where to go on: next_cursor of the answer before."),
        ]
    ):
        f = option(f)
    return f


def _query_of(workspace: Workspace, given: dict[str, Any]) -> MetricQuery:
    names = [name for entry in given["metrics"] for name in entry.split(",") if name]
    return MetricQuery(
        metrics=tuple(names),
        period=Period(parse_date(given["start"], "--from"), parse_date(given["end"], "--to")),
        by=_names(given["by"]),
        where=_predicates(given),
        grain=given["grain"],
        clock=given["clock"],
        as_of_ms=_as_of_ms(given["as_of"], workspace),
        compare=given["compare"],
        limit=given["limit"],
        cursor=given["cursor"],
        order=_names(given["order"]),
        with_total=True,
        top=given["top"],
    )


def _names(entries: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in entries.split(",") if entry.strip())


def _as_of_ms(given: str | None, workspace: Workspace) -> int | None:
    if given is None:
        return None
    try:
        if "T" in given:
            moment = dt.datetime.fromisoformat(given)
            return round((moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)).timestamp() * 1000)
    except ValueError:
        raise InvalidInput(f"'{given}' is no time.", where="--as-of", fix="Write 2026-03-31 or 2026-03-31T08:45:00+08:00.") from None
    day = parse_date(given, "--as-of")
    return Period(day, day).bounds_ms(workspace.zone)[1] - 1


@click.command("query")
@_question
@click.option("--format", "form", type=_FORMATS, default="table", show_default=True, help="For people, for spreadsheets, for programmes.")
def query(open_it: Opener, form: str, **given: Any) -> None:  # noqa: ANN401 - click's own values
    """Ask the metric library: one or more METRICS by dimensions over a period."""
    with open_it() as workspace:
        found = answer(workspace, _query_of(workspace, given))
    if form == "json":
        click.echo(json.dumps(found.json(), ensure_ascii=False, indent=2))
    elif form == "csv":
        sys.stdout.buffer.write(csv_bytes(found))
    else:
        _print_table(found)


@click.command("explain")
@_question
def explain(open_it: Opener, **given: Any) -> None:  # noqa: ANN401 - click's own values
    """Show how a question would be answered, without running it."""
    with open_it() as workspace:
        found = explain_question(workspace, _query_of(workspace, given))
    for number, step in enumerate(found["steps"], start=1):
        click.echo(f"{number}. {step}")
    click.echo(f"\n{found['sql']}")


_TWO = [
    click.option("--from", "before", required=True, help="The earlier period, A:B."),
    click.option("--to", "after", required=True, help="The later period, C:D."),
    click.option("--where", multiple=True, help=_WHERE_HELP),
    click.option("--clock", type=_CLOCK, help="The date that counts."),
    click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes."),
]


def _two_periods(f: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_TWO):
        f = option(f)
    return f


def _periods(given: dict[str, Any]) -> tuple[Period, Period]:
    return parse_period(given["before"], "--from"), parse_period(given["after"], "--to")


def _predicates(given: dict[str, Any]) -> tuple[Predicate, ...]:
    return tuple(parse_predicate(entry) for entry in given["where"])


@click.command("decompose")
@click.argument("metric")
@click.option("--by", required=True, help="The dimension to divide the change by.")
@_two_periods
def decompose_command(open_it: Opener, metric: str, by: str, form: str, **given: Any) -> None:  # noqa: ANN401 - click's own values
    """Divide the change of METRIC between two periods by a dimension; the parts sum to the change."""
    with open_it() as workspace:
        found = decompose(workspace, metric, *_periods(given), by, _predicates(given), given["clock"]).json()
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    unit = found["unit"]
    table = Table(
        title=f"{metric}: {worded(found['from']['value'], unit)} -> {worded(found['to']['value'], unit)}, change {change(found['change'], unit)}"
    )
    for name in (by, "from", "to", "change"):
        table.add_column(name, justify="left" if name == by else "right")
    for part in found["parts"]:
        ends = (worded(part[name], unit) for name in ("from", "to"))
        table.add_row("-" if part[by] is None else str(part[by]), *ends, change(part["change"], unit))
    _finish(table, found["notes"])


@click.command("tree")
@_two_periods
def tree(open_it: Opener, form: str, **given: Any) -> None:  # noqa: ANN401 - click's own values
    """Compare two periods on the revenue tree."""
    with open_it() as workspace:
        found = revenue_tree(workspace, *_periods(given), given["clock"], _predicates(given)).json()
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table(title=f"revenue tree, {given['before']} -> {given['after']}")
    for name in ("node", "from", "to", "contribution"):
        table.add_column(name, justify="left" if name == "node" else "right")
    for node in found["nodes"]:
        depth = "  " * node["id"].count(".")
        ends = (worded(node[name], node["unit"]) for name in ("from", "to"))
        table.add_row(depth + node["title"]["en"], *ends, worded(node["contribution"], "money"))
    _finish(table, found["notes"])


def _console() -> Console:
    """Fold nothing away when the output goes into a file or another programme."""
    return Console() if sys.stdout.isatty() else Console(width=_WIDE)


def _finish(table: Table, notes: list[dict[str, str]]) -> None:
    _console().print(table)
    for note in notes:
        click.echo(f"note: {note['en']}")


def _print_table(found: Answer) -> None:
    units = {metric.name: metric.unit for metric in found.metrics}
    names = header(found)
    table = Table()
    for name in names:
        table.add_column(name, justify="right" if name.removesuffix(".previous") in units else "left")
    for row in found.rows:
        shown = {**row, "period": hour_of_day(row["period"])} if found.query.grain == "hour" else row
        table.add_row(*(worded(shown.get(name), units.get(name.removesuffix(".previous"))) for name in names))
    _finish(table, [note.json() for note in found.notes])
    if any(unit in ("money", "money_ratio") for unit in units.values()):
        click.echo(f"currency: {found.currency}")
    if found.next_cursor is not None:
        click.echo(f"more rows: --cursor {found.next_cursor}")


@click.group("metrics")
def metrics_group() -> None:
    """The metric library."""


@click.command("list")
@click.option("--class", "class_", help="Only one of the eight classes.")
@click.option("--shipped", is_flag=True, help="Only the library as shipped; needs no workspace.")
def metrics_list(open_it: Opener, class_: str | None, *, shipped: bool) -> None:
    """List the metrics with their formulas: the library and what was made here."""
    if shipped:
        known = catalogue()
    else:
        with open_it() as workspace:
            known = catalogue_of(workspace)
    table = Table()
    for name in ("metric", "class", "clock", "state", "formula"):
        table.add_column(name)
    for metric in known.metrics.values():
        if class_ in (None, metric.class_):
            table.add_row(metric.name, metric.class_, metric.clock, known.state(metric.name), metric.formula.en)
    _console().print(table)


metrics_group.add_command(metrics_list)
COMMANDS = (query, explain, decompose_command, tree, metrics_group)
