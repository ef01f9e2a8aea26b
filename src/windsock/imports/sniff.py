"""Find out how a file is written: format, encoding, delimiter, sheet, the line of the header; from its first bytes and lines."""

from __future__ import annotations

import codecs
import csv
import gzip
import itertools
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine as calamine

from windsock.imports.looks import Column, look
from windsock.kernel.errors import InvalidInput
from windsock.sources import ENCODINGS, LINE_COLUMN, RAW_COLUMN, Chunk, FileShape, open_file, options_of

_HEAD_BYTES = 400_000
_LOOK_ROWS = 1_000
_HEADER_MOST = 60
_DELIMITERS = ",;\t|"
_BYTES_MAX = 1 << 53
_CHINESE = ((0x4E00, 0x9FFF), (0x3000, 0x303F), (0xFF00, 0xFFEF), (0x2010, 0x201F))


@dataclass(frozen=True)
class Sniffed:
    """How a file is written and what its columns look like.

    Attributes:
        shape: how to read it.
        sheets: names of sheets, of a workbook.
        rows_about: how many rows it has, estimated from its first ones.
        columns: its columns.
        head: the first texts of the file, in which a preamble can be recognised.
    """

    shape: FileShape
    sheets: tuple[str, ...]
    rows_about: int
    columns: tuple[Column, ...]
    head: str


def sniff(path: Path, name: str, given: FileShape) -> Sniffed:
    """Find out how a file is written; what ``given`` says is believed.

    Raises:
        InvalidInput: it is no table that can be read.
    """
    form = given.format or _format(path, name)
    if form in ("csv", "jsonlines"):
        return _sniff_text(path, replace(given, format=form))
    sheets = _sheets(path) if form == "excel" else ()
    shape = replace(
        given, format=form, encoding=given.encoding or "utf-8", delimiter=given.delimiter or ",", sheet=given.sheet or "".join(sheets[:1])
    )
    if form == "excel" and not given.header and given.header_line < 1:
        shape = replace(shape, header_line=_excel_header(path, shape.sheet))
    shape = replace(shape, header_line=max(shape.header_line, 1))
    columns, rows, _ = read_columns(path, shape)
    return Sniffed(shape, sheets, _count(path, form, rows), columns, "")


def how_written(path: Path, name: str, sheet: str = "") -> FileShape:
    """Return the format and encoding of a file, without looking for its table.

    Raises:
        InvalidInput: it is a packed file that is broken.
    """
    form = _format(path, name)
    return FileShape(format=form, encoding=_encoding(_head(path)) if form in ("csv", "jsonlines") else "utf-8", sheet=sheet)


def read_columns(path: Path, shape: FileShape) -> tuple[tuple[Column, ...], int, pa.Table]:
    """Return (the columns as they look, how many rows were looked at, those rows)."""
    rows = pa.concat_tables([chunk.rows for chunk in first_rows(path, shape, _LOOK_ROWS)])
    columns = looks_of(rows)
    return columns, rows.num_rows, rows


def looks_of(rows: pa.Table, strip: str = "") -> tuple[Column, ...]:
    """Return what the columns of some rows look like."""
    names = [name for name in rows.column_names if name not in (LINE_COLUMN, RAW_COLUMN)]
    return tuple(look(name, rows.column(name).to_pylist(), strip) for name in names)


def first_rows(path: Path, shape: FileShape, most: int, *, columns: tuple[str, ...] = ()) -> list[Chunk]:
    """Return the first rows of a file, with what is broken among them."""
    options = replace(options_of(shape, None, _BYTES_MAX), columns=columns)
    _, chunks = open_file(path, options, way=shape.format)
    found: list[Chunk] = []
    count = 0
    for chunk in chunks:
        rows = chunk.rows.slice(0, most - count)
        found.append(Chunk(rows, chunk.rejections[: most - count]))
        count += rows.num_rows + len(chunk.rejections)
        if count >= most:
            break
    return found


# --- format ---


def _format(path: Path, name: str) -> str:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "excel"
    if head.startswith(b"PK\x03\x04") and _is_workbook(path):
        return "excel"
    lower = name.lower().removesuffix(".gz").removesuffix(".zip")
    if lower.endswith((".jsonl", ".ndjson")) or _head(path).lstrip()[:1] == b"{":
        return "jsonlines"
    return "csv"


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return False
    return "[Content_Types].xml" in names or "content.xml" in names


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        magic = file.read(4)
    try:
        if magic[:2] == b"\x1f\x8b":
            with gzip.open(path) as packed:
                return packed.read(_HEAD_BYTES)
        if magic == b"PK\x03\x04":
            with zipfile.ZipFile(path) as archive, archive.open(archive.infolist()[0]) as entry:
                return entry.read(_HEAD_BYTES)
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise InvalidInput("The packed file is broken, cut off or locked with a password.", where=path.name, fix="Unpack it yourself.") from error
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


# --- text ---


def _sniff_text(path: Path, given: FileShape) -> Sniffed:
    head = _head(path)
    encoding = given.encoding or _encoding(head)
    if encoding not in ENCODINGS:
        raise InvalidInput(f"The encoding '{encoding[:40]}' is not known.", where="encoding", fix=f"Use one of: {', '.join(ENCODINGS)}.")
    text = head.decode(encoding, errors="replace").lstrip("\ufeff")
    if not text.strip():
        raise InvalidInput("The file is empty.", where=path.name, fix="Export it again.")
    lines = text.split("\n")
    if len(head) == _HEAD_BYTES and len(lines) > 1:
        lines = lines[:-1]
    shape = replace(given, encoding=encoding)
    if given.format == "csv":
        delimiter = given.delimiter or _delimiter(lines)
        header = given.header_line or _header_line(lines, delimiter)
        shape = replace(shape, delimiter=delimiter, header_line=header)
    else:
        shape = replace(shape, delimiter=",", header_line=1)
    columns, _, _ = read_columns(path, shape)
    rows = max(len([line for line in lines if line.strip()]) - shape.header_line, 0)
    about = rows if len(head) < _HEAD_BYTES else int(rows * _unpacked_size(path) / len(head))
    return Sniffed(shape, (), about, columns, text[:20_000])


def _unpacked_size(path: Path) -> int:
    """Return about how many bytes a file unpacks to; a gzip file of tables to some six times its size."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"PK\x03\x04":
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()[0].file_size
    return path.stat().st_size * (6 if magic[:2] == b"\x1f\x8b" else 1)


def _encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    odd, even = head[1:2000:2].count(0), head[0:2000:2].count(0)
    if max(odd, even) > 300:
        return "utf-16-le" if odd > even else "utf-16-be"
    if _decodes(head, "utf-8"):
        return "utf-8"
    if _decodes(head, "gb18030") and _chinese(head.decode("gb18030", errors="ignore")):
        return "gb18030"
    return "cp1252" if _decodes(head, "cp1252") else "latin-1"


def _decodes(head: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(head, final=len(head) < _HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return True


def _chinese(text: str) -> bool:
    """Say whether what is not ASCII is Chinese in the main: Latin texts read as GB18030 give rare signs."""
    wide = [sign for sign in text if not sign.isascii()]
    # Ideographs, and the signs of Chinese texts: CJK punctuation, full-width forms, dashes and quotes.
    common = sum(1 for sign in wide if any(first <= ord(sign) <= last for first, last in _CHINESE))
    return bool(wide) and common >= 0.8 * len(wide)


def _delimiter(lines: list[str]) -> str:
    """Return the sign that cuts most lines into the same number of cells, the larger the better."""
    best, score = ",", 0.0
    for sign in _DELIMITERS:
        widths = [width for width in _widths(lines[:200], sign) if width > 1]
        if widths:
            width, count = Counter(widths).most_common(1)[0]
            value = count / max(len([line for line in lines[:200] if line.strip()]), 1) * min(width, 30) ** 0.5
            if value > score:
                best, score = sign, value
    return best


def _widths(lines: list[str], delimiter: str) -> list[int]:
    try:
        return [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error:
        return [line.count(delimiter) + 1 for line in lines if line.strip()]


def _header_line(lines: list[str], delimiter: str) -> int:
    """Return the line of the header: the first as wide as most rows whose cells are names."""
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines[:_HEADER_MOST], 1):
        parsed: list[list[str]] = list(csv.reader([line], delimiter=delimiter))
        cells = parsed[0] if parsed else []
        rows.append((number, [cell.strip() for cell in cells]))
    widths = Counter(width for width in _widths(lines[:500], delimiter) if width > 1)
    if not widths:
        return next((number for number, cells in rows if any(cells)), 1)
    width = widths.most_common(1)[0][0]
    return next((number for number, cells in rows if _is_header(cells, width)), next((number for number, cells in rows if len(cells) == width), 1))


def _is_header(cells: list[str], width: int) -> bool:
    full = [cell for cell in cells if cell]
    if len(cells) != width or len(full) < max(0.7 * width, 1) or len(set(full)) < len(full):
        return False
    numbers = sum(1 for cell in full if cell.replace(".", "").replace(",", "").replace("-", "").replace("/", "").isdigit())
    return numbers <= 0.2 * len(full)


# --- workbooks and others ---


def _sheets(path: Path) -> tuple[str, ...]:
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))  # pyright: ignore[reportUnknownMemberType] - its stub leaves PathLike open
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InvalidInput("The workbook cannot be read.", where=path.name, fix=f"Save it again ({str(error)[:200]}).") from error
    return tuple(book.sheet_names)


def _excel_header(path: Path, sheet: str) -> int:
    book = calamine.CalamineWorkbook.from_path(str(path))  # pyright: ignore[reportUnknownMemberType] - as above
    rows: list[list[Any]] = list(itertools.islice(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False), _HEADER_MOST))
    texts = [[str(cell).strip() if cell not in (None, "") else "" for cell in row] for row in rows]
    widths = Counter(sum(1 for cell in row if cell) for row in texts)
    widths.pop(0, None)
    width = max((count, size) for size, count in widths.items())[1] if widths else 1
    for number, row in enumerate(texts, 1):
        full = [cell for cell in row if cell]
        if len(full) >= 0.7 * width and _is_header(full, len(full)):
            return number
    return 1


def _count(path: Path, form: str, looked: int) -> int:
    if form == "parquet":
        with pq.ParquetFile(path) as file:
            return int(file.metadata.num_rows)
    return looked
