"""Read and map rows into a spool beside the warehouse, so that the one writer's turn is short and memory small however many rows there are."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from windsock.kernel.errors import InvalidInput
from windsock.sources.mapping import FileShape, Plan, RowMapping, compile_mapping, map_rows
from windsock.sources.model import Options, Rejection
from windsock.sources.open import open_file
from windsock.sources.reading import Chunk, Input

Tell = Callable[[str, int, int], None]
_MAP_ROWS = 120_000
_STALE_S = 86_400


@dataclass
class Spooled:
    """What reading has found.

    Attributes:
        rejections_max: most rejections that are kept with their reason.
        rows: rows that were read, but for those that the mapping leaves out.
        rejected: rows kept apart.
        left_out: rows that the mapping leaves out.
        kept: the first rejections.
        sha256: hash of the file's bytes.
    """

    rejections_max: int
    rows: int = 0
    rejected: int = 0
    left_out: int = 0
    kept: list[Rejection] = field(default_factory=list[Rejection])
    sha256: str = ""

    def keep(self, rejections: list[Rejection]) -> None:
        """Count rejections and keep the first."""
        self.rejected += len(rejections)
        self.kept += rejections[: self.rejections_max - len(self.kept)]


@contextmanager
def open_spool(folder: Path, name: str) -> Generator[Path]:
    """Give the path of a spool that is removed at the end, and remove those of processes that died a day ago."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for stale in folder.glob("import-*.arrow"):
        if time.time() - stale.stat().st_mtime > _STALE_S:
            stale.unlink(missing_ok=True)
    path = folder / f"import-{name}.arrow"
    path.touch(mode=0o600)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def options_of(shape: FileShape, mapping: RowMapping | None, bytes_max: int) -> Options:
    """Return how a file of a shape is to be read."""
    return Options(
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        sheet=shape.sheet,
        header_line=shape.header_line,
        header=shape.header,
        until=shape.until,
        columns=tuple(column.name for column in mapping.columns) if mapping is not None else (),
        bytes_max=bytes_max,
    )


def spool_file(  # noqa: PLR0913, PLR0917 - where from, where to, how, and its bounds
    path: Path, spooled_to: Path, mapping: RowMapping, wanted: pa.Schema, zone: str, bounds: tuple[int, int], tell: Tell | None = None
) -> Spooled:
    """Map a file into a spool.

    Args:
        path: the file.
        spooled_to: the spool.
        mapping: how.
        wanted: columns of the mapped rows.
        zone: the workspace's zone.
        bounds: (most bytes of the file, most rejections that are kept).
        tell: called with ("read", bytes so far, bytes of the file).

    Raises:
        InvalidInput: the mapping does not fit the file, the file holds no row, or no row that fits.
        NotFound, TooLarge: there is no such file, or it is over its bound.
    """

    def progress(done: int, whole: int) -> None:
        if tell is not None:
            tell("read", done, whole)

    given: Input
    given, chunks = open_file(path, options_of(mapping.shape, mapping, bounds[0]), way=mapping.shape.format, progress=progress)
    found = spool_chunks(chunks, spooled_to, mapping, wanted, zone, bounds[1])
    if mapping.shape.until:
        given.finish()
    found.sha256 = given.sha256
    check_found(found, path.name)
    return found


def spool_chunks(chunks: Iterator[Chunk], spooled_to: Path, mapping: RowMapping, wanted: pa.Schema, zone: str, rejections_max: int) -> Spooled:
    """Map chunks, of which the first tells the columns, into a spool."""
    first = next(chunks)
    plan: Plan = compile_mapping(mapping, first.rows.column_names[1:], zone)
    found = Spooled(rejections_max)
    with pa.OSFile(str(spooled_to), "wb") as sink, pa.ipc.new_file(sink, wanted) as writer:
        for chunk in _larger(chunks):
            good, bad = map_rows(plan, chunk, wanted)
            found.rows += good.num_rows + len(bad)
            found.left_out += chunk.rows.num_rows + len(chunk.rejections) - good.num_rows - len(bad)
            found.keep(bad)
            writer.write_table(good, max_chunksize=_MAP_ROWS)
    return found


def check_found(found: Spooled, name: str) -> None:
    """Refuse what holds no row that can be used.

    Raises:
        InvalidInput: no row, or none that fits.
    """
    if not found.rows:
        raise InvalidInput("The file has a header and no rows.", where=name, fix="There is nothing to import.")
    if found.rejected == found.rows:
        worst = found.kept[0]
        place = f"{name}, line {worst.line}" + (f", column {worst.column}" if worst.column else "")
        shown = f" It is '{worst.value[:60]}'." if worst.value else ""
        raise InvalidInput(
            f"{'The only row cannot' if found.rows == 1 else f'None of the {found.rows:,} rows can'} be used; the first: {worst.reason}.{shown}",
            where=place,
            fix="Does the mapping belong to this file?",
        )


def _larger(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Join chunks up to a bound: mapping a chunk has a price of its own."""
    rows: list[pa.Table] = []
    bad: list[Rejection] = []
    count = 0
    for chunk in chunks:
        if rows and count + chunk.rows.num_rows > _MAP_ROWS:
            yield Chunk(pa.concat_tables(rows), tuple(bad))
            rows, bad, count = [], [], 0
        rows.append(chunk.rows)
        bad += chunk.rejections
        count += chunk.rows.num_rows
    if rows:
        yield Chunk(pa.concat_tables(rows), tuple(bad))
