"""What the warehouse is asked about people's orders and events: always for a few ids, always bounded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.identity import parsed, rows_of

if TYPE_CHECKING:
    from windsock.warehouse import Value, Warehouse

ALWAYS = 2**62
ORDERS_MOST = 2_000
_HELD = "known_from_ms <= $at AND (known_to_ms IS NULL OR known_to_ms > $at)"
_BOOKED = f"SELECT DISTINCT order_key, did FROM orders WHERE {_HELD}"  # noqa: S608 - a constant of this file
_TRAVELS = f"SELECT DISTINCT order_key, did FROM passenger WHERE {_HELD}"  # noqa: S608 - as above
_WORTH = f"SELECT order_key, did, booked_amount, fx_rate FROM order_line WHERE {_HELD}"  # noqa: S608 - as above
_SEEN = "SELECT did, MAX(ts_ms) AS last_ms FROM event"
_CHANNELS = "SELECT channel, COUNT(*) AS events, MIN(ts_ms) AS first_ms, MAX(ts_ms) AS last_ms FROM event WHERE known_from_ms <= $at"
_ORDERS_OF = (
    f"SELECT sales_channel, COUNT(DISTINCT order_key) AS orders, MIN(booked_ms) AS first_ms, MAX(booked_ms) AS last_ms FROM orders WHERE {_HELD}"  # noqa: S608 - as above
)
_SESSIONS = "SELECT COUNT(DISTINCT session_id) AS sessions FROM event WHERE known_from_ms <= $at"
_PAID = (
    "SELECT DISTINCT order_ref FROM event WHERE event IN ('payment_attempted', 'payment_succeeded')"
    " AND order_ref IS NOT NULL AND known_from_ms <= $at"
)
_AS_MEMBER = f"SELECT DISTINCT order_key FROM orders WHERE {_HELD} AND member_no IS NOT NULL"  # noqa: S608 - as above


def among_texts(column: str, texts: Sequence[str]) -> tuple[exp.In, dict[str, Value]]:
    """Return a condition that a column is one of some texts, with its parameters."""
    params: dict[str, Value] = {f"t{index}": text for index, text in enumerate(texts)}
    places: list[exp.Expr] = [exp.Placeholder(this=name) for name in params] or [exp.null()]
    return exp.In(this=exp.column(column), expressions=places), params


def orders_of(warehouse: Warehouse, dids: Sequence[int], at_ms: int = ALWAYS) -> tuple[list[int], list[int]]:
    """Return the orders that some ids booked, and those that they travel on; 2,000 of each at most."""
    booked = sorted({row["order_key"] for row in rows_of(warehouse, _BOOKED, "did", dids, at_ms)})
    travels = sorted({row["order_key"] for row in rows_of(warehouse, _TRAVELS, "did", dids, at_ms)})
    return booked[-ORDERS_MOST:], travels[-ORDERS_MOST:]


def worth_of(warehouse: Warehouse, dids: Sequence[int], at_ms: int = ALWAYS) -> dict[int, tuple[set[int], Decimal]]:
    """Return the orders that each id booked and their booked value in the workspace's currency."""
    found: dict[int, tuple[set[int], Decimal]] = {}
    for row in rows_of(warehouse, _WORTH, "did", dids, at_ms):
        keys, total = found.get(row["did"], (set[int](), Decimal(0)))
        keys.add(row["order_key"])
        found[row["did"]] = (keys, total + (row["booked_amount"] or Decimal(0)) * (row["fx_rate"] or Decimal(1)))
    return found


def last_seen(warehouse: Warehouse, dids: Sequence[int]) -> dict[int, int]:
    """Return when each id was last seen in an event."""
    return {row["did"]: row["last_ms"] for row in _grouped(warehouse, _SEEN, "did", dids)}


def channels_of(warehouse: Warehouse, dids: Sequence[int], at_ms: int = ALWAYS) -> dict[str, dict[str, int]]:
    """Return for each channel what it saw of some ids: events, orders, first_ms, last_ms."""
    found: dict[str, dict[str, int]] = {}
    for select, column, what in ((_CHANNELS, "channel", "events"), (_ORDERS_OF, "sales_channel", "orders")):
        for row in _grouped(warehouse, select, column, dids, at_ms):
            into = found.setdefault(row[column] or "", {"events": 0, "orders": 0, "first_ms": row["first_ms"], "last_ms": row["last_ms"]})
            into[what] += row[what]
            into["first_ms"], into["last_ms"] = min(into["first_ms"], row["first_ms"]), max(into["last_ms"], row["last_ms"])
    return found


def sessions_of(warehouse: Warehouse, dids: Sequence[int], at_ms: int = ALWAYS) -> int:
    """Return the number of visits of some ids."""
    return sum(row["sessions"] for row in rows_of(warehouse, _SESSIONS, "did", dids, at_ms))


def paid_by(warehouse: Warehouse, dids: Sequence[int], at_ms: int = ALWAYS) -> int:
    """Return the number of orders that some ids handed a payment in for."""
    return len({row["order_ref"] for row in rows_of(warehouse, _PAID, "did", dids, at_ms)})


def orders_as_member(warehouse: Warehouse, numbers: Sequence[str], at_ms: int = ALWAYS) -> int:
    """Return the number of orders that bear one of some member numbers."""
    if not numbers:
        return 0
    condition, params = among_texts("member_no", numbers)
    statement = parsed(_AS_MEMBER).where(condition)
    return warehouse.query(statement, {**params, "at": at_ms}).num_rows


def _grouped(warehouse: Warehouse, select: str, by: str, dids: Sequence[int], at_ms: int | None = None) -> list[dict[str, Any]]:
    """Return the groups of a SELECT about some ids; a group that comes in two parts of the ids comes twice."""
    rows: list[dict[str, Any]] = []
    for start in range(0, len(dids), 1_000):
        part = dids[start : start + 1_000]
        params: dict[str, Value] = {f"p{index}": int(did) for index, did in enumerate(part)}
        among = exp.In(this=exp.column("did"), expressions=[exp.Placeholder(this=name) for name in params])
        statement = parsed(select).where(among).group_by(by)
        rows.extend(warehouse.query(statement, params if at_ms is None else {**params, "at": at_ms}).to_pylist())
    return rows
