"""The room's commands: import files of any kind, undo and replace batches of any kind, list mappings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from windsock.governance import cli_actor
from windsock.imports import queries, saved
from windsock.imports.known import kinds
from windsock.imports.model import BatchReport
from windsock.imports.preview import as_file
from windsock.imports.run import ImportJob, run_import
from windsock.imports.take_back import take_back
from windsock.imports.wizard import guessed_mapping
from windsock.imports.words import kind_words
from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput
from windsock.sources import RowMapping
from windsock.workspace import Workspace

Open = Callable[..., Workspace]
_OWN_COMMANDS = ("orders", "events")
_ORDERS = ("orders_added", "orders_changed", "orders_known", "orders_closed")
_FORMAT = click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", help="For people or for programmes.")
_FILE = click.argument("file", type=click.Path(path_type=Path))
_MAPPING = click.option("--mapping", default="", help="Name of a built-in or saved mapping, or a YAML file.")
_GUESS = click.option("--guess", is_flag=True, help="Guess the mapping by the headers of the file.")
_SOURCE = click.option("--source", default="", help="Name of the source that rows are known by; the mapping's without it.")
_DRY = click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
_REPLACE = click.option("--replace", "replaces", default="", metavar="BATCH", help="Take the place of an earlier import of a corrected file.")


def _command(name: str) -> click.Command:
    """Return the command of one kind; ``file`` takes whatever kind its mapping says."""

    def run(open_it: Open, file: Path, mapping: str, guess: bool, source: str, dry_run: bool, replaces: str, shape: str) -> None:  # noqa: FBT001, PLR0913, PLR0917 - click's options
        with open_it() as workspace:
            chosen = _chosen(workspace, file, mapping, "" if name == "file" else name, guess=guess, source=source)
            job = ImportJob(file, chosen, cli_actor(), source, dry_run=dry_run, replaces=replaces)
            _print(run_import(workspace, job), shape)

    title = "rows of any kind" if name == "file" else kind_words(name).en.lower()
    run.__doc__ = f"Import {title} from FILE (CSV, Excel, Parquet, JSON lines). Importing it again changes nothing."
    for option in (_FORMAT, _REPLACE, _DRY, _SOURCE, _GUESS, _MAPPING, _FILE):
        run = option(run)
    return click.command(name.replace("_", "-"))(run)


@click.command("undo")
@click.argument("batch")
def undo(open_it: Open, batch: str) -> None:
    """Take an import of any kind back. Of orders, stock and prices, answers as of before stay what they were."""
    with open_it() as workspace:
        found = queries.batch(workspace.warehouse, batch)
        done = take_back(workspace, cli_actor(), batch)
    what = "order" if found and found["kind"] == "orders" else "row"
    left = f", {done.left:,} left to something newer" if done.left else ""
    click.echo(f"{batch} is undone: {counted(done.taken_back, what)} taken back, {done.restored:,} as they were before it{left}.")


@click.command("replace")
@click.argument("batch")
@_FILE
@_MAPPING
@_GUESS
@_SOURCE
@_FORMAT
def replace(open_it: Open, batch: str, file: Path, mapping: str, guess: bool, source: str, shape: str) -> None:  # noqa: FBT001, PLR0913, PLR0917 - click's options
    """Put a corrected FILE in the place of the import BATCH."""
    with open_it() as workspace:
        chosen = _chosen(workspace, file, mapping, "", guess=guess, source=source)
        _print(run_import(workspace, ImportJob(file, chosen, cli_actor(), source, replaces=batch)), shape)


@click.command("mappings")
@_FORMAT
def mappings(open_it: Open, shape: str) -> None:
    """List the mappings that can be used by name."""
    with open_it() as workspace:
        found = saved.mapping_items(workspace, None)
    if shape == "json":
        click.echo(json.dumps([item.model_dump() for item in found], ensure_ascii=False, indent=2))
        return
    table = Table(box=None)
    for name in ("name", "kind", "title", "version"):
        table.add_column(name)
    for item in found:
        table.add_row(item.name, item.kind, _safe(item.title_en), "built in" if item.built_in else str(item.version))
    Console(soft_wrap=True).print(table)


# Commands that stand below `windsock import` and `windsock imports`, whose groups are the orders'.
IMPORT = (*(_command(name) for name in sorted(kinds()) if name not in _OWN_COMMANDS), _command("file"))
IMPORTS = (undo, replace, mappings)


def _chosen(workspace: Workspace, file: Path, mapping: str, kind: str, *, guess: bool, source: str) -> RowMapping:
    if bool(mapping) == guess:
        raise InvalidInput("Either a mapping or a guess is needed.", where="--mapping", fix="Give --mapping NAME, or --guess.")
    if guess:
        return guessed_mapping(workspace, file, file.name, kind or None, source)[0]
    found = saved.by_name_or_file(workspace, mapping)
    if kind and found.form.kind != kind:
        raise InvalidInput(f"The mapping is one of {found.form.kind}.", where="--mapping", fix=f"Use: windsock import {found.form.kind}.")
    return as_file(file, file.name, found) if file.is_file() else found


def _print(report: BatchReport, shape: str) -> None:
    if shape == "json":
        # Programmes that read what the import of orders tells find its counts where they always were.
        counts = {name: report.counts.get(name, 0) for name in _ORDERS} if report.kind == "orders" else {}
        click.echo(json.dumps(report.plain() | counts, ensure_ascii=False, indent=2))
        return
    console = Console(soft_wrap=True)
    what = "Dry run, nothing was changed:" if report.dry_run else f"Imported as {report.batch_id}:" if report.batch_id else "Nothing was changed:"
    console.print(f"{what} {report.file_name} -> {report.kind} of {report.source} ({report.seconds:g} s)", highlight=False, markup=False)
    table = Table(box=None, show_header=False)
    for name in ("rows_read", "rows_added", "rows_changed", "rows_known", "rows_rejected", "rows_repeated"):
        table.add_row(name.replace("_", " "), f"{getattr(report, name):,}")
    for name, count in (*report.counts.items(), *((f"flag {rule}", count) for rule, count in report.flags.items())):
        table.add_row(name.replace("_", " "), f"{count:,}")
    console.print(table)
    for note in report.notes:
        console.print(f"- {note}", highlight=False, markup=False)
    if report.rejections:
        bad = Table("line", "column", "reason", "value", box=None, title="Rows kept apart", title_justify="left")
        for one in report.rejections:
            bad.add_row(str(one.line), _safe(one.column), _safe(one.reason), _safe(one.value[:60]))
        console.print(bad)


def _safe(text: str) -> str:
    """Return text without control characters and without rich's markup: files are written by others."""
    return "".join(sign if sign.isprintable() else "?" for sign in text).replace("[", "\\[")
