"""A shop to measure: a few channels, orders that are paid or not, and people who look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from sqlglot import parse_one

from windsock.warehouse import schema
from windsock.workspace import Workspace

CHANNELS = {"web": True, "app": True, "ota_a": False, "agent": False}


@dataclass
class Shop:
    """Rows of one load; ``save`` puts them into the warehouse."""

    workspace: Workspace
    known_from_ms: int = 0
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, "list[dict[str, Any]]"])
    orders: int = 0

    def order(self, day: dt.date, channel: str, amount: str, *, take: str | None = "1", **columns: Any) -> int:
        """One order booked on a day; paid on it unless ``take`` is None, which is a stay without known payments."""
        self.orders += 1
        line = {
            "order_key": self.orders,
            "line_no": 1,
            "kind": "hotel",
            "sold_as": "own",
            "sales_channel": channel,
            "source": "bookings",
            "booked_amount": amount,
            "stay_amount": amount,
            "booked_date": day,
            "arrival_date": day,
            "cancelled": False,
            "no_show": False,
            "quantity": 1,
            "currency": "CNY",
            "payment_known": take is not None,
            "known_from_ms": self.known_from_ms,
        }
        self.rows.setdefault("order_line", []).append(line | columns)
        if take is not None:
            share = str(Decimal(amount) * Decimal(take))
            posting = {"order_key": self.orders, "line_no": 1, "posting_ref": "p", "kind": "payment", "at_date": day, "amount": amount}
            self.rows.setdefault("posting", []).append(posting | {"take_amount": share, "currency": "CNY", "known_from_ms": self.known_from_ms})
        return self.orders

    def visits(self, day: dt.date, people: int, channel: str = "web", first: int = 1, device: str = "desktop") -> None:
        """So many people look at a page on a day, each in a session of its own."""
        noon = dt.datetime.combine(day, dt.time(12), ZoneInfo(self.workspace.zone))
        for did in range(first, first + people):
            self.rows.setdefault("event", []).append(
                {
                    "did": did,
                    "ts_ms": round(noon.timestamp() * 1000),
                    "dt": noon.astimezone(dt.UTC).date(),
                    "event": "page_view",
                    "source": "site",
                    "channel": channel,
                    "device": device,
                    "session_id": day.toordinal() * 100_000 + did,
                    "bot": False,
                    "internal": False,
                    "known_from_ms": self.known_from_ms,
                }
            )

    def source(self, name: str, kind: str, until: dt.datetime, *, payment_known: bool | None = True) -> None:
        """A source that is whole until a local time."""
        mark = round(until.replace(tzinfo=ZoneInfo(self.workspace.zone)).timestamp() * 1000)
        row = {"source": name, "kind": kind, "name": name, "complete_until_ms": mark, "payment_known": payment_known}
        self.rows.setdefault("source", []).append(row)

    def save(self) -> None:
        """Append all rows in one transaction."""
        with self.workspace.warehouse.transaction() as tx:
            for table, given in self.rows.items():
                wanted = schema.BY_NAME[table].arrow()
                tx.append(table, pa.Table.from_pylist([_typed(row, wanted) for row in given], schema=wanted))
        self.rows = {}


def _typed(row: dict[str, Any], wanted: pa.Schema) -> dict[str, Any]:
    return {name: Decimal(value) if isinstance(value, str) and pa.types.is_decimal(wanted.field(name).type) else value for name, value in row.items()}


@pytest.fixture
def shop(workspace: Workspace) -> Shop:
    """An empty shop with its channels."""
    made = Shop(workspace)
    known = {row["channel"] for row in workspace.warehouse.query(parse_one("SELECT channel FROM sales_channel")).to_pylist()}
    made.rows["sales_channel"] = [
        {"channel": name, "name_en": name, "name_zh": name, "channel_group": "direct" if tracked else "agency", "tracked": tracked, "currency": "CNY"}
        for name, tracked in CHANNELS.items()
        if name not in known
    ]
    return made


@pytest.fixture
def counted(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many statements the warehouse was asked since the last look."""
    asked = [0]
    query = workspace.warehouse.query

    def count(*args: Any, **named: Any) -> pa.Table:
        asked[0] += 1
        return query(*args, **named)

    def read() -> int:
        found, asked[0] = asked[0], 0
        return found

    monkeypatch.setattr(workspace.warehouse, "query", count)
    return read
