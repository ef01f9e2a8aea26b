"""The command-line door of standing: show, freeze."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from windsock.audiences.standing import freeze, read
from windsock.governance import cli_actor
from windsock.kernel.counted import counted

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.group("standing")
def standing() -> None:
    """Standing: RFM class and stage of life of each buyer at the end of each month, frozen."""


@standing.command("show")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")
def show_(open_it: Opener, form: str) -> None:
    """Show the months that are frozen: buyers by class, and who was lost."""
    with open_it() as workspace:
        found = read.told(workspace)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    codes = [one["code"] for one in found["classes"]]
    click.echo(f"{'month':<8} {'buyers':>9} " + " ".join(f"{code:>8}" for code in codes) + f" {'lost':>8}")
    for month in found["months"]:
        click.echo(_line(month))
    if not found["months"]:
        click.echo("No month is frozen yet.")


def _line(month: dict[str, Any]) -> str:
    shares = " ".join(f"{one['people'] / month['classed']:>8.1%}" if month["classed"] else f"{'-':>8}" for one in month["classes"])
    lost = f"{month['lost'] / month['active_before']:.1%}" if month["active_before"] else "-"
    return f"{month['month']:<8} {month['classed']:>9,} {shares} {lost:>8}"


@standing.command("freeze")
@click.option("--month", help="One month, YYYY-MM, anew; without it all that are due.")
@click.option("--reason", default="", help="Why a month is frozen anew; it is kept.")
def freeze_(open_it: Opener, month: str | None, reason: str) -> None:
    """Freeze the months that are over and settled, or one anew."""
    with open_it() as workspace:
        found = freeze.freeze_due(workspace, cli_actor()) if month is None else [_anew(workspace, month, reason)]
    for one in found:
        click.echo(f"{one.month:%Y-%m}: {counted(one.people, 'buyer')}, rules of version {one.version}.")
    if not found:
        click.echo("Nothing is due.")


def _anew(workspace: Workspace, month: str, reason: str) -> freeze.Frozen:
    return freeze.freeze_month(workspace, cli_actor(), read.day_of(month), reason)


COMMANDS: tuple[Any, ...] = (standing,)
