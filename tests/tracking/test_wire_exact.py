"""Reading by columns says what reading one event at a time says, whatever is sent."""

from __future__ import annotations

import json
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tracking import exact_rows, exact_segment, exact_sensors
from windsock.tracking.body import Body
from windsock.tracking.model.network import NetworkRules
from windsock.tracking.wire import Reading, arrays, decode, segment, signature_of
from windsock.tracking.wire.times import instant_ms, instants_ms

T0 = 1_767_600_000_123
READING = Reading(
    ZoneInfo("Asia/Shanghai"),
    lambda source, user: signature_of(f"secret of {source}", user),
    {"shop": "app"}.get,
    NetworkRules([exact_rows.OFFICE]).known,
)
AGENTS = ("Mozilla/5.0 (Windows NT 10.0) Chrome/140", "Mozilla/5.0 (iPhone)", "", "curl/8")


def table_one_by_one(bodies: list[Body]) -> pa.Table:
    rows = exact_rows.Rows()
    readers = {"segment": exact_segment.SegmentReader(READING, rows), "sensors": exact_sensors.SensorsReader(READING, rows)}
    for body in bodies:
        readers[body.protocol].read(body)
    return rows.table()


numbers = (
    st.integers() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False) | st.decimals(0, 99_999, places=2).map(float)
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | numbers
    | st.text(max_size=8)
    | st.sampled_from(["12.5", "1e3", " 7 ", "cny", "CNY", "ßß", "0.00001", "free", "-0.0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
moments = (
    json_values
    | st.datetimes().flatmap(
        lambda at: st.sampled_from(
            [
                at.isoformat(timespec="milliseconds") + "Z",
                at.isoformat() + "+00:00",
                at.isoformat(timespec="seconds"),
                at.isoformat(" ", "milliseconds") + "+08:00",
            ]
        )
    )
    | st.sampled_from(
        ["2026-01-05T08:00:00.123Z", "2026-01-05T08:00:00.999999Z", "2026-02-30T08:00:00Z", "2026-01-05T08:00:60Z", "never", "1767600000123"]
    )
)
amounts = (
    st.sampled_from([7, 12.5, 0.123456, "1280.50", " 7 ", "1e3", "free", 10**11, -(10**11), 1e40, 10**30, True, None, "", -0.0, ["9"], {}]) | numbers
)
words = st.sampled_from(["SHA-PEK", "", None, 7, 12.0, True, 1e300, ["a"], {"a": 1}, "北京"])
currencies = st.sampled_from(["cny", "CNY", "ßß", "aßb", "eur ", "", None, 123, True, ["cny"]])
promoted = ("route", "channel", "device", "platform", "country", "app_version", "item_id", "order_ref", "order_id", "sku", "path")
properties = st.fixed_dictionaries(
    {},
    optional={
        "price": amounts, "total": amounts, "revenue": amounts, "currency": currencies,
        **dict.fromkeys(promoted, words),
        "x": json_values, "名": json_values,
    },
)  # fmt: skip
addresses = st.sampled_from(["1.2.3.4", "::ffff:1.2.3.255", "1.2.4.0", "2001:db8::1", "1.2.3", 7, None, ["1.2.3.4"]])
contexts = st.fixed_dictionaries(
    {},
    optional={
        "page": st.fixed_dictionaries({}, optional={"path": st.text(max_size=4), "title": json_values}) | json_values,
        "app": st.fixed_dictionaries({"version": json_values}),
        "device": st.fixed_dictionaries({"id": json_values, "type": st.sampled_from(["ios", "Android", 3])}),
        "os": st.fixed_dictionaries({"name": st.sampled_from(["iOS", "Android", "Windows", None])}),
        "library": st.fixed_dictionaries({"name": st.sampled_from(["analytics.js", "analytics-node", "", 7])}, optional={"version": json_values}),
        "campaign": st.dictionaries(st.sampled_from(["name", "source", "price", "x"]), json_values, max_size=3) | json_values,
        "consent": st.fixed_dictionaries({"categoryPreferences": st.dictionaries(st.text(max_size=2), json_values, max_size=2)}),
        "consentManagement": json_values,
        "externalIds": st.lists(
            st.fixed_dictionaries({"type": st.sampled_from(["email", "phone", "crm"]), "id": json_values}) | json_values, max_size=2
        ),
        "traits": st.dictionaries(st.text(max_size=3), json_values, max_size=2),
        "location": st.fixed_dictionaries({"country": json_values}),
        "userAgent": st.sampled_from(AGENTS) | json_values,
        "userIdSignature": st.just(signature_of("secret of web", "u1")) | json_values,
        "sessionId": json_values,
        "ip": addresses,
        "locale": json_values,
    },
)
ids = st.sampled_from(["u1", "u2", "", " ", "m-1", None, 7, 12.0, True]) | json_values
events = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["track", "track", "t", "page", "identify", "screen", "group", "alias", "nonsense", 3, None]),
        "messageId": st.sampled_from(["m1", "m2", " m3 ", "", 17, "x" * 300]) | json_values,
        "userId": ids, "anonymousId": ids, "previousId": ids, "groupId": ids,
        "event": st.sampled_from(["search", "Order Completed", "Product Viewed", "完成值机", ""]) | json_values,
        "name": json_values, "category": json_values, "properties": properties, "traits": properties | json_values,
        "context": contexts, "timestamp": moments, "originalTimestamp": moments, "sentAt": moments,
        "channel": st.sampled_from(["server", "web", 3]),
    },
)  # fmt: skip
odd_events = st.dictionaries(st.sampled_from(["type", "event", "properties", "context", "timestamp", "userId", "traits", "name"]), json_values)
batches = st.fixed_dictionaries(
    {"batch": st.lists(events | events | odd_events | json_values, min_size=1, max_size=5)},
    optional={"sentAt": moments | json_values, "timestamp": moments | json_values, "context": contexts | json_values},
)
BROKEN = [
    b"{", b'{"batch":[{"a":1e999},{"type":"track","event":"x"}]}', b'{"batch":[{"type":"track","type":"page","event":"x"}]}',
    b'{"batch":[{"event":"\\ud800"},{"type":"track","event":"x","properties":{"price":1e999}}]}',
]  # fmt: skip
kinds = st.sampled_from(["batch", "batch", "import", "beacon", "track", "p", "identify"])


TRUSTS: list[Literal["server", "public"]] = ["server", "public"]


@st.composite
def bodies(draw: st.DrawFn) -> Body:
    kind = draw(kinds)
    content = draw(batches if kind in ("batch", "import", "beacon") else events)
    text = json.dumps(content, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    source, trust = draw(st.sampled_from(["web", "shop"])), draw(st.sampled_from(TRUSTS))
    data, found = draw(st.sampled_from([text] * 9 + BROKEN)), draw(st.sampled_from(["", "", "door"]))
    return Body(source, trust, "segment", kind, T0 + 500, draw(st.sampled_from(AGENTS)), 1, "key", data, found)


locals_ = st.sampled_from(["2026-01-05 08:00:00.7", "2026-01-05 08:00:00", "2026-13-05 08:00:00", "2026-01-05", "2026-01-05 08:00:00.123456789"])
sensors_properties = st.fixed_dictionaries(
    {},
    optional={
        "$lib": st.sampled_from(["js", "python", "Android", "iOS", "MiniProgram", "java", 7]), "$lib_version": words, "$os": words | st.just("iOS"),
        "$user_agent": st.sampled_from(AGENTS), "$device_id": ids, "$event_session_id": ids, "$is_login_id": st.booleans(), "$consent": words,
        "$user_id_signature": words | st.just(signature_of("secret of web", "u1")), "$ip": addresses, "$model": json_values,
        "$url_path": words, "$url": words, "$country": words,
        "order_id": words, "price": amounts, "currency": currencies, "page": words, "at": locals_, "$app_version": words,
        "$screen_name": words, "device": words, "item_id": words, "名": json_values, "$title": locals_,
    },
)  # fmt: skip
identities = st.dictionaries(
    st.sampled_from(["$identity_login_id", "$identity_anonymous_id", "$identity_email", "crm"]), ids | st.lists(ids, max_size=2)
)
records = st.fixed_dictionaries(
    {"type": st.sampled_from(
        ["track", "track", "track_signup", "profile_set", "profile_unset", "item_set", "item_delete", "track_id_bind", "track_id_unbind",
         "odd", 3, None]
    )},
    optional={
        "distinct_id": ids, "original_id": ids, "login_id": ids, "anonymous_id": ids, "identities": identities | json_values,
        "event": st.sampled_from(["$pageview", "$AppViewScreen", "$SignUp", "$AppStart", "buy", ""]) | json_values, "time": moments,
        "time_free": words,
        "properties": sensors_properties | json_values, "lib": st.fixed_dictionaries({"$lib": words, "$lib_version": words}) | json_values,
        "item_type": words, "item_id": words, "_track_id": json_values, "_flush_time": moments,
    },
)  # fmt: skip


@st.composite
def sensors_bodies(draw: st.DrawFn) -> Body:
    kind = draw(st.sampled_from(["one", "list"]))
    content = draw(st.lists(records | records | json_values, max_size=4) if kind == "list" else records)
    text = json.dumps(content, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    source, trust = draw(st.sampled_from(["web", "shop"])), draw(st.sampled_from(TRUSTS))
    broken = [b"[1", b'[{"type":"track","event":"x"},{"type":1e999}]']
    data, found = draw(st.sampled_from([text] * 9 + broken)), draw(st.sampled_from(["", "", "door"]))
    return Body(source, trust, "sensors", kind, T0 + 500, draw(st.sampled_from(AGENTS)), 1, "key", data, found)


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(st.lists(sensors_bodies() | sensors_bodies() | bodies(), max_size=4))
def test_sensors_by_columns_is_sensors_one_by_one(some: list[Body]):
    told, wanted = decode(some, READING), table_one_by_one(some)
    for name in wanted.column_names:
        assert told.column(name).to_pylist() == wanted.column(name).to_pylist(), name
    told.validate(full=True)


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(st.lists(bodies(), max_size=4))
def test_segment_by_columns_is_segment_one_by_one(some: list[Body]):
    told, wanted = decode(some, READING), table_one_by_one(some)
    for name in wanted.column_names:
        assert told.column(name).to_pylist() == wanted.column(name).to_pylist(), name
    told.validate(full=True)


@settings(max_examples=150, deadline=None)
@given(st.lists(moments | json_values, max_size=6))
@example(
    [
        "0001-01-01T00:00:00.000+08:00",
        "0001-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999-08:00",
        "1969-12-31T23:59:59.123456Z",
        "1969-12-31T23:59:59.123Z",
    ]
)
def test_a_moment_is_the_same_whatever_was_read_before(values: list[Any]):
    wanted = [exact_rows.instant_ms(value) for value in values]
    assert [instant_ms(value) for value in values] == wanted
    assert [instant_ms(value) for value in values] == wanted
    assert instants_ms(values) == wanted


def test_one_event_that_breaks_the_columns_does_not_cost_the_others(monkeypatch: pytest.MonkeyPatch):
    whole = segment.promoted

    def breaks(insides: Any) -> Any:
        if any("bomb" in inside for inside in insides):
            raise ValueError("boom")
        return whole(insides)

    monkeypatch.setattr(segment, "promoted", breaks)
    made = [
        {"type": "track", "event": "x", "messageId": f"m{n}", "properties": {"price": n, "route": "A", **({"bomb": 1} if n == 3 else {})}}
        for n in range(7)
    ]
    body = Body("web", "public", "segment", "batch", T0, "", 7, "key", json.dumps({"batch": made}).encode())
    rows = decode([body], READING).to_pylist()
    assert [row["message_id"] for row in rows] == ["m0", "m1", "m2", None, "m4", "m5", "m6"]
    assert [row["price"] for row in rows] == [0, 1, 2, None, 4, 5, 6]
    assert (rows[3]["type"], json.loads(rows[3]["properties"])["error"]) == ("undecodable", "ValueError: boom")


def test_what_is_written_in_slices_is_the_same(monkeypatch: pytest.MonkeyPatch):
    made = [{"type": "track", "event": "x", "messageId": f"m{n}", "properties": {"n": n, "route": f"R{n}"} if n % 3 else None} for n in range(11)]
    body = Body("web", "public", "segment", "batch", T0, "", 11, "key", json.dumps({"batch": made}).encode())
    whole = decode([body], READING).to_pylist()
    monkeypatch.setattr(arrays, "_AT_ONCE", 2)
    assert decode([body], READING).to_pylist() == whole
    assert whole[4]["properties"] == '{"n":4}'
