"""A process of its own decodes as the loader does; it is there only when it is worth it, and may die at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.conftest import START_MS
from tests.tracking.test_drain import ask, balance, body, put, track
from tests.tracking.test_wire_exact import READING, bodies, sensors_bodies
from windsock.governance import cli_actor
from windsock.tracking import ahead, drain, inbox_sql
from windsock.tracking.ahead import SIGNING, Ahead
from windsock.tracking.body import DAY_PURPOSE, Body
from windsock.tracking.decoder import asking, frames
from windsock.tracking.decoder.asking import Decoder, DecoderLost
from windsock.tracking.drain import STREAM, Drain, drain_all
from windsock.tracking.event_columns import COLUMNS, MONEY
from windsock.tracking.inbox import Inbox, open_inbox
from windsock.tracking.internal.keep import save_internal
from windsock.tracking.keys import create_source
from windsock.tracking.model.internal import networks_of
from windsock.tracking.plan.read import read_internal
from windsock.tracking.wire import decode_apart, signature_of
from windsock.warehouse import schema
from windsock.workspace import INBOX_FILE, Workspace

LONGEST_S = 60.0


@pytest.fixture
def inbox(workspace: Workspace) -> Iterator[Inbox]:
    opened = open_inbox(workspace, write=False)
    yield opened
    opened.close()


@pytest.fixture
def helped(workspace: Workspace, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drain]:
    """A loader for which little is much, two events at a time."""
    monkeypatch.setattr(ahead, "WORTH_EVENTS", 2)
    loader = Drain(workspace, inbox, helped=True)
    loader.ahead.most = 2
    yield loader
    loader.close()


def until(true: Callable[[], object]) -> None:
    last = time.monotonic() + LONGEST_S
    while not true():
        assert time.monotonic() < last
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def decoder_of(loader: Drain) -> Decoder:
    assert loader.ahead.decoder is not None
    return loader.ahead.decoder


def pid_of(loader: Drain) -> int:
    pid = decoder_of(loader).pid
    assert pid is not None
    return pid


def some_blocks(count: int) -> list[Body]:
    return [body(track(2 * number), track(2 * number + 1)) for number in range(count)]


def stored(workspace: Workspace) -> list[str]:
    return sorted(row["message_id"] for row in ask(workspace, "SELECT message_id FROM event"))


def all_of(count: int) -> list[str]:
    return sorted(f"m{number}" for number in range(2 * count))


# --- it says the same


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(bodies() | sensors_bodies(), max_size=4))
def test_what_goes_through_the_pipe_is_the_same(some: list[Body]):
    for _, _, events in decode_apart(some, READING):
        stream = memoryview(frames.stream_of(events))
        same = frames.table_of(stream, events.num_rows)
        assert same.schema == events.schema
        assert same.equals(events)


def test_amounts_are_those_of_the_warehouse():
    assert MONEY == schema.MONEY


def odd_bodies(workspace: Workspace) -> list[Body]:
    create_source(workspace, cli_actor(), "shop", "Shop", "web", "app")
    save_internal(workspace, {"rules": [{"name": "office", "by": "network", "values": ["10.0.0.7"]}]}, cli_actor(), "ours")
    proof = signature_of(workspace.seal.hash(SIGNING, "shop"), "u1")
    claim = {"type": "identify", "userId": "u1", "anonymousId": "a1", "messageId": "i1", "timestamp": START_MS}
    local = b'{"type":"track","event":"$pageview","time":1767600000123,"distinct_id":"d","properties":{"at":"2026-01-05 08:00:00.7","price":12.5}}'
    return [
        body(*(track(number, context={"ip": f"10.0.0.{number}"}) for number in range(20)), 17, None, {"type": "nothing"}),
        body({**claim, "context": {"userIdSignature": proof}}, {**claim, "context": {"userIdSignature": "no"}}, source="shop", trust="public"),
        Body("web", "public", "sensors", "one", START_MS, "Mozilla/5.0 (iPhone)", 1, "key", local),
        Body("web", "public", "sensors", "list", START_MS, "", 2, "key", b"[" + local + b",7]"),
        *(Body("app", "public", "segment", kind, START_MS, "", 1, "key", data) for kind, data in (("batch", b"7"), ("track", b"\xff"), ("p", b"[]"))),
        *(Body("app", "server", "sensors", kind, START_MS, "", 2, "key", data) for kind, data in (("broken", b"???"), ("list", b"{}"))),
    ]


@pytest.mark.parametrize("readable", [True, False])
def test_the_process_says_what_the_loader_says(workspace: Workspace, inbox: Inbox, *, readable: bool):
    put(workspace, *odd_bodies(workspace))
    if not readable:
        inbox._connection.execute("DELETE FROM day_key")
    helped, alone = (Ahead(workspace, inbox, 1_000, helped=one) for one in (True, False))
    decoder = helped.decoder
    assert decoder is not None
    until(decoder.ready)
    offices = networks_of(read_internal(workspace)[0])
    first, last, parts = decoder.take(frames.Ask(0, 1_000, workspace.zone, {"shop": "app"}, offices))
    own = alone.take(0)
    helped.close()
    assert own is not None
    assert (first, last) == (own.first, own.last) == (1, 9)
    assert [(source, trust) for source, trust, _ in parts] == [(group.source, group.trust) for group in own.groups]
    for (_, _, given_back), group in zip(parts, own.groups, strict=True):
        assert given_back.schema == group.events.schema
        assert given_back.equals(group.events)
    if readable:
        shop = next(events for source, _, events in parts if source == "shop")
        assert (shop.column("signed").to_pylist(), set(shop.column("channel").to_pylist())) == ([True, False], {"app"})
        assert pa.types.is_dictionary(shop.column("event").type)
        web = next(events for source, trust, events in parts if (source, trust) == ("web", "server"))
        assert web.column("network").to_pylist().count("office") == 1


# --- it is there when it is worth it


def test_little_starts_nothing(workspace: Workspace, inbox: Inbox):
    put(workspace, *some_blocks(3))
    loader = Drain(workspace, inbox, helped=True)
    loader.ahead.most = 20_000
    while loader.step():
        assert decoder_of(loader).pid is None
    loader.close()
    assert stored(workspace) == all_of(3)


def test_commands_and_tests_start_nothing_and_the_server_may(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ahead, "WORTH_EVENTS", 1)
    began: list[object] = []
    monkeypatch.setattr(Decoder, "ready", lambda _: began.append(1))
    put(workspace, *some_blocks(3))
    monkeypatch.setattr(drain, "Ahead", lambda its, inbox, _, **how: Ahead(its, inbox, 2, **how))
    drain_all(workspace)
    assert not began
    with STREAM.open(workspace) as step:
        put(workspace, *some_blocks(5)[3:])
        while step():
            pass
    assert began
    assert stored(workspace) == all_of(5)


def test_much_is_loaded_with_it_and_it_goes_when_nothing_is_left(workspace: Workspace, helped: Drain, monkeypatch: pytest.MonkeyPatch):
    put(workspace, *some_blocks(6))
    assert helped.step()  # does not wait for it
    until(decoder_of(helped).ready)
    pid = pid_of(helped)
    asked: list[frames.Ask] = []
    take = Decoder.take
    monkeypatch.setattr(Decoder, "take", lambda self, given: asked.append(given) or take(self, given))
    while helped.step():
        pass
    assert [one.after for one in asked] == [2, 3, 4, 5]  # the second block was read before it was ready
    assert (stored(workspace), balance(workspace)) == (all_of(6), (12, 12, 0, 0))
    assert alive(pid)
    monkeypatch.setattr(asking, "_IDLE_S", 0.0)
    assert not helped.step()
    assert not alive(pid)


# --- it dies


def test_it_dies_in_the_middle_and_nothing_is_lost(workspace: Workspace, helped: Drain):
    put(workspace, *some_blocks(8))
    assert helped.step()
    until(decoder_of(helped).ready)
    pid = pid_of(helped)
    os.kill(pid, signal.SIGSTOP)
    assert helped.step()  # what is next was asked for, and is not answered
    assert helped.ahead._coming is not None
    assert not helped.ahead._coming.done()
    os.kill(pid, signal.SIGKILL)
    with capture_logs() as logs:
        while helped.step():
            pass
    assert (stored(workspace), balance(workspace)) == (all_of(8), (16, 16, 0, 0))
    assert [one["event"] for one in logs] == ["the decoder is lost; the loader decodes itself"]
    assert decoder_of(helped).pid is None  # not at once again


def test_it_comes_again_later(workspace: Workspace, helped: Drain, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asking, "_AGAIN_S", 0.0)
    put(workspace, *some_blocks(2))
    assert helped.step()
    until(decoder_of(helped).ready)
    former = pid_of(helped)
    os.kill(former, signal.SIGKILL)
    until(lambda: not alive(former))
    with pytest.raises(DecoderLost):
        decoder_of(helped).take(frames.Ask(0, 10, workspace.zone, {}))
    until(decoder_of(helped).ready)
    assert pid_of(helped) != former
    assert decoder_of(helped).take(frames.Ask(0, 10, workspace.zone, {}))[:2] == (1, 2)


BAD = {
    "says nothing sensible": "import os, sys; os.write(1, (5).to_bytes(8, 'big') + b'hello'); sys.stdin.read()",
    "ends at once": "",
    "is ready and then lies": """
import os, struct, msgspec
def say(*fields):
    text = msgspec.msgpack.encode(fields)
    os.write(1, len(text).to_bytes(8, "big") + text)
say(0, 0, [], None)
os.read(0, 65536), os.read(0, 65536)
say({first}, {last}, [["web", "server", 2, 16]], {error})
os.write(1, b"no table at all!")
os.read(0, 65536)
""",
}


@pytest.mark.parametrize(
    "script",
    [
        BAD["says nothing sensible"],
        BAD["ends at once"],
        *(BAD["is ready and then lies"].format(first=a, last=b, error=e) for a, b, e in ((3, 3, None), (1, 1, None), (0, 0, "'MemoryError'"))),
    ],
)
def test_one_that_answers_badly_costs_nothing(workspace: Workspace, helped: Drain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str):
    bad = tmp_path / "bad.py"
    bad.write_text(script)
    monkeypatch.setattr(asking, "CHILD", bad)
    put(workspace, *some_blocks(6))
    with capture_logs() as logs:
        assert helped.step()
        pid = pid_of(helped)
        until(lambda: decoder_of(helped).ready() or decoder_of(helped).pid is None)
        while helped.step():
            pass
    assert (stored(workspace), balance(workspace)) == (all_of(6), (12, 12, 0, 0))
    assert len(logs) == 1
    assert not alive(pid)


def test_one_that_is_stuck_is_not_waited_for_long(workspace: Workspace, helped: Drain, monkeypatch: pytest.MonkeyPatch):
    put(workspace, *some_blocks(4))
    assert helped.step()
    until(decoder_of(helped).ready)
    pid = pid_of(helped)
    monkeypatch.setattr(asking, "_PATIENCE_S", 0.2)
    os.kill(pid, signal.SIGSTOP)
    while helped.step():
        pass
    assert stored(workspace) == all_of(4)
    assert not alive(pid)


# --- whoever started it dies


PARENT = """
import sys, time
from pathlib import Path
from windsock.tracking.decoder.asking import Decoder
from windsock.tracking.decoder.frames import Ask, Start, packed
decoder = Decoder(Start(sys.argv[1], bytes.fromhex(sys.stdin.readline()), b"k" * 32))
while not decoder.ready():
    time.sleep(0.01)
if sys.argv[2] == "asked":
    for _ in range(50):
        decoder._process.stdin.write(packed(Ask(0, 100_000, "UTC", {})))
print(decoder.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.slow
@pytest.mark.parametrize("state", ["idle", "asked"])
def test_it_ends_with_whoever_started_it(workspace: Workspace, state: str):
    put(workspace, body(*(track(number) for number in range(5_000))))
    key = workspace.seal.key(DAY_PURPOSE)
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(workspace.home / INBOX_FILE), state], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(key.hex() + "\n")
        parent.stdin.flush()
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
    until(lambda: not alive(pid))


def test_secrets_are_said_and_never_shown(workspace: Workspace, helped: Drain):
    put(workspace, *some_blocks(2))
    assert helped.step()
    until(decoder_of(helped).ready)
    seen = b"".join(Path(f"/proc/{pid_of(helped)}/{name}").read_bytes() for name in ("cmdline", "environ"))
    assert b"child.py" in seen
    for purpose in (DAY_PURPOSE, SIGNING):
        key = workspace.seal.key(purpose)
        assert key not in seen
        assert key.hex().encode() not in seen


def test_it_can_only_read(workspace: Workspace, inbox: Inbox):
    put(workspace, *some_blocks(1))
    connection = inbox_sql.connect_for_reading(workspace.home / INBOX_FILE)
    assert inbox.waiting(0) == 2
    assert inbox.waiting(1) == 0
    with pytest.raises(Exception, match="readonly"):
        connection.execute("DELETE FROM block")
    connection.close()
    assert COLUMNS.field("price").type == MONEY
