"""The room's commands: import a file of orders; list, show, undo and replace imports."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from windsock.governance import cli_actor
from windsock.kernel.counted import counted
from windsock.orders import read
from windsock.orders.import_orders import ImportRequest, import_orders
from windsock.orders.mapping import load_mapping
from windsock.orders.report import ImportReport
from windsock.orders.undo import undo_import
from windsock.workspace import Workspace

Open = Callable[..., Workspace]
_FORMAT = click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", help="For people or for programmes.")
_MAPPING = click.option("--mapping", required=True, help="Name of a built-in mapping, or a YAML file.")


@click.group("import")
def import_() -> None:
    """Bring files in."""


@import_.command("orders")
@click.argument("file", type=click.Path(path_type=Path))
@_MAPPING
@click.option("--source", default="", help="Name of the source that orders are known by; the mapping's without it.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--replace", "replaces", default="", metavar="BATCH", help="Take the place of an earlier import of a corrected file.")
@_FORMAT
def import_file(open_it: Open, file: Path, mapping: str, source: str, dry_run: bool, replaces: str, shape: str) -> None:  # noqa: FBT001, PLR0913, PLR0917 - click's options
    """Import orders from FILE (CSV, plain or gzip, Excel, Parquet or JSON lines). Importing it again changes nothing."""
    _run(open_it, ImportRequest(file, load_mapping(mapping), cli_actor(), source, dry_run=dry_run, replaces=replaces), shape)


@click.group("imports")
def imports() -> None:
    """See, undo and replace what was brought in."""


@imports.command("list")
@click.option("--limit", type=click.IntRange(1, read.PAGE_MAX), default=20, help="How many, the newest first.")
@_FORMAT
def list_imports(open_it: Open, limit: int, shape: str) -> None:
    """List the imports, the newest first."""
    with open_it() as workspace:
        found = read.list_imports(workspace, limit, None)
    if shape == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    columns = ("batch_id", "state", "started_at", "source", "file_name", "rows_added", "rows_known", "rows_rejected")
    table = Table(box=None)
    for name in columns:
        table.add_column(name, no_wrap=name in ("batch_id", "state"), overflow="fold")
    for row in found["imports"]:
        table.add_row(*(_safe(row[name]) for name in columns))
    _console().print(table if found["imports"] else "There are no imports.")


@imports.command("show")
@click.argument("batch")
@click.option("--limit", type=click.IntRange(1, read.PAGE_MAX), default=20, help="How many rejected rows.")
@_FORMAT
def show_import(open_it: Open, batch: str, limit: int, shape: str) -> None:
    """Show one import with the rows that were kept apart."""
    with open_it() as workspace:
        found = read.read_import(workspace, batch, cli_actor(), limit, None)
    if shape == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    console = _console()
    for name, value in found["import"].items():
        console.print(f"{name:18} {_safe(value)}", highlight=False, markup=False)
    for rule, count in found["flags"].items():
        console.print(f"flag {rule}: {count:,}", highlight=False, markup=False)
    _print_rejections(console, [(row["line"], row["column_name"], row["reason"], row["value"]) for row in found["rejections"]])


@imports.command("undo")
@click.argument("batch")
def undo(open_it: Open, batch: str) -> None:
    """Take an import back. Answers as of before stay what they were."""
    with open_it() as workspace:
        done = undo_import(workspace, batch, cli_actor())
    click.echo(f"{done.batch_id} is undone: {counted(done.orders_closed, 'order')} taken back, {done.orders_restored:,} as they were before it.")


@imports.command("replace")
@click.argument("batch")
@click.argument("file", type=click.Path(path_type=Path))
@_MAPPING
@click.option("--source", default="", help="Name of the source that orders are known by; the mapping's without it.")
@_FORMAT
def replace(open_it: Open, batch: str, file: Path, mapping: str, source: str, shape: str) -> None:
    """Put a corrected FILE in the place of the import BATCH."""
    _run(open_it, ImportRequest(file, load_mapping(mapping), cli_actor(), source, replaces=batch), shape)


COMMANDS = (import_, imports)


def _run(open_it: Open, request: ImportRequest, shape: str) -> None:
    with open_it() as workspace, _bar() as tell:
        report = import_orders(workspace, request, tell)
    if shape == "json":
        click.echo(json.dumps(report.plain(), ensure_ascii=False, indent=2))
    else:
        _print_report(_console(), report)


@contextmanager
def _bar() -> Generator[Callable[[str, int, int], None]]:
    """Show progress on standard error while the block runs; nothing where that is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        tasks = {"read": bar.add_task("Reading", total=None), "load": bar.add_task("Loading", total=None)}

        def tell(stage: str, done: int, whole: int) -> None:
            bar.update(tasks[stage], completed=done, total=whole)

        yield tell


def _console() -> Console:
    return Console(soft_wrap=True)


def _print_report(console: Console, report: ImportReport) -> None:
    what = "Dry run, nothing was changed:" if report.dry_run else f"Imported as {report.batch_id}:" if report.batch_id else "Nothing was changed:"
    console.print(f"{what} {report.file_name} -> {report.source} ({report.seconds:g} s)", highlight=False, markup=False)
    table = Table(box=None, show_header=False)
    for name in ("rows_read", "rows_added", "rows_known", "rows_rejected", "rows_repeated", "orders_added", "orders_changed", "orders_known"):
        table.add_row(name.replace("_", " "), f"{getattr(report, name):,}")
    if report.replaces:
        table.add_row("orders of the replaced batch", f"{report.orders_closed:,}")
    for rule, count in report.flags.items():
        table.add_row(f"flag {rule}", f"{count:,}")
    console.print(table)
    for note in report.notes():
        console.print(f"- {note}", highlight=False, markup=False)
    _print_rejections(console, [(bad.line, bad.column, bad.reason, bad.value) for bad in report.rejections])


def _print_rejections(console: Console, rows: list[tuple[int, str, str, str]]) -> None:
    if not rows:
        return
    table = Table("line", "column", "reason", "value", box=None, title="Rows kept apart", title_justify="left")
    for line, column, reason, value in rows:
        table.add_row(str(line), _safe(column), _safe(reason), _safe(value[:60]))
    console.print(table)


def _safe(value: Any) -> str:  # noqa: ANN401 - a cell of any type
    """Return text without control characters and without rich's markup: files are written by others."""
    text = "" if value is None else str(value)
    return "".join(sign if sign.isprintable() else "?" for sign in text).replace("[", "\\[")
