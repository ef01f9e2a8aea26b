"""The command line of internal traffic: rules shown, tried, put in force as YAML; brought to stored events and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from windsock.governance import cli_actor
from windsock.kernel.counted import counted
from windsock.tracking.internal import keep
from windsock.tracking.model.internal import parse_internal
from windsock.tracking.plan.commands import read_rules
from windsock.tracking.plan.read import read_internal
from windsock.workspace import Workspace

if TYPE_CHECKING:
    from windsock.tracking.internal.keep import Preview, RuleCount

Opener = Callable[..., Workspace]
_FILE = click.argument("file", type=click.Path(path_type=Path))
_DAYS = click.option("--days", type=click.IntRange(1, keep.DAYS_MOST), default=90, help="How many days back.")


@click.group("internal")
def internal_group() -> None:
    """Rules of internal and test traffic, which metrics leave out."""


@internal_group.command("show")
def show_rules(open_it: Opener) -> None:
    """Print the rules in force as YAML, and what they leave out."""
    with open_it() as workspace:
        rules, version = read_internal(workspace)
        found = keep.preview(workspace, rules)
    click.echo(f"# version {version}" if version else "# no rules are in force")
    click.echo(yaml.safe_dump({"rules": [rule.body() for rule in rules]}, allow_unicode=True, sort_keys=False, width=140), nl=False)
    _tell(found)


@internal_group.command("preview")
@_FILE
def preview_rules(open_it: Opener, file: Path) -> None:
    """Say what the rules in FILE would mark of the last seven days."""
    rules = parse_internal(read_rules(file))
    with open_it() as workspace:
        _tell(keep.preview(workspace, rules))


@internal_group.command("save")
@_FILE
@click.option("--reason", required=True, help="Why; kept with the version.")
def save_rules(open_it: Opener, file: Path, reason: str) -> None:
    """Put the rules in FILE in force for what arrives from now on."""
    with open_it() as workspace:
        body = read_rules(file)
        done = keep.save_internal(workspace, body, cli_actor(), reason)
    click.echo(f"Version {done.version} is {done.state}.")
    if any(rule.by == "network" for rule in parse_internal(body)):
        click.echo("Rules by network mark what arrives from then on: addresses are not kept, so what is stored can't be brought in line with them.")


@internal_group.command("apply")
@_DAYS
def apply_rules(open_it: Opener, days: int) -> None:
    """Ask for stored events to be brought in line with the rules in force."""
    with open_it() as workspace:
        job = keep.ask_apply(workspace, days, cli_actor())
        rules, _ = read_internal(workspace)
    click.echo(f"Job {job} will do it.")
    if any(rule.by == "network" for rule in rules):
        click.echo("Rules by network are left out: stored events bear no address. What they marked on arrival stays.")


@internal_group.command("undo")
@_DAYS
def undo_rules(open_it: Opener, days: int) -> None:
    """Ask for what rules marked to be taken back; what senders said stays."""
    with open_it() as workspace:
        job = keep.ask_apply(workspace, days, cli_actor(), undo=True)
    click.echo(f"Job {job} will do it.")


COMMANDS = (internal_group,)


def _tell(found: Preview) -> None:
    click.echo(f"# {found.first} to {found.last}: {counted(found.events, 'event')}, {found.said} internal by their sender, {found.ruled} by rules")
    for one in found.rules:
        click.echo(f"#   {one.rule.name}: {_known(one)}")
    click.echo(f"# these rules would mark {found.would}")


def _known(one: RuleCount) -> str:
    if one.events is not None:
        return counted(one.events, "event")
    return "known on arrival only; stored events bear no address" if one.rule.by == "network" else "known on arrival only"
