"""Rows that came in bulk are one table with all others: at once, after they were moved in, when they change, and when the process dies."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp, parse_one

from windsock.kernel.errors import Fault
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, Warehouse, checksum, checksum_of, open_local, schema

EVENTS = schema.BY_NAME["event"].arrow()
SAME: dict[str, Any] = {
    **{name: None for name in EVENTS.names if name not in {"did", "ts_ms", "event", "properties"}},
    "source": "it's \"history\"", "batch_id": "b1", "trust": "import", "bot": False, "internal": True, "known_from_ms": 5,
}  # fmt: skip


def sql(text: str) -> exp.Expr:
    return parse_one(text, read="duckdb")


def ask(warehouse: Warehouse, text: str) -> list[dict[str, Any]]:
    return warehouse.query(sql(text)).to_pylist()


def rows(first: int, count: int) -> pa.Table:
    numbers = pa.array(range(first, first + count), pa.int64())
    names = pa.DictionaryArray.from_arrays(pa.array([at % 2 for at in range(count)], pa.int32()), pa.array(["search", "查询"]))
    return pa.table({"did": numbers, "ts_ms": numbers, "event": names, "properties": pa.array(['{"n": 1}'] * count)})


def lay_down(warehouse: Warehouse, first: int, count: int = 10, *, bulk: bool = True, **same: Any) -> None:
    with warehouse.transaction() as tx:
        assert tx.append("event", rows(first, count), {**SAME, **same}, bulk=bulk) == count


def opened(folder: Path) -> LocalWarehouse:
    return open_local(folder / "warehouse.duckdb", WarehouseSettings(rows_max=100_000, wait_s=0.5))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "parts").iterdir()) if (folder / "parts").is_dir() else []


def test_a_part_is_seen_like_every_row(warehouse: Warehouse, local: LocalWarehouse, tmp_path: Path) -> None:
    lay_down(warehouse, 0, bulk=False)
    lay_down(warehouse, 10)
    lay_down(warehouse, 20, source="other", received_ms=7)
    assert len(files(tmp_path)) == 2
    assert ask(warehouse, "SELECT COUNT(*) AS n, SUM(did) AS s, COUNT(received_ms) AS r, COUNT(DISTINCT source) AS o FROM event") == [
        {"n": 30, "s": sum(range(30)), "r": 10, "o": 2}
    ]
    before = ask(warehouse, "SELECT * FROM event ORDER BY did")
    assert before[15]["event"] == "查询"
    assert before[15] == {**before[5], "did": 15, "ts_ms": 15}
    said = checksum_of(warehouse.query(checksum("event")))
    while local.tidy():
        assert ask(warehouse, "SELECT * FROM event ORDER BY did") == before
    assert (files(tmp_path), checksum_of(warehouse.query(checksum("event")))) == ([], said)


def test_rows_of_a_snapshot_are_there_while_parts_move_in(local: LocalWarehouse, tmp_path: Path) -> None:
    lay_down(local, 0)
    with local.snapshot() as moment:
        assert local.tidy()
        lay_down(local, 10)
        assert len(files(tmp_path)) == 2
        assert sum(batch.num_rows for batch in moment.rows("event")) == 10
    assert local.tidy()
    assert files(tmp_path) == []
    assert ask(local, "SELECT COUNT(*) AS n FROM event") == [{"n": 20}]


def test_what_changes_events_changes_those_of_parts_too(warehouse: Warehouse, tmp_path: Path) -> None:
    lay_down(warehouse, 0, bulk=False)
    lay_down(warehouse, 10)
    with warehouse.transaction() as tx:
        assert tx.execute(sql("UPDATE event SET bot = TRUE WHERE did IN (3, 13)")) == 2
        assert tx.append("event", rows(20, 10), SAME, bulk=True) == 10
        assert tx.execute(sql("DELETE FROM event WHERE did >= 18")) == 12
    assert ask(warehouse, "SELECT COUNT(*) AS n, MAX(did) AS last, SUM(did) FILTER (WHERE bot) AS bots FROM event") == [
        {"n": 18, "last": 17, "bots": 16}
    ]
    assert files(tmp_path) == []


def test_what_is_rolled_back_leaves_nothing(local: LocalWarehouse, tmp_path: Path) -> None:
    lay_down(local, 0)
    kept = files(tmp_path)
    for change in ("SELECT 1", "DELETE FROM event"):
        with contextlib.suppress(RuntimeError), local.transaction() as tx:
            tx.append("event", rows(10, 10), SAME, bulk=True)
            tx.execute(sql(change))
            raise RuntimeError
    assert files(tmp_path) == kept
    assert ask(local, "SELECT COUNT(*) AS n FROM event") == [{"n": 10}]


def test_a_workspace_of_before_and_one_that_moved(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    with duckdb.connect(str(old / "warehouse.duckdb")) as before:
        before.execute("CREATE TABLE event (did BIGINT, ts_ms BIGINT)")
        before.execute("INSERT INTO event VALUES (1, 2)")
    warehouse = opened(old)
    lay_down(warehouse, 10)
    warehouse.close()
    moved = old.rename(tmp_path / "new it's")
    warehouse = opened(moved)
    assert ask(warehouse, "SELECT COUNT(*) AS n, MIN(did) AS d, COUNT(source) AS s FROM event") == [{"n": 11, "d": 1, "s": 10}]
    assert warehouse.tidy()
    assert not warehouse.tidy()
    assert ask(warehouse, "SELECT COUNT(*) AS n FROM event") == [{"n": 11}]
    warehouse.close()


@pytest.mark.parametrize(("at", "kept"), [("before", 10), ("after", 20)])
def test_a_process_that_dies_leaves_all_of_a_part_or_nothing(tmp_path: Path, at: str, kept: int) -> None:
    """Killed when the file is written and nothing is committed, or when all is."""
    warehouse = opened(tmp_path)
    lay_down(warehouse, 0)
    warehouse.close()
    code = f"""
        import os, sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from pathlib import Path
        import test_parts as t
        warehouse = t.opened(Path({str(tmp_path)!r}))
        with warehouse.transaction() as tx:
            tx.append("event", t.rows(10, 10), t.SAME, bulk=True)
            tx._writing.finish(tx._cursor)
            if {at!r} == "before":
                os.kill(os.getpid(), 9)
        os.kill(os.getpid(), 9)
    """
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False, env={**os.environ})
    assert died.returncode == -signal.SIGKILL
    assert len(files(tmp_path)) == 2
    warehouse = opened(tmp_path)
    assert ask(warehouse, "SELECT COUNT(*) AS n FROM event") == [{"n": kept}]
    assert len(files(tmp_path)) == kept // 10
    warehouse.close()


def test_a_column_that_a_later_release_brings(tmp_path: Path) -> None:
    """The view of all events stands already, and parts do not hold the column."""
    warehouse = opened(tmp_path)
    lay_down(warehouse, 0, bulk=False)
    lay_down(warehouse, 10)
    warehouse.close()
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as before:
        before.execute("CREATE OR REPLACE VIEW event AS SELECT did, ts_ms FROM event_row")
        before.execute("ALTER TABLE event_row DROP COLUMN internal_by")
    warehouse = opened(tmp_path)
    assert ask(warehouse, "SELECT COUNT(*) AS n, COUNT(internal_by) AS i FROM event") == [{"n": 20, "i": 0}]
    lay_down(warehouse, 20, internal_by="rule")
    assert ask(warehouse, "SELECT COUNT(*) AS n, COUNT(internal_by) AS i FROM event") == [{"n": 30, "i": 10}]
    warehouse.close()


@pytest.mark.parametrize("call", ["mkdir", "fsync"])
def test_a_disk_that_refuses_is_said_and_nothing_is_stored(local: LocalWarehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "parts")

    lay_down(local, 0)
    with monkeypatch.context() as full:
        full.setattr(*((Path, "mkdir") if call == "mkdir" else (os, "fsync")), refuses)
        with pytest.raises(Fault, match=r"disk refused.*parts: No space left on device.*Make room"):
            lay_down(local, 10)
    assert len(files(tmp_path)) == 1
    assert ask(local, "SELECT COUNT(*) AS n FROM event") == [{"n": 10}]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("warehouse-part")]
    lay_down(local, 10)
    assert ask(local, "SELECT COUNT(*) AS n FROM event") == [{"n": 20}]


def test_the_engine_reads_no_other_file(local: LocalWarehouse, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    with pytest.raises(Exception, match="refused"):
        local.query(sql(f"SELECT * FROM read_csv('{other}')"))
