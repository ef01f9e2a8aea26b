"""The command-line door of restatements."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from windsock.governance import cli_actor
from windsock.kernel.clock import local_date
from windsock.kernel.period import Period, parse_date
from windsock.metrics.restate.model import DAYS_DEFAULT, METRICS_MAX
from windsock.metrics.restate.read import restatements
from windsock.metrics.restate.shown import COLUMNS, as_csv, as_json, flat

if TYPE_CHECKING:
    from windsock.workspace import Workspace


@click.command("restatements")
@click.option("--from", "start", default="", help="First date; 28 days before the last without it.")
@click.option("--to", "end", default="", help="Last date; yesterday without it.")
@click.option(
    "--metric", "metrics", multiple=True, help=f"A metric of the library; may be given again, at most {METRICS_MAX}. Those of Today without."
)
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True, help="For people or programmes.")
def restatements_command(open_it: Callable[..., Workspace], start: str, end: str, metrics: tuple[str, ...], form: str) -> None:
    """List closed days whose figures changed after they were closed: by how much, by what, and who had been told."""
    with open_it() as workspace:
        last = parse_date(end, "--to") if end else local_date(workspace.clock.now_ms(), workspace.zone) - dt.timedelta(days=1)
        first = parse_date(start, "--from") if start else last - dt.timedelta(days=DAYS_DEFAULT - 1)
        found = as_json(restatements(workspace, cli_actor(), Period(first, last), metrics), workspace)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif form == "csv":
        click.echo(as_csv(flat(found)), nl=False)
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    rows = flat(found)
    if rows:
        table = Table(title=f"restated days, {found['period']['start']} to {found['period']['end']}", box=None)
        for name in COLUMNS:
            table.add_column(name, justify="right" if name in ("at_close", "now", "difference", "share") else "left")
        for row in rows:
            table.add_row(*("-" if row[name] is None else _safe(row[name]) for name in COLUMNS))
        Console(width=240).print(table)
    click.echo(f"{found['changed']} of {found['closed']} closed days changed after they were closed.")
    if found["filled_days"]:
        click.echo(f"{found['filled_days']} more were closed before anything of their data was known: they were filled later.")


def _safe(value: object) -> str:
    """Return text without control characters and without rich's markup: names of sources are written by others."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(value)).replace("[", "\\[")


COMMANDS = (restatements_command,)
