"""What Segment's and RudderStack's libraries send, read as events."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.tracking import COLUMNS
from windsock.tracking.body import UNREADABLE, Body
from windsock.tracking.wire import Reading, decode, signature_of

T0 = 1_767_600_000_123
READING = Reading(ZoneInfo("Asia/Shanghai"), lambda source, user: signature_of(f"secret of {source}", user), {"shop": "app"}.get)
BROWSER = {"library": {"name": "analytics.js", "version": "npm:next-1.84.3"}, "userAgent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140"}


def body(content: Any, kind: str = "batch", source: str = "web", events: int = 1) -> Body:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Body(source, "server", "segment", kind, T0 + 500, "agent/1", events, "key", data)


def read(content: Any, kind: str = "batch", source: str = "web") -> list[dict[str, Any]]:
    rows = decode([body(content, kind, source)], READING).to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def one(event: dict[str, Any], **batch: Any) -> dict[str, Any]:
    (row,) = read({"batch": [event], **batch})
    return row


def properties(row: dict[str, Any]) -> Any:
    return json.loads(row["properties"])


def test_a_track_call_has_its_columns_and_the_rest_as_json():
    row = one(
        {
            "type": "track", "messageId": "m1", "userId": "u1", "anonymousId": "a1", "event": "search", "timestamp": "2026-01-05T08:00:00.123Z",
            "properties": {"route": "SHA-PEK", "price": 1280.5, "currency": "cny", "城市": "北京", "legs": [{"n": 1}]},
        }
    )  # fmt: skip
    assert row["size"] > 100
    del row["size"]
    assert row == {
        "message_id": "m1", "user_id": "u1", "anonymous_id": "a1", "event": "search", "name": "search", "type": "track", "client_ms": T0,
        "received_ms": T0 + 500, "route": "SHA-PEK", "price": Decimal("1280.5000"), "currency": "CNY",
        "properties": '{"legs":[{"n":1}],"城市":"北京"}',
    }  # fmt: skip


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        ({"type": "identify", "traits": {"b": 1, "a": "李"}}, {"event": "identify", "traits": '{"a":"李","b":1}', "trait_op": "set"}),
        ({"type": "identify", "context": {"traits": {"a": 1}}}, {"event": "identify", "traits": '{"a":1}', "trait_op": "set"}),
        ({"type": "identify", "context": {"traits": {"a": 1, "b": 1}}, "traits": {"b": 2}}, {"traits": '{"a":1,"b":2}'}),
        ({"type": "identify", "userId": 17}, {"event": "identify", "user_id": "17"}),
        ({"type": "page", "name": "首页", "properties": {"path": "/zh"}}, {"event": "page_view", "type": "page", "name": "首页"}),
        ({"type": "screen", "name": "Detail"}, {"event": "screen_view", "properties": '{"name":"Detail","page":"Detail"}'}),
        ({"type": "group", "groupId": 7, "traits": {"n": 1}}, {"event": "group", "properties": '{"group_id":7,"traits":{"n":1}}'}),
        ({"type": "alias", "previousId": "a9", "userId": "u1"}, {"event": "alias", "previous_id": "a9", "user_id": "u1"}),
        ({"type": "track", "event": "Order Completed", "properties": {"order_id": "O1"}}, {"event": "order_placed", "order_ref": "O1"}),
        (
            {"type": "track", "event": "Order Completed", "properties": {"revenue": 9, "total": "10"}},
            {"price": Decimal(10), "properties": '{"revenue":9}'},
        ),
        ({"type": "track", "event": "Product Viewed", "properties": {"product_id": "P", "sku": "S"}}, {"event": "detail_view", "item_id": "P"}),
        ({"type": "track", "event": "Signed Up"}, {"event": "sign_up", "name": "Signed Up"}),
        ({"type": "track", "event": "完成值机"}, {"event": "完成值机"}),
        ({"type": "track", "event": "x", "anonymousId": None, "userId": 12.0}, {"user_id": "12"}),
        ({"type": "track", "event": "x", "properties": None}, {"event": "x"}),
        ({"type": "track", "event": "x", "properties": "odd"}, {"event": "x", "properties": '"odd"'}),
        ({"type": "track", "event": "x", "properties": {"price": "free", "route": ["a"]}}, {"properties": '{"price":"free","route":["a"]}'}),
        ({"type": "track", "event": "x", "properties": {"price": True}}, {"properties": '{"price":true}'}),
        ({"type": "track", "event": "x", "properties": {"price": 0.123456}}, {"price": Decimal("0.1235"), "properties": '{"price":0.123456}'}),
        (
            {"type": "track", "event": "x", "context": {"consent": {"categoryPreferences": {"Ads": False, "Analytics": True}}}},
            {"consent": "Analytics"},
        ),
        (
            {"type": "track", "event": "x", "context": {"consent": {"categoryPreferences": {"Ads": False}}}},
            {"consent": ""},
        ),
        (
            {"type": "track", "event": "x", "context": {"consentManagement": {"allowedConsentIds": ["b", "a"], "deniedConsentIds": []}}},
            {"consent": "a,b"},
        ),
        (
            {"type": "track", "event": "x", "context": {"consentManagement": {"allowedConsentIds": [], "deniedConsentIds": ["b"]}}},
            {"consent": ""},
        ),
        (
            {"type": "track", "event": "x", "context": {"externalIds": [{"type": "mobile", "id": "138"}, {"type": "crm", "id": 7}]}},
            {"other_ids": '[["customer","7"],["phone","138"]]'},
        ),
        (
            {"type": "track", "event": "x", "context": {"app": {"version": "8.1"}, "os": {"name": "Android"}}},
            {"app_version": "8.1", "device": "android", "platform": "android"},
        ),
        (
            {"type": "track", "event": "x", "context": {"os": {"name": "iOS"}, "device": {"id": "D1"}}},
            {"device": "ios", "device_id": "D1"},
        ),
        (
            {"type": "track", "event": "x", "context": BROWSER},
            {"device": "desktop", "platform": "web", "library": "analytics.js npm:next-1.84.3"},
        ),
        ({"type": "track", "event": "x", "context": {"location": {"country": "CN"}}}, {"country": "CN"}),
        (
            {"type": "track", "event": "x", "context": {"campaign": {"name": "spring", "source": "baidu"}}},
            {"properties": '{"campaign":"spring","utm_source":"baidu"}'},
        ),
        ({"type": "track", "event": "x", "context": "odd"}, {"event": "x"}),
    ],
)  # fmt: skip
def test_what_each_shape_says(event: dict[str, Any], wanted: dict[str, Any]):
    row = one({"messageId": "m", "timestamp": "2026-01-05T08:00:00.123Z", **event})
    assert {name: row.get(name) for name in wanted} == wanted


def test_a_page_call_tells_its_page_from_the_context():
    page = {"path": "/zh/home", "url": "https://gull.example/zh/home?utm=1", "referrer": "https://b.example", "title": "首页", "search": "?utm=1"}
    row = one({"type": "page", "context": {"page": page}})
    assert properties(row) == {**page, "page": "/zh/home"}


@pytest.mark.parametrize("ip", ["1.2.3.4", "2001:db8::1"])
def test_no_address_is_kept(ip: str):
    row = one({"type": "track", "event": "x", "context": {"ip": ip, "locale": "zh-CN"}})
    assert ip not in json.dumps(row)
    assert row["context"] == '{"locale":"zh-CN"}'


def test_the_sender_of_a_request_is_the_visitor_only_where_no_server_speaks():
    content = json.dumps({"type": "track", "event": "x"}).encode()
    for trust, agent in (("public", "curl/8"), ("server", None)):
        table = decode([Body("web", trust, "segment", "track", T0, "curl/8", 1, "key", content)], READING)  # type: ignore[arg-type]
        assert table.column("user_agent").to_pylist() == [agent]
    assert one({"type": "track", "event": "x", "context": {"userAgent": "Mozilla/5.0"}})["user_agent"] == "Mozilla/5.0"


def test_the_context_of_a_batch_is_that_of_its_events():
    row = one({"type": "track", "event": "x", "context": {"locale": "en"}}, context={"locale": "zh", "app": {"version": "3"}})
    assert (row["app_version"], row["context"]) == ("3", '{"app":{"version":"3"},"locale":"en"}')


@pytest.mark.parametrize(
    ("event", "batch", "client", "sent"),
    [
        ({"timestamp": "2026-01-05T08:00:00.123Z"}, {"sentAt": "2026-01-05T08:00:01Z"}, T0, T0 + 877),
        ({"timestamp": "2026-01-05T16:00:00.123456+08:00"}, {}, T0, None),
        ({"originalTimestamp": "2026-01-05T08:00:00.123Z", "timestamp": "2020-01-01T00:00:00Z"}, {}, T0, None),
        ({"timestamp": T0}, {"sentAt": T0 + 1}, T0, T0 + 1),
        ({"timestamp": "never"}, {}, None, None),
        ({}, {"timestamp": "2026-01-05T08:00:00.123Z"}, T0, None),
        ({"timestamp": T0, "sentAt": T0 + 5}, {"sentAt": T0 + 9}, T0, T0 + 5),
        ({"timestamp": T0, "channel": "server", "originalTimestamp": T0 + 99}, {"sentAt": T0 + 9}, T0, None),
        ({"timestamp": T0, "context": {"library": {"name": "@segment/analytics-node"}}}, {"sentAt": T0 + 9}, T0, None),
        ({"timestamp": T0, "context": {"library": {"name": "analytics.js"}}}, {"sentAt": T0 + 9}, T0, T0 + 9),
    ],
)  # fmt: skip
def test_which_clock_spoke(event: dict[str, Any], batch: dict[str, Any], client: int | None, sent: int | None):
    row = one({"type": "track", "event": "x", **event}, **batch)
    assert (row.get("client_ms"), row.get("sent_ms")) == (client, sent)


def test_an_import_has_no_clock_of_sending():
    (row,) = read({"batch": [{"type": "track", "event": "x", "timestamp": T0, "sentAt": T0}], "sentAt": T0}, "import")
    assert "sent_ms" not in row


def test_a_single_event_stands_at_the_root_and_takes_its_type_from_the_address():
    assert [row["event"] for row in read({"event": "x", "userId": "u"}, "track")] == ["x"]
    assert [row["event"] for row in read({"userId": "u", "type": "identify"}, "i")] == ["identify"]
    assert [row["event"] for row in read({"userId": "u"}, "p")] == ["page_view"]


def test_the_channel_of_the_source_stands_in():
    assert read({"event": "x", "type": "track"}, "track", "shop")[0]["channel"] == "app"
    assert read({"event": "x", "type": "track", "properties": {"channel": "kiosk"}}, "track", "shop")[0]["channel"] == "kiosk"


def test_a_signed_id_is_proven_for_that_source_and_id_only():
    right = signature_of("secret of web", "u1")
    for user, source, signature, wanted in (
        ("u1", "web", right, True), ("u1", "web", right.upper(), True), ("u2", "web", right, False), ("u1", "app", right, False),
        ("u1", "web", "", False), ("u1", "web", 7, False), (None, "web", right, False),
    ):  # fmt: skip
        (row,) = read({"type": "identify", "userId": user, "context": {"userIdSignature": signature}}, "identify", source)
        assert row["signed"] is wanted


def test_a_missing_message_id_is_made_of_the_content():
    plain = {"type": "track", "event": "x", "userId": "u", "timestamp": T0}
    assert one(plain)["message_id"] == one({**plain, "sentAt": T0 + 4}, sentAt=T0 + 9)["message_id"]
    assert one(plain)["message_id"] != one({**plain, "properties": {"n": 1}})["message_id"]
    without = {name: plain[name] for name in ("type", "event", "userId")}
    twice = [row["message_id"] for row in read({"batch": [without, without]})]
    assert twice[0] != twice[1]
    assert [row["message_id"] for row in read({"batch": [without, without]})] == twice


def test_a_session_of_one_device_is_not_that_of_another():
    context = {"sessionId": 1_767_600_000}
    numbers = {one({"type": "track", "event": "x", "anonymousId": who, "context": context})["session_id"] for who in ("a", "b")}
    assert len(numbers) == 2
    assert all(0 <= number < 1 << 63 for number in numbers)


def test_what_is_no_event_is_a_row_without_a_name():
    rows = read({"batch": [17, {"type": "track", "event": "x"}, "text", None, [], {"type": "nonsense"}, {"type": 3}, {"type": "track"}]})
    assert [row.get("event") for row in rows] == [None, "x", None, None, None, None, None, None]
    assert [row.get("type") for row in rows] == ["undecodable", "track", "undecodable", "undecodable", "undecodable", None, None, "track"]
    assert properties(rows[0])["raw"] == "17"


def test_a_body_that_is_no_batch_is_one_event():
    assert [row["event"] for row in read({"type": "track", "event": "x"}, "batch")] == ["x"]
    assert [row.get("event") for row in read(b"[1, 2]", "batch")] == [None]
    assert [row.get("event") for row in read(b"{", "track")] == [None]


def test_a_body_of_a_lost_block_counts_its_events():
    lost = Body("web", "public", "segment", UNREADABLE, T0, "", 3, "", b"")
    assert [row["type"] for row in decode([lost], READING).to_pylist()] == ["undecodable"] * 3
    assert decode([], READING).schema == COLUMNS


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_NAMES = (
    "type", "messageId", "userId", "anonymousId", "previousId", "groupId", "event", "name", "category", "properties", "traits", "context",
    "timestamp", "originalTimestamp", "sentAt", "channel",
)  # fmt: skip


_PARTS = ("page", "app", "device", "os", "library", "campaign", "consent", "consentManagement", "externalIds", "traits", "location", "userAgent")
_CALLS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["track", "page", "identify"]),
        "context": st.dictionaries(st.sampled_from(_PARTS), _JSON),
        "properties": st.dictionaries(st.sampled_from(["price", "route", "currency", "path", "order_id"]), _JSON),
    }
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(_NAMES), _JSON) | _CALLS, max_size=4), _JSON)
def test_nothing_that_is_json_can_break_the_reading(events: list[Any], context: Any):
    content = json.dumps({"batch": events, "context": context, "sentAt": context}).encode()
    table = decode([body(content)], READING)
    assert (table.num_rows, table.cast(COLUMNS).schema) == (len(events), COLUMNS)
    assert decode([body(content)], READING).equals(table)
