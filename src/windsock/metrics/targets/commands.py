"""The command-line doors of targets: list, import, export, close, assess."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.governance import cli_actor
from windsock.kernel.clock import local_date
from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.period import bucket_start, parse_date
from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.targets import show, store
from windsock.metrics.targets.assess import assess, standings
from windsock.metrics.targets.close import close
from windsock.metrics.targets.model.target import parse_name
from windsock.metrics.targets.sheet import TEXT_MAX, Sheet, load, write

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORMAT = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")
_LISTED = 200
_EXPORTED = 20_000


@click.group("targets")
def targets() -> None:
    """Targets of metrics: what is to be reached, by whom, in which period."""


@click.command("list")
@click.option("--on", help="Periods that hold this date; today when not given.")
@_FORMAT
def list_(open_it: Opener, on: str | None, form: str) -> None:
    """List the targets of the periods that hold a date, with how they stand."""
    with open_it() as workspace:
        day = _today(workspace) if on is None else parse_date(on, "--on")
        with workspace.records.read() as session:
            found = store.page(session, store.Wanted(on=day), _LISTED)
        library = catalogue_of(workspace)
        rows = [show.standing_json(one, library, workspace.zone) for one in standings(workspace, found)]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['period']:<11} {row['stage']:<8} {row['explanation']['en']}{' ' + row['problem'] if row['problem'] else ''}")
    if not rows:
        click.echo("There is no target. Set some with: windsock targets import FILE")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
def import_(open_it: Opener, file: Path, dry_run: bool) -> None:  # noqa: FBT001 - click's own value
    """Import targets from FILE, a CSV with the columns metric, period, value and, if need be, dimension, member, owner, weight, note."""
    text = _read(file)
    with open_it() as workspace:
        found = load(workspace, cli_actor(), text, dry_run=dry_run)
    _tell(found, dry_run=dry_run)


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path))
def export_(open_it: Opener, file: Path) -> None:
    """Write all targets to FILE, a CSV that can be imported again."""
    with open_it() as workspace, workspace.records.read() as session:
        found = store.page(session, store.Wanted(), _EXPORTED)
    file.write_bytes(write(found).encode())
    click.echo(f"{counted(len(found), 'target')} written to {file}.")


@click.command("close")
def close_(open_it: Opener) -> None:
    """Close the targets whose period is over and whose data is whole; the worker does so every morning."""
    with open_it() as workspace:
        click.echo(f"{counted(close(workspace), 'target')} closed.")


@click.command("assess")
@click.argument("period")
@_FORMAT
def assess_(open_it: Opener, period: str, form: str) -> None:
    """Score the owners of the targets of PERIOD, such as 2026-11, 2026-W47 or 2026-Q4."""
    with open_it() as workspace:
        grain, start = parse_name(period, "PERIOD", workspace.settings.workspace.week_start)
        found = show.assessment_json(assess(workspace, grain, start), (), catalogue_of(workspace), workspace.zone)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for owner in found["owners"]:
        click.echo(f"{owner['owner']}: {owner['explanation']['en']}")
        for one in owner["targets"]:
            click.echo(f"  {one['explanation']['en']}")
    click.echo(f"{period}: {found['closed']} closed, {found['open']} open.")


def _today(workspace: Workspace) -> dt.date:
    return bucket_start(local_date(workspace.clock.now_ms(), workspace.zone), "day")


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > 4 * TEXT_MAX:
            raise TooLarge("The file is too large.", where=str(file), fix="Import it in parts.")
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"The file can't be read: {error}.", where=str(file), fix="Give a CSV file in UTF-8.") from None


def _tell(found: Sheet, *, dry_run: bool) -> None:
    for fault in found.faults:
        click.echo(f"line {fault.line}, {fault.column}: {fault.what} {fault.fix}", err=True)
    counts: dict[str, Any] = {what: found.count(what) for what in ("added", "changed", "same")}
    said = ", ".join(f"{number} {what}" for what, number in counts.items())
    if found.faults:
        raise InvalidInput(
            f"{counted(found.faults_in_all, 'line has', 'lines have')} a fault; nothing was kept.",
            where="FILE",
            fix="Mend them and import the file again.",
        )
    click.echo(f"{'Would be' if dry_run else 'Kept'}: {said}.")


for _command in (list_, import_, export_, close_, assess_):
    targets.add_command(_command)
COMMANDS = (targets,)
