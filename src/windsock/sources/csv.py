"""CSV in, plain or gzip: read in blocks of lines, so that a file of any size streams; a broken row never takes its neighbours with it.

A block without a quote is parsed by Arrow at once; the others, and those in which Arrow finds anything odd, by Python's reader, row by row.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.csv as pacsv

from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.sources.model import CHUNK_ROWS, HEADER_MOST, LINE_COLUMN, LINE_MAX, Options, Rejection
from windsock.sources.reading import Chunk, Input, chunk_of, header

_RECORD_LINES_MAX = 1_000
_OPEN_QUOTE = "a quote is opened and never closed"


class Csv:
    """Comma (or otherwise) separated values with a header."""

    endings = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".csv.zip", ".tsv.zip", ".txt.zip")

    def read(self, given: Input) -> Iterator[Chunk]:
        """Yield chunks of rows; see ``reading.Way``."""
        body = _Body(_as_read(given.options), given.path.name)
        number = 1
        previous: tuple[int, bytes] | None = None
        for block in whole_lines(given):
            if previous is not None:
                yield from body.take(*previous, final=False)
            previous = (number, block)
            number += block.count(b"\n")
        if previous is not None:
            yield from body.take(*previous, final=True)
        if not body.names:
            raise InvalidInput("The file has no header.", where=given.path.name, fix="Its first line must name the columns.")


MEMBER = Csv()


@dataclass
class _Body:
    """What is known of the file while its blocks come in: the names of the columns, and the lines of a record that is not complete yet."""

    options: Options
    where: str
    names: list[str] = field(default_factory=list[str])
    ended: bool = False
    _waiting: list[str] = field(default_factory=list[str])

    def take(self, first: int, block: bytes, *, final: bool) -> Iterator[Chunk]:
        """Read a block of whole lines, the first of which is line ``first`` of the file; what comes below the table's end is passed over."""
        if self.ended:
            return
        if self.names and not self._waiting:
            rows = self._at_once(first, block)
            if rows is not None:
                for start in range(0, rows.num_rows, CHUNK_ROWS):
                    yield Chunk(rows.slice(start, CHUNK_ROWS))
                return
        lines, bad = decode(block, first, self.options.encoding)
        first, lines = first - len(self._waiting), self._waiting + lines
        self._waiting = []
        if not self.names:
            first, lines = self._header(first, lines)
            if not self.names:
                return
            yield chunk_of(self.names, [], [])
        lines, bad, final = self._cut(first, lines, bad, final=final)
        rejections = bad
        for start in range(0, len(lines), CHUNK_ROWS):
            piece = self._waiting + lines[start : start + CHUNK_ROWS]
            last = final and start + CHUNK_ROWS >= len(lines)
            found, starts, broken, waiting = _records(piece, self.options.delimiter, first + start - len(self._waiting), final=last)
            self._waiting = waiting
            yield self._chunk(found, starts, [*rejections, *broken])
            rejections = []

    def _at_once(self, first: int, block: bytes) -> pa.Table | None:
        """Return the rows of a block without anything special in it, or None."""
        if self.options.until or b'"' in block or b"\0" in block or block.count(b"\r") != block.count(b"\r\n"):
            return None
        try:
            text = block if self.options.encoding.startswith("utf-8") else block.decode(self.options.encoding).encode()
            rows = pacsv.read_csv(
                pa.BufferReader(text),
                pacsv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=self.names),
                pacsv.ParseOptions(delimiter=self.options.delimiter, quote_char=False, ignore_empty_lines=True),
                pacsv.ConvertOptions(column_types=dict.fromkeys(self.names, pa.string()), strings_can_be_null=False),
            )
        except (pa.ArrowInvalid, UnicodeDecodeError):
            return None
        lines = block.count(b"\n") + (not block.endswith(b"\n"))
        if rows.num_rows != lines:
            return None
        return rows.add_column(0, LINE_COLUMN, pa.array(range(first, first + lines), pa.int64()))

    def _header(self, first: int, lines: list[str]) -> tuple[int, list[str]]:
        skip = max(0, self.options.header_line - first)
        if self.options.header:
            skip = next((place for place, line in enumerate(lines[:HEADER_MOST]) if self.options.header in line), -1)
            if skip < 0:
                raise InvalidInput(f"No line holds '{self.options.header[:60]}'.", where=self.where, fix="Is it another file, or another encoding?")
        lines, first = lines[skip:], first + skip
        if not lines:
            return first, lines
        reader = csv.reader(lines, delimiter=self.options.delimiter, strict=True)
        try:
            cells: list[str] = next(reader)
        except (csv.Error, StopIteration) as error:
            raise InvalidInput("The header cannot be read.", where=f"{self.where}, line {first}", fix=f"Mend its quotes ({error}).") from error
        self.names = header(cells, f"{self.where}, line {first}")
        return first + reader.line_num, lines[reader.line_num :]

    def _cut(self, first: int, lines: list[str], bad: list[Rejection], *, final: bool) -> tuple[list[str], list[Rejection], bool]:
        """Leave out what stands below the table."""
        until = self.options.until
        end = next((place for place, line in enumerate(lines) if line.lstrip().startswith(until)), -1) if until else -1
        if end < 0:
            return lines, bad, final
        self.ended = True
        return lines[:end], [one for one in bad if one.line < first + end], True

    def _chunk(self, rows: list[list[str]], starts: range | list[int], rejections: list[Rejection]) -> Chunk:
        width = len(self.names)
        if set(map(len, rows)) <= {width}:
            return chunk_of(self.names, rows, starts, rejections)
        kept: list[list[str]] = []
        lines: list[int] = []
        for row, line in zip(rows, starts, strict=True):
            if len(row) == width:
                kept.append(row)
                lines.append(line)
            elif row:
                reason = f"the row has {counted(len(row), 'cell')}, the header {width}"
                rejections.append(Rejection(line, "", reason, "", self.options.delimiter.join(row[: width + 10])))
        return chunk_of(self.names, kept, lines, rejections)


def _as_read(options: Options) -> Options:
    """Return the options of a file as its lines come: two-byte texts are turned into UTF-8 on their way."""
    return replace(options, encoding="utf-8") if options.encoding.startswith("utf-16") else options


def _blocks(given: Input) -> Iterator[bytes]:
    if not given.options.encoding.startswith("utf-16"):
        yield from given.blocks()
        return
    decoder = codecs.getincrementaldecoder(given.options.encoding)()
    try:
        for block in given.blocks():
            yield decoder.decode(block).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise InvalidInput("The file is no UTF-16 text.", where=given.path.name, fix="Name its encoding, or save it as UTF-8.") from error


def whole_lines(given: Input) -> Iterator[bytes]:
    """Yield bytes that end with a line's end.

    Raises:
        TooLarge: a line is longer than its bound: it is no text, or a bomb.
    """
    carry: list[bytes] = []
    held = 0
    for block in _blocks(given):
        cut = block.rfind(b"\n") + 1
        if not cut:
            carry.append(block)
            held += len(block)
            if held > LINE_MAX:
                raise TooLarge(f"A line is longer than {LINE_MAX:,} bytes.", where=given.path.name, fix="Is this a text file with one row a line?")
            continue
        yield b"".join([*carry, block[:cut]])
        carry, held = [block[cut:]], len(block) - cut
    if held:
        yield b"".join(carry)


def decode(block: bytes, number: int, encoding: str) -> tuple[list[str], list[Rejection]]:
    """Return the lines of a block as text; a line that is no text of this encoding, or holds a zero byte, becomes empty and is rejected."""
    if number == 1 and block.startswith(b"\xef\xbb\xbf"):
        block = block[3:]
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    if b"\0" not in block:
        try:
            return _split(block.decode(codec)), []
        except UnicodeDecodeError:
            pass
    lines: list[str] = []
    bad: list[Rejection] = []
    for line in block.split(b"\n"):
        try:
            text = line.decode(codec)
            reason = "the row holds a zero byte" if "\0" in text else ""
        except UnicodeDecodeError as error:
            text, reason = "", f"byte {error.start + 1} of the line is no {encoding} text"
        if reason:
            bad.append(Rejection(number + len(lines), "", reason, "", line[:500].decode(codec, errors="replace").replace("\0", "\ufffd")))
            text = ""
        lines.append(text + "\n")
    if block.endswith(b"\n"):
        lines.pop()
    return lines, bad


def _split(text: str) -> list[str]:
    """Split at line feeds only and keep them: other line breaks of Unicode are parts of cells."""
    lines = [line + "\n" for line in text.split("\n")]
    if lines[-1] == "\n":
        lines.pop()
    return lines


def _records(lines: list[str], delimiter: str, first: int, *, final: bool) -> tuple[list[list[str]], range | list[int], list[Rejection], list[str]]:
    """Return (rows, their first lines, broken rows, lines of a last record that the block cuts off)."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        rows = list(reader)
    except csv.Error:
        return _careful(lines, delimiter, first, final=final)
    if len(rows) == len(lines):
        return rows, range(first, first + len(lines)), [], []
    starts: list[int] = []
    line = first
    for row in rows:
        starts.append(line)
        line += 1 + sum(cell.count("\n") for cell in row)
    return rows, starts, [], []


def _careful(lines: list[str], delimiter: str, first: int, *, final: bool) -> tuple[list[list[str]], list[int], list[Rejection], list[str]]:
    """Read record by record: a broken one is kept apart and reading goes on with the line after its first."""
    rows: list[list[str]] = []
    starts: list[int] = []
    bad: list[Rejection] = []
    at = 0
    while at < len(lines):
        reader = csv.reader(_from(lines, at), delimiter=delimiter, strict=True)
        begun = 0
        try:
            for row in reader:
                rows.append(row)
                starts.append(first + at + begun)
                begun = reader.line_num
            break
        except csv.Error as error:
            cut_off = str(error) == "unexpected end of data"
            at += begun
            if cut_off and not final and len(lines) - at < _RECORD_LINES_MAX:
                return rows, starts, bad, lines[at:]
            unclosed = cut_off or "field larger" in str(error)
            bad.append(Rejection(first + at, "", _OPEN_QUOTE if unclosed else f"its quotes are wrong: {error}", "", lines[at].rstrip("\r\n")))
            at += 1
    return rows, starts, bad, []


def _from(lines: list[str], at: int) -> Iterable[str]:
    return (lines[index] for index in range(at, len(lines)))
