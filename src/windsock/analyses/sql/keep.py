"""What is kept of the facts for statements: files of the sources, as old as a stated bound at most, and a folder of its own for each run.

The owner writes them (Parquet, in a folder of this process below the workspace's, mode 0700), source by source as statements name them. What
commits changed says which are old (``warehouse.changes``): events are kept by days of the newest two months and by months before, so that only
pieces in which something happened are written again, and never more often than once in ``sql.fresh_s``. A run gets hard links in a folder that
goes with it, so that nothing it reads is taken away under it. Folders of processes that have died are removed by the next one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import itertools
import os
import secrets
import shutil
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from windsock.analyses.sql.catalogue import SOURCES
from windsock.analyses.sql.fields import Fields, fields_of
from windsock.analyses.sql.views import ALIASES, FIELDS, KEPT, Source
from windsock.conditions import ours, ours_any
from windsock.kernel.errors import Cancelled, Fault, TooLarge
from windsock.warehouse import Piece, printed

if TYPE_CHECKING:
    from sqlglot import exp

    from windsock.warehouse import Cancel, Changes, Snapshot
    from windsock.workspace import Workspace

FOLDER = "sql"
_LOCK = "lock"
_GROUP = 122_880
_EPOCH = dt.date(1970, 1, 1)
_WHOLE = ""
_DAYS = "SELECT DISTINCT e.dt AS day FROM event AS e ORDER BY e.dt"
Key = tuple[str, str]
"""A piece: its source and which part of it: a day, a month, or all of it."""


@dataclass
class _Written:
    """A piece on disk: its file, its size, when it was written, and whether something happened in it since."""

    file: Path
    size: int
    at: float
    old: bool = False


@dataclass(frozen=True)
class Lent:
    """What a run may read, and how old it is at most, in seconds."""

    pieces: tuple[Piece, ...]
    age_s: float
    fields: Fields


class Keeper:
    """What one process keeps of one workspace; safe to use from many threads."""

    def __init__(self, workspace: Workspace) -> None:
        """Make the folder; it goes with the workspace."""
        self._workspace = workspace
        self._lock = threading.Lock()
        self._version = -1
        self._written: dict[Key, _Written] = {}
        self._fields: Fields | None = None
        self._days: list[dt.date] | None = None
        self._folder, self._held = _folder(workspace.home / FOLDER)
        self._closed = False
        workspace.before_close(self.close)

    def close(self) -> None:
        """Remove what is kept; runs that still read have links of their own."""
        with self._lock:
            self._closed = True
            self._written.clear()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._held.close()

    @contextlib.contextmanager
    def lend(self, sources: Sequence[Source], cancel: Cancel | None = None) -> Generator[Lent]:
        """Give the files of sources, written again where they are too old, for the length of the block.

        Raises:
            TooLarge: the files would need more room on the disk than ``sql.disk_max_bytes``.
            Cancelled: the switch was used while they were written.
            Fault: the disk refused them.
        """
        run = self._folder / f"run-{secrets.token_hex(8)}"
        try:
            with self._lock:
                if self._closed:
                    raise Cancelled("The workspace is being closed.")
                try:
                    keys = self._fresh(sources, cancel)
                    lent = self._linked(run, sources, keys)
                except OSError as error:
                    raise Fault("The disk refused the tables of a statement.", where=str(error.strerror), fix="Make room on the disk.") from error
            yield lent
        finally:
            shutil.rmtree(run, ignore_errors=True)

    def _fresh(self, sources: Sequence[Source], cancel: Cancel | None) -> list[Key]:
        """Bring sources up to date as far as their age demands it; returns the pieces that they are made of."""
        changes = self._workspace.warehouse.changes(self._version)
        self._note(changes)
        fields = fields_of(self._workspace, self._fields, asked=any(source.by_day for source in sources))
        if fields != self._fields:
            self._fields = fields
            self._drop(key for key in tuple(self._written) if key[0] == "events")
        now = time.monotonic()
        keys = [key for source in sources for key in self._keys(source)]
        held = [self._written.get(key) for key in keys]
        due = self._workspace.settings.sql.fresh_s
        if all(one is not None and not (one.old and now - one.at >= due) for one in held):
            return keys
        wanted = [key for key, one in zip(keys, held, strict=True) if one is None or one.old]
        by_name = {source.name: source for source in sources}
        with self._workspace.warehouse.snapshot() as moment:
            for key in wanted:
                self._write(moment, by_name[key[0]], key, cancel)
        self._drop({key for key in self._written if key[0] in by_name} - set(keys))
        return keys

    def _note(self, changes: Changes) -> None:
        """Mark what commits have touched since the last look."""
        self._version = changes.version
        days = {_EPOCH + dt.timedelta(days=hour // 24) for hour in changes.hours}
        if changes.everything or "event" in changes.tables:
            self._days = None
        elif self._days is not None and not days <= set(self._days):
            # An hour may be marked although nothing is in it, and days are asked for anew then.
            self._days = None
        parts = {part for day in days for part in (f"{day:%Y-%m-%d}", f"{day:%Y-%m}")}
        for (name, part), written in self._written.items():
            touched = changes.everything or any(table in changes.tables for table in SOURCES[name].tables)
            touched |= (name == "events" and part in parts) or (name == ALIASES and bool(changes.ids))
            written.old |= touched

    def _keys(self, source: Source) -> list[Key]:
        if not source.by_day:
            return [(source.name, _WHOLE)]
        if self._days is None:
            self._days = self._workspace.warehouse.query(ours(_DAYS)).column("day").to_pylist()
        days = self._days
        newest = max(days, default=_EPOCH)
        recent = (newest.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
        parts = {f"{day:%Y-%m-%d}" if day >= recent else f"{day:%Y-%m}": None for day in days}
        return [(source.name, part) for part in parts or {"none": None}]

    def _write(self, moment: Snapshot, source: Source, key: Key, cancel: Cancel | None) -> None:
        file = self._folder / f"{source.name}-{key[1] or 'all'}-{secrets.token_hex(4)}.parquet"
        try:
            size = self._poured(moment, source, key, file, cancel)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        self._drop([key])
        self._written[key] = _Written(file, size, time.monotonic())

    def _poured(self, moment: Snapshot, source: Source, key: Key, file: Path, cancel: Cancel | None) -> int:
        room = self._workspace.settings.sql.disk_max_bytes - sum(one.size for kept, one in self._written.items() if kept != key)
        statement = printed(self._select(source, key[1]))
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            tables = _gathered(moment.stream(statement))
            first = next(tables, None)
            if first is None:  # the child must know the columns all the same
                first = moment.query(printed(self._select(source, key[1]).limit(0)))
            with pq.ParquetWriter(out, first.schema, compression="zstd", compression_level=1) as writer:
                for table in itertools.chain([first], tables):
                    if cancel is not None and cancel.cancelled:
                        raise Cancelled("The statement was stopped.")
                    writer.write_table(table, row_group_size=_GROUP)
                    if out.tell() > room:
                        raise TooLarge("The tables need more room than sql.disk_max_bytes.", where=source.name, fix="Ask an admin to raise it.")
        return file.stat().st_size

    def _select(self, source: Source, part: str) -> exp.Select:
        fields = self._fields
        assert fields is not None  # noqa: S101 - looked up before anything is written
        cells = ", ".join(f"{fields.column() if one.name == FIELDS else one.sql} AS {one.name}" for one in source.columns)
        rows = fields.rows(source.rows) if source.by_day else source.rows
        text = f"SELECT {cells} FROM {rows}"  # noqa: S608 - texts of the programme
        values = {"$zone": self._workspace.zone, "$salt": self._workspace.seal.hash("sql.order_code", "salt")}
        for name, value in values.items():
            text = text.replace(name, "'" + value.replace("'", "''") + "'")
        select = ours(text)
        if part and source.by_day:
            first, after = _span(part)
            select = select.where(ours_any(f"x.dt >= CAST('{first}' AS DATE) AND x.dt < CAST('{after}' AS DATE)"))
        return select

    def _linked(self, run: Path, sources: Sequence[Source], keys: Sequence[Key]) -> Lent:
        run.mkdir(mode=0o700)
        files: dict[str, list[Path]] = {source.name: [] for source in sources}
        age, now = 0.0, time.monotonic()
        for number, key in enumerate(keys):
            written = self._written[key]
            link = run / f"{number}.parquet"
            link.hardlink_to(written.file)
            files[key[0]].append(link)
            age = max(age, now - written.at if written.old else 0.0)
        assert self._fields is not None  # noqa: S101 - as above
        return Lent(tuple(Piece(KEPT + name, tuple(found)) for name, found in files.items()), age, self._fields)

    def _drop(self, keys: Iterable[Key]) -> None:
        for key in keys:
            gone = self._written.pop(key, None)
            if gone is not None:
                gone.file.unlink(missing_ok=True)


def _gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield pieces large enough to be a group of rows each."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= _GROUP:
            yield pa.Table.from_batches(waiting)
            waiting, rows = [], 0
    if rows:
        yield pa.Table.from_batches(waiting)


def _span(part: str) -> tuple[dt.date, dt.date]:
    """Return the first day of a part and the day after its last."""
    if part == "none":
        return _EPOCH, _EPOCH
    if len(part) > len("2026-01"):
        day = dt.date.fromisoformat(part)
        return day, day + dt.timedelta(days=1)
    first = dt.date.fromisoformat(f"{part}-01")
    return first, (first + dt.timedelta(days=32)).replace(day=1)


def _folder(base: Path) -> tuple[Path, IO[bytes]]:
    """Make this process's folder, held by a lock, and remove those whose process has died."""
    base.mkdir(mode=0o700, exist_ok=True)
    base.chmod(0o700)
    for other in base.iterdir():
        with contextlib.suppress(OSError), (other / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(other, ignore_errors=True)
    draft = base / f".{secrets.token_hex(8)}"
    draft.mkdir(mode=0o700)
    held = (draft / _LOCK).open("xb")
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    folder = base / f"{os.getpid()}-{secrets.token_hex(4)}"
    draft.rename(folder)
    return folder, held
