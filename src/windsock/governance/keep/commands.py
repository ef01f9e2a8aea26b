"""The commands that keep a workspace safe: backup, restore, verify."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console

from windsock.governance.keep.backup import back_up
from windsock.governance.keep.follow import Pace, follow_facts
from windsock.governance.keep.move import move_facts
from windsock.governance.keep.restore import Proof, restore, verify
from windsock.governance.model import cli_actor
from windsock.kernel.counted import counted
from windsock.warehouse import Moved
from windsock.workspace import Workspace

Open = Callable[..., Workspace]
_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.command("backup")
@_FOLDER
def backup(open_it: Open, folder: Path) -> None:
    """Write the whole workspace into FOLDER (new), while it is served or not. It holds the workspace's secret: keep it safe."""
    with open_it() as workspace, Console(stderr=True).status("Backing up") as shown:
        made = back_up(workspace, cli_actor(), folder, lambda what, rows: shown.update(f"{what}: {rows:,} rows"))
    size = sum(part.bytes for part in made.parts())
    rows, tables = counted(sum(part.rows or 0 for part in made.parts()), "row"), counted(len(made.facts) + len(made.records), "table")
    click.echo(f"{rows} of {tables}, {size:,} bytes, in {folder}.")
    click.echo(f"A backup counts only after a test: windsock verify {folder}", err=True)


@click.command("restore")
@_FOLDER
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), required=True, help="The new workspace's folder; new or empty.")
def restore_backup(folder: Path, home: Path) -> None:
    """Make a workspace of the backup in FOLDER, and compare every table."""
    with Console(stderr=True).status("Restoring") as shown:
        proofs = restore(folder, home, lambda what, rows: shown.update(f"{what}: {rows:,} rows"))
    _say(proofs)
    click.echo(f"Next: windsock serve --home {home}")


@click.command("verify")
@_FOLDER
def verify_backup(folder: Path) -> None:
    """Restore the backup in FOLDER into a temporary place, compare every table, and throw it away."""
    with Console(stderr=True).status("Verifying") as shown:
        proofs = verify(folder, lambda what, rows: shown.update(f"{what}: {rows:,} rows"))
    _say(proofs)


@click.group()
def warehouse() -> None:
    """Facts on another engine, for what one machine has outgrown."""


@warehouse.command("move")
@click.option("--to", type=click.Choice(["clickhouse", "spark"]), required=True, help="The engine; windsock.toml says where it is.")
def move_warehouse(open_it: Open, to: Literal["clickhouse", "spark"]) -> None:
    """Copy the facts to another engine and compare each table and day; what is there and equal is passed over."""
    own = {"warehouse": {"engine": "duckdb"}}
    with open_it(**own) as workspace, Console(stderr=True).status("Moving") as shown:

        def told(one: Moved) -> None:
            shown.update(f"{one.table} {one.day or ''}: {one.rows:,} rows {'written' if one.written else 'are there'}")

        moved = move_facts(workspace, cli_actor(), to, told)
    tables, rows = counted(len({one.table for one in moved}), "table"), counted(sum(one.rows for one in moved), "row")
    click.echo(f"{rows} of {tables}: all equal; {counted(sum(one.written for one in moved), 'piece')} of {len(moved)} had to be written.")
    click.echo(f'Commands ask it with: [warehouse] engine = "{to}"', err=True)


@warehouse.command("follow")
@click.option("--to", type=click.Choice(["clickhouse", "spark"]), required=True, help="The engine; windsock.toml says where it is.")
@click.option("--every", type=click.FloatRange(1, 86_400), default=60, show_default=True, help="Seconds between two looks.")
@click.option("--looks", type=click.IntRange(1), help="End after so many looks; by default it goes on until it is stopped.")
def follow_warehouse(open_it: Open, to: Literal["clickhouse", "spark"], every: float, looks: int | None) -> None:
    """Bring what changes to another engine, again and again, while the workspace is served or not."""
    stopped, own = threading.Event(), {"warehouse": {"engine": "duckdb"}}

    def told(pieces: list[Moved]) -> None:
        written = [one for one in pieces if one.written]
        rows = counted(sum(one.rows for one in written), "row")
        click.echo(f"{counted(len(pieces), 'piece')} compared, {len(written)} written with {rows}: all equal.")

    def stop(_number: int, _frame: object) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    with open_it(**own) as workspace:
        follow_facts(workspace, cli_actor(), to, Pace(every_s=every, looks=looks), told, stopped)


def _say(proofs: list[Proof]) -> None:
    for proof in proofs:
        if proof.rows:
            click.echo(f"  {proof.name.ljust(20)} {proof.rows:>14,} rows  equal")
    click.echo(f"{len(proofs)} tables, {sum(proof.rows for proof in proofs):,} rows: all equal to the backup.")


COMMANDS: tuple[Any, ...] = (backup, restore_backup, verify_backup, warehouse)
