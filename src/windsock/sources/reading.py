"""What all ways in share: the file under its bounds, the chunk they yield, and the choice by format."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from windsock.kernel.errors import InvalidInput, NotFound, TooLarge
from windsock.sources.model import COLUMNS_MAX, LINE_COLUMN, Options, Rejection

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Progress = Callable[[int, int], None]
_UNPACK_FREE = 100_000_000
_UNPACK_RATIO = 200


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file: Arrow strings under the file's column names and the line of each in ``__line``, and the rows that are broken."""

    rows: pa.Table
    rejections: tuple[Rejection, ...] = ()


@dataclass
class Input:
    """A file that is read once: its bytes are counted and hashed on their way.

    Attributes:
        path: the file.
        options: how to read it.
        progress: called with (bytes read, bytes of the file).
        sha256: hash of the file's bytes; right when it was read to its end.
    """

    path: Path
    options: Options
    progress: Progress | None = None
    size: int = 0
    read: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        """Refuse what is no file, or too large, before a byte is read."""
        self.size = check_file(self.path, self.options.bytes_max)

    @property
    def sha256(self) -> str:
        """The hash of the bytes that were read so far, in hex."""
        return self._hash.hexdigest()

    def seen(self, block: bytes | memoryview) -> None:
        """Count and hash bytes."""
        self._hash.update(block)
        self.read += len(block)
        if self.progress is not None:
            self.progress(self.read, self.size)

    def hash_whole(self) -> None:
        """Hash the file in one go, for formats that are not read from front to end."""
        with self.path.open("rb") as file:
            while block := file.read(1 << 20):
                self.seen(block)

    def finish(self) -> None:
        """Hash what was not read, so that the hash is the whole file's."""
        with self.path.open("rb") as file:
            file.seek(self.read)
            while block := file.read(1 << 20):
                self.seen(block)

    def blocks(self, size: int = 4_000_000) -> Iterator[bytes]:
        """Yield the file's bytes in order, unpacked when it is a gzip file.

        Raises:
            TooLarge: it unpacks to more than its bound.
            InvalidInput: it is a broken gzip file.
        """
        with self.path.open("rb", buffering=0) as file:
            magic = file.read(4)
            if magic == b"PK\x03\x04":
                yield from self._of_zip(size)
                return
            packed = magic[:2] == b"\x1f\x8b"
            file.seek(0)
            raw = io.BufferedReader(_Watched(file, self), buffer_size=1 << 20)
            if not packed:
                while block := raw.read(size):
                    yield block
                return
            yield from self._unpacked(raw, size)

    def _bounded(self, stream: IO[bytes] | gzip.GzipFile, size: int) -> Iterator[bytes]:
        """Yield unpacked bytes up to the bound; what swells beyond measure is a bomb."""
        unpacked = 0
        while block := stream.read(size):
            unpacked += len(block)
            if unpacked > self.options.bytes_max or (unpacked > _UNPACK_FREE and unpacked > _UNPACK_RATIO * max(self.read, self.size)):
                raise TooLarge(
                    f"The file unpacks to more than {min(unpacked, self.options.bytes_max):,} bytes.",
                    where=self.path.name,
                    fix="Unpack it yourself and look at it; raise orders.file_max_bytes when it is right.",
                )
            yield block

    def _of_zip(self, size: int) -> Iterator[bytes]:
        """Yield the bytes of the one file in a zip archive."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                entries = [entry for entry in archive.infolist() if not entry.is_dir()]
                if len(entries) != 1:
                    raise InvalidInput(f"The archive holds {len(entries)} files.", where=self.path.name, fix="Unpack it and import them one by one.")
                if entries[0].file_size > self.options.bytes_max:
                    raise TooLarge(
                        f"The file unpacks to {entries[0].file_size:,} bytes.", where=self.path.name, fix="Unpack it yourself and look at it."
                    )
                with archive.open(entries[0]) as stream:
                    yield from self._bounded(stream, size)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
            raise InvalidInput("The archive is broken or locked with a password.", where=self.path.name, fix="Unpack it yourself.") from error
        self.finish()

    def _unpacked(self, raw: io.BufferedReader[_Watched], size: int) -> Iterator[bytes]:
        try:
            with gzip.GzipFile(fileobj=raw) as stream:
                yield from self._bounded(stream, size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise InvalidInput("The gzip file is broken or cut off.", where=self.path.name, fix="Copy it again.") from error


class _Watched(io.RawIOBase):
    """A raw file whose bytes are shown to an ``Input`` as they are read."""

    def __init__(self, file: io.FileIO, watcher: Input) -> None:
        super().__init__()
        self._file, self._watcher = file, watcher

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        count = self._file.readinto(buffer) or 0
        self._watcher.seen(memoryview(buffer)[:count])
        return count


class Way(Protocol):
    """One way in: a member of the family ``sources``."""

    endings: tuple[str, ...]

    def read(self, given: Input) -> Iterator[Chunk]:
        """Yield the file's rows; the first chunk is empty and tells the columns."""
        ...


def check_file(path: Path, bytes_max: int) -> int:
    """Return the size of a file that may be read.

    Raises:
        NotFound: there is no such file.
        InvalidInput: it is a folder, something special, or empty.
        TooLarge: over the bound.
    """
    if not path.exists():
        raise NotFound(f"There is no file '{path.name}'.", where=str(path), fix="Check the path.")
    if not path.is_file():
        raise InvalidInput(f"'{path.name}' is no file.", where=str(path), fix="Name one file; import the files of a folder one by one.")
    size = path.stat().st_size
    if size == 0:
        raise InvalidInput("The file is empty.", where=str(path), fix="Export it again.")
    if size > bytes_max:
        raise TooLarge(f"The file has {size:,} bytes; the bound is {bytes_max:,}.", where=str(path), fix="Split it, or raise orders.file_max_bytes.")
    return size


def header(cells: Sequence[str], where: str) -> list[str]:
    """Return the names of columns as a header tells them: trimmed, none empty, none twice.

    Raises:
        InvalidInput: no names, too many, or a name twice.
    """
    names = [cell.strip().lstrip("\ufeff").strip() or f"column_{number}" for number, cell in enumerate(cells, 1)]
    if not any(cell.strip() for cell in cells):
        raise InvalidInput("The file has no header.", where=where, fix="Its first line must name the columns.")
    if len(names) > COLUMNS_MAX:
        raise InvalidInput(f"The file has {len(names):,} columns.", where=where, fix=f"Use at most {COLUMNS_MAX:,}; check the delimiter.")
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise InvalidInput(f"The column '{twice[0][:80]}' appears twice.", where=where, fix="Rename one of them in the file.")
    if LINE_COLUMN in names:
        raise InvalidInput(f"A column is called '{LINE_COLUMN}', which Windsock uses itself.", where=where, fix="Rename it in the file.")
    return names


def chunk_of(names: Sequence[str], rows: Sequence[Sequence[str | None]], lines: Sequence[int] | range, rejections: Sequence[Rejection] = ()) -> Chunk:
    """Return rows of cells, all of the header's width, as a chunk."""
    columns: Sequence[Sequence[str | None]] = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    arrays = [pa.array(lines, pa.int64()), *(pa.array(column, pa.string()) for column in columns)]
    return Chunk(pa.Table.from_arrays(arrays, names=[LINE_COLUMN, *names]), tuple(rejections))
