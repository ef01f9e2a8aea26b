"""The command line of the tracking plan and of cleaning rules: shown, inferred, compared, frozen, as YAML."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import click
import yaml

from windsock.governance import cli_actor
from windsock.kernel.errors import InvalidInput
from windsock.kernel.written import read_yaml
from windsock.tracking.model.infer import PlanChange, compare
from windsock.tracking.model.plan import parse_plan
from windsock.tracking.plan.freeze import freeze, save_cleaning
from windsock.tracking.plan.infer import infer
from windsock.tracking.plan.read import read_cleaning, read_plan
from windsock.workspace import Workspace

Opener = Callable[..., Workspace]
FILE_MOST = 2_000_000
_FILE = click.argument("file", type=click.Path(path_type=Path))
_REASON = click.option("--reason", required=True, help="Why; kept with the version.")


@click.group("plan")
def plan_group() -> None:
    """The tracking plan: which events and properties are agreed on."""


@plan_group.command("show")
@click.option("--all", "whole", is_flag=True, help="With the built-in catalogue, not only the team's part.")
def show_plan(open_it: Opener, *, whole: bool) -> None:
    """Print the plan in force as YAML, which `freeze` reads."""
    with open_it() as workspace:
        plan = read_plan(workspace)
    body = {**plan.body(), "events": {name: event.body() for name, event in plan.events.items() if whole or event.planned}}
    click.echo(f"# version {plan.version}" if plan.version else "# only the built-in catalogue holds", nl=True)
    click.echo(_yaml(body), nl=False)


@plan_group.command("infer")
@click.option("--source", default="", help="Only from this source.")
@click.option("--days", type=click.IntRange(1, 400), default=28, help="From how many days back.")
def infer_plan(open_it: Opener, source: str, days: int) -> None:
    """Propose a plan from stored events: YAML on standard output, the differences on standard error."""
    with open_it() as workspace:
        found = infer(workspace, source=source, days=days)
    for change in found.changes:
        click.echo(_line(change), err=True)
    click.echo(f"# from {found.events_read} events{', a sample' if found.sampled else ''}", err=True)
    click.echo(_yaml(found.proposal.body()), nl=False)


@plan_group.command("diff")
@_FILE
def diff_plan(open_it: Opener, file: Path) -> None:
    """Say how the plan in FILE differs from the one in force."""
    proposal = parse_plan(read_rules(file))
    planned = {name: event for name, event in proposal.events.items() if event.planned}
    with open_it() as workspace:
        found = list(compare(read_plan(workspace), type(proposal)(planned)))
    for change in found:
        click.echo(_line(change))
    if not found:
        click.echo("No difference.")


@plan_group.command("freeze")
@_FILE
@_REASON
def freeze_plan(open_it: Opener, file: Path, reason: str) -> None:
    """Put the plan in FILE in force."""
    with open_it() as workspace:
        done = freeze(workspace, read_rules(file), cli_actor(), reason)
    click.echo(f"Version {done.version} is {done.state}.")


@click.group("cleaning")
def cleaning_group() -> None:
    """Cleaning rules: how values are brought into one form; what they were is kept."""


@cleaning_group.command("show")
def show_cleaning(open_it: Opener) -> None:
    """Print the rules in force as YAML."""
    with open_it() as workspace:
        rules = read_cleaning(workspace)
    said = [rule.body() for rule in rules.rules]
    click.echo(f"# version {rules.version}" if rules.version else "# no rules are in force")
    click.echo(_yaml({"rules": said}), nl=False)


@cleaning_group.command("save")
@_FILE
@_REASON
def save_rules(open_it: Opener, file: Path, reason: str) -> None:
    """Put the rules in FILE in force."""
    with open_it() as workspace:
        done = save_cleaning(workspace, read_rules(file), cli_actor(), reason)
    click.echo(f"Version {done.version} is {done.state}.")


COMMANDS = (plan_group, cleaning_group)


def _yaml(body: dict[str, Any]) -> str:
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=140)


def read_rules(file: Path) -> dict[str, Any]:
    """Read a YAML file.

    Raises:
        InvalidInput: it can't be read, or holds no object.
    """
    try:
        with file.open(encoding="utf-8") as opened:
            text = opened.read(FILE_MOST + 1)
        body: Any = read_yaml(text) if len(text) <= FILE_MOST else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput(f"{file.name} can't be read.", where=str(file), fix=str(error).split("\n", 1)[0][:200]) from error
    if not isinstance(body, dict):
        raise InvalidInput(f"{file.name} holds no plan or rules.", where=str(file), fix="See: windsock plan show --all.")
    return cast("dict[str, Any]", body)


def _line(change: PlanChange) -> str:
    place = change.event if change.property is None else f"{change.event}.{change.property}"
    before, after = (json.dumps(value, ensure_ascii=False) for value in (change.before, change.after))
    told = {"new": f"+ {place}: {after}", "gone": f"- {place}: {before}"}
    return told.get(change.change, f"~ {place}: {change.change} {before} -> {after}")
