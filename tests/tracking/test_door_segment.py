"""The Segment and RudderStack side of the door, over real sockets: addresses, keys, bodies, answers."""

from __future__ import annotations

import base64
import gzip
import json
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tracking.doorway import Doorway, doorway, eventually
from windsock.governance import cli_actor
from windsock.kernel.clock import FixedClock
from windsock.tracking import keys
from windsock.tracking.door import known_keys
from windsock.workspace import Workspace, open_workspace

EVENT = {"type": "track", "messageId": "m1", "userId": "u1", "event": "search", "properties": {"route": "SHA-PEK", "名": "上海"}}
BATCH = {"batch": [EVENT, {**EVENT, "messageId": "m2"}], "sentAt": "2026-01-01T00:00:00.000Z"}
OK = b'{"success":true}'


@pytest.fixture
def door(workspace: Workspace) -> Iterator[Doorway]:
    with doorway(workspace) as opened:
        yield opened


@pytest.fixture
def cramped(home, clock: FixedClock) -> Iterator[Doorway]:
    """A door with small bounds."""
    bounds = {"body_max_bytes": 20_000, "inflated_max_bytes": 50_000, "events_max": 10}
    with open_workspace(home, own=True, clock=clock, intake=bounds) as workspace, doorway(workspace) as opened:
        yield opened


ONE = {
    **{f"/v1/{name}": name for name in ("track", "identify", "page", "screen", "group", "alias", "merge")},
    "/v1/t": "track",
    "/v1/i": "identify",
    "/v1/p": "page",
    "/v1/s": "screen",
    "/v1/g": "group",
    "/v1/a": "alias",
    "/v1/track/": "track",
    "/api/s/page": "page",
    "/api/s/s2s/track": "track",
    "/api/s/event": "track",
}
MANY = {"/v1/batch": "batch", "/v1/b": "batch", "/v1/import": "import", "/beacon/v1/batch": "beacon"}


def test_each_address_takes_what_it_should(door: Doorway):
    for path, kind in (ONE | MANY).items():
        sent = BATCH if path in MANY else EVENT
        answer = door.send(
            path, json=sent, headers={"User-Agent": "tester/1"}, **({"auth": None, "params": {"writeKey": door.public}} if "/api/" in path else {})
        )
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, OK, "application/json"), path
        kept = door.last()
        assert (kept.source, kept.trust, kept.protocol, kept.kind, kept.events) == ("web", "public", "segment", kind, len(sent.get("batch", "1")))
        assert (kept.received_ms, kept.user_agent, kept.key_id) == (door.workspace.clock.now_ms(), "tester/1", door.public_id)
        assert json.loads(kept.data) == sent


def test_metrics_of_the_sdk_are_answered_and_dropped(door: Doorway):
    assert door.send("/v1/m", content=b'{"series":[]}', auth=None).status_code == 200
    assert door.bodies() == []


def test_an_empty_batch_is_fine_and_nothing(door: Doorway):
    assert door.send(json={"batch": []}).content == OK
    assert door.bodies() == []


def test_four_ways_to_bring_a_key(door: Doorway):
    basic = base64.b64encode(door.public.encode()).decode()
    ways = [
        {"auth": (door.public, "")},
        {"auth": None, "headers": {"Authorization": f"Basic {basic}"}},  # no colon
        {"auth": None, "headers": {"Authorization": f"basic {basic.rstrip('=')}"}},
        {"auth": None, "json": {**BATCH, "writeKey": door.public}},
        {"auth": None, "params": {"writeKey": door.public}},
        {"auth": None, "headers": {"Authorization": "Bearer an.oauth.token"}, "json": {**BATCH, "writeKey": door.public}},
        {"auth": None, "headers": {"Authorization": f"Bearer {door.public}"}},
    ]
    for number, way in enumerate(ways, 1):
        assert door.send(**{"json": BATCH, **way}).status_code == 200, way
        assert len(door.bodies()) == number
    assert {kept.key_id for kept in door.bodies()} == {door.public_id}
    assert door.send("/api/s/track", auth=None, json=EVENT, headers={"X-Write-Key": door.public}).status_code == 200


def test_the_header_comes_first_then_the_body_then_the_query(door: Doorway):
    assert door.send(auth=(door.server, ""), json={**BATCH, "writeKey": door.public}, params={"writeKey": "no"}).status_code == 200
    assert door.last().trust == "server"
    assert door.send(auth=None, json={**BATCH, "writeKey": door.public}, params={"writeKey": door.server}).status_code == 200
    assert door.last().trust == "public"
    for way in ({"auth": ("no", "")}, {"auth": None, "json": {**BATCH, "writeKey": "no"}, "params": {"writeKey": door.public}}):
        assert door.send(**{"json": {**BATCH, "writeKey": door.public}, **way}).status_code == 401


def test_an_unknown_key_is_401_with_code_and_message(door: Doorway):
    for auth in (None, ("nobody", ""), ("", "")):
        answer = door.send(auth=auth, json=BATCH)
        assert answer.status_code == 401
        assert answer.json()["code"] == "invalid_write_key"
        assert answer.json()["message"]
    assert door.bodies() == []


def test_a_header_that_is_no_base64(door: Doorway):
    assert door.send(auth=None, headers={"Authorization": "Basic @@@@@"}, json=BATCH).status_code == 401
    assert door.send(auth=None, headers={"Authorization": "Basic"}, json=BATCH).status_code == 401


def test_a_revoked_key_stops_within_two_seconds_and_a_new_one_works(door: Doorway):
    assert door.send(json=BATCH).status_code == 200
    keys.revoke_key(door.workspace, cli_actor(), door.public_id)
    assert eventually(lambda: door.send(json=BATCH).status_code == 401, 2.5)
    fresh, _ = keys.create_key(door.workspace, cli_actor(), "web", "another", "public")
    assert eventually(lambda: door.send(auth=(fresh, ""), json=BATCH).status_code == 200, 2.5)


def test_a_new_key_is_not_waited_for(door: Doorway):
    assert door.send(auth=("nobody-knows-it", ""), json=BATCH).status_code == 401
    known = door.door._keys  # nobody shall read the records by the clock any more
    assert known is not None
    known.close()
    fresh, _ = keys.create_key(door.workspace, cli_actor(), "web", "just made", "public")
    assert eventually(lambda: door.send(auth=(fresh, ""), json=BATCH).status_code == 200, 0.5)


def test_nobody_waits_while_the_records_are_asked_for_a_new_key(door: Doorway, monkeypatch: pytest.MonkeyPatch):
    assert door.send(json=BATCH).status_code == 200
    known = door.door._keys
    assert known is not None
    known.close()
    fresh, _ = keys.create_key(door.workspace, cli_actor(), "web", "just made", "public")
    read, begun, go = known.refresh, threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go.wait(10)
        read()

    monkeypatch.setattr(known, "refresh", slow)
    monkeypatch.setattr(known_keys, "ANEW_S", 0.0)
    with ThreadPoolExecutor(3) as senders:
        new = [senders.submit(door.send, auth=(fresh, ""), json=BATCH) for _ in range(2)]
        assert begun.wait(10)
        assert senders.submit(door.send, json=BATCH).result(5).status_code == 200
        assert [one.done() for one in new] == [False, False]
        go.set()
        assert [one.result().status_code for one in new] == [200, 200], "whoever comes meanwhile gets the same answer"


def test_a_stopped_source_is_404_until_it_runs_again(door: Doorway):
    keys.set_running(door.workspace, cli_actor(), "web", running=False)
    assert eventually(lambda: door.send(json=BATCH).status_code == 404, 2.5)
    assert door.send(json=BATCH).json()["code"] == "source_disabled"
    keys.set_running(door.workspace, cli_actor(), "web", running=True)
    assert eventually(lambda: door.send(json=BATCH).status_code == 200, 2.5)


def test_any_content_type_and_encoding(door: Doorway):
    encodings = [
        (lambda data: data, ""),
        (gzip.compress, "gzip"),
        (gzip.compress, ""),  # said by nobody but the bytes
        (gzip.compress, "GZIP"),
        (lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:]), "gzip"),
        (zlib.compress, "deflate"),
        (lambda data: zlib.compress(data)[2:-4], "deflate"),
        (lambda data: data, "gzip"),  # said, but not done
    ]
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8", "x", ""):
        for number, (packed, encoding) in enumerate(encodings):
            headers = {"Content-Type": content_type} | ({"Content-Encoding": encoding} if encoding else {})
            answer = door.send(content=packed(json.dumps(BATCH).encode()), headers=headers)
            assert answer.content == OK, (content_type, number)
    kept = door.bodies()
    assert len(kept) == 5 * len(encodings)
    assert all(json.loads(one.data) == BATCH for one in kept)


def test_what_is_no_json_is_400(door: Doorway):
    for path, body, code in (
        ("/v1/batch", b'{"batch":[{"a":1}', "invalid_json"),
        ("/v1/batch", b"", "invalid_json"),
        ("/v1/batch", b"\xff\xfe", "invalid_json"),
        ("/v1/batch", b'{"batch":[]} x', "invalid_json"),
        ("/v1/batch", b'{"batch":' + b"[" * 100_000, "invalid_json"),
        ("/v1/batch", b"[]", "invalid_body"),
        ("/v1/batch", b'{"batch":{"a":1}}', "invalid_body"),
        ("/v1/batch", b'"text"', "invalid_body"),
        ("/v1/track", b"[{}]", "invalid_body"),
        ("/v1/track", b"null", "invalid_body"),
        ("/v1/track", b"{", "invalid_json"),
        ("/v1/track", b'{"a":NaN', "invalid_json"),
        ("/v1/track", b'{"a":NaN,"b":"\\ud800"}', "invalid_json"),
        ("/v1/batch", b'{"batch":[NaN]' + b"[" * 100_000, "invalid_json"),
    ):
        answer = door.send(path, content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, code), body[:30]
        assert answer.json()["message"]
    assert door.bodies() == []


def test_not_a_number_is_nothing_and_costs_no_batch(door: Doorway):
    body = '{"batch":[{"type":"track","properties":{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN 北","d":12345678901234567890123}}]}'.encode()
    answer = door.send(content=body)
    assert (answer.status_code, answer.content) == (200, OK)
    assert json.loads(door.last().data)["batch"][0]["properties"] == {"a": None, "b": [None, None], "c": "NaN 北", "d": 12345678901234567890123}
    plain = b'{"batch":[{"type": "track", "event": "NaN"}]}'
    assert door.send(content=plain).status_code == 200
    assert door.last().data == plain, "what is JSON is kept as it came"


def test_odd_events_are_taken_for_the_loader_to_judge(door: Doorway):
    odd = {"batch": [1, None, "x", [], {"userId": 7}], "writeKey": 3, "sentAt": 5}
    assert door.send(json=odd).status_code == 200
    assert door.last().events == 5
    assert door.send("/v1/track", json={"writeKey": {"a": 1}}).status_code == 200


def test_bodies_are_bounded(cramped: Doorway):
    small = {"batch": [{"a": "x" * 1_000}] * 10}
    assert cramped.send(json=small).status_code == 200
    kept = len(cramped.bodies())
    too_long = cramped.send(content=b'{"batch":[{"a":"' + b"x" * 30_000 + b'"}]}')
    assert (too_long.status_code, too_long.json()["code"]) == (413, "too_large")

    def chunks():
        for _ in range(30):
            yield b"x" * 1_000

    assert cramped.send(content=chunks()).status_code == 413
    many = cramped.send(json={"batch": [{}] * 11})
    assert (many.status_code, many.json()["code"]) == (413, "too_many_events")
    bomb = gzip.compress(b'{"batch":["' + b"0" * 100_000_000 + b'"]}')[:19_000]
    assert cramped.send(content=gzip.compress(b" " * 60_000 + b'{"batch":[]}')).status_code == 413
    assert cramped.send(content=bomb, headers={"Content-Encoding": "gzip"}).status_code == 413
    assert cramped.send(content=gzip.compress(json.dumps(small).encode())[:-9]).json()["code"] == "invalid_encoding"
    assert len(cramped.bodies()) == kept
    assert cramped.send(json=small).status_code == 200  # the connection lives on


def test_pages_of_any_origin_may_send(door: Doorway):
    asked = door.http.options(
        "/v1/t",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,anonymousid,x-retry-count",
        },
    )
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == "https://shop.example"
    assert asked.headers["access-control-allow-headers"] == "authorization,anonymousid,x-retry-count"
    assert asked.headers["access-control-allow-credentials"] == "true"
    assert asked.headers["access-control-max-age"] == "900"
    assert "POST" in asked.headers["access-control-allow-methods"]
    for answer in (door.send(json=BATCH, headers={"Origin": "https://a.example"}), door.send(auth=None, json=BATCH, headers={"Origin": "null"})):
        assert answer.headers["access-control-allow-origin"] == answer.request.headers["origin"]
        assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-origin" not in door.send(json=BATCH).headers


def test_analytics_js_is_pointed_at_us(door: Doorway):
    answer = door.http.get(f"/v1/projects/{door.public}/settings", headers={"Origin": "https://a.example"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://a.example"
    told = answer.json()
    host = door.url.removeprefix("http://")
    assert told["integrations"] == {"Segment.io": {"apiKey": door.public, "apiHost": f"{host}/v1", "protocol": "http", "retryQueue": True}}
    assert told["metrics"] == {"sampleRate": 0}
    secure = door.http.get(f"/v1/projects/{door.public}/settings", headers={"X-Forwarded-Proto": "https", "Host": "events.example"}).json()
    assert secure["integrations"]["Segment.io"]["apiHost"] == "events.example/v1"
    assert secure["integrations"]["Segment.io"]["protocol"] == "https"
    evil = door.http.get(f"/v1/projects/{door.public}/settings", headers={"Host": 'a"b<script>'}).json()
    assert "apiHost" not in evil["integrations"]["Segment.io"]
    assert door.http.get("/v1/projects/nobody/settings").status_code == 401


def test_rudder_js_is_told_that_its_source_runs(door: Doorway):
    ways: list[dict[str, Any]] = [{"auth": (door.public, "")}, {"params": {"p": "cdn", "v": "3.34", "writeKey": door.public}}]
    for way in ways:
        for path in ("/sourceConfig/", "/sourceConfig"):
            told = door.http.get(path, **way).json()["source"]
            assert told["enabled"] is True
            assert (told["config"], told["destinations"]) == ({}, [])
            assert all(told[name] for name in ("id", "name", "workspaceId"))
            assert "write" not in json.dumps(told).lower()
    assert door.http.get("/sourceConfig/", auth=("no", "")).status_code == 401


def test_pixels(door: Doorway):
    answer = door.http.get(
        "/pixel/v1/page", params={"writeKey": door.public, "anonymousId": "a1", "context.page.url": "https://x/y?z=1", "name": "主页"}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/gif"
    assert answer.content[:6] == b"GIF89a"
    assert (door.last().kind, door.last().events) == ("pixel", 1)
    wanted = {"type": "page", "channel": "web", "anonymousId": "a1", "context": {"page": {"url": "https://x/y?z=1"}}, "name": "主页"}
    assert json.loads(door.last().data) == wanted
    data = base64.b64encode(json.dumps({**EVENT, "writeKey": door.public}).encode()).decode()
    assert door.http.get("/v1/pixel/track", params={"data": data}).status_code == 200
    assert json.loads(door.last().data)["messageId"] == "m1"
    assert door.http.get("/v1/pixel/track", params={"data": "!!", "writeKey": door.public}).status_code == 400
    assert door.http.get("/pixel/v1/page", params={"writeKey": "no"}).status_code == 401


def test_other_addresses_are_404(door: Doorway):
    for method, path in (("GET", "/v1/track"), ("POST", "/v1/nothing"), ("PUT", "/v1/track"), ("POST", "/api/s/delete"), ("GET", "/v1/")):
        answer = door.http.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_card_numbers_never_reach_the_disk(door: Doorway):
    assert door.send(json={"batch": [{"properties": {"note": "pay with 4111 1111 1111 1111", "n": 5555555555554444}}]}).status_code == 200
    assert json.loads(door.last().data)["batch"][0]["properties"] == {"note": "pay with 4000 0000 0000 1111", "n": 5000000000004444}


def test_when_a_key_was_used_is_noted(door: Doorway):
    assert door.send(json=BATCH).status_code == 200
    assert door.door._keys is not None
    door.door._keys._note_use()
    used = {key.id: key.used_ms for key in keys.list_keys(door.workspace)}
    assert used[door.public_id] == door.workspace.clock.now_ms()


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["/v1/batch", "/v1/track", "/v1/import", "/beacon/v1/batch"]),
    st.binary(max_size=300)
    | st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["batch", "writeKey", "a"]), inner)
    ).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(["", "gzip", "deflate", "br"]),
)
def test_no_body_makes_it_stumble(door: Doorway, path: str, body: bytes, encoding: str):
    before = len(door.bodies())
    answer = door.send(path, content=body, headers={"Content-Encoding": encoding} if encoding else {})
    assert answer.status_code in {200, 400, 401}
    assert set(answer.json()) >= ({"success"} if answer.status_code == 200 else {"code", "message"})
    assert len(door.bodies()) - before <= 1
    assert answer.status_code == 200 or len(door.bodies()) == before
