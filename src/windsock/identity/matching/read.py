"""Read records from a file, and write pairs to one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from windsock.governance import safe_cell
from windsock.identity.matching.model import Pair
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.sources import LINE_COLUMN, RAW_COLUMN, Options, open_file

RECORDS_MOST = 5_000_000
BYTES_MOST = 2_000_000_000
COLUMNS = ("id_a", "id_b", "probability", "through")


def read_records(path: Path, options: Options | None = None) -> pa.Table:
    """Return a file's rows as text, all columns; names lose the blanks around them.

    Raises:
        NotFound: there is no such file.
        InvalidInput: no format is told by its ending, or a row can't be read: a match of part of a file would be silently wrong.
        TooLarge: more than 5 million rows.
    """
    _, chunks = open_file(path, options or Options(bytes_max=BYTES_MOST))
    parts: list[pa.Table] = []
    rows = 0
    for chunk in chunks:
        if chunk.rejections:
            first = chunk.rejections[0]
            raise InvalidInput(f"Line {first.line} can't be read: {first.reason}", where=path.name, fix="Mend the line, or take it out.")
        part = chunk.rows.drop_columns([name for name in (LINE_COLUMN, RAW_COLUMN) if name in chunk.rows.column_names])
        rows += part.num_rows
        if rows > RECORDS_MOST:
            raise TooLarge(f"The file has more than {RECORDS_MOST:,} rows.", where=path.name, fix="Match a part of it.")
        parts.append(part)
    whole = pa.concat_tables(parts, promote_options="permissive")
    names = [name.strip() for name in whole.column_names]
    if len(set(names)) != len(names):
        raise InvalidInput("Two columns have the same name.", where=path.name, fix="Rename one.")
    return whole.rename_columns(names)


def as_csv(pairs: Iterable[Pair]) -> Iterator[str]:
    """Yield lines of CSV, the header first; cells that a spreadsheet would run are made harmless."""
    yield _line(COLUMNS)
    for pair in pairs:
        yield _line((safe_cell(pair.a), safe_cell(pair.b), f"{pair.probability:.6f}", safe_cell(pair.by)))


def as_json(pairs: Iterable[Pair]) -> Iterator[str]:
    """Yield one JSON object a line, with what each field said."""
    for pair in pairs:
        reasons = [{"field": reason.field, "level": reason.level, "weight": reason.weight} for reason in pair.reasons]
        row = {"id_a": pair.a, "id_b": pair.b, "probability": round(pair.probability, 6), "through": pair.by, "reasons": reasons}
        yield json.dumps(row, ensure_ascii=False)


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
