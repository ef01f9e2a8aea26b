"""The Sensors Data side of the door, over real sockets: every shape its SDKs send, and no refusal for what is in them."""

from __future__ import annotations

import base64
import gzip
import json
import os
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tracking.doorway import Doorway, doorway, eventually
from windsock.governance import cli_actor
from windsock.kernel.clock import FixedClock
from windsock.tracking import keys
from windsock.tracking.inbox import open_inbox
from windsock.workspace import Workspace, open_workspace

EVENT = {"type": "track", "distinct_id": "d1", "time": 1_767_225_600_000, "event": "search", "properties": {"route": "SHA-PEK", "city": "上海"}}
LIST = [EVENT, {**EVENT, "distinct_id": "d2"}]


@pytest.fixture
def door(workspace: Workspace) -> Iterator[Doorway]:
    with doorway(workspace) as opened:
        yield opened


def b64(value: object, *, gzipped: bool = False) -> str:
    data = json.dumps(value, ensure_ascii=False).encode()
    return base64.b64encode(gzip.compress(data) if gzipped else data).decode()


def sent(door: Doorway, path: str = "/sa", **request: Any) -> httpx.Response:
    given: dict[str, Any] = {"params": {"project": "web", "token": door.public}, "auth": None, **request}
    return door.send(path, **given)


def form(**fields: str) -> dict[str, Any]:
    return {"content": urlencode(fields), "headers": {"Content-Type": "application/x-www-form-urlencoded"}}


def test_every_shape_of_a_post(door: Doorway):
    one, many = b64(EVENT), b64(LIST)
    shapes = [
        ("one", form(data=b64(EVENT, gzipped=True), gzip="1")),
        ("list", form(data_list=b64(LIST, gzipped=True), gzip="1")),
        ("one", form(data=b64(EVENT, gzipped=True))),  # the flag is forgotten
        ("list", form(data_list=many)),  # the browser's batch
        ("one", form(data=one, ext="crc=123")),
        ("one", {"content": f"data={one}&gzip=0"}),  # not escaped
        ("one", {"content": f"data={quote(quote(one, safe=''), safe='')}"}),  # escaped twice
        ("one", {"content": f"data={one.replace('+', '-').replace('/', '_').rstrip('=')}"}),
        ("one", {"content": f"data={quote(json.dumps(EVENT))}"}),  # no base64 at all
        ("one", {"content": f"crc=1&data={quote(one)}", "headers": {"Content-Type": "text/plain;charset=UTF-8"}}),  # a beacon
        ("one", {"json": {"gzip": "1", "data": b64(EVENT, gzipped=True), "crc": "5"}}),
        ("list", {"json": {"data_list": many}}),
        ("one", {"json": EVENT}),
        ("list", {"json": LIST}),
        ("list", {"content": gzip.compress(json.dumps(LIST).encode()), "headers": {"Content-Encoding": "gzip"}}),
        ("one", {"content": gzip.compress(f"data={quote(one)}".encode())}),
    ]
    for number, (kind, request) in enumerate(shapes):
        answer = sent(door, **request)
        assert (answer.status_code, answer.content) == (200, b""), number
        kept = door.last()
        assert (kept.protocol, kept.kind, kept.events, kept.trust) == ("sensors", kind, 2 if kind == "list" else 1, "public"), number
        assert json.loads(kept.data) == (LIST if kind == "list" else EVENT), number
    assert len(door.bodies()) == len(shapes)


def test_an_image_carries_an_event(door: Doorway):
    for number, path in enumerate(("/sa.gif", "/sa", "/sa.gif"), 1):
        answer = door.http.get(path, params={"project": "web", "token": door.public, "data": b64(EVENT), "ext": "crc=-12"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/gif"
        assert answer.content[:6] == b"GIF89a"
        assert len(door.bodies()) == number
        assert json.loads(door.last().data) == EVENT


def test_whose_it_is(door: Doorway):
    assert sent(door, f"/sa/{door.public}", params={}, json=EVENT).status_code == 200
    assert sent(door, params={"token": door.server}, json=EVENT).status_code == 200
    assert [kept.trust for kept in door.bodies()] == ["public", "server"]
    assert sent(door, params={"token": "no", "project": "web"}, json=EVENT).status_code == 401
    assert sent(door, params={"project": "web"}, json=EVENT).status_code == 401  # nobody said that this may be
    default, _ = keys.create_key(door.workspace, cli_actor(), "web", "sensors", "public", sensors_default=True)
    assert eventually(lambda: sent(door, params={"project": "web"}, json=EVENT).status_code == 200, 3)
    assert sent(door, params={"project": "other"}, json=EVENT).status_code == 401
    assert sent(door, params={"token": default}, json=EVENT).status_code == 200
    keys.set_running(door.workspace, cli_actor(), "web", running=False)
    assert eventually(lambda: sent(door, json=EVENT).status_code == 404, 3)


def test_what_cant_be_read_is_kept_and_acknowledged(door: Doorway):
    card = b"4111111111111111"
    cut_off = base64.b64encode(gzip.compress(b"[1,2")[:-3])
    broken = [
        *(b"rubbish", b"\x00\xff\xfe", b"data=@@@", b"data=", b"{", b"x" * 20_000),
        *(b"data=" + base64.b64encode(b"{no json"), b"data_list=" + base64.b64encode(b"7"), b"data=" + cut_off, b"note " + card),
    ]
    for number, content in enumerate(broken, 1):
        answer = sent(door, content=content)
        assert (answer.status_code, answer.content) == (200, b""), content[:20]
        kept = door.bodies()
        assert len(kept) == number
        assert (kept[-1].kind, kept[-1].events) == ("broken", 1)
        assert len(kept[-1].data) <= 8_192 * 4 // 3 + 4
    assert base64.b64decode(door.bodies()[0].data) == b"rubbish"
    assert base64.b64decode(door.last().data) == b"note 4000000000001111"


def test_an_empty_list_is_fine_and_nothing(door: Doorway):
    assert sent(door, **form(data_list=b64([]))).status_code == 200
    assert door.bodies() == []


def test_a_bomb_is_kept_as_broken(door: Doorway):
    bomb = base64.b64encode(gzip.compress(b"[" + b" " * 50_000_000 + b"]")).decode()
    assert sent(door, **form(data_list=bomb)).status_code == 200
    assert door.last().kind == "broken"


def test_debugging_says_what_is_wrong(door: Doorway):
    good = form(data=b64(EVENT))
    dry = {**good, "headers": {"Dry-Run": "true"}}
    assert sent(door, "/debug", **dry).status_code == 200
    assert door.bodies() == []
    assert sent(door, "/debug", **good).status_code == 200
    assert len(door.bodies()) == 1
    for wrong, said in (
        ({"type": "track", "properties": {}}, "distinct_id"),
        ({**EVENT, "event": ""}, "event"),
        ([EVENT, 3], "Event 2"),
        ({}, "type"),
    ):
        answer = sent(door, "/debug", **form(data=b64(wrong)))
        assert answer.status_code == 400
        assert said in answer.json()["message"]
    assert sent(door, "/debug", content=b"rubbish").status_code == 400
    assert len(door.bodies()) == 1


def test_card_numbers_never_reach_the_disk(door: Doorway):
    assert sent(door, **form(data=b64({**EVENT, "properties": {"note": "4111 1111 1111 1111"}}, gzipped=True))).status_code == 200
    assert json.loads(door.last().data)["properties"]["note"] == "4000 0000 0000 1111"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=300) | st.binary(max_size=200).map(lambda data: b"data=" + base64.b64encode(data)))
def test_nothing_in_a_body_is_refused(door: Doorway, content: bytes):
    before = len(door.bodies())
    assert sent(door, content=content).status_code == 200
    assert len(door.bodies()) - before in {0, 1}


def test_when_it_is_full_segment_is_told_to_come_back_and_sensors_is_made_to_wait(home, clock: FixedClock):
    noise = base64.b64encode(os.urandom(400_000)).decode()
    bounds = {"inbox_max_bytes": 1_000_000, "sensors_share": 0.4}
    with open_workspace(home, own=True, clock=clock, intake=bounds) as workspace, doorway(workspace) as door:
        while (answer := door.send("/v1/track", json={"event": "x", "noise": noise})).status_code == 200:
            pass
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1
        assert int(answer.headers["x-ratelimit-reset"]) >= int(time.time())
        assert answer.json()["code"] == "too_many_events"
        taken = len(door.bodies())
        while door.door._pressure is not None and not door.door._pressure.sink.room("sensors"):
            assert sent(door, json={**EVENT, "noise": noise}).status_code == 200  # its own share
        assert len(door.bodies()) > taken
        answers: list[int] = []
        slow = threading.Thread(target=lambda: answers.append(sent(door, json=EVENT).status_code))
        slow.start()
        time.sleep(0.7)
        assert answers == []  # it waits
        inbox = open_inbox(workspace, write=False)
        inbox.mark_drained(inbox.range()[1])
        inbox.close()
        slow.join(10)
        assert answers == [200]
        assert json.loads(door.last().data) == EVENT
        assert door.send("/v1/track", json={"event": "x"}).status_code == 200


def test_a_disk_that_refuses_is_503_for_segment_and_patience_for_sensors(door: Doorway, monkeypatch: pytest.MonkeyPatch):
    assert door.send("/v1/track", json=EVENT).status_code == 200
    writer = door.door._pressure.sink._writer  # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue]

    def refuse(bodies: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, "_commit", refuse)
    answer = door.send("/v1/track", json=EVENT)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["code"] == "unavailable"
    answers: list[int] = []
    slow = threading.Thread(target=lambda: answers.append(sent(door, json=EVENT).status_code))
    slow.start()
    time.sleep(0.3)
    assert answers == []
    assert len(door.bodies()) == 1
    monkeypatch.undo()
    slow.join(10)
    assert answers == [200]
    assert len(door.bodies()) == 2
    assert door.send("/v1/track", json=EVENT).status_code == 200
