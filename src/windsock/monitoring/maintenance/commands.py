"""The command-line door of maintenance windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from windsock.governance import cli_actor
from windsock.kernel.clock import iso
from windsock.monitoring.maintenance import keep

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.group("maintenance")
def maintenance() -> None:
    """Maintenance: for a while nothing is told, and alerts are kept."""


@click.command("list")
def list_(open_it: Opener) -> None:
    """List the windows that are not over."""
    with open_it() as workspace:
        found = keep.listed(workspace)
        for one in found:
            what = ", ".join(one.monitors) or "everything"
            click.echo(
                f"{one.id}  {iso(one.from_ms, workspace.zone)} to {iso(one.until_ms, workspace.zone)}  {what}: {one.reason} ({one.created_name})"
            )
    if not found:
        click.echo("There is no maintenance.")


@click.command("begin")
@click.option("--minutes", type=click.IntRange(1, 20_160), required=True, help="How long, from now on.")
@click.option("--monitor", "monitors", multiple=True, help="Of this monitor only; may be given again. Of everything without it.")
@click.option("--reason", required=True, help="Why; it is kept.")
def begin(open_it: Opener, minutes: int, monitors: tuple[str, ...], reason: str) -> None:
    """Tell nothing for so many minutes."""
    with open_it() as workspace:
        until_ms = workspace.clock.now_ms() + minutes * 60_000
        made = keep.begin(workspace, cli_actor(), monitors, from_ms=None, until_ms=until_ms, reason=reason)
        click.echo(f"{made.id}: nothing is told until {iso(made.until_ms, workspace.zone)}.")


@click.command("end")
@click.argument("window")
def end(open_it: Opener, window: str) -> None:
    """End a window now."""
    with open_it() as workspace:
        keep.end(workspace, cli_actor(), window)
    click.echo("It is over; what still fires is told.")


for _command in (list_, begin, end):
    maintenance.add_command(_command)
COMMANDS = (maintenance,)
