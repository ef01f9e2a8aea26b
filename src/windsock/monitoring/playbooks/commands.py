"""The command-line door of playbooks: list runs, run a step, undo, list flags."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from windsock.governance import cli_actor
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput
from windsock.monitoring.playbooks import perform, propose, read, store

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORM = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")


@click.group("playbook")
def playbook() -> None:
    """Playbooks: steps of known events that are run, checked and undone, and the flags they switch."""


@playbook.command("runs")
@click.option("--state", help="Only those in this state, such as proposed, ok or shadow.")
@click.option("--alert", help="Only those for this alert.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="How many at most.")
@_FORM
def runs_(open_it: Opener, state: str | None, alert: str | None, limit: int, form: str) -> None:
    """List runs, the last proposed first."""
    with open_it() as workspace:
        found = read.runs_page(workspace, cli_actor(), store.Wanted(state=state, alert=alert), limit, None)["items"]
        zone = workspace.zone
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        outcome = one["state"] + (f" ({one['verification']})" if one["verification"] else "")
        click.echo(f"{one['id']}  {iso(one['proposed_ms'], zone)[:16]}  {outcome:<18} {one['kind']:<16} {one['title']['en']}  ({one['alert']})")


@playbook.command("run")
@click.argument("alert")
@click.argument("event")
@click.argument("step", type=click.IntRange(1, 100))
@click.option("--with", "given", multiple=True, help="A parameter, such as slot=cashier; once for each.")
@click.option("--yes", is_flag=True, help="Do it; without it the step is looked at, and nothing is changed.")
def run_(open_it: Opener, alert: str, event: str, step: int, given: tuple[str, ...], yes: bool) -> None:  # noqa: FBT001 - as click gives them
    """Say what STEP of the playbook of EVENT would change for ALERT; with --yes do it."""
    if any("=" not in one for one in given):
        raise InvalidInput("A parameter is written as name=value.", where="--with")
    wish = propose.Wish(alert, event, step, {name: value for name, _, value in (one.partition("=") for one in given)})
    with open_it() as workspace:
        if yes:
            begun = propose.propose(workspace, cli_actor(), wish)
            done = perform.perform(workspace, cli_actor(), begun.id)
            click.echo(f"{done.id}: {done.state}" + (f" ({done.note})" if done.note else ""))
            return
        planned = propose.dry_run(workspace, cli_actor(), wish)
    for line in planned.diff.lines:
        click.echo(f"{line.en}: {line.before or '-'} -> {line.after}")
    click.echo("Nothing was changed; add --yes to do it.")


@playbook.command("undo")
@click.argument("run")
@click.argument("reason")
def undo_(open_it: Opener, run: str, reason: str) -> None:
    """Take back what RUN did, and say why."""
    with open_it() as workspace:
        done = perform.undo(workspace, cli_actor(), run, reason)
    click.echo(f"{done.id}: {done.state}")


@playbook.command("flags")
@_FORM
def flags_(open_it: Opener, form: str) -> None:
    """List the flags in force."""
    with open_it() as workspace:
        found = [one for one in read.flags_json(workspace, live=True)["items"] if one["holds"]]
        zone = workspace.zone
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        until = "" if one["until_ms"] is None else f" until {iso(one['until_ms'], zone)[:16]}"
        click.echo(f"{one['name']} = {one['value']}{until}  ({one['reason']}; {one['by']})")


COMMANDS = (playbook,)
