"""Bookings from a file, each as it was known when it was booked; a mapping says which column is what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from windsock.audiences.models.backtest import Rows
from windsock.audiences.models.features.catalogue import DAY_MS, check_column
from windsock.audiences.models.measure import Floats, Ints
from windsock.audiences.models.model import ORIGINS
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.written import read_yaml
from windsock.sources import LINE_COLUMN, RAW_COLUMN, Options, open_file

ROWS_MOST, FILE_MOST, COLUMNS_MOST = 5_000_000, 100_000, 60
_KEYS = {"arrival", "lead", "cancelled", "channel", "figures", "levels"}
_MONTHS = {name: number for number, name in enumerate(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"), 1)}  # fmt: skip


def read_mapping(path: Path) -> dict[str, Any]:
    """Return which column is what.

    Raises:
        InvalidInput: it can't be read, lacks something, or names a column that is decided after the booking.
    """
    try:
        if path.stat().st_size > FILE_MOST:
            raise InvalidInput("The mapping is too large.", where="--mapping", fix=f"At most {FILE_MOST:,} bytes.")
        found = cast("dict[str, Any]", read_yaml(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput(f"'{path}' can't be read: {str(error)[:200]}", where="--mapping", fix="Write YAML.") from None
    if not isinstance(cast("object", found), dict) or set(found) != _KEYS:
        raise InvalidInput("The mapping lacks something, or has too much.", where="--mapping", fix=f"Write {', '.join(sorted(_KEYS))}.")
    arrival = found["arrival"]
    if not isinstance(arrival, list) or len(cast("list[Any]", arrival)) not in (1, 3):
        raise InvalidInput("An arrival is one column, or year, month and day.", where="arrival", fix="Write for example [arrival_date].")
    for group in ("figures", "levels"):
        if not isinstance(found[group], list) or len(found[group]) > COLUMNS_MOST:
            raise InvalidInput(f"'{group}' is a list of columns.", where=group, fix=f"At most {COLUMNS_MOST}.")
        for name in found[group]:
            check_column(str(name), group)
    return found


def bookings_of(path: Path, mapping: Mapping[str, Any]) -> Rows:
    """Return the bookings of a file, from when on each was decided on, and from when on it was known what came: the day of arrival.

    Raises:
        InvalidInput: a column is missing, or a cell is no date, number or yes and no.
        TooLarge: it has too many rows.
    """
    figures, levels = [str(one) for one in mapping["figures"]], [str(one) for one in mapping["levels"]]
    wanted = [*mapping["arrival"], mapping["lead"], mapping["cancelled"], mapping["channel"], *figures, *levels]
    rows = _read(path, list(dict.fromkeys(str(one) for one in wanted)))
    arrival = _arrivals(rows, [str(one) for one in mapping["arrival"]])
    lead = _number(rows, str(mapping["lead"]))
    if np.isnan(lead).any() or (lead < 0).any():
        raise InvalidInput("A lead time is missing or below 0.", where=str(mapping["lead"]), fix="Give days from booking to arrival.")
    cancelled = _number(rows, str(mapping["cancelled"]))
    if not np.isin(cancelled, (0.0, 1.0)).all():
        raise InvalidInput("What came is 0 or 1.", where=str(mapping["cancelled"]), fix="Write 1 for cancelled, 0 for not.")
    own: list[tuple[str, bool, Floats]] = [
        ("channel", True, _level(rows, str(mapping["channel"]))),
        ("lead", False, lead),
        ("arrival_month", True, np.asarray(arrival.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12, np.float64)),
        ("arrival_weekday", True, np.asarray((arrival + 3) % 7, np.float64)),
        *((name, False, _number(rows, name)) for name in figures),
        *((name, True, _level(rows, name)) for name in levels),
    ]
    booked = (arrival - lead.astype(np.int64)) * DAY_MS
    return Rows(
        tuple(name for name, _, _ in own), tuple(level for _, level, _ in own), np.arange(len(lead)), booked, arrival * DAY_MS, cancelled > 0,
        np.column_stack([column for _, _, column in own]),
        ("Split by the day of booking; learned from are bookings whose arrival had come.",),
    )  # fmt: skip


def origins_in(rows: Rows, most: int = ORIGINS) -> list[int]:
    """Return origins at even steps of time between the middle and the last tenth of bookings."""
    low, high = (int(np.quantile(rows.when_ms, share)) for share in (0.5, 0.9))
    return sorted({low + (high - low) * number // max(1, most - 1) // DAY_MS * DAY_MS for number in range(most)})


def _read(path: Path, wanted: Sequence[str]) -> pa.Table:
    _, chunks = open_file(path, Options(bytes_max=2_000_000_000))
    parts: list[pa.Table] = []
    count = 0
    for chunk in chunks:
        names = [name for name in chunk.rows.column_names if name not in (LINE_COLUMN, RAW_COLUMN)]
        missing = next((name for name in wanted if name not in names), None)
        if missing is not None:
            raise InvalidInput(f"There is no column '{missing[:60]}'.", where=path.name, fix=f"It has: {', '.join(names)[:300]}.")
        parts.append(chunk.rows.select(wanted))
        count += chunk.rows.num_rows
        if count > ROWS_MOST:
            raise TooLarge(f"The file has more than {ROWS_MOST:,} rows.", where=path.name, fix="Take fewer months.")
    if not count:
        raise InvalidInput("The file has no rows.", where=path.name, fix="Give one row for each booking.")
    return pa.concat_tables(parts, promote_options="permissive")


def _text(rows: pa.Table, name: str) -> Any:  # noqa: ANN401 - pyarrow ships no types
    return pc.utf8_trim_whitespace(rows.column(name).cast(pa.string()))


def _number(rows: pa.Table, name: str) -> Floats:
    text = _text(rows, name)
    empty = pc.is_in(text, value_set=pa.array(["", "NULL", "NA", "null"]))
    try:
        return np.asarray(pc.if_else(empty, None, text).cast(pa.float64()).to_numpy(), np.float64)
    except pa.ArrowInvalid as error:
        raise InvalidInput(f"A cell is no number: {str(error)[:100]}", where=name, fix="Name the column among the levels.") from None


def _level(rows: pa.Table, name: str) -> Floats:
    """Return levels as numbers, by their order as texts, so that the same file gives the same numbers."""
    text = pc.fill_null(_text(rows, name), "")
    levels = pc.unique(text).sort()
    return np.asarray(pc.index_in(text, value_set=levels).to_numpy(), np.float64)


def _arrivals(rows: pa.Table, names: Sequence[str]) -> Ints:
    try:
        if len(names) == 1:
            return np.asarray(np.asarray(_text(rows, names[0]).to_pylist(), "datetime64[D]").astype(np.int64))
        year, day = _number(rows, names[0]), _number(rows, names[2])
        spelled = pc.utf8_lower(_text(rows, names[1])).combine_chunks().dictionary_encode()
        months = np.asarray([_MONTHS.get(one, 0) or int(one) for one in spelled.dictionary.to_pylist()])[spelled.indices.to_numpy()]
        first = ((year.astype(np.int64) - 1970) * 12 + months - 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        return first + day.astype(np.int64) - 1
    except (ValueError, TypeError, IndexError) as error:
        raise InvalidInput(f"An arrival is no date: {str(error)[:100]}", where=names[0], fix="Write 2026-10-31.") from None
