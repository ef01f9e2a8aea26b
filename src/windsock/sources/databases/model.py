"""Where a database is, what to read of it, and up to where it was read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from windsock.kernel.errors import InvalidInput

ROWS_MAX = 5_000_000
BATCH = 20_000
CONNECT_S = 10
STATEMENT_S = 900


@dataclass(frozen=True)
class Place:
    """Where a database is.

    Attributes:
        kind: postgres, mysql, sqlite or duckdb.
        database: its name, or the path of its file.
        host: where its server is.
        port: 0 is the usual one.
        user: whose rights the reading has.
        password: theirs; never shown.
    """

    kind: str
    database: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Ask:
    """What to read.

    Attributes:
        table: a table, or "" where ``select`` says it.
        select: one SELECT.
        cursor_column: the column that tells what came since, "" for none.
        overlap: read so many seconds (of a number: so many units) again, for rows that come late.
    """

    table: str = ""
    select: str = ""
    cursor_column: str = ""
    overlap: int = 0


@dataclass
class Stream:
    """The rows of a query: names of its columns, and batches of values."""

    names: list[str]
    batches: Iterator[Sequence[Sequence[Any]]]


def as_text(value: Any) -> str | None:  # noqa: ANN401 - whatever a database holds
    """Return a value as the text that mappings read: instants in ISO form, numbers exactly."""
    text = None if value is None else str(value)
    match value:
        case bool():
            text = "true" if value else "false"
        case dt.datetime():
            text = value.isoformat(sep=" ")
        case Decimal():
            text = format(value, "f")
        case float():
            text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case bytes() | bytearray() | memoryview():
            text = bytes(cast("bytes", value)).decode("utf-8", errors="replace")
        case dict() | list() | tuple():
            text = json.dumps(value, ensure_ascii=False, default=str)
        case _:
            pass
    return text


def cursor_of(value: Any) -> str | None:  # noqa: ANN401 - as above
    """Return the text under which a cursor is kept: n: a number, t: an instant, d: a date, s: a text; None where there is nothing.

    Raises:
        InvalidInput: a value of this sort has no order to go by.
    """
    if value is None:
        return None
    if isinstance(value, bool | float):
        raise InvalidInput("This column cannot tell what came since.", where="cursor_column", fix="Use a counting number, a time or a date.")
    if isinstance(value, int | Decimal):
        return f"n:{value}"
    if isinstance(value, dt.datetime):
        return f"t:{value.isoformat(sep=' ')}"
    return f"d:{value.isoformat()}" if isinstance(value, dt.date) else f"s:{value}"


def moved_back(cursor: str, overlap: int) -> tuple[str, str]:
    """Return (sort, value) of the point from which to read again.

    Raises:
        InvalidInput: the cursor is none.
    """
    sort, _, text = cursor.partition(":")
    try:
        if sort == "n":
            return sort, str(Decimal(text) - overlap)
        if sort == "t":
            return sort, (dt.datetime.fromisoformat(text) - dt.timedelta(seconds=overlap)).isoformat(sep=" ")
        if sort == "d":
            return sort, (dt.date.fromisoformat(text) - dt.timedelta(days=-(-overlap // 86_400))).isoformat()
        if sort == "s":
            moment = _moment(text)
            return sort, text if moment is None or not overlap else _like(text, moment - dt.timedelta(seconds=overlap))
    except (ArithmeticError, ValueError, OverflowError):
        pass
    raise InvalidInput("The saved cursor cannot be read.", where="cursor", fix="Set the import up again under another name.")


def _moment(text: str) -> dt.datetime | None:
    """Read an instant that a database keeps as text, as SQLite does."""
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def _like(text: str, moment: dt.datetime) -> str:
    """Write an instant as the text it came from is written, so that texts still compare."""
    if len(text) == 10:
        return moment.date().isoformat()
    return moment.isoformat(sep=text[10], timespec="auto" if "." in text else "seconds")
