"""The audit trail: nothing in it can be changed, removed or added aside without showing."""

from __future__ import annotations

import contextlib
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from windsock.governance.audit import audit, read_audit, verify_chain
from windsock.governance.model import SYSTEM, Actor, canonical, cli_actor
from windsock.kernel.errors import Broken, InvalidInput
from windsock.records import Records

COUNT = 5
DROP = {
    "sqlite": ("DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"),
    "postgresql": ("DROP TRIGGER audit_entry_no_change ON audit_entry",),
}


def _write(records: Records, count: int = COUNT) -> None:
    for number in range(1, count + 1):
        with records.write() as session:
            audit(session, SYSTEM, "thing.made", f"thing:{number}", {"n": number}, 1_000 + number)


def _tamper(records: Records, *statements: str) -> None:
    """Change rows as somebody with the database's own password could."""
    with records.engine.connect() as connection:
        for statement in (*DROP[records.dialect], *statements):
            connection.execute(text(statement))
        connection.commit()


def test_a_written_trail_is_whole(records: Records) -> None:
    with records.read() as session:
        assert verify_chain(session).whole
    _write(records)
    with records.read() as session:
        found = verify_chain(session)
    assert (found.whole, found.entries, found.broken_at) == (True, COUNT, None)


@pytest.mark.parametrize("seq", range(1, COUNT + 1))
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at_ms", "1"),
        ("actor_id", "'eve'"),
        ("actor_name", "'Eve'"),
        ("via", "'cli'"),
        ("action", "'thing.unmade'"),
        ("subject", "'thing:0'"),
        ("detail", "'{}'"),
        ("previous", "hash"),
        ("hash", "previous"),
    ],
)
def test_a_changed_entry_shows(records: Records, seq: int, column: str, value: str) -> None:
    _write(records)
    _tamper(records, f"UPDATE audit_entry SET {column} = {value} WHERE seq = {seq}")
    with records.read() as session:
        found = verify_chain(session)
    assert (found.whole, found.broken_at) == (False, seq)


@pytest.mark.parametrize("seq", range(1, COUNT + 1))
def test_a_removed_entry_shows(records: Records, seq: int) -> None:
    _write(records)
    _tamper(records, f"DELETE FROM audit_entry WHERE seq = {seq}")
    with records.read() as session:
        found = verify_chain(session)
    assert (found.whole, found.broken_at) == (False, seq)


def test_swapped_entries_an_added_one_and_an_emptied_trail_show(records: Records) -> None:
    _write(records)
    _tamper(
        records,
        "INSERT INTO audit_entry SELECT 6, at_ms, actor_id, actor_name, via, action, subject, detail, previous, hash FROM audit_entry WHERE seq = 5",
    )
    with records.read() as session:
        assert verify_chain(session).broken_at == COUNT + 1
    with records.engine.connect() as connection:
        connection.execute(text("DELETE FROM audit_entry"))
        connection.commit()
    with records.read() as session:
        assert verify_chain(session).broken_at == 1


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET detail = '{}' WHERE seq = 1", "DELETE FROM audit_entry WHERE seq = 1"])
def test_the_database_itself_refuses_a_change(records: Records, statement: str) -> None:
    _write(records, 1)
    with pytest.raises(DBAPIError, match="append-only"), records.write() as session:
        session.execute(text(statement))
    with records.read() as session:
        assert verify_chain(session).whole


def test_an_entry_lives_and_dies_with_its_change(records: Records) -> None:
    _write(records, 1)
    with contextlib.suppress(RuntimeError), records.write() as session:
        audit(session, SYSTEM, "thing.made", "thing:2", {}, 2)
        raise RuntimeError
    _write(records, 1)
    with records.read() as session:
        assert (verify_chain(session).whole, verify_chain(session).entries) == (True, 2)


def test_many_writers_make_one_chain(records: Records) -> None:
    threads = [threading.Thread(target=_write, args=(records, 5)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with records.read() as session:
        found = verify_chain(session)
    assert (found.whole, found.entries) == (True, 30)


def test_long_and_odd_values_are_kept_within_bounds(records: Records) -> None:
    odd = Actor("i" * 500, "N\0\ud800" + "n" * 500, "viewer", frozenset(), "session")
    with records.write() as session:
        audit(session, odd, "thing.made", "s" * 900, {"text": "x\0\ud800" * 9_000, "b": 1}, 1)
        audit(session, cli_actor("root"), "thing.made", "s", {"at": {1, 2}}, 2)
    with records.read() as session:
        assert verify_chain(session).whole
        latest = read_audit(session, 10, None, {}).items
    assert (latest[1].actor_name[:3], len(latest[1].subject)) == ("N\ufffd?", 300)
    assert '"truncated":true' in latest[1].detail
    assert latest[0].actor_id == "cli:root"


@pytest.mark.parametrize("action", ["made", "Thing.made", "thing.made;", "", "thing." + "x" * 90])
def test_an_action_is_a_dotted_name(records: Records, action: str) -> None:
    with pytest.raises(Broken), records.write() as session:
        audit(session, SYSTEM, action, "x", {}, 1)


def test_the_trail_is_read_in_pages_and_by_filter(records: Records) -> None:
    _write(records)
    with records.write() as session:
        audit(session, cli_actor(), "other.made", "thing:1", {}, 9)
    with records.read() as session:
        seen: list[int] = []
        cursor: str | None = None
        while True:
            page = read_audit(session, 2, cursor, {})
            seen += [entry.seq for entry in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == [6, 5, 4, 3, 2, 1]
        assert [entry.seq for entry in read_audit(session, 10, None, {"subject": "thing:1"}).items] == [6, 1]
        first = read_audit(session, 1, None, {"action": "thing.made"})
        with pytest.raises(InvalidInput):
            read_audit(session, 1, first.next_cursor, {"action": "other.made"})


def test_the_stored_detail_is_one_text() -> None:
    assert canonical({"b": 1, "a": "é"}) == '{"a":"\\u00e9","b":1}'
