"""The command `windsock match`: probable pairs in one file or across two, for analysts and benchmarks; it needs no workspace."""

from __future__ import annotations

from pathlib import Path

import click
import pyarrow as pa

from windsock.identity.matching.link import match_records
from windsock.identity.matching.model import FIELDS, recognise
from windsock.identity.matching.read import as_csv, as_json, read_records
from windsock.identity.matching.records import prepared
from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput


@click.command("match")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("file2", type=click.Path(path_type=Path), required=False)
@click.option("--id", "id_column", required=True, metavar="COLUMN", help="Column that names each record; the same in both files.")
@click.option("--threshold", type=click.FloatRange(0.01, 1.0), default=0.5, show_default=True, help="Least probability of a pair.")
@click.option(
    "--field", "fields", multiple=True, metavar="FIELD=COLUMN", help=f"What a column means, where its name does not tell: {', '.join(FIELDS)}."
)
@click.option("--without", multiple=True, metavar="COLUMN", help="A column that must not be used.")
@click.option(
    "--format", "shape", type=click.Choice(["csv", "jsonlines"]), default="csv", show_default=True, help="jsonlines tells what each field said."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write there instead of to the terminal.")
def match(  # noqa: PLR0913, PLR0917 - click's options
    file: Path, file2: Path | None, id_column: str, threshold: float, fields: tuple[str, ...],
    without: tuple[str, ...], shape: str, out: Path | None,
) -> None:  # fmt: skip
    """Find records of FILE (or pairs across FILE and FILE2) that are probably one person."""
    said = dict(_said(entry) for entry in fields)
    whole = [read_records(path) for path in (file, file2) if path is not None]
    tables: list[pa.Table] = []
    for path, rows in zip((file, file2), whole, strict=False):
        if id_column not in rows.column_names:
            columns = f"Columns: {', '.join(rows.column_names)[:300]}."
            raise InvalidInput(f"There is no column '{id_column[:60]}'.", where=str(path), fix=columns)
        found = recognise(rows.column_names, said, {id_column, *without})
        tables.append(prepared(rows, id_column, found))
    done = match_records(tables, least=threshold)
    lines = as_csv(done.pairs) if shape == "csv" else as_json(done.pairs)
    if out is None:
        for line in lines:
            click.echo(line)
    else:
        out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    where = f", written to {out}" if out is not None else ""
    click.echo(f"{counted(len(done.pairs), 'pair')} by {', '.join(done.fields)}; at most {done.compared:,} compared{where}.", err=True)
    if done.left_out:
        click.echo(f"Not used to find pairs, as too many records agree: {', '.join(done.left_out)}.", err=True)


def _said(entry: str) -> tuple[str, str]:
    name, sign, column = entry.partition("=")
    if not sign or not column:
        raise InvalidInput(f"'{entry[:60]}' is not FIELD=COLUMN.", where="--field", fix="Write it like --field dob=Geburtsdatum.")
    return name.strip(), column.strip()


COMMANDS = (match,)
