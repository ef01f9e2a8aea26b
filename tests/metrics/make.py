"""Small factories: lines, postings, nights and events as rows of the warehouse, for tests of the metrics room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from windsock.warehouse import schema
from windsock.workspace import Workspace

DEFAULTS: dict[str, Any] = {
    "known_from_ms": 0,
    "cancelled": False,
    "no_show": False,
    "sold_as": "own",
    "kind": "hotel",
    "quantity": 1,
    "payment_known": True,
    "currency": "CNY",
}


def load(workspace: Workspace, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Append rows by table; columns that matter not are given a plain value or none; ``at`` is local time of an event."""
    zone = ZoneInfo(workspace.settings.workspace.timezone)
    with workspace.warehouse.transaction() as tx:
        for table, given in rows.items():
            wanted = schema.BY_NAME[table].arrow()
            tx.append(table, pa.Table.from_pylist([full_row(row, wanted, zone) for row in given], schema=wanted))


def full_row(row: Mapping[str, Any], wanted: pa.Schema, zone: ZoneInfo) -> dict[str, Any]:
    """Complete one row."""
    record = {name: value for name, value in DEFAULTS.items() if name in wanted.names} | dict(row)
    if "at" in record:
        moment = dt.datetime.fromisoformat(str(record.pop("at"))).replace(tzinfo=zone)
        record["ts_ms"] = round(moment.timestamp() * 1000)
        record["dt"] = moment.astimezone(dt.UTC).date()
    for name, value in record.items():
        if pa.types.is_decimal(wanted.field(name).type) and value is not None:
            record[name] = Decimal(str(value))
    return record
