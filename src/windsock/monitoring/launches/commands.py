"""The command-line door of launches: list, declare, show, cancel, tick."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import yaml

from windsock.governance import cli_actor
from windsock.kernel.clock import iso
from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput
from windsock.kernel.written import read_yaml
from windsock.monitoring.launches import keep
from windsock.monitoring.launches.show import launch_detail, launches_page
from windsock.monitoring.launches.watch import watch

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

FILE_MOST = 100_000
_FORM = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")


@click.group("launch")
def launch() -> None:
    """Launches: what is to be reached is declared before the start, watched, and ends in a verdict."""


@launch.command("list")
@click.option("--state", type=click.Choice(["planned", "running", "ended", "cancelled"]), help="Only those in this state.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="How many at most.")
@_FORM
def list_(open_it: Opener, state: str | None, limit: int, form: str) -> None:
    """List launches, the last to start first, and how they stand."""
    with open_it() as workspace:
        found, zone = launches_page(workspace, state, limit, None)["items"], workspace.zone
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        span = f"{iso(one['starts_ms'], zone)[:16]} to {iso(one['ends_ms'], zone)[:16]}"
        click.echo(f"{one['name']:<26} {span}  {_stands(one):<22} {one['title']['en']} ({one['owner']})")
    if not found:
        click.echo("No launch is declared.")


@launch.command("declare")
@click.argument("definition", type=click.Path(path_type=Path))
def declare_(open_it: Opener, definition: Path) -> None:
    """Declare the launch in DEFINITION, a YAML or JSON file, before it starts."""
    body = _read(definition)
    with open_it() as workspace:
        kept = keep.declare(workspace, cli_actor(), body)
        starts = iso(kept.starts_ms, workspace.zone)[:16]
    click.echo(f"{kept.name}: declared with {counted(len(kept.lines), 'line')}, watched from {starts} on.")


@launch.command("show")
@click.argument("name")
@_FORM
def show_(open_it: Opener, name: str, form: str) -> None:
    """Show the launch NAME: how each line stands and where it ends."""
    with open_it() as workspace:
        found, zone = launch_detail(workspace, name), workspace.zone
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    planned, note = found["state"] == "planned", f" ({found['note']})" if found["note"] else ""
    known = f"starts at {iso(found['starts_ms'], zone)[:16]}" if planned else f"known up to {iso(found['until_ms'], zone)[:16]}"
    click.echo(f"{found['title']['en']}: {_stands(found)}; {known}{note}")
    for one in found["lines"]:
        click.echo(_line(one))
    if found["reason"]:
        click.echo(f"Cancelled: {found['reason']}")


@launch.command("cancel")
@click.argument("name")
@click.option("--reason", required=True, help="Why; it is kept.")
def cancel_(open_it: Opener, name: str, reason: str) -> None:
    """Cancel the launch NAME; it is kept, and has no verdict."""
    with open_it() as workspace:
        keep.cancel(workspace, cli_actor(), name, reason)
    click.echo(f"{name}: cancelled.")


@launch.command("tick")
def tick_(open_it: Opener) -> None:
    """Look at the launches that have started now, as the worker does every minute."""
    with open_it() as workspace:
        found = watch(workspace)
    for one in found:
        click.echo(f"{one.name:<26} {one.verdict or one.standing}")
    if not found:
        click.echo("Nothing is new.")


def _stands(one: dict[str, Any]) -> str:
    verdict = one["verdict"]["verdict"] if one["verdict"] else ""
    return f"{one['state']}, {(verdict or one['standing']).replace('_', ' ')}" if one["state"] in ("running", "ended") else one["state"]


def _line(one: dict[str, Any]) -> str:
    status, ratio = one["status"], one["unit"] == "ratio"

    def told(value: float | None) -> str:
        return "-" if value is None else f"{value:.1%}" if ratio else f"{value:,.0f}"

    head = f"  {one['metric']:<26} {one['role']:<9} {one['direction'].replace('_', ' ')} {told(one['line'])}"
    if not status["since_ms"]:
        return head
    head += f"; now {told(status['value'])}"
    if status["probability"] is None:
        return f"{head}; {status['standing'].replace('_', ' ')}"
    between = f"ends at {told(status['expected'])} ({told(status['low'])} to {told(status['high'])})"
    return f"{head}; {status['standing'].replace('_', ' ')}: {status['probability']:.0%} to keep it, {between}"


def _read(path: Path) -> object:
    try:
        if path.stat().st_size > FILE_MOST:
            raise InvalidInput(f"'{path}' is larger than {FILE_MOST:,} bytes.", where="DEFINITION", fix="A launch has ten lines at most.")
        return read_yaml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput(f"'{path}' can't be read: {str(error)[:200]}", where="DEFINITION", fix="Write YAML or JSON.") from None


COMMANDS = (launch,)
