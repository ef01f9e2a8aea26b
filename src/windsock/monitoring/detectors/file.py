"""A series from a file: its times, its values, and the even grid they lie on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.monitoring.detectors.model import Floats, Unit
from windsock.sources import LINE_COLUMN, RAW_COLUMN, Options, open_file

BYTES_MAX, ROWS_MAX = 500_000_000, 2_000_000
SPARSE = 4
"""Where the grid would have so many times the points of the file, each row is a point of its own."""
_SECONDS_MOST, _MILLIS_LEAST = 1e11, 1e11


@dataclass(frozen=True, eq=False)
class Series:
    """A series as it was read.

    Attributes:
        times: as they were written, in the order of the file.
        values: (rows,) NaN where nothing was written.
        volumes: (rows,) what a ratio is divided by, or None.
        places: (rows,) which point of the grid a row is.
        points: how many points the grid has.
        step_s: seconds from one point to the next.
    """

    times: list[str]
    values: Floats
    volumes: Floats | None
    places: np.ndarray
    points: int
    step_s: float

    def spread(self, column: Floats) -> Floats:
        """Return a column on the grid: of rows of one time the last, NaN where there is none."""
        cells = np.full(self.points, np.nan)
        cells[self.places] = column
        return cells


def read_series(path: Path, time: str, value: str, volume: str | None = None) -> Series:
    """Return the series of a file.

    Args:
        path: CSV, plain or compressed, or another format that files are read in.
        time: the column of times: ISO 8601, or seconds or milliseconds since 1970. In any order; without an offset all are of one zone.
        value: the column of values; what is blank is missing.
        volume: the column of what a ratio is divided by.

    Raises:
        NotFound: there is no such file.
        InvalidInput: a column is missing, or a cell can't be read; says which.
        TooLarge: more than 2,000,000 rows.
    """
    table = _table(path)
    for name in (time, value, *([volume] if volume else [])):
        if name not in table.column_names:
            raise InvalidInput(f"There is no column '{name[:60]}'.", where=path.name, fix=f"It has: {', '.join(table.column_names)[:300]}.")
    texts = [str(one or "").strip() for one in table.column(time).to_pylist()]
    if len(texts) < 2:
        raise InvalidInput("A series needs two rows at least.", where=path.name, fix="Name a file with a row for each time.")
    seconds = np.array([_seconds(text, row, path.name, time) for row, text in enumerate(texts, start=1)])
    columns = [_numbers(table, name, path.name) for name in (value, *([volume] if volume else []))]
    order = np.argsort(seconds, kind="stable")
    gaps = np.diff(seconds[order])
    gaps = gaps[gaps > 0]
    if not len(gaps):
        raise InvalidInput("All rows have one time.", where=f"{path.name}, column {time}", fix="Name the column of times with --time.")
    step = float(np.median(gaps))
    places = np.rint((seconds - seconds.min()) / step).astype(np.int64)
    if int(places.max()) + 1 > SPARSE * len(texts):
        places = np.empty(len(texts), np.int64)
        places[order] = np.arange(len(texts))
    return Series(texts, columns[0], columns[1] if volume else None, places, int(places.max()) + 1, step)


def unit_of(values: Floats, *, has_volume: bool) -> Unit:
    """Return which noise to expect: that of ratios with a volume, of counts where all is whole and not below 0, of amounts otherwise."""
    if has_volume:
        return "ratio"
    known = values[~np.isnan(values)]
    return "count" if bool(np.all(known == np.rint(known))) and bool(np.all(known >= 0)) else "amount"


def _table(path: Path) -> pa.Table:
    _, chunks = open_file(path, Options(bytes_max=BYTES_MAX))
    parts: list[pa.Table] = []
    count = 0
    for chunk in chunks:
        if chunk.rejections:
            first = chunk.rejections[0]
            raise InvalidInput(f"Line {first.line} can't be read: {first.reason}", where=path.name, fix="Mend the line, or take it out.")
        parts.append(chunk.rows)
        count += chunk.rows.num_rows
        if count > ROWS_MAX:
            raise TooLarge(f"More than {ROWS_MAX:,} rows.", where=path.name, fix="Take longer steps, or a shorter time.")
    if not parts:
        raise InvalidInput("There is no row.", where=path.name, fix="Name a file with a row for each time.")
    whole = pa.concat_tables(parts, promote_options="permissive")
    return whole.drop_columns([name for name in (RAW_COLUMN, LINE_COLUMN) if name in whole.column_names])


def _seconds(text: str, row: int, name: str, column: str) -> float:
    try:
        if text.replace(".", "", 1).isdigit() and len(text) > 8:
            number = float(text)
            return number / 1000 if number >= _MILLIS_LEAST else number
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        fix = "Write 2026-11-23 08:15:00, with an offset or Z where there is one, or seconds since 1970."
        raise InvalidInput(f"'{column}' of row {row} is '{text[:40]}', which is no time.", where=name, fix=fix) from error


def _numbers(table: pa.Table, column: str, name: str) -> Floats:
    found = np.full(table.num_rows, np.nan)
    for row, given in enumerate(table.column(column).to_pylist()):
        text = str("" if given is None else given).strip()
        if text.lower() in ("", "nan", "null"):
            continue
        try:
            number = float(text)
        except ValueError:
            number = float("inf")
        if not np.isfinite(number) or "_" in text:
            fix = "Write it plainly, like 1234.5; leave it blank where nothing was measured."
            raise InvalidInput(f"'{column}' of row {row + 1} is '{text[:40]}', which is no number.", where=name, fix=fix)
        found[row] = number
    return found
