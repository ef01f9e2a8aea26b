"""Sessions: a write is all or nothing and alone, a read cannot write, a wrong URL is refused with a reason."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from windsock.jobs.tables import OutboxRow
from windsock.kernel.errors import Busy, InvalidInput
from windsock.records import Records, insert_missing, open_records
from windsock.records import engine as engine_module


def count(records: Records) -> int:
    with records.read() as session:
        return session.execute(text("SELECT count(*) FROM outbox")).scalar_one()


def fact(seq: int) -> dict[str, object]:
    return {"seq": seq, "name": "a.b", "payload": {"seq": seq, "中": "文"}, "created_ms": 1}


def test_a_failing_write_leaves_nothing(records: Records):
    def fail() -> None:
        with records.write() as session:
            session.add(OutboxRow(name="a.b", payload={}, created_ms=1))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(records) == 0


def test_a_read_session_cannot_write(records: Records):
    with records.read() as session:
        session.add(OutboxRow(name="a.b", payload={}, created_ms=1))
        with pytest.raises(DBAPIError):
            session.flush()
    with records.write() as session:
        session.add(OutboxRow(name="a.b", payload={}, created_ms=1))
    assert count(records) == 1


def test_a_read_session_sees_one_moment(records: Records):
    with records.read() as session:
        assert session.execute(text("SELECT count(*) FROM outbox")).scalar_one() == 0
        with records.write() as other:
            other.add(OutboxRow(name="a.b", payload={}, created_ms=1))
        assert session.execute(text("SELECT count(*) FROM outbox")).scalar_one() == 0
    assert count(records) == 1


def test_insert_missing_says_whether_it_was_new(records: Records):
    with records.write() as session:
        assert insert_missing(session, OutboxRow, fact(7), ["seq"])
        assert not insert_missing(session, OutboxRow, fact(7), ["seq"])
    assert count(records) == 1
    with records.read() as session:
        assert session.get_one(OutboxRow, 7).payload == {"seq": 7, "中": "文"}


def test_threads_that_read_then_write_lose_nothing(records: Records):
    with records.write() as session:
        session.add(OutboxRow(seq=1, name="0", payload={}, created_ms=1))

    def add() -> None:
        for _ in range(20):
            with records.write() as session:
                row = session.get_one(OutboxRow, 1, with_for_update=True)
                row.name = str(int(row.name) + 1)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with records.read() as session:
        assert session.get_one(OutboxRow, 1).name == "80"


def test_sqlite_is_durable_and_a_lock_that_lasts_is_busy(tmp_path, monkeypatch):
    monkeypatch.setattr(engine_module, "BUSY_TIMEOUT_MS", 100)
    records = open_records(f"sqlite:///{tmp_path / 'r.sqlite'}")
    with records.read() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert session.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    with records.write():
        began = time.monotonic()
        with pytest.raises(Busy), open_records(f"sqlite:///{tmp_path / 'r.sqlite'}").write():
            pass
        assert time.monotonic() - began < 5
    records.close()


@pytest.mark.parametrize("url", ["mysql://u:p@h/d", "nonsense", "oracle://x/y"])
def test_another_database_is_refused_without_its_password(url):
    with pytest.raises(InvalidInput) as caught:
        open_records(url)
    assert caught.value.where == "records.url"
    assert "p@h" not in str(caught.value)
