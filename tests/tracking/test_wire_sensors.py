"""What Sensors Data's libraries send, read as events."""

from __future__ import annotations

import base64
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.tracking import COLUMNS
from windsock.tracking.body import Body
from windsock.tracking.door.sensors import unwrap
from windsock.tracking.wire import Reading, decode, signature_of

T0 = 1_767_600_000_123
READING = Reading(ZoneInfo("Asia/Shanghai"), lambda source, user: signature_of(f"secret of {source}", user))


def body(content: Any, kind: str = "one") -> Body:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Body("web", "public", "sensors", kind, T0 + 500, "Mozilla/5.0 (Windows NT 10.0)", 1, "key", data)


def read(content: Any, kind: str = "one") -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if value is not None} for row in decode([body(content, kind)], READING).to_pylist()]


def one(**given: Any) -> dict[str, Any]:
    (row,) = read({"type": "track", "event": "search", "time": T0, "distinct_id": "d1", **given})
    return row


def properties(row: dict[str, Any]) -> Any:
    return json.loads(row.get("properties", "{}"))


JS = {"$lib": "js", "$lib_version": "1.27.11"}


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        ({}, {"event": "search", "type": "track", "anonymous_id": "d1", "user_id": None, "client_ms": T0}),
        ({"distinct_id": 17}, {"anonymous_id": "17"}),
        ({"properties": {"$is_login_id": True}}, {"user_id": "d1", "anonymous_id": None}),
        ({"login_id": "u1", "anonymous_id": "a1"}, {"user_id": "u1", "anonymous_id": "a1"}),
        ({"type": "track_signup", "event": "$SignUp", "distinct_id": "u1", "original_id": "a1"},
         {"event": "identify", "type": "identify", "user_id": "u1", "anonymous_id": "a1"}),
        ({"event": "$pageview", "properties": {"$url_path": "/zh", "$title": "首页"}}, {"event": "page_view", "type": "page", "name": "$pageview"}),
        ({"event": "$AppViewScreen", "properties": {"$screen_name": "Home"}}, {"event": "screen_view", "properties": '{"page":"Home"}'}),
        ({"event": "$MPViewScreen"}, {"event": "screen_view", "type": "screen"}),
        ({"event": "$AppStart"}, {"event": "app_start"}),
        ({"event": "$MPLaunch"}, {"event": "app_start"}),
        ({"event": "$WebClick"}, {"event": "$WebClick"}),
        ({"type": "profile_set", "event": None, "properties": {"name": "李雷", "$city": "上海"}},
         {"event": "identify", "type": "profile", "trait_op": "set", "traits": '{"city":"上海","name":"李雷"}', "properties": None}),
        ({"type": "profile_set_once", "properties": {"a": 1}}, {"trait_op": "set_once"}),
        ({"type": "profile_increment", "properties": {"a": 1}}, {"trait_op": "increment"}),
        ({"type": "profile_append", "properties": {"a": ["b"]}}, {"trait_op": "append", "traits": '{"a":["b"]}'}),
        ({"type": "profile_unset", "properties": {"a": True}}, {"trait_op": "unset", "traits": '{"a":true}'}),
        ({"type": "profile_delete", "properties": {}}, {"trait_op": "delete", "traits": "{}"}),
        ({"type": "item_set", "distinct_id": None, "item_type": "hotel", "item_id": "H1", "properties": {"name": "外滩"}},
         {"event": "goods_update", "type": "item", "item_id": "H1", "properties": '{"item_type":"hotel","name":"外滩","op":"set"}'}),
        ({"type": "item_delete", "distinct_id": None, "item_type": "hotel", "item_id": 2},
         {"anonymous_id": None, "item_id": "2", "properties": '{"item_type":"hotel","op":"delete"}'}),
        ({"type": "track_id_bind", "event": "$BindID", "identities": {"$identity_login_id": "u1", "$identity_mobile": "138"}},
         {"event": "identify", "user_id": "u1", "other_ids": '[["phone","138"]]', "unbind": None}),
        ({"type": "track_id_unbind", "event": "$UnbindID", "identities": {"$identity_mobile": "138"}},
         {"event": "identify", "unbind": True, "other_ids": '[["phone","138"]]', "anonymous_id": None, "user_id": None}),
        ({"distinct_id": "$identity_email+x@y", "identities": {"$identity_email": "x@y"}}, {"anonymous_id": None, "other_ids": '[["email","x@y"]]'}),
        ({"identities": {"$identity_cookie_id": "d1"}}, {"anonymous_id": "d1", "other_ids": None}),
        ({"anonymous_id": "a1", "identities": {"$identity_cookie_id": "c1", "$identity_anonymous_id": "a1"}}, {"other_ids": '[["cookie","c1"]]'}),
        ({"identities": {"$identity_login_id": "u1", "$identity_email": "x@y.cn", "$identity_mp_openid": ["o1", "o2"], "crm": "7"}},
         {"user_id": "u1", "other_ids": '[["email","x@y.cn"],["openid","o1"],["openid","o2"],["customer","7"]]'}),
        ({"properties": {**JS, "$os": "Windows"}, "_flush_time": T0 + 9},
         {"sent_ms": T0 + 9, "library": "js 1.27.11", "device": "desktop", "platform": "web"}),
        ({"properties": JS, "_flush_time": T0 + 9, "time_free": True}, {"sent_ms": None}),
        ({"lib": {"$lib": "python", "$lib_version": "1.11.0"}, "_flush_time": T0 + 9}, {"sent_ms": None, "library": "python 1.11.0"}),
        ({"properties": {"$lib": "MiniProgram", "$os": "iOS"}}, {"device": "ios", "platform": "wechat"}),
        ({"properties": {"$app_version": "8.1", "$country": "中国", "$device_id": "D", "order_id": "O"}},
         {"app_version": "8.1", "country": "中国", "device_id": "D", "order_ref": "O", "properties": None}),
        ({"properties": {"$utm_source": "baidu", "$utm_campaign": "春", "$screen_height": 900}},
         {"properties": '{"campaign":"春","utm_source":"baidu"}', "context": '{"screen_height":900}'}),
        ({"properties": {"$consent": ["b", "a"]}}, {"consent": "a,b"}),
        ({"properties": {"$is_first_day": True}}, {"properties": '{"$is_first_day":true}'}),
        ({"type": "nonsense"}, {"event": None}),
        ({"event": None}, {"event": None, "type": "track"}),
        ({"time": None}, {"client_ms": None}),
        ({"properties": "odd"}, {"properties": '"odd"'}),
    ],
)  # fmt: skip
def test_what_each_record_says(record: dict[str, Any], wanted: dict[str, Any]):
    row = one(**record)
    assert {name: row.get(name) for name in wanted} == wanted


def test_a_list_is_as_many_rows():
    rows = read([{"type": "track", "event": "a", "distinct_id": "d", "time": T0}, 7, {"type": "track", "event": "b", "distinct_id": "d"}], "list")
    assert [row.get("event") for row in rows] == ["a", None, "b"]
    assert rows[1]["type"] == "undecodable"


@pytest.mark.parametrize(
    ("text", "library", "wanted"),
    [
        ("2026-01-05 08:00:00.7", "python", "2026-01-05T08:00:00.007+08:00"),
        ("2026-01-05 08:00:00.70", "python", "2026-01-05T08:00:00.070+08:00"),
        ("2026-01-05 08:00:00.700", "python", "2026-01-05T08:00:00.700+08:00"),
        ("2026-01-05 08:00:00.7", "js", "2026-01-05T08:00:00.700+08:00"),
        ("2026-01-05 08:00:00", "js", "2026-01-05T08:00:00.000+08:00"),
        ("2026-01-05", "python", "2026-01-05"),
        ("2026-99-05 08:00:00", "python", "2026-99-05 08:00:00"),
        ("2026-01-05 08:00:00 and", "js", "2026-01-05 08:00:00 and"),
    ],
)
def test_local_times_get_the_offset_of_the_workspace(text: str, library: str, wanted: str):
    assert properties(one(properties={"$lib": library, "at": text}))["at"] == wanted


def test_no_address_is_kept():
    assert "1.2.3.4" not in json.dumps(one(properties={"$ip": "1.2.3.4", "ip": "1.2.3.4"}))


def test_the_id_of_a_record_is_its_content_and_not_its_sending():
    first = one(_track_id=1, _flush_time=T0, properties={"a": 1, "b": 2})
    assert first["message_id"] == one(_track_id=1, _flush_time=T0 + 5, properties={"b": 2, "a": 1})["message_id"]
    assert first["message_id"] != one(_track_id=2, _flush_time=T0, properties={"a": 1, "b": 2})["message_id"]
    assert first["message_id"] != one(_track_id=1, distinct_id="d2", properties={"a": 1, "b": 2})["message_id"]


def test_a_signed_id_is_proven():
    right = signature_of("secret of web", "u1")
    assert one(login_id="u1", properties={"$user_id_signature": right})["signed"] is True
    assert one(login_id="u2", properties={"$user_id_signature": right})["signed"] is False
    assert right not in json.dumps(one(login_id="u1", properties={"$user_id_signature": right}))


def test_bytes_that_are_nothing_are_kept():
    (row,) = read(base64.b64encode("data=%7B不".encode()), "broken")
    assert row["type"] == "undecodable"
    assert properties(row)["raw"] == "data=%7B不"
    assert read(b"not base64!", "broken")[0]["type"] == "undecodable"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_NAMES = (
    "type",
    "distinct_id",
    "original_id",
    "login_id",
    "anonymous_id",
    "identities",
    "event",
    "time",
    "properties",
    "lib",
    "item_id",
    "_flush_time",
)
_TYPES = st.sampled_from(["track", "track_signup", "profile_set", "item_set", "track_id_bind", "track_id_unbind"])
_PRESETS = st.dictionaries(st.sampled_from(["$lib", "$os", "$consent", "$event_session_id", "$user_id_signature", "$url_path", "price"]), _JSON)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(_NAMES), _JSON) | st.fixed_dictionaries({"type": _TYPES, "properties": _PRESETS, "identities": _JSON}))
)
def test_nothing_that_is_json_can_break_the_reading(records: list[Any]):
    table = decode([body(records, "list")], READING)
    assert (table.num_rows, table.schema) == (len(records), COLUMNS)


def test_a_list_with_what_only_python_calls_a_number_is_read():
    records = [{"type": "track", "event": "x", "distinct_id": "d", "properties": {"a": float("nan"), "b": float("inf"), "c": "NaN"}}] * 60
    found = unwrap(b"data_list=" + base64.b64encode(json.dumps(records).encode()).replace(b"+", b"%2B"), b"", 1 << 20)
    assert (found.kind, found.events) == ("list", 60)
    assert properties(read(found.data, "list")[59]) == {"a": None, "b": None, "c": "NaN"}
