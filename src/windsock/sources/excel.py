"""Excel in (xlsx, xls, ods): one sheet with a header; a workbook is held in memory, so that its unpacked size is bounded first."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

import python_calamine as calamine

from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.sources.model import CHUNK_ROWS, HEADER_MOST, Rejection
from windsock.sources.reading import Chunk, Input, chunk_of, header

_PACKED_MAX = 200_000_000
_UNPACKED_MAX = 1_000_000_000


class Excel:
    """A sheet of a workbook."""

    endings = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

    def read(self, given: Input) -> Iterator[Chunk]:
        """Yield chunks of rows; see ``reading.Way``."""
        _check_size(given)
        given.hash_whole()
        rows, first = _rows(given)
        cells: list[Any] = next(rows, list[Any]())
        names = header([_text(cell) for cell in cells], f"{given.path.name}, line {first}")
        yield chunk_of(names, [], [])
        line = first + 1
        while block := list(islice(rows, CHUNK_ROWS)):
            yield _chunk(names, block, line)
            line += len(block)


MEMBER = Excel()


def _check_size(given: Input) -> None:
    packed = given.size
    unpacked = 0
    if zipfile.is_zipfile(given.path):
        with zipfile.ZipFile(given.path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    if packed > _PACKED_MAX or unpacked > min(_UNPACKED_MAX, given.options.bytes_max):
        raise TooLarge("The workbook is too large to hold in memory.", where=given.path.name, fix="Save the sheet as CSV and import that.")


def _rows(given: Input) -> tuple[Iterator[list[Any]], int]:
    try:
        book = calamine.CalamineWorkbook.from_path(str(given.path))  # pyright: ignore[reportUnknownMemberType] - its stub leaves PathLike open
        names = book.sheet_names
        wanted = given.options.sheet or (names[0] if names else "")
        if wanted not in names:
            raise InvalidInput(f"There is no sheet '{wanted[:80]}'.", where=given.path.name, fix=f"Use one of: {', '.join(names[:20])}.")
        sheet = book.get_sheet_by_name(wanted)
        rows = sheet.to_python(skip_empty_area=False)
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InvalidInput("The workbook cannot be read.", where=given.path.name, fix=f"Save it again ({str(error)[:200]}).") from error
    first, last = given.options.header_line, len(rows)
    if given.options.header:
        first = next((number for number, row in enumerate(rows[:HEADER_MOST], 1) if any(given.options.header in _text(cell) for cell in row)), 0)
        if not first:
            raise InvalidInput(f"No line holds '{given.options.header[:60]}'.", where=given.path.name, fix="Is it another file or sheet?")
    if given.options.until:
        ends = (number for number, row in enumerate(rows[first:], first) if row and _text(row[0]).strip().startswith(given.options.until))
        last = next(ends, last)
    return iter(rows[first - 1 : last]), first


def _chunk(names: list[str], block: list[list[Any]], line: int) -> Chunk:
    kept: list[list[str]] = []
    lines: list[int] = []
    bad: list[Rejection] = []
    for number, cells in enumerate(block, line):
        texts = [_text(cell) for cell in cells]
        if not any(texts):
            continue
        if any(texts[len(names) :]):
            bad.append(Rejection(number, "", f"the row has {counted(len(texts), 'cell')}, the header {len(names)}", "", ",".join(texts)))
            continue
        kept.append((texts + [""] * len(names))[: len(names)])
        lines.append(number)
    return chunk_of(names, kept, lines, bad)


def _text(cell: Any) -> str:  # noqa: ANN401 - whatever a cell holds
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return str(cell) if cell is not None else ""
