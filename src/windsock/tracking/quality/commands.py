"""The command line of quality: the balance of intake, and how the sources do."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from windsock.kernel.clock import iso
from windsock.kernel.errors import Broken
from windsock.tracking import balance
from windsock.tracking.quality.assess import assess
from windsock.workspace import Workspace

Opener = Callable[..., Workspace]
_FORMAT = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print.")
_COUNTS = ("received", "stored", "duplicate", "quarantined", "in_flight")


@click.command("balance")
@click.option("--source", default="", help="Only this source.")
@click.option("--start", help="First date or instant; the last 24 hours without it.")
@click.option("--end", help="Last date, included, or instant.")
@click.option("--by", "bucket", type=click.Choice(["minute", "hour", "day"]), default="day", help="Size of a row.")
@click.option("--check", is_flag=True, help="Count the rows in the tables as well, over all time.")
@_FORMAT
def balance_command(open_it: Opener, bucket: balance.Bucket, form: str, *, check: bool, **given: Any) -> None:  # noqa: ANN401 - click's own values
    """Show received = stored + duplicate + quarantined; ends with an error where it does not hold."""
    with open_it() as workspace:
        found = balance.read_balance(workspace, *balance.parse_span(workspace, given["start"], given["end"]), bucket, given["source"])
        reckoned = balance.reckon(workspace.warehouse) if check else []
        zone = workspace.zone
    if form == "json":
        rows = [{"source": row.source, "at": iso(row.at_ms, zone), **{name: getattr(row, name) for name in _COUNTS}} for row in found.rows]
        held = [{**vars(one), "holds": one.holds} for one in reckoned]
        click.echo(json.dumps({"holds": found.holds, "rows": rows, "reckoned": held}, ensure_ascii=False, indent=2))
    else:
        table = Table("source", "at", *_COUNTS, "holds", box=None)
        for row in found.rows:
            table.add_row(row.source, iso(row.at_ms, zone)[:16], *(f"{getattr(row, name):,}" for name in _COUNTS), "yes" if row.holds else "NO")
        _console().print(table if found.rows else "Nothing was received.")
        for one in reckoned:
            click.echo(f"{one.source}: {one.stored:,} stored, {one.events:,} rows; {one.quarantined:,} kept apart, {one.apart:,} rows")
    if not found.holds or not all(one.holds for one in reckoned):
        raise Broken("The balance of received events does not hold.", where="balance", fix="Restore a backup, or report it with this output.")


@click.command("quality")
@click.option("--source", default="", help="Only this source.")
def quality_command(open_it: Opener, source: str) -> None:
    """Say how good the data of each source is, the worst first."""
    with open_it() as workspace:
        found = assess(workspace, source)
    table = Table("source", "state", "what", box=None)
    for one in found:
        table.add_row(one.source.source, one.state, one.sentence_en)
    _console().print(table if found else "No source has sent events.")


COMMANDS = (balance_command, quality_command)


def _console() -> Console:
    return Console() if sys.stdout.isatty() else Console(width=200)
