"""Put rows of the catalogue by their key, remembering what was there, so that a batch can be taken back.

What a row does not say (NULL) stays as it is known: a file of prices leaves the capacity alone. Of several rows with one key the last counts, of
competitors' prices the lowest. What a batch changes is written to ``import_change``, before and after, in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from windsock.catalog.check import SHAPES, checked
from windsock.kernel.errors import InvalidInput
from windsock.warehouse import schema, statement

if TYPE_CHECKING:
    from windsock.warehouse import Transaction

TABLES = ("goods", "supplier", "sales_channel", "stock_day", "channel_cost", "competitor_price", "market_figure", "exchange_rate")
_KNOWN = ("known_from_ms", "known_to_ms")
_CHOICE = {"competitor_price": "price ASC, source_line DESC"}
_LAST = "source_line DESC"


@dataclass(frozen=True)
class PutReport:
    """What putting rows did: rows that are new, changed, known already, and those that another row of the same key overruled."""

    added: int = 0
    changed: int = 0
    known: int = 0
    repeated: int = 0


@dataclass(frozen=True)
class TakenBack:
    """What taking a batch back did: rows removed, rows that are as before, and rows left because something newer changed them."""

    removed: int = 0
    restored: int = 0
    left: int = 0


def put_rows(tx: Transaction, table: str, rows: pa.Table, batch_id: str, now_ms: int) -> PutReport:
    """Add or change rows by their key.

    Args:
        tx: the transaction to write in.
        table: one of ``TABLES``.
        rows: columns of the table, absent ones say nothing, and ``source_line``, by which the last of several is told.
        batch_id: whose change it is.
        now_ms: the moment at which they became known.

    Raises:
        InvalidInput: a row breaks a rule of the catalogue; the transaction must not commit.
    """
    if table not in TABLES:
        raise InvalidInput(f"'{table}' has no rows by key.", where="table", fix=f"Use one of: {', '.join(TABLES)}.")
    tx.stage("stage_put", _whole(table, rows))
    tx.execute(statement(_plan(table)))
    counts = {row["action"]: int(row["rows"]) for row in tx.query(statement(_COUNT)).to_pylist()}
    told = PutReport(
        added=counts.get("new", 0),
        changed=counts.get("changed", 0),
        known=counts.get("known", 0),
        repeated=rows.num_rows - sum(counts.values()),
    )
    if told.added or told.changed:
        fresh = tx.query(statement(f"SELECT {', '.join(_columns(table))} FROM stage_put_plan WHERE action <> 'known' ORDER BY source_line"))  # noqa: S608 - column names of the schema
        whole = checked(table, fresh)
        tx.execute(statement(_REMEMBER), {"batch": batch_id, "table": table, "now": now_ms})
        tx.execute(statement(_out(table)), _now(table, now_ms))
        tx.append(table, _stamped(table, whole, now_ms))
    return told


def take_back(tx: Transaction, batch_id: str, now_ms: int) -> TakenBack:
    """Give back what a batch changed, wherever the row still is as the batch left it.

    A row that a later batch changed again is left; that batch then remembers what was before both.
    """
    told = TakenBack()
    changed = tx.query(statement("SELECT DISTINCT table_name FROM import_change WHERE batch_id = $batch"), {"batch": batch_id})
    for table in sorted(changed.column("table_name").to_pylist()):
        tx.execute(statement(_back(table)), {"batch": batch_id, "table": table})
        row: dict[str, Any] = tx.query(statement(_COUNT_BACK)).to_pylist()[0]
        tx.execute(statement(_HAND_ON), {"batch": batch_id, "table": table})
        tx.execute(statement(_out(table, "stage_back", "ours")), _now(table, now_ms))
        before = tx.query(statement(_before(table)))
        if before.num_rows:
            tx.append(table, _stamped(table, before, now_ms))
        told = TakenBack(told.removed + int(row["removed"]), told.restored + int(row["restored"]), told.left + int(row["left_alone"]))
    return told


def _columns(table: str) -> list[str]:
    return [name for name in schema.BY_NAME[table].names if name not in _KNOWN]


def _whole(table: str, rows: pa.Table) -> pa.Table:
    """Return rows with every column of the table and their line; the columns of the key have their default where they say nothing."""
    wanted, given = schema.BY_NAME[table].arrow(), rows.column_names
    defaults = dict(SHAPES[table].defaults)
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    for name in _columns(table):
        kind = wanted.field(name).type
        column = rows.column(name).cast(kind) if name in given else pa.nulls(rows.num_rows, kind)
        columns[name] = pc.fill_null(column, pa.scalar(defaults[name], kind)) if name in SHAPES[table].key and name in defaults else column
    return pa.table({**columns, "source_line": rows.column("source_line").cast(pa.int64())})


def _stamped(table: str, rows: pa.Table, now_ms: int) -> pa.Table:
    wanted = schema.BY_NAME[table].arrow()
    for name, value in (("known_from_ms", now_ms), ("known_to_ms", None)):
        if name in wanted.names:
            stamp = pa.repeat(pa.scalar(value, pa.int64()), rows.num_rows)
            rows = rows.set_column(rows.column_names.index(name), name, stamp) if name in rows.column_names else rows.append_column(name, stamp)
    return rows.select(wanted.names).cast(wanted)


def _now(table: str, now_ms: int) -> dict[str, int]:
    return {"now": now_ms} if _versioned(table) else {}


def _versioned(table: str) -> bool:
    return "known_to_ms" in schema.BY_NAME[table].names


# --- statements; every name in them is one of the schema ---


def _key(table: str) -> str:
    return "concat_ws(chr(31), " + ", ".join(f"coalesce(CAST({name} AS VARCHAR), '~')" for name in SHAPES[table].key) + ")"


def _json(table: str) -> str:
    return "CAST(json_object(" + ", ".join(f"'{name}', CAST({name} AS VARCHAR)" for name in _columns(table)) + ") AS VARCHAR)"


def _held(table: str) -> str:
    current = "WHERE known_to_ms IS NULL" if _versioned(table) else ""
    return f"SELECT {_key(table)} AS put_key, {_json(table)} AS body, {', '.join(_columns(table))} FROM {table} {current}"  # noqa: S608 - names of the schema


def _plan(table: str) -> str:
    names = _columns(table)
    # The defaults are written here too: what is remembered must be what stands in the table.
    defaults = {name: exp.convert(value).sql(dialect="duckdb") for name, value in SHAPES[table].defaults}
    merged = ", ".join(f"coalesce({', '.join([f'chosen.{name}', f'held.{name}', *defaults.get(name, '').splitlines()])}) AS {name}" for name in names)
    return f"""
        CREATE OR REPLACE TEMPORARY TABLE stage_put_plan AS
        WITH given AS (
            SELECT *, {_key(table)} AS put_key FROM stage_put
        ), chosen AS (
            SELECT * FROM given QUALIFY row_number() OVER (PARTITION BY put_key ORDER BY {_CHOICE.get(table, _LAST)}) = 1
        ), held AS ({_held(table)}
        ), merged AS (
            SELECT chosen.put_key, chosen.source_line, held.body AS before, {merged}
            FROM chosen LEFT JOIN held ON held.put_key = chosen.put_key
        ), told AS (
            SELECT *, {_json(table)} AS after FROM merged
        )
        SELECT *, CASE WHEN before IS NULL THEN 'new' WHEN before = after THEN 'known' ELSE 'changed' END AS action FROM told
    """  # noqa: S608 - names of the schema


_COUNT = "SELECT action, count(*) AS rows FROM stage_put_plan GROUP BY action"
_REMEMBER = """
    INSERT INTO import_change BY NAME
    SELECT $batch AS batch_id, $table AS table_name, put_key AS key, before, after, CAST($now AS BIGINT) AS changed_ms
    FROM stage_put_plan WHERE action <> 'known'
"""


def _out(table: str, staged: str = "stage_put_plan", mark: str = "action <> 'known'") -> str:
    """Return the statement that closes, or removes, what the staged keys have now."""
    keys = f"{_key(table)} IN (SELECT put_key FROM {staged} WHERE {mark})"  # noqa: S608 - names of the schema
    if _versioned(table):
        return f"UPDATE {table} SET known_to_ms = $now WHERE known_to_ms IS NULL AND {keys}"  # noqa: S608 - as above
    return f"DELETE FROM {table} WHERE {keys}"  # noqa: S608 - as above


def _back(table: str) -> str:
    return f"""
        CREATE OR REPLACE TEMPORARY TABLE stage_back AS
        WITH held AS ({_held(table)})
        SELECT change.key AS put_key, change.before, change.after, change.changed_ms, held.body IS NOT DISTINCT FROM change.after AS ours
        FROM import_change AS change LEFT JOIN held ON held.put_key = change.key
        WHERE change.batch_id = $batch AND change.table_name = $table
    """  # noqa: S608 - names of the schema


_COUNT_BACK = """
    SELECT count(*) FILTER (WHERE ours AND before IS NULL) AS removed, count(*) FILTER (WHERE ours AND before IS NOT NULL) AS restored,
        count(*) FILTER (WHERE NOT ours) AS left_alone
    FROM stage_back
"""
_HAND_ON = """
    UPDATE import_change SET before = gone.before FROM stage_back AS gone
    WHERE NOT gone.ours AND import_change.table_name = $table AND import_change.batch_id <> $batch AND import_change.key = gone.put_key
        AND import_change.before = gone.after AND import_change.changed_ms >= gone.changed_ms
"""


def _before(table: str) -> str:
    kinds = dict(schema.BY_NAME[table].columns)
    cells = ", ".join(
        f"CAST(json_extract_string(before, '$.{name}') AS {'VARCHAR' if kinds[name] == 'JSON' else kinds[name]}) AS {name}"
        for name in _columns(table)
    )
    return f"SELECT {cells} FROM stage_back WHERE ours AND before IS NOT NULL"  # noqa: S608 - names of the schema
