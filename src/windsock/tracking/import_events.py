"""Bring in a Parquet file of events whose columns are those of the load: for years of history at once.

A file of another shape goes through a mapping (room ``imports``). The file is read ahead in a thread while the piece before it is loaded;
everything commits together, and who is who is worked out once at the end.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from windsock import governance
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.tracking.coded import CODED
from windsock.tracking.event_columns import COLUMNS
from windsock.tracking.load import CHUNK, load_pieces
from windsock.tracking.plan.read import read_cleaning, read_plan
from windsock.warehouse import schema

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.tracking.chunk import Chunk
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

SOURCE_LONGEST = 80
_DICTIONARY_MOST = 65_536
"""Bytes of a dictionary page in the file up to which a column's texts are read as codes into it."""
_IN_FILES = tuple(name for name in COLUMNS.names if name != "network")
"""What the door alone can know of a sender is no column of a file."""
_INSTANTS = ("client_ms", "sent_ms", "received_ms")
_ALSO_CALLED = {"at": "client_ms", "timestamp": "client_ms", "time": "client_ms", "received_at": "received_ms", "sent_at": "sent_ms"}


@dataclass(frozen=True)
class EventsImport:
    """What an import of events did: ``rows_read == rows_added + rows_known + rows_rejected``; rejected rows are in quarantine."""

    batch_id: str
    source: str
    file_name: str
    file_sha256: str
    rows_read: int
    rows_added: int
    rows_known: int
    rows_rejected: int
    persons_changed: int
    seconds: float

    def plain(self) -> dict[str, Any]:
        """Return it as it is told to programmes."""
        return asdict(self)


def import_events(workspace: Workspace, path: Path, actor: Actor, *, source: str, progress: Callable[[int, int], None] | None = None) -> EventsImport:
    """Load a Parquet file of events; loading it again adds nothing.

    Args:
        workspace: where to.
        path: the file; its columns are ``COLUMNS`` or some of them, without ``network``; times also as ``at``, ``received_at`` and ``sent_at``
            in a type of time.
        actor: who asks.
        source: by which name events are known; events of two sources are never the same.
        progress: called with rows done and rows of the file.

    Raises:
        InvalidInput: the file is no Parquet, holds no row, or has other columns.
        NotFound: there is no such file.
    """
    if not 0 < len(source) <= SOURCE_LONGEST or not source.isprintable():
        raise InvalidInput("A source has a name of 1 to 80 printable characters.", where="--source")
    if not path.is_file():
        raise NotFound(f"There is no file {path.name}.", where=str(path))
    began, now_ms = time.monotonic(), workspace.clock.now_ms()
    batch_id = workspace.ids.new("batch")
    plan, cleaning = read_plan(workspace), read_cleaning(workspace)
    with _opened(path) as file, ThreadPoolExecutor(2) as threads:
        whole = file.metadata.num_rows
        if not whole:
            raise InvalidInput("The file holds no row.", where=path.name)
        hashing: list[Future[str]] = []
        with workspace.warehouse.transaction() as tx:
            pieces = _then(_pieces(file, path.name, workspace.zone), lambda: hashing.append(threads.submit(_sha256, path)))
            report = load_pieces(
                tx, source, batch_id, pieces, now_ms, trust="import", plan=plan, cleaning=cleaning, seal=workspace.seal,
                ahead=lambda chunks: _ahead(threads, chunks, whole, progress), bulk=True,
            )  # fmt: skip
            done = EventsImport(
                batch_id, source, path.name, hashing[0].result(), report.received, report.stored, report.duplicate, report.quarantined,
                report.persons_changed, 0.0,
            )  # fmt: skip
            _register(tx, done, actor, now_ms, workspace.clock.now_ms())
    with workspace.records.write() as session:
        detail = {"kind": "events", "file": path.name, "sha256": done.file_sha256, "source": source, "rows_added": report.stored}
        governance.audit(session, actor, "imports.loaded", f"import:{batch_id}", detail, now_ms)
    return replace(done, seconds=round(time.monotonic() - began, 2))


class _opened:  # noqa: N801 - used as a function
    """Open a Parquet file for the length of a block, wording what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> pq.ParquetFile:
        try:
            self._file = pq.ParquetFile(self._path, pre_buffer=True, read_dictionary=_in_codes(pq.read_metadata(self._path)))
        except (pa.ArrowException, OSError) as error:
            raise InvalidInput("The file is no Parquet file.", where=self._path.name, fix=f"Write it again ({str(error)[:200]}).") from error
        return self._file

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _in_codes(metadata: pq.FileMetaData) -> list[str]:
    """Return the columns whose texts the file holds as codes into small dictionaries: they stay codes, which costs least everywhere."""
    found: list[str] = []
    for place in range(metadata.num_columns):
        groups = [metadata.row_group(group).column(place) for group in range(metadata.num_row_groups)]
        name = metadata.schema.column(place).path
        if name in CODED and groups and all(_is_small(group) for group in groups):
            found.append(name)
    return found


def _is_small(group: pq.ColumnChunkMetaData) -> bool:
    start = group.dictionary_page_offset
    return group.physical_type == "BYTE_ARRAY" and start is not None and 0 < group.data_page_offset - start <= _DICTIONARY_MOST


def _pieces(file: pq.ParquetFile, name: str, zone: str) -> Iterator[pa.Table]:
    given: list[str] = list(file.schema_arrow.names)
    names: list[str] = [_ALSO_CALLED.get(column, column) for column in given]
    strange = [theirs for theirs, ours in zip(given, names, strict=True) if ours not in _IN_FILES]
    if strange or len(set(names)) < len(names):
        what = f"'{strange[0][:60]}' is no column of events." if strange else "Two columns mean the same."
        raise InvalidInput(what, where=name, fix=f"Columns: {', '.join(_IN_FILES)}. Another shape needs a mapping.")
    for piece in _whole_chunks(_batches(file)):
        rows = piece.rename_columns(names)
        for place, column in enumerate(names):
            if column in _INSTANTS and pa.types.is_timestamp(rows.field(place).type):
                rows = rows.set_column(place, column, _in_ms(rows.column(place), zone))
        yield rows


def _then(pieces: Iterator[pa.Table], after: Callable[[], None]) -> Iterator[pa.Table]:
    """Do something when all was read: while the last pieces are loaded and people worked out, a core has nothing else to do."""
    yield from pieces
    after()


def _batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Give the file's rows in order; groups of rows are read several at once up to ``CHUNK``, which costs half as much as batch by batch."""
    sizes = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
    if max(sizes) > CHUNK:
        yield from file.iter_batches(batch_size=CHUNK)
        return
    first, rows = 0, 0
    for group, size in enumerate(sizes):
        rows += size
        if group + 1 == len(sizes) or rows >= CHUNK:
            yield from file.read_row_groups(list(range(first, group + 1))).to_batches()
            first, rows = group + 1, 0


def _whole_chunks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Lay batches together up to ``CHUNK`` rows: a batch ends where the file's dictionaries do."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= CHUNK:
            table = pa.Table.from_batches(held)
            yield table.slice(0, CHUNK).unify_dictionaries()
            held, rows = table.slice(CHUNK).to_batches(), rows - CHUNK
    if rows:
        yield pa.Table.from_batches(held).unify_dictionaries()


def _in_ms(times: pa.ChunkedArray, zone: str) -> pa.ChunkedArray:
    """Return instants in ms UTC; times without a zone are the workspace's."""
    told = times if times.type.tz is not None else pc.assume_timezone(times, zone, ambiguous="earliest", nonexistent="latest")
    return pc.cast(told, pa.timestamp("ms", "UTC"), safe=False).cast(pa.int64())


def _ahead(threads: ThreadPoolExecutor, chunks: Iterator[Chunk], whole: int, progress: Callable[[int, int], None] | None) -> Generator[Chunk]:
    """Read and take in one chunk while the one before it is loaded, and say how far the load is."""
    done = 0
    coming = threads.submit(next, chunks, None)
    while (chunk := coming.result()) is not None:
        coming = threads.submit(next, chunks, None)
        yield chunk
        done += chunk.count
        if progress is not None:
            progress(done, whole)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _register(tx: Transaction, done: EventsImport, actor: Actor, began_ms: int, now_ms: int) -> None:
    row = {
        **{name: value for name, value in asdict(done).items() if name not in {"persons_changed", "seconds"}},
        "kind": "events", "state": "loaded", "rows_repeated": 0, "orders_added": 0, "started_ms": began_ms, "finished_ms": now_ms, "actor": actor.id,
    }  # fmt: skip
    tx.append("import_batch", pa.Table.from_pylist([row], schema=schema.BY_NAME["import_batch"].arrow()))
