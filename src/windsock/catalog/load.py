"""Write the catalogue: channels, suppliers, goods, stock and price per date, costs, competitors' prices, and where data comes from.

All loads are set-based: rows are checked as a whole, staged, and swapped in one statement each.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from windsock.catalog.check import SHAPES, checked
from windsock.catalog.defaults import DEFAULT_CHANNELS
from windsock.catalog.model import Channel, unknown_channel
from windsock.kernel.errors import InvalidInput
from windsock.warehouse import schema, statement

if TYPE_CHECKING:
    from windsock.warehouse import Transaction

_DAYS_KEY: dict[str, tuple[str, ...]] = {"channel_cost": ("date", "channel", "source"), "competitor_price": ("seen_date", "competitor")}
_STOCK_CHANGED = statement(
    """
    SELECT s.* FROM stage_stock AS s LEFT JOIN stock_day AS k
        ON k.goods_id = s.goods_id AND k.travel_date = s.travel_date AND k.known_to_ms IS NULL
    WHERE k.goods_id IS NULL OR k.capacity IS DISTINCT FROM s.capacity OR k.sold IS DISTINCT FROM s.sold OR k.price IS DISTINCT FROM s.price
        OR k.currency IS DISTINCT FROM s.currency OR k.hard IS DISTINCT FROM s.hard
    ORDER BY s.goods_id, s.travel_date
    """
)
_STOCK_CLOSE = statement(
    """
    UPDATE stock_day SET known_to_ms = s.known_from_ms FROM stage_changed AS s
    WHERE stock_day.goods_id = s.goods_id AND stock_day.travel_date = s.travel_date AND stock_day.known_to_ms IS NULL
    """
)
_CHANNELS_NEW = statement("SELECT DISTINCT s.channel FROM stage_codes AS s ANTI JOIN sales_channel AS k ON k.channel = s.channel ORDER BY 1")
_SOURCE = statement("SELECT * FROM source WHERE source = $source")
_SOURCE_OUT = statement("DELETE FROM source WHERE source = $source")


def upsert(tx: Transaction, table: Literal["sales_channel", "supplier", "goods"], rows: pa.Table) -> int:
    """Add rows or replace those of the same key.

    Args:
        tx: the transaction to write in.
        table: which part of the catalogue.
        rows: columns of the table; absent ones become NULL.

    Returns:
        The number of rows written.

    Raises:
        InvalidInput: a row breaks a rule; nothing is written.
    """
    if table not in ("sales_channel", "supplier", "goods"):
        raise InvalidInput(f"'{table}' is not loaded by key.", where="table", fix="Use replace_days for tables by date.")
    whole = checked(table, rows)
    _swap(tx, table, SHAPES[table].key, whole)
    return tx.append(table, whole)


def replace_days(
    tx: Transaction, table: Literal["stock_day", "channel_cost", "competitor_price"], rows: pa.Table, *, now_ms: int | None = None
) -> int:
    """Set what is known of dates.

    Stock and price keep their history: a date whose figures changed is closed and opened anew at ``known_from_ms``; one that
    stayed the same is left alone. Costs replace those of their date, channel and source; competitors' prices those of their date and
    competitor.

    Args:
        tx: the transaction to write in.
        table: which part of the catalogue.
        rows: columns of the table; for stock, ``known_from_ms`` or ``now_ms`` must be given.
        now_ms: the moment at which the stock became known, where rows don't say.

    Returns:
        The number of rows written (for stock: changed).

    Raises:
        InvalidInput: a row breaks a rule; nothing is written.
    """
    if table == "stock_day":
        return _replace_stock(tx, rows, now_ms)
    if table not in _DAYS_KEY:
        raise InvalidInput(f"'{table}' is not loaded by date.", where="table", fix="Use upsert for tables by key.")
    whole = checked(table, rows)
    _swap(tx, table, _DAYS_KEY[table], whole)
    return tx.append(table, whole)


def ensure_channels(tx: Transaction, codes: pa.Array | pa.ChunkedArray) -> int:
    """Register sales channels that are used but not described: group ``unknown``, untracked, named by their code.

    Returns:
        How many were new.
    """
    distinct = pc.unique(codes.cast(pa.string())).drop_null()
    if len(distinct) == 0:
        return 0
    tx.stage("stage_codes", pa.table({"channel": distinct}))
    new = tx.query(_CHANNELS_NEW).column("channel").to_pylist()
    if new:
        tx.append("sales_channel", channel_rows([unknown_channel(code) for code in new]))
    return len(new)


def add_default_channels(tx: Transaction) -> int:
    """Register the channels that most travel sellers have, where they are not there yet; returns how many were new."""
    tx.stage("stage_codes", pa.table({"channel": [channel.channel for channel in DEFAULT_CHANNELS]}))
    new = set(tx.query(_CHANNELS_NEW).column("channel").to_pylist())
    return tx.append("sales_channel", channel_rows([channel for channel in DEFAULT_CHANNELS if channel.channel in new])) if new else 0


def channel_rows(channels: list[Channel]) -> pa.Table:
    """Return channels as rows of the table ``sales_channel``."""
    rows = [{("channel_group" if name == "group" else name): value for name, value in asdict(channel).items()} for channel in channels]
    return pa.Table.from_pylist(rows, schema=schema.BY_NAME["sales_channel"].arrow())


def touch_source(  # noqa: PLR0913, PLR0917 - one row of the table, in its order
    tx: Transaction,
    source: str,
    kind: str,
    name: str,
    complete_until_ms: int | None,
    payment_known: bool | None,  # noqa: FBT001 - as above
    now_ms: int,
    *,
    expected_lag_ms: int | None = None,
) -> None:
    """Note that a source was loaded and until when its data is whole.

    The watermark never goes back; what is given as None keeps its former value.

    Args:
        tx: the transaction of the load itself, so that the mark is never ahead of the rows.
        source: code of the source.
        kind: ``events``, ``orders``, ``stock`` ...
        name: the name that people read; "" keeps the former one.
        complete_until_ms: until when the data is whole (ms UTC), or None when the load says nothing about it.
        payment_known: whether payments are part of the data.
        now_ms: the moment of the load.
        expected_lag_ms: how far behind the source may be before it is late.
    """
    known = tx.query(_SOURCE, {"source": source}).to_pylist()
    before = known[0] if known else {}
    marks = [mark for mark in (before.get("complete_until_ms"), complete_until_ms) if mark is not None]
    row = {
        "source": source,
        "kind": kind,
        "name": name or before.get("name") or source,
        "complete_until_ms": max(marks) if marks else None,
        "last_loaded_ms": max(now_ms, before.get("last_loaded_ms") or now_ms),
        "payment_known": payment_known if payment_known is not None else before.get("payment_known"),
        "expected_lag_ms": expected_lag_ms if expected_lag_ms is not None else before.get("expected_lag_ms"),
    }
    tx.execute(_SOURCE_OUT, {"source": source})
    tx.append("source", pa.Table.from_pylist([row], schema=schema.BY_NAME["source"].arrow()))


def _swap(tx: Transaction, table: str, key: tuple[str, ...], rows: pa.Table) -> None:
    """Delete the rows whose key occurs among the new ones."""
    tx.stage("stage_rows", rows.select(list(key)))
    same = exp.and_(*(exp.column(name, table="s").eq(exp.column(name, table=table)) for name in key))
    inner = exp.select(exp.Literal.number(1)).from_(exp.to_table("stage_rows").as_("s")).where(same)
    tx.execute(exp.delete(table).where(exp.Exists(this=inner)))


def _replace_stock(tx: Transaction, rows: pa.Table, now_ms: int | None) -> int:
    if "known_from_ms" not in rows.column_names:
        if now_ms is None:
            what = "Stock rows don't say since when they are known."
            raise InvalidInput(what, where="stock_day.known_from_ms", fix="Give known_from_ms or now_ms.")
        rows = rows.append_column("known_from_ms", pa.repeat(pa.scalar(now_ms, pa.int64()), rows.num_rows))
    tx.stage("stage_stock", checked("stock_day", rows))
    changed = tx.query(_STOCK_CHANGED)
    if changed.num_rows == 0:
        return 0
    tx.stage("stage_changed", changed)
    tx.execute(_STOCK_CLOSE)
    return tx.append("stock_day", changed)
