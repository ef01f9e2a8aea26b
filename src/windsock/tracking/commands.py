"""The command-line door of whole files of events; it stands below ``windsock import``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

from windsock.governance import cli_actor
from windsock.kernel.counted import counted
from windsock.tracking.import_events import import_events
from windsock.workspace import Workspace

Open = Callable[..., Workspace]


@click.command("events")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Name of the source that the events are known by.")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or for programmes.")
def import_file(open_it: Open, file: Path, source: str, shape: str) -> None:
    """Import events from FILE, a Parquet file with the columns of events. Importing it again adds nothing."""
    with open_it() as workspace:
        done = import_events(workspace, file, cli_actor(), source=source, progress=_tell if shape == "table" else None)
    if shape == "json":
        click.echo(json.dumps(done.plain(), ensure_ascii=False, indent=2))
        return
    click.echo(
        f"{counted(done.rows_read, 'event')} in {done.seconds:,.1f} s: {done.rows_added:,} new,"
        f" {done.rows_known:,} known, {done.rows_rejected:,} kept apart."
    )
    click.echo(f"Import {done.batch_id}. Take it back with: windsock imports undo {done.batch_id}")


def _tell(done: int, whole: int) -> None:
    click.echo(f"{done:,} of {counted(whole, 'event')}", err=True)
