"""What commits changed: hours of events and ids of aliases one by one, every other change as one of its table, and nothing forgotten."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pyarrow as pa
import pytest
from sqlglot import parse_one

from windsock.warehouse import Changes, LocalWarehouse, Warehouse, changes, schema, statement
from windsock.warehouse.changes import Ledger, Numbered, Touched

HOUR_MS = 3_600_000
NOON = 1_772_366_400_000
HOUR = NOON // HOUR_MS


def events(*moments: int | None) -> pa.Table:
    wanted = schema.BY_NAME["event"].arrow()
    return pa.Table.from_pylist([{**dict.fromkeys(wanted.names), "did": 1, "ts_ms": at, "dt": dt.date(2026, 3, 1)} for at in moments], schema=wanted)


def aliases(*dids: int) -> pa.Table:
    return pa.Table.from_pylist(
        [{"did": did, "pid": 1, "known_from_ms": 0, "known_to_ms": None} for did in dids], schema=schema.BY_NAME["alias"].arrow()
    )


def wrote(warehouse: Warehouse, sql: str) -> Changes:
    """Run a statement in a transaction of its own, and return what it changed."""
    before = warehouse.version()
    with warehouse.transaction() as tx:
        tx.execute(statement(sql))
    return warehouse.changes(before)


def test_rows_that_are_added_are_known_by_their_hours_and_ids(warehouse: Warehouse) -> None:
    before = warehouse.changes(warehouse.version())
    assert (before.everything, dict(before.tables), dict(before.hours), dict(before.ids)) == (False, {}, {}, {})
    with warehouse.transaction() as tx:
        tx.append("event", events(NOON, NOON + 1, NOON + 30 * HOUR_MS, NOON - 400 * 24 * HOUR_MS))
        tx.append("alias", aliases(7, 9))
        tx.append("suppressed", pa.table({"hash": ["x"], "known_from_ms": pa.array([1], pa.int64())}))
    found = warehouse.changes(before.version)
    version = before.version + 1
    assert found == Changes(
        version,
        tables={"suppressed": version},
        hours=dict.fromkeys((HOUR - 9_600, HOUR, HOUR + 30), version),
        ids={7: version, 9: version},
    )
    assert not warehouse.changes(version).hours
    with warehouse.transaction():
        pass
    assert warehouse.changes(version) == Changes(version + 1)


def test_marks_and_aliases_are_known_by_row_however_they_are_written(warehouse: Warehouse) -> None:
    mark = f"INSERT INTO dirty_hour (dt, hour_ms, source, events) SELECT CAST('2026-03-01' AS DATE), {NOON}, 's', 1"
    assert (set(wrote(warehouse, mark).hours), wrote(warehouse, mark).tables) == ({HOUR}, {})
    with warehouse.transaction() as tx:
        assert (
            tx.execute(statement("INSERT INTO alias BY NAME SELECT 5 AS did, 4 AS pid, 0 AS known_from_ms, CAST(NULL AS BIGINT) AS known_to_ms")) == 1
        )
        assert tx.execute(statement("UPDATE alias SET known_to_ms = 3 WHERE did = 99")) == 0
    closed = wrote(warehouse, "UPDATE alias SET known_to_ms = 3 FROM (SELECT 5 AS did) AS s WHERE alias.did = s.did AND alias.known_to_ms IS NULL")
    assert (set(closed.ids), closed.tables) == ({5}, {})
    assert set(wrote(warehouse, "UPDATE alias SET did = 6 WHERE did = 5").tables) == {"alias"}, "whose row it was is not told any more"
    assert set(wrote(warehouse, "DELETE FROM alias WHERE did = 6").ids) == {6}


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("UPDATE event SET bot = TRUE WHERE did = 1", {"event"}),
        ("DELETE FROM event WHERE did = 1", {"event"}),
        ("DELETE FROM event WHERE did = 77", set[str]()),
        ("INSERT INTO event BY NAME SELECT 3 AS did, 5 AS ts_ms", {"event"}),
        ("UPDATE sales_channel SET tracked = TRUE", set[str]()),
        ("INSERT INTO sales_channel BY NAME SELECT 'x' AS channel", {"sales_channel"}),
        ("INSERT INTO rolled_hour BY NAME SELECT 1 AS hour_ms", set[str]()),
        ("CREATE OR REPLACE TEMPORARY TABLE stage_x AS SELECT 1 AS one", set[str]()),
    ],
)
def test_a_statement_changes_its_table_if_it_touches_a_row(local: LocalWarehouse, sql: str, tables: set[str]) -> None:
    with local.transaction() as tx:
        tx.append("event", events(NOON))
    found = wrote(local, sql)
    assert (set(found.tables), found.everything, found.hours) == (tables, False, {})


def test_what_is_not_understood_is_a_change_of_everything(local: LocalWarehouse) -> None:
    assert wrote(local, "CREATE TABLE other (one INTEGER)").everything
    assert wrote(local, "ALTER TABLE other ADD COLUMN two INTEGER").everything
    assert not wrote(local, "INSERT INTO other SELECT 1, 2").everything
    with local.transaction() as tx:
        tx.append("event", events(NOON, None))
    assert set(local.changes(local.version() - 1).tables) == {"event"}, "an event without a time"


def test_a_commit_that_failed_leaves_nothing_out(local: LocalWarehouse) -> None:
    before = local.version()
    with suppress(RuntimeError), local.transaction() as tx:
        tx.append("alias", aliases(3))
        raise RuntimeError
    assert local.changes(before) == Changes(before)
    with local.transaction() as tx:
        tx.append("alias", aliases(4))
    assert set(local.changes(before).ids) == {4}


def test_a_change_is_known_before_it_is_seen(local: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    before, seen = local.version(), list[tuple[set[int], int]]()
    note = Ledger.note

    def noting(self: Ledger, version: int, touched: Touched) -> None:
        note(self, version, touched)
        seen.append((set(local.changes(before).ids), local.query(parse_one("SELECT COUNT(*) AS n FROM alias"))["n"][0].as_py()))

    monkeypatch.setattr(Ledger, "note", noting)
    with local.transaction() as tx:
        tx.append("alias", aliases(4))
    assert seen == [({4}, 0)]


def test_a_ledger_is_bounded_and_knows_nothing_of_what_came_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "KEYS_MOST", 3)
    ledger = Ledger(10)

    def note(version: int, *ids: int) -> None:
        touched = Touched()
        touched.rows("alias", aliases(*ids))
        ledger.note(version, touched)

    note(11, 1, 2)
    note(12, 3)
    note(13, 1, 4)
    assert ledger.after(9, 13).everything
    assert ledger.after(12, 13) == Changes(13, ids={1: 13, 4: 13})
    assert ledger.after(11, 13) == Changes(13, ids={1: 13, 3: 12, 4: 13}), "the oldest went: id 2, changed at 11"
    assert ledger.after(10, 13).tables == {"alias": 11}
    note(14, 5, 6, 7, 8)
    assert ledger.after(13, 14).tables == {"alias": 14}, "too many at once are the whole table"


def test_an_owner_that_counts_anew_is_not_taken_for_the_one_before() -> None:
    numbered = Numbered()
    assert numbered.read("one", Changes(500, ids={1: 500}), 499) == Changes(500, ids={1: 500})
    assert numbered.at_owner(500) == 500
    # The file was restored from a backup: the new owner is at 300, and counts on from there.
    assert numbered.read("two", Changes(300, ids={7: 300}), 500) == Changes(501, everything=True)
    assert numbered.at_owner(501) == 300
    assert numbered.read("two", Changes(302, tables={"event": 302}, hours={5: 301}), 501) == Changes(503, tables={"event": 503}, hours={5: 502})
    assert numbered.read("two", Changes(520), 500).everything
    assert numbered.read("one", Changes(900), 700).everything, "and back again"


def test_a_version_that_is_yet_to_come_is_known_of_nobody(local: LocalWarehouse) -> None:
    assert local.changes(local.version() + 1).everything
