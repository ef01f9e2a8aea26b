"""What a table holds in a few digits, reckoned by each engine for itself: rows, and two halves of each row's MD5, one added up and one XORed.

A row is the text of its cells, a mark between them, another for NULL; properties are their keys in order with their values. Two copies that
differ in a cell, a row or a repetition differ in a digest but for a chance of about 2^-60. A table with days has one for each day that has rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from windsock.warehouse.schema import Table

AS_MAPS = frozenset({"properties", "attributes"})
"""JSON columns that statements look into: moved as maps from key to text, as our own engine reads them; the others stay texts."""
LEFT_BEHIND = frozenset(
    {
        "event_key", "event_once", "quarantine", "inbox_offset", "device_clock", "suppressed", "import_rejection", "import_change",
        "import_cursor", "identity_policy", "warehouse_meta",
    }
)  # fmt: skip
"""Tables that only intake, imports and the making of people need: no answer reads them, so they are not copied anywhere."""
EMPTY = "0:0:0"
"""The digest of a table without days that has no rows."""


def cells(table: Table) -> list[tuple[str, str]]:
    """Return the columns of a table with their types, those of maps as MAP."""
    return [(name, "MAP" if kind == "JSON" and name in AS_MAPS else "VARCHAR" if kind == "JSON" else kind) for name, kind in table.columns]


def dated(table: Table) -> bool:
    """Return whether a table is moved day by day."""
    return "dt" in table.names


def exported(table: Table) -> str:
    """Return the columns of a table as they are moved, in our own engine's words."""
    return ", ".join(f'{_as_map(name)} AS "{name}"' if kind == "MAP" else f'"{name}"' for name, kind in cells(table))


def _as_map(name: str) -> str:
    keys = f"""LIST_SORT(LIST_DISTINCT(JSON_KEYS("{name}")))"""
    value = f"""JSON_EXTRACT_STRING("{name}", '$."' || REPLACE(k, '"', '\\"') || '"')"""
    return f"""MAP_FROM_ENTRIES(LIST_TRANSFORM(COALESCE(TRY({keys}), []), lambda k: {{'key': k, 'value': {value}}}))"""


def ours(table: Table, days: Sequence[dt.date] | None = None) -> str:
    """Return the SELECT of the digests for our own engine, over the columns as they are moved; of some days only, where they are given."""

    def cell(name: str, kind: str) -> str:
        if kind == "MAP":
            each = "LIST_TRANSFORM(MAP_ENTRIES(x), lambda e: e.key || CHR(29) || COALESCE(e.value, CHR(1)))"
            return f"COALESCE(ARRAY_TO_STRING({each.replace('x', _quoted(name), 1)}, CHR(30)), '')"
        return f"COALESCE(CAST({_quoted(name)} AS VARCHAR), CHR(1))"

    row = f"MD5(CONCAT_WS(CHR(31), {_cells(table, cell)}))"
    return f"""SELECT {_day(table, ", ")}COUNT(*) AS n, CAST(COALESCE(SUM(CAST('0x' || SUBSTR(d, 18, 15) AS BIGINT)), 0) AS VARCHAR) AS s,
        CAST(COALESCE(BIT_XOR(CAST('0x' || SUBSTR(d, 3, 15) AS BIGINT)), 0) AS VARCHAR) AS x
        FROM (SELECT {_day(table, ", ")}{row} AS d FROM (SELECT {exported(table)} FROM "{table.name}"{_on(days)})){_by(table)}"""  # noqa: S608 - names of the schema


def clickhouse(table: Table, days: Sequence[dt.date] | None = None) -> str:
    """Return the SELECT of the digests for ClickHouse."""

    def cell(name: str, kind: str) -> str:
        quoted = _quoted(name)
        if kind == "MAP":
            pairs = f"arrayMap((k, v) -> concat(k, char(29), ifNull(v, char(1))), mapKeys({quoted}), mapValues({quoted}))"
            return f"arrayStringConcat({pairs}, char(30))"
        if kind.startswith("DECIMAL"):
            return f"ifNull(toDecimalString({quoted}, {kind.rstrip(')').split(',')[1]}), char(1))"
        return f"ifNull(toString({quoted}), char(1))"

    row = f"reinterpretAsUInt128(reverse(MD5(concat({_cells(table, cell, ', char(31), ')}, ''))))"
    half = 1 << 60
    return f"""SELECT {_day(table, ", ")}toInt64(count()) AS n, toString(sum(toUInt128(d % {half}))) AS s,
        toString(groupBitXor(toUInt64(intDiv(d, {half}) % {half}))) AS x
        FROM (SELECT {_day(table, ", ")}{row} AS d FROM "{table.name}"{_on(days)}){_by(table)}"""  # noqa: S608 - names of the schema


def spark(table: Table, days: Sequence[dt.date] | None = None) -> str:
    """Return the SELECT of the digests for Spark."""

    def cell(name: str, kind: str) -> str:
        quoted = f"`{name}`"
        if kind == "MAP":
            each = f"transform(map_entries({quoted}), e -> concat(e.key, char(29), coalesce(e.value, char(1))))"
            return f"coalesce(array_join({each}, char(30)), '')"
        return f"coalesce(CAST({quoted} AS STRING), char(1))"

    row = f"md5(concat_ws(char(31), {_cells(table, cell)}))"
    return f"""SELECT {_day(table, ", ")}count(*) AS n,
        CAST(coalesce(sum(CAST(CAST(conv(substr(d, 18, 15), 16, 10) AS BIGINT) AS DECIMAL(38, 0))), 0) AS STRING) AS s,
        CAST(coalesce(bit_xor(CAST(conv(substr(d, 3, 15), 16, 10) AS BIGINT)), 0) AS STRING) AS x
        FROM (SELECT {_day(table, ", ")}{row} AS d FROM `{table.name}`{_on(days)}){_by(table)}"""  # noqa: S608 - names of the schema


def digests_of(rows: Iterable[dict[str, Any]]) -> dict[dt.date | None, str]:
    """Return the digests of rows by their day, as texts to compare; under None that of a table without days."""
    return {row.get("dt"): f"{row['n']}:{row['s']}:{row['x']}" for row in rows}


def _cells(table: Table, cell: Callable[[str, str], str], between: str = ", ") -> str:
    return between.join(cell(name, kind) for name, kind in cells(table))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _day(table: Table, after: str = "") -> str:
    return f"dt{after}" if dated(table) else ""


def _by(table: Table) -> str:
    return " GROUP BY dt" if dated(table) else ""


def _on(days: Sequence[dt.date] | None) -> str:
    if days is None:
        return ""
    named = ", ".join(f"CAST('{day.isoformat()}' AS DATE)" for day in days)
    return f" WHERE dt IN ({named})"
