"""The server SDKs of Segment, RudderStack and Sensors Data, as they were released: every event arrives once, with what it said."""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from typing import Any

import pytest

from tests.sdks.conftest import Line, Served, send, sender

NEW_YEAR_MS = 1_767_196_800_000
# What the sender calls half past eight without a zone: its library reckons it in the zone of the machine it runs on.
LOCAL_MS = round(dt.datetime(2026, 1, 5, 8, 30).timestamp() * 1000)  # noqa: DTZ001 - as said
SEARCH = {"legs": [{"from": "SHA", "n": 1}], "pax": 2, "城市": "北京 🛫"}


def _check_segment(served: Served, line: Line) -> None:
    user, visitor, email = f"u-{line.source}", f"a-{line.source}", f"email li.lei.{line.source}@example.com"
    assert served.wait(line.source, 8) == {"received": 8, "stored": 8, "duplicate": 0, "quarantined": 0}
    found = {row["event"]: row for row in served.events(line.source)}
    assert sorted(found) == ["alias", "detail_view", "group", "identify", "order_placed", "page_view", "screen_view", "search"]
    assert {row["trust"] for row in found.values()} == {"server"}
    search = found["search"]
    assert (search["route"], search["price"], search["currency"], search["properties"]) == ("SHA-PEK", Decimal("1280.5"), "CNY", SEARCH)
    assert (found["detail_view"]["item_id"], found["detail_view"]["price"], found["detail_view"]["id"]) == ("MU5101", 899, visitor)
    order = found["order_placed"]
    assert (order["order_ref"], order["price"], order["ts_ms"]) == ("O-1", Decimal("1280.5"), NEW_YEAR_MS)
    assert found["page_view"]["properties"] == {"category": "Home", "name": "首页", "page": "/zh/home", "path": "/zh/home", "title": "首页"}
    assert found["screen_view"]["properties"] == {"category": "App", "name": "Detail", "page": "Detail", "room": "大床房"}
    assert found["group"]["properties"] == {"group_id": "corp-7", "traits": {"name": "海鸥航空"}}
    edges = served.edges(line.source)
    assert {(f"anon {visitor}", f"login {user}", "login"), (email, f"login {user}", "email")} <= edges
    assert any({f"anon old-{line.source}", f"login {user}"} == {one, other} for one, other, _ in edges)
    assert {name: served.traits(line.source)[name] for name in ("name", "points", "vip")} == {"name": "李雷", "points": "1200", "vip": "true"}


@pytest.mark.parametrize("packing", ["plain", "gzip"])
@pytest.mark.parametrize("script", ["segment_python.py", "rudder_python.py"])
def test_python_libraries_of_the_segment_protocol(served: Served, script: str, packing: str):
    line = served.line()
    send(sys.executable, sender(script), served.base, line.server, line.source, packing)
    _check_segment(served, line)


@pytest.mark.parametrize("script", ["segment_node.mjs", "rudder_node.mjs"])
def test_node_libraries_of_the_segment_protocol(served: Served, node: str, script: str):
    line = served.line()
    send(node, sender(script), served.base, line.server, line.source)
    _check_segment(served, line)


@pytest.mark.parametrize("consumer", ["DefaultConsumer", "BatchConsumer", "AsyncBatchConsumer"])
def test_consumers_of_sensors_data(served: Served, consumer: str):
    line = served.line()
    user, visitor, phone = f"u-{line.source}", f"a-{line.source}", f"138{line.source.removeprefix('sdk'):0>8}"
    send(sys.executable, sender("sensors_python.py"), f"{served.base}/sa?project=default&token={line.server}", line.source, phone, consumer)
    assert served.wait(line.source, 15) == {"received": 15, "stored": 15, "duplicate": 0, "quarantined": 0}
    rows = served.events(line.source)
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(row["event"], []).append(row)
    assert {name: len(found) for name, found in by_name.items()} == {
        "search": 2, "identify": 9, "detail_view": 1, "goods_update": 2, "favourite": 1,
    }  # fmt: skip
    early, search = by_name["search"]
    assert (early["route"], early["id"], early["client_ms"]) == ("CAN-CTU", f"b-{line.source}", LOCAL_MS)
    assert (search["route"], search["price"], search["platform"], search["id"]) == ("SHA-PEK", Decimal("1280.5"), "counter", visitor)
    assert search["properties"] == {"city": "北京 🛫", "leaves": "2026-01-05T08:00:00.007+08:00", "day": "2026-01-05", "tags": ["早班", "靠窗"]}
    assert (by_name["detail_view"][0]["app_version"], by_name["detail_view"][0]["id"]) == ("8.1.0", user)
    goods = {row["item_id"]: row for row in by_name["goods_update"]}
    assert (goods["H-1"]["price"], goods["H-1"]["properties"]["op"], goods["H-2"]["properties"]["op"]) == (899, "set", "delete")
    edges = served.edges(line.source)
    assert (f"anon {visitor}", f"login {user}", "login") in edges
    assert any({f"login {user}", f"phone +86{phone}"} == {one, other} for one, other, _ in edges)
    assert any({f"login {user}", f"email li.lei.{line.source}@example.com"} == {one, other} for one, other, _ in edges)
    traits = served.traits(line.source)
    assert (traits["city"], traits["first_route"], traits["name"]) == ("上海", "SHA-PEK", "李雷")
