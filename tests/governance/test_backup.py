"""A backup is of one moment, and what is restored from it is equal to it, on an empty place, under load, and after an upgrade."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pyarrow as pa
import pytest
from sqlglot import parse_one

from windsock import warehouse
from windsock.governance import audit, cli_actor, verify_chain
from windsock.governance.keep.backup import back_up
from windsock.governance.keep.restore import restore, verify
from windsock.governance.model.backup import MANIFEST
from windsock.kernel.errors import Conflict, Fault, InvalidInput, NotFound
from windsock.tracking import load_events
from windsock.warehouse import schema
from windsock.workspace import Workspace, open_workspace

START = 1_767_225_600_000


def some_events(first: int, count: int = 200) -> pa.Table:
    numbers = range(first, first + count)
    return pa.table(
        {
            "message_id": [f"m{n}" for n in numbers],
            "anonymous_id": [f"a{n % 17}" for n in numbers],
            "user_id": [f"u{n % 5}" if n % 3 == 0 else None for n in numbers],
            "event": ["page_view" if n % 9 else "nonsense" for n in numbers],
            "client_ms": [START + n * 1000 for n in numbers],
            "properties": [json.dumps({"page": f"/{n}", "title": "航班"}, ensure_ascii=False) for n in numbers],
        }
    )


def add(workspace: Workspace, first: int) -> None:
    with workspace.warehouse.transaction() as tx:
        load_events(tx, "web", f"b{first}", some_events(first), START + 10**7)


def sums(workspace: Workspace) -> dict[str, str]:
    with workspace.warehouse.snapshot() as moment:
        return {name: warehouse.checksum_of(moment.query(warehouse.checksum(name))) for name in schema.BY_NAME}


@pytest.mark.slow
def test_what_is_restored_is_what_was_backed_up(workspace: Workspace, tmp_path: Path):
    add(workspace, 0)
    before = sums(workspace)
    made = back_up(workspace, cli_actor(), tmp_path / "kept")
    assert made.facts["event"].rows == 177
    add(workspace, 500)  # the backup knows nothing of what came after
    proofs = restore(tmp_path / "kept", tmp_path / "new")
    assert all(proof.holds for proof in proofs)
    with open_workspace(tmp_path / "new", own=True) as again:
        assert sums(again) == before
        assert again.seal.hash("x", "y") == workspace.seal.hash("x", "y")
        with again.records.read() as one, workspace.records.read() as other:
            assert one.connection().exec_driver_sql("SELECT COUNT(*) FROM audit_entry").scalar() == 0
            assert other.connection().exec_driver_sql("SELECT action FROM audit_entry").scalars().all() == ["system.backed_up"]
    assert len(verify(tmp_path / "kept")) == len(proofs)


@pytest.mark.slow
def test_a_backup_under_load_is_of_one_moment(workspace: Workspace, tmp_path: Path):
    """Through the owner's socket, while somebody loads: events, keys and balance agree with each other."""
    add(workspace, 0)
    stop = threading.Event()

    def write() -> None:
        first = 1_000
        while not stop.is_set():
            add(workspace, first)
            first += 1_000

    loading = threading.Thread(target=write)
    loading.start()
    try:
        with open_workspace(workspace.home) as guest:
            made = back_up(guest, cli_actor(), tmp_path / "kept")
    finally:
        stop.set()
        loading.join()
    assert made.facts["event"].rows == made.facts["event_key"].rows
    restore(tmp_path / "kept", tmp_path / "new")
    with open_workspace(tmp_path / "new", own=True) as again:
        stored = again.warehouse.query(parse_one("SELECT SUM(stored) AS n, SUM(quarantined) AS q FROM intake_balance", read="duckdb")).to_pylist()[0]
        assert (stored["n"], stored["q"]) == (made.facts["event"].rows, made.facts["quarantine"].rows)


@pytest.mark.parametrize(("name", "change"), [("facts/event.parquet", b"x"), ("records/audit_entry.jsonl.gz", b"x"), ("windsock.toml", b"#")])
def test_a_backup_that_was_changed_is_refused(name: str, change: bytes, workspace: Workspace, tmp_path: Path):
    back_up(workspace, cli_actor(), tmp_path / "kept")
    file = tmp_path / "kept" / name
    file.write_bytes(file.read_bytes() + change)
    with pytest.raises(Fault, match="changed"):
        restore(tmp_path / "kept", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_wrong_content_under_a_right_hash_is_seen(workspace: Workspace, tmp_path: Path):
    """The table's own checksum is compared, not just the file's: here the manifest lies about the rows."""
    add(workspace, 0)
    back_up(workspace, cli_actor(), tmp_path / "kept")
    manifest = json.loads((tmp_path / "kept" / MANIFEST).read_text())
    manifest["facts"]["event"]["checksum"] = manifest["facts"]["event_key"]["checksum"]
    (tmp_path / "kept" / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(Fault, match="not what was backed up"):
        verify(tmp_path / "kept")


def test_places_that_are_taken_or_empty_are_said(workspace: Workspace, tmp_path: Path):
    with pytest.raises(NotFound):
        restore(tmp_path, tmp_path / "new")
    (tmp_path / MANIFEST).write_text("{}")
    with pytest.raises(InvalidInput):
        restore(tmp_path, tmp_path / "new")
    with pytest.raises(Conflict):
        back_up(workspace, cli_actor(), tmp_path)
    back_up(workspace, cli_actor(), tmp_path / "kept")
    with pytest.raises(Conflict):
        restore(tmp_path / "kept", workspace.home)


def test_a_checksum_sees_a_cell_a_row_and_a_repetition(workspace: Workspace):
    rows = pa.table({"hash": ["a", "b"], "known_from_ms": pa.array([1, None], pa.int64())})
    seen = set()
    for given in (rows, rows.take([1, 0]), rows.take([0, 0, 1]), rows.slice(0, 1), rows.set_column(1, "known_from_ms", pa.array([1, 2], pa.int64()))):
        with workspace.warehouse.transaction() as tx:
            tx.execute(parse_one("DELETE FROM suppressed", read="duckdb"))
            tx.append("suppressed", given)
            seen.add(warehouse.checksum_of(tx.query(warehouse.checksum("suppressed"))))
    assert len(seen) == 4  # the order of rows says nothing, everything else does


@pytest.mark.postgres
def test_records_move_to_another_database(workspace: Workspace, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    with workspace.records.write() as session:
        for number in range(3):
            audit(session, cli_actor(), "test.happened", f"it:{number}", {"n": number}, START)
    back_up(workspace, cli_actor(), tmp_path / "kept")
    monkeypatch.setenv("WINDSOCK_RECORDS__URL", postgres_url)
    assert all(proof.holds for proof in restore(tmp_path / "kept", tmp_path / "new"))
    with open_workspace(tmp_path / "new", own=True) as moved:
        assert moved.records.dialect == "postgresql"
        with moved.records.write() as session:  # the chain goes on: its counter continues after the rows that were put back
            audit(session, cli_actor(), "test.happened", "it:3", {}, START)
        with moved.records.read() as session:
            assert verify_chain(session).entries == 4
            assert verify_chain(session).whole
        back_up(moved, cli_actor(), tmp_path / "again")
        # A test restore goes into a place of its own, although the environment names the database that is in use.
        assert all(proof.holds for proof in verify(tmp_path / "again"))
        with moved.records.read() as session:
            assert verify_chain(session).entries == 5
