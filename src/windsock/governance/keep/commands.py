"""The commands that keep a workspace safe: backup, restore, verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from windsock.governance.keep.backup import back_up
from windsock.governance.keep.restore import Proof, restore, verify
from windsock.governance.model import cli_actor
from windsock.kernel.counted import counted
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


def _say(proofs: list[Proof]) -> None:
    for proof in proofs:
        if proof.rows:
            click.echo(f"  {proof.name.ljust(20)} {proof.rows:>14,} rows  equal")
    click.echo(f"{len(proofs)} tables, {sum(proof.rows for proof in proofs):,} rows: all equal to the backup.")


COMMANDS: tuple[Any, ...] = (backup, restore_backup, verify_backup)
