"""A workspace with a few rows of everything that statements read, some of it personal, for tests of SQL."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa

from tests.conditions.world import World
from windsock.warehouse import schema
from windsock.workspace import Workspace

T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
MINUTE = 60_000
DAY = 86_400_000
SECRETS = ("lin@gull.example", "13912345678", "M-777", "ORD-1", "user15555", "203.0.113.9", "Lin Lan", "msg-1", "batch-1")
"""Whatever of these a view shows is a leak."""
_PROPERTIES = (
    '{"email": "lin@gull.example", "phone": "13912345678", "ip": "203.0.113.9", "page": "home", "who": {"name": "Lin Lan"}, "list": ["Lin Lan"],'
    ' "n": 3, "note": "13912345678 13912345678",'
    ' "from": "203.0.113.9", "by": "lin@gull.example", "clientIp": "203.0.113.9", "day": "2026-01-01T09:00:00"}'
)


def world() -> World:
    made = World()
    for did, gap in ((1, 30), (2, 31), (3, None)):
        made.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        more: dict[str, Any] = {"properties": _PROPERTIES, "message_id": "msg-1", "batch_id": "batch-1", "order_ref": "ORD-1"}
        made.event(did, T, "search", device="ios", route="PVG-SIN", price=Decimal(5), **more)
        if gap is not None:
            made.event(did, T + gap * MINUTE, "pay", **more)
    made.event(1, T, "search", bot=True)
    made.event(1, T, "search", internal=True)
    made.event(2, T, "search", analytics_ok=False)
    made.event(None, T, "search")
    made.event(1, T - 40 * DAY, "search", device="android")
    made.add("alias", did=3, pid=1, known_from_ms=0, known_to_ms=None)
    common = {"source": "s", "did": 1, "member": True, "sales_channel": "app", "currency": "CNY", "known_from_ms": 0, "payment_known": True}
    common |= {"booked_ms": T, "booked_date": dt.date(2026, 1, 1)}
    for key, known_to in ((1, None), (2, T)):
        made.add(
            "orders",
            order_key=key,
            order_ref=f"ORD-{key}",
            member_no="M-777",
            state="paid",
            booked_amount=Decimal(800),
            known_to_ms=known_to,
            **common,
        )
        line = {"kind": "stay", "quantity": 1, "nights": 2, "pax": 2, "arrival_date": dt.date(2026, 1, 9), "cancelled": False, "no_show": False}
        made.add("order_line", order_key=key, line_no=1, agent="Lin Lan", booked_amount=Decimal(800), known_to_ms=known_to, **line, **common)
    return made


def seed(workspace: Workspace, made: World | None = None) -> Workspace:
    with workspace.warehouse.transaction() as tx:
        for table, rows in (made or world()).rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    return workspace
