"""Purchases from a file, as histories of buyers: one of a day and buyer together; what comes after the calibration is kept apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from windsock.audiences.models.lifetime.buying import Floats, Histories, Ints
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.sources import LINE_COLUMN, RAW_COLUMN, Options, open_file

BYTES_MAX = 2_000_000_000
ROWS_MOST = 50_000_000
DAYS: dict[str, float] = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Columns:
    """What the columns of a file are called; ``amount`` is None where purchases have no worth."""

    customer: str
    date: str
    amount: str | None = None


@dataclass(frozen=True)
class Purchases:
    """Purchases by buyer and day, in that order, each (purchases,).

    Attributes:
        buyers: their names, by number.
        buyer: who bought, by number.
        day: days since 1970.
        amount: what it was worth; None where that is not known.
        left_out: rows that were not counted: refunds, which are worth less than nothing. What is worth nothing is a purchase all the same.
    """

    buyers: pa.Array
    buyer: Ints
    day: Ints
    amount: Floats | None
    left_out: int


@dataclass(frozen=True)
class Known:
    """Buyers with what is known of them up to a day, and what came after it.

    Attributes:
        buyers: their names, (buyers,).
        seen: their histories, in units of time.
        spent: mean worth of a repeat, 0 where there is none; None where nothing is known of worth, (buyers,).
        later: purchases after the day, (buyers,).
        held: how much time is known after it; 0 for none.
    """

    buyers: pa.Array
    seen: Histories
    spent: Floats | None
    later: Ints
    held: float


def read_purchases(path: Path, columns: Columns) -> Purchases:
    """Return the purchases of a file.

    Raises:
        NotFound: there is no such file.
        InvalidInput: a column is missing, a buyer empty, a date no date, an amount no number.
        TooLarge: it has more than 50 million rows.
    """
    rows = _rows(path, columns)
    names = pc.utf8_trim_whitespace(rows.column(columns.customer).cast(pa.string())).combine_chunks().dictionary_encode()
    if names.null_count or "" in names.dictionary.to_pylist()[:1] or pc.any(pc.equal(names.dictionary, "")).as_py():
        raise InvalidInput(
            "A row has no customer.", where=f"{path.name}, column {columns.customer}", fix="Give each row its customer, or leave it out."
        )
    buyer = np.asarray(names.indices.to_numpy(zero_copy_only=False), np.int64)
    day = _days(rows.column(columns.date), f"{path.name}, column {columns.date}")
    amount = None if columns.amount is None else _amounts(rows.column(columns.amount), f"{path.name}, column {columns.amount}")
    kept = np.ones(len(buyer), np.bool_) if amount is None else amount >= 0
    return _by_day(names.dictionary, buyer[kept], day[kept], None if amount is None else amount[kept], int((~kept).sum()))


def _by_day(names: pa.Array, buyer: Ints, day: Ints, amount: Floats | None, left_out: int) -> Purchases:
    """Return purchases of one buyer on one day as one: what they were worth is added."""
    order = np.lexsort((day, buyer))
    buyer, day = buyer[order], day[order]
    first = np.ones(len(buyer), np.bool_)
    first[1:] = (buyer[1:] != buyer[:-1]) | (day[1:] != day[:-1])
    summed = None if amount is None else np.bincount(np.cumsum(first) - 1, amount[order], int(first.sum())).astype(np.float64)
    return Purchases(names, buyer[first], day[first], summed, left_out)


def known_until(bought: Purchases, end: dt.date, unit: str) -> Known:
    """Return the buyers whose first purchase is not after a day, with what was known of them then.

    Raises:
        InvalidInput: nobody had bought by then.
    """
    last = (end - _EPOCH).days
    inside = bought.day <= last
    if not inside.any():
        begun = "nothing" if not len(bought.day) else f"first on {_EPOCH + dt.timedelta(days=int(bought.day.min()))}"
        raise InvalidInput(f"Nobody had bought by {end} ({begun}).", where="--calibration-end", fix="Name a later day.")
    number, size = len(bought.buyers), DAYS[unit]
    buyer, day = bought.buyer[inside], bought.day[inside]
    count = np.bincount(buyer, minlength=number)
    ends = np.cumsum(count)
    there = count > 0
    begins, closes = day[(ends - count)[there]], day[(ends - 1)[there]]
    seen = Histories(count[there] - 1, (closes - begins) / size, (last - begins) / size)
    spent = None
    if bought.amount is not None:
        amount = bought.amount[inside]
        repeats = np.bincount(buyer, amount, number)[there] - amount[(ends - count)[there]]
        spent = np.divide(repeats, seen.repeats, out=np.zeros(len(repeats)), where=seen.repeats > 0)
    later = np.bincount(bought.buyer[~inside], minlength=number)[there]
    held = max(0, int(bought.day.max()) - last) / size
    return Known(bought.buyers.filter(pa.array(there)), seen, spent, later, held)


def _rows(path: Path, columns: Columns) -> pa.Table:
    wanted = [one for one in (columns.customer, columns.date, columns.amount) if one is not None]
    _, chunks = open_file(path, Options(bytes_max=BYTES_MAX))
    parts: list[pa.Table] = []
    count = 0
    for chunk in chunks:
        if chunk.rejections:
            first = chunk.rejections[0]
            raise InvalidInput(f"Line {first.line} can't be read: {first.reason}", where=path.name, fix="Mend the line, or take it out.")
        names = [name for name in chunk.rows.column_names if name not in (LINE_COLUMN, RAW_COLUMN)]
        missing = next((name for name in wanted if name not in names), None)
        if missing is not None:
            raise InvalidInput(f"There is no column '{missing[:60]}'.", where=path.name, fix=f"It has: {', '.join(names)[:300]}.")
        parts.append(chunk.rows.select(wanted))
        count += chunk.rows.num_rows
        if count > ROWS_MOST:
            raise TooLarge(f"The file has more than {ROWS_MOST:,} rows.", where=path.name, fix="Take a sample of the customers.")
    if not count:
        raise InvalidInput("The file has no rows.", where=path.name, fix="Give one row for each purchase.")
    return pa.concat_tables(parts, promote_options="permissive")


def _days(column: pa.ChunkedArray, where: str) -> Ints:
    """Return the days of dates such as 1997-09-30, 19970930 or 1997-09-30T10:00."""
    if pa.types.is_temporal(column.type):
        return np.asarray(column.cast(pa.date32()).cast(pa.int32()).to_numpy(), np.int64)
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    short = pc.match_substring_regex(text, r"^\d{8}$")
    spelled = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(text, 0, 4), pc.utf8_slice_codeunits(text, 4, 6), pc.utf8_slice_codeunits(text, 6, 8), "-"
    )
    days = pc.strptime(pc.if_else(short, spelled, pc.utf8_slice_codeunits(text, 0, 10)), "%Y-%m-%d", "s", error_is_null=True)
    if days.null_count:
        row = pc.index(pc.is_null(days), True).as_py()
        raise InvalidInput(f"'{str(text[row].as_py() or '')[:40]}' of row {row + 1} is no date.", where=where, fix="Write dates like 1997-09-30.")
    return np.asarray(days.cast(pa.date32()).cast(pa.int32()).to_numpy(), np.int64)


def _amounts(column: pa.ChunkedArray, where: str) -> NDArray[np.float64]:
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    plain = pc.fill_null(pc.match_substring_regex(text, r"^[+-]?\d{1,15}(\.\d+)?$"), fill_value=False)
    if not pc.all(plain).as_py():
        row = pc.index(plain, False).as_py()
        raise InvalidInput(
            f"'{str(text[row].as_py() or '')[:40]}' of row {row + 1} is no amount.", where=where, fix="Write it plainly, like 1234.50."
        )
    return np.asarray(text.cast(pa.float64()).to_numpy(), np.float64)
