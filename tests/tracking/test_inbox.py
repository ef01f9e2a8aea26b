"""The inbox: on disk before it is said, read in order, sealed by the day, gone when its days are over."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import Iterator

import pytest

from tests.tracking.doorway import eventually
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Broken
from windsock.tracking import inbox_sql
from windsock.tracking.inbox import UNREADABLE, Body, Full, Inbox, Unwritable, open_inbox
from windsock.workspace import Workspace, open_workspace

DAY_MS = 86_400_000


@pytest.fixture
def inbox(workspace: Workspace) -> Iterator[Inbox]:
    with contextlib.closing(open_inbox(workspace, write=True)) as opened:
        yield opened


@pytest.fixture
def reader(workspace: Workspace, inbox: Inbox) -> Iterator[Inbox]:
    with contextlib.closing(open_inbox(workspace, write=False)) as opened:
        yield opened


def body(number: int = 0, *, source: str = "web", at_ms: int = 1_767_225_600_000, events: int = 1, size: int = 0, protocol: str = "segment") -> Body:
    return Body(source, "public", protocol, "batch", at_ms, "agent", events, "key_1", b'{"n":%d}' % number + b" " * size)  # pyright: ignore[reportArgumentType]


def put(inbox: Inbox, *bodies: Body) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(inbox.put(one) for one in bodies))

    asyncio.run(all_at_once())


def put_each(inbox: Inbox, *bodies: Body) -> None:
    for one in bodies:
        put(inbox, one)


def numbers(inbox: Inbox, after: int = 0, most: int = 1_000_000) -> list[bytes]:
    return [one.data for block in inbox.read(after, most) for one in block.bodies]


def test_what_was_put_is_read_as_it_was_in_order(inbox: Inbox, reader: Inbox):
    sent = [body(number, events=number % 3 + 1, source="shop" if number % 2 else "web") for number in range(300)]
    put(inbox, *sent)
    blocks = reader.read(0, 1_000_000)
    assert [one for block in blocks for one in block.bodies] == sent
    assert [block.seq for block in blocks] == list(range(1, len(blocks) + 1))
    assert len(blocks) < 300  # one commit serves many
    assert reader.range() == (1, len(blocks))


def test_it_has_one_name_whoever_opens_it(workspace: Workspace, inbox: Inbox, reader: Inbox):
    assert inbox.name == reader.name
    assert inbox.name.startswith("inb_")


def test_reading_is_bounded_by_events_but_gives_a_block(inbox: Inbox, reader: Inbox):
    put_each(inbox, *(body(number, events=10) for number in range(5)))
    assert [block.seq for block in reader.read(0, 1)] == [1]
    assert [block.seq for block in reader.read(0, 20)] == [1, 2]
    assert [block.seq for block in reader.read(0, 25)] == [1, 2]
    assert [block.seq for block in reader.read(3, 1_000)] == [4, 5]
    assert reader.read(5, 10) == []


def test_reading_is_bounded_by_bytes_as_well(inbox: Inbox, reader: Inbox, monkeypatch: pytest.MonkeyPatch):
    put_each(inbox, *(body(number, size=1_000) for number in range(5)))
    monkeypatch.setattr("windsock.tracking.block_reader.READ_MOST_BYTES", 2_000)
    assert [block.seq for block in reader.read(0, 1_000)] == [1, 2]
    assert [block.seq for block in reader.read(2, 1_000)] == [3, 4]
    assert [block.seq for block in reader.read(4, 1_000)] == [5]


def test_a_block_is_bounded(workspace: Workspace, inbox: Inbox, reader: Inbox):
    put(inbox, *(body(number, events=9_000) for number in range(7)))
    most = workspace.settings.intake.batch_events
    assert all(sum(one.events for one in block.bodies) <= most for block in reader.read(0, 10**9))
    put(inbox, body(8, events=most + 1))
    assert reader.read(0, 10**9)[-1].bodies[0].events == most + 1


def test_what_is_on_its_way_is_counted_by_source_and_minute(inbox: Inbox, reader: Inbox):
    at = 1_767_225_600_000
    put_each(inbox, body(events=2, at_ms=at), body(events=3, at_ms=at + 59_999), body(events=5, at_ms=at + 60_000, source="shop"))
    assert reader.in_flight(0) == [("shop", at + 60_000, 5), ("web", at, 5)]
    assert reader.in_flight(1) == [("shop", at + 60_000, 5), ("web", at, 3)]
    assert reader.in_flight(3) == []
    assert reader.between(at, at + 1) == (1, 1)
    assert reader.between(at + 1, at + 60_001) == (2, 3)


def test_the_mark_never_goes_back(reader: Inbox):
    assert reader.drained() == 0
    for seq, wanted in ((5, 5), (3, 5), (5, 5), (9, 9)):
        reader.mark_drained(seq)
        assert reader.drained() == wanted


def test_days_that_are_over_and_loaded_are_destroyed(workspace: Workspace, inbox: Inbox, reader: Inbox, clock: FixedClock):
    put_each(inbox, body(1))
    first_day_ms = clock.now_ms()
    sealed = sqlite3.connect(workspace.home / "inbox.sqlite").execute("SELECT key FROM day_key").fetchone()[0]
    clock.advance(days=1)
    put_each(inbox, body(2))
    assert reader.expire(first_day_ms + 7 * DAY_MS) == 0  # not loaded yet
    reader.mark_drained(1)
    assert reader.expire(first_day_ms + 7 * DAY_MS - DAY_MS) == 0
    assert reader.expire(first_day_ms + 7 * DAY_MS) == 1
    assert numbers(reader) == [b'{"n":2}']
    assert reader.range() == (2, 2)
    reader.mark_drained(2)
    assert reader.expire(first_day_ms + 90 * DAY_MS) == 1
    assert reader.range() == (0, 0)
    put_each(inbox, body(3))
    assert reader.read(0, 10)[0].seq == 3  # a number is never used again
    kept = b"".join(path.read_bytes() for path in workspace.home.glob("inbox.sqlite*"))
    assert sealed not in kept


def test_nothing_readable_is_on_disk(workspace: Workspace, inbox: Inbox):
    put(inbox, Body("web", "public", "segment", "track", 1, "secret agent", 1, "key_1", b'{"name":"Zhang San"}'))
    for path in workspace.home.glob("inbox.sqlite*"):
        assert b"Zhang San" not in path.read_bytes()
        assert b"secret agent" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


def test_a_damaged_block_is_told_as_so_many_events(workspace: Workspace, inbox: Inbox, reader: Inbox):
    put_each(inbox, body(1, events=4), body(2))
    with contextlib.closing(sqlite3.connect(workspace.home / "inbox.sqlite")) as file:
        file.execute("UPDATE block SET blob = zeroblob(100) WHERE seq = 1")
        file.commit()
    first, second = reader.read(0, 100)
    assert [(one.source, one.kind, one.events, one.data) for one in first.bodies] == [("web", UNREADABLE, 4, b"")]
    assert second.bodies == (body(2),)


def test_it_survives_being_opened_again(home, clock: FixedClock):
    for number in range(3):
        with open_workspace(home, clock=clock) as workspace, contextlib.closing(open_inbox(workspace, write=True)) as inbox:
            put_each(inbox, body(number))
            assert numbers(inbox) == [b'{"n":%d}' % known for known in range(number + 1)]


def test_a_reader_takes_nothing_and_a_closed_inbox_neither(inbox: Inbox, reader: Inbox):
    with pytest.raises(Broken):
        put(reader, body())
    inbox.close()
    with pytest.raises(Broken):
        put(inbox, body())
    inbox.close()


def test_closing_keeps_what_waits(workspace: Workspace):
    inbox = open_inbox(workspace, write=True)

    async def close_at_once() -> None:
        waiting = [asyncio.ensure_future(inbox.put(body(number))) for number in range(50)]
        await asyncio.sleep(0)
        inbox.close()
        await asyncio.gather(*waiting)

    asyncio.run(close_at_once())
    with contextlib.closing(open_inbox(workspace, write=False)) as reader:
        assert len(numbers(reader)) == 50


def test_memory_is_bounded_and_a_share_is_kept(home, clock: FixedClock, monkeypatch: pytest.MonkeyPatch):
    given = {"waiting_max_bytes": 1_000_000, "sensors_share": 0.5}
    with open_workspace(home, clock=clock, intake=given) as workspace, contextlib.closing(open_inbox(workspace, write=True)) as inbox:
        writer = inbox._writer
        assert writer is not None
        monkeypatch.setattr(writer, "_take", list)  # the disk stands still

        async def fill() -> None:
            held = [asyncio.ensure_future(inbox.put(body(number, size=400_000))) for number in range(1)]
            await asyncio.sleep(0.01)
            with pytest.raises(Full) as full:
                await inbox.put(body(2, size=200_000))
            assert full.value.retry_after_s >= 1
            held += [asyncio.ensure_future(inbox.put(body(3, size=400_000, protocol="sensors")))]
            await asyncio.sleep(0.01)
            assert not held[-1].done()
            with pytest.raises(Full):
                await inbox.put(body(4, size=400_000, protocol="sensors"))
            monkeypatch.undo()
            await asyncio.gather(*held)

        asyncio.run(fill())
        assert len(numbers(inbox)) == 2


def test_the_disk_is_bounded_until_it_is_drained(home, clock: FixedClock):
    given = {"inbox_max_bytes": 1_000_000, "sensors_share": 0.2}
    with open_workspace(home, clock=clock, intake=given) as workspace, contextlib.closing(open_inbox(workspace, write=True)) as inbox:
        noise = random.Random(1).randbytes(450_000)  # noqa: S311 - what does not compress
        for number in range(2):
            put(inbox, Body("web", "public", "segment", "track", number, "", 1, "key_1", noise))
        assert inbox.room("segment") > 0
        assert inbox.room("sensors") == 0
        with pytest.raises(Full):
            put(inbox, body())
        put(inbox, body(protocol="sensors"))
        inbox.mark_drained(inbox.range()[1])
        assert eventually(lambda: inbox.room("segment") == 0)
        put(inbox, body())
    with open_workspace(home, clock=clock, intake=given) as workspace, contextlib.closing(open_inbox(workspace, write=True)) as inbox:
        assert inbox.room("segment") == 0  # counted again from the mark


def test_a_full_disk_acknowledges_nothing_and_heals(workspace: Workspace, inbox: Inbox, monkeypatch: pytest.MonkeyPatch):
    """SQLite itself refuses: the file may not grow, as on a full disk."""
    put(inbox, body(1))
    real = inbox_sql.connect

    def cramped(path, *, durable: bool):
        connection = real(path, durable=durable)
        connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0]}")
        return connection

    writer = inbox._writer
    assert writer is not None
    noise = random.Random(1).randbytes(200_000)  # noqa: S311 - what does not compress
    big = Body("web", "public", "segment", "track", 2, "", 1, "key_1", noise)
    monkeypatch.setattr(inbox_sql, "connect", cramped)
    writer._drop_connection()
    for _ in range(3):
        with pytest.raises(Unwritable):
            put(inbox, big)
    assert numbers(inbox) == [b'{"n":1}']
    monkeypatch.undo()
    put(inbox, big)
    assert numbers(inbox) == [b'{"n":1}', noise]
