"""The command-line door of channels."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from windsock.kernel.period import parse_period
from windsock.metrics.channels.balance import balance
from windsock.metrics.terminal import worded

if TYPE_CHECKING:
    from windsock.workspace import Workspace

_SHOWN = {
    "orders": "count",
    **dict.fromkeys(("revenue", "commission", "fees", "payment", "marketing", "service", "margin"), "money"),
    **dict.fromkeys(("margin_rate", "share"), "ratio"),
}


@click.command("channels")
@click.option("--period", required=True, help="The period, A:B.")
@click.option("--compare", type=click.Choice(["previous", "last_year"]), default="previous", show_default=True, help="The period to compare with.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")
def channels(open_it: Callable[..., Workspace], period: str, compare: Any, form: str) -> None:  # noqa: ANN401 - click's own value
    """Show what each sales channel brings, costs and leaves."""
    with open_it() as workspace:
        found = balance(workspace, parse_period(period, "--period"), compare).json()
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table(title=f"channels, {period}, {found['currency']}")
    for name in ("channel", *_SHOWN):
        table.add_column(name, justify="left" if name == "channel" else "right")
    for row in [*found["channels"], {**found["total"], "name": "total"}]:
        table.add_row(row["name"], *(worded(row[name], unit) for name, unit in _SHOWN.items()))
    Console(width=200).print(table)
    click.echo(f"direct share: {worded(found['direct_share'], 'ratio')} (before: {worded(found['direct_share_before'], 'ratio')})")
    for note in found["notes"]:
        click.echo(f"note: {note['en']}")


COMMANDS = (channels,)
