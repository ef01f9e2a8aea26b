"""The command-line door: destinations, what became of their messages, and dead letters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from windsock.destinations import keep
from windsock.destinations.deliveries import handle, store
from windsock.destinations.deliveries.model import STATES
from windsock.governance import cli_actor
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORMAT = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")


@click.group("destination")
def destination() -> None:
    """Ways out: destinations, what became of their messages, and dead letters."""


@click.command("list")
def list_(open_it: Opener) -> None:
    """List destinations, with how many of their messages wait, were sent, or were given up."""
    with open_it() as workspace:
        found, counts = keep.list_destinations(workspace), handle.summaries(workspace)
        for one in found:
            told = counts.get(one.name)
            states = "  ".join(f"{state} {number}" for state, number in sorted(told.counts.items())) if told else "nothing sent yet"
            click.echo(f"{one.name:<24} {one.kind:<10} {one.host:<32} {states}")
    if not found:
        click.echo("There is no destination.")


@click.command("deliveries")
@click.option("--destination", "name", help="Of this destination only.")
@click.option("--state", type=click.Choice(STATES), help="In this state only.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True, help="How many, the last queued first.")
@_FORMAT
def deliveries(open_it: Opener, name: str | None, state: str | None, limit: int, form: str) -> None:
    """List what became of messages, the last queued first."""
    with open_it() as workspace:
        found = handle.listed(workspace, store.Wanted(name, state), limit).items
    if form == "json":
        shown = [{**vars(one), "tries": [vars(tried) for tried in one.tries]} for one in found]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for one in found:
        last = one.tries[-1].answer if one.tries else ""
        click.echo(f"{one.id}  {iso(one.created_ms)}  {one.destination:<16} {one.state:<9} {one.attempts:>2} x  {one.subject[:60]}  {last[:80]}")
    if not found:
        click.echo("There is no delivery.")


@click.command("resend")
@click.argument("delivery", required=False)
@click.option("--all-dead", "name", metavar="DESTINATION", help="All dead letters of a destination, at most 1,000.")
def resend(open_it: Opener, delivery: str | None, name: str | None) -> None:
    """Send a dead letter again, with the same message id."""
    if (delivery is None) == (name is None):
        raise InvalidInput("Say what is sent again.", where="DELIVERY", fix="Name one delivery, or --all-dead DESTINATION.")
    with open_it() as workspace:
        if name is not None:
            click.echo(f"{handle.resend_all(workspace, cli_actor(), name)} queued again.")
        elif delivery is not None:
            click.echo(f"{handle.resend(workspace, cli_actor(), delivery).id} is queued again.")


@click.command("dismiss")
@click.argument("delivery")
def dismiss(open_it: Opener, delivery: str) -> None:
    """Say that a dead letter is not sent any more."""
    with open_it() as workspace:
        click.echo(f"{handle.dismiss(workspace, cli_actor(), delivery).id} is dismissed.")


for _command in (list_, deliveries, resend, dismiss):
    destination.add_command(_command)
COMMANDS = (destination,)
