"""A Parquet file of events comes in whole, once, with its people; what is wrong with it is said."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from sqlglot import parse_one

from tests.tracking.test_load import ask
from windsock.cli.wrap import with_home
from windsock.governance import cli_actor
from windsock.imports import batches as imports
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.rooms import ROOMS
from windsock.tracking import content, load, read_plan
from windsock.tracking import import_events as subject
from windsock.tracking.drain import drain_all
from windsock.workspace import Workspace, open_workspace

T0 = dt.datetime(2025, 12, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(params=["in parts", "in the table"], autouse=True)
def how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every promise holds whether the chunks are large enough for parts or not."""
    monkeypatch.setattr(load, "BULK_LEAST", 1 if request.param == "in parts" else load.BULK_LEAST)
    return request.param


def write(path: Path, rows: int, **columns: Any) -> Path:
    given: dict[str, Any] = {
        "anonymous_id": [f"anon-{place % 5}" for place in range(rows)],
        "user_id": [f"GA{place % 5}" if place % 7 == 0 else None for place in range(rows)],
        "event": ["page_view"] * rows,
        "at": pa.array([T0 + dt.timedelta(seconds=place) for place in range(rows)], pa.timestamp("us", "UTC")),
        "properties": ['{"n": 1}'] * rows,
    }
    pq.write_table(pa.table({name: column for name, column in {**given, **columns}.items() if column is not None}), path, row_group_size=10)
    return path


def take(workspace: Workspace, path: Path, source: str = "history") -> subject.EventsImport:
    return subject.import_events(workspace, path, cli_actor(), source=source)


@pytest.mark.parametrize("chunk", [8, 25], ids=["in pieces of a group of rows", "several groups at once"])
def test_a_file_comes_in_once_with_its_people_and_its_batch(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    for module in (load, subject):
        monkeypatch.setattr(module, "CHUNK", chunk)
    path = write(tmp_path / "events.parquet", 30)
    told: list[tuple[int, int]] = []
    done = subject.import_events(workspace, path, cli_actor(), source="history", progress=lambda now, whole: told.append((now, whole)))
    assert (done.rows_read, done.rows_added, done.rows_known, done.rows_rejected, done.persons_changed) == (30, 30, 0, 0, 5)
    assert told[-1] == (30, 30)
    assert len(told) == -(-30 // chunk)
    again = take(workspace, path)
    assert (again.rows_read, again.rows_added, again.rows_known) == (30, 0, 30)
    assert ask(workspace.warehouse, "SELECT COUNT(*) AS n, MIN(ts_ms) AS first FROM event") == [{"n": 30, "first": round(T0.timestamp() * 1000)}]
    batches = ask(workspace.warehouse, "SELECT kind, source, state, rows_read, rows_added, rows_known FROM import_batch ORDER BY rows_added")
    assert batches[1] == {"kind": "events", "source": "history", "state": "loaded", "rows_read": 30, "rows_added": 30, "rows_known": 0}
    balance = ask(workspace.warehouse, "SELECT SUM(received) AS r, SUM(stored) AS s, SUM(duplicate) AS d FROM intake_balance")
    assert balance == [{"r": 60, "s": 30, "d": 30}]


def test_times_without_a_zone_are_the_workspaces(workspace: Workspace, tmp_path: Path) -> None:
    naive = pa.array([dt.datetime(2025, 12, 1, 20)], pa.timestamp("s"))  # noqa: DTZ001 - that is what is tested
    take(workspace, write(tmp_path / "a.parquet", 1, at=naive))
    assert ask(workspace.warehouse, "SELECT ts_ms FROM event") == [{"ts_ms": round(T0.timestamp() * 1000)}], "Shanghai"


def test_what_does_not_fit_is_kept_apart_and_counted(workspace: Workspace, tmp_path: Path) -> None:
    done = take(workspace, write(tmp_path / "a.parquet", 3, event=["page_view", "nope", None]))
    assert (done.rows_read, done.rows_added, done.rows_rejected) == (3, 1, 2)


@pytest.mark.parametrize(
    ("columns", "what"),
    [({"colour": ["red"]}, "'colour' is no column"), ({"client_ms": [1]}, "mean the same"), ({"at": pa.array(["soon"])}, "client_ms")],
)
def test_a_file_of_another_shape_is_refused_whole(workspace: Workspace, tmp_path: Path, columns: dict[str, Any], what: str) -> None:
    with pytest.raises(InvalidInput, match=what):
        take(workspace, write(tmp_path / "a.parquet", 1, **columns))
    assert ask(workspace.warehouse, "SELECT COUNT(*) AS n FROM import_batch") == [{"n": 0}]


def test_no_file_no_parquet_no_rows_and_no_name_are_said(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "text.parquet").write_text("hello")
    with pytest.raises(InvalidInput, match="no Parquet"):
        take(workspace, tmp_path / "text.parquet")
    with pytest.raises(InvalidInput, match="no row"):
        take(workspace, write(tmp_path / "empty.parquet", 0))
    with pytest.raises(InvalidInput, match="name"):
        take(workspace, tmp_path / "text.parquet", source="")
    with pytest.raises(NotFound):
        take(workspace, tmp_path / "gone.parquet")


def test_the_command_says_what_it_did(workspace: Workspace, tmp_path: Path) -> None:
    import_ = next(one for room in ROOMS for one in room.commands if one.name == "import").load()
    path = write(tmp_path / "a.parquet", 4)
    home = str(workspace.home)
    workspace.close()
    done = CliRunner().invoke(with_home(import_), ["events", str(path), "--source", "history", "--home", home])
    assert "4 events in" in done.output
    assert "4 new" in done.output


def rows_of(workspace: Workspace) -> dict[str, Any]:
    """Return what was stored, without what differs between two imports of the same."""
    told = "event, ts_ms, did, client_ms, received_ms, key_hi, key_lo, properties, route, flags, bot, source"
    tables = {
        "event": told, "event_key": "*", "identity": "did, namespace, id, first_ms",
        "identity_edge": "did_a, did_b, kind, evidence_ms, source, last_ms", "alias": "did, pid",
        "intake_balance": "*", "dirty_hour": "hour_ms, events, late", "quarantine": "reason, field, raw",
    }  # fmt: skip
    return {name: Counter(tuple(row.values()) for row in ask(workspace.warehouse, f"SELECT {what} FROM {name}")) for name, what in tables.items()}


def random_rows(count: int) -> dict[str, Any]:
    """Return columns with duplicates, strange names, numbers of cards, absent values and texts that are no JSON."""
    rng = np.random.default_rng(11)
    texts = ['{"n": 1}', '{"n": 2}', None, "[1]", '{"card": "4111 1111 1111 1111"}', '{"mail": "a@b.cn"}']
    picked = rng.integers(0, 40, count).tolist()
    return {
        "message_id": [f"m{number}" for number in picked],
        "at": pa.array([T0 + dt.timedelta(seconds=number // 2) for number in picked], pa.timestamp("us", "UTC")),
        "anonymous_id": [None if number % 9 == 0 else f"anon-{number % 7}" for number in picked],
        "user_id": [f"GA{number % 6}" if number % 5 == 0 else None for number in picked],
        "event": [("page_view", "search", "page_view", "nope", None)[number % 5] for number in picked],
        "route": [("PEK-SHA", None)[number % 2] for number in picked],
        "properties": [texts[number % 6] for number in picked],
    }


def test_a_file_of_codes_in_large_chunks_is_stored_as_the_ordinary_load_does(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = random_rows(200)
    named = {**columns, "client_ms": columns["at"].cast(pa.timestamp("ms", "UTC")).cast(pa.int64())}
    rows = pa.table({name: column for name, column in named.items() if name != "at"})
    with workspace.warehouse.transaction() as tx:
        plan, seal = read_plan(workspace), workspace.seal
        wanted = load.load_events(tx, "history", "b1", rows, workspace.clock.now_ms(), plan=plan, seal=seal)
        assert wanted.duplicate
        assert wanted.quarantined
    stored = rows_of(workspace)
    for table in stored:
        with workspace.warehouse.transaction() as tx:
            tx.execute(parse_one(f"DELETE FROM {table}", read="duckdb"))
    for module in (load, subject):
        monkeypatch.setattr(module, "CHUNK", 64)
    monkeypatch.setattr(content, "FEW", 0)
    done = take(workspace, write(tmp_path / "a.parquet", 200, **columns))
    assert (done.rows_read, done.rows_added, done.rows_known, done.rows_rejected) == (200, wanted.stored, wanted.duplicate, wanted.quarantined)
    found = rows_of(workspace)
    hours = [sum(int(events) for _, events, _ in told.pop("dirty_hour").elements()) for told in (found, stored)]
    assert found == stored
    assert hours == [wanted.stored, wanted.stored]


_DIES = """
import sys
from pathlib import Path
from windsock.governance import cli_actor
from windsock.tracking import import_events, load
from windsock.workspace import open_workspace
import_events.CHUNK = load.CHUNK = 8
with open_workspace(Path(sys.argv[1]), own=True) as workspace:
    import_events.import_events(workspace, Path(sys.argv[2]), cli_actor(), source="history")
"""


@pytest.mark.slow
@pytest.mark.parametrize("point", ["drain.after_identity:2", "drain.after_append:3"])
def test_a_kill_in_the_middle_loses_nothing_and_brings_nothing_twice(workspace: Workspace, tmp_path: Path, point: str) -> None:
    path, home = write(tmp_path / "events.parquet", 30), workspace.home
    workspace.close()
    died = subprocess.run(
        [sys.executable, "-c", _DIES, str(home), str(path)], env={**os.environ, "WINDSOCK_CRASH_AT": point}, capture_output=True, check=False
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-2_000:]
    with open_workspace(home, own=True) as opened:
        for table in ("event", "event_key", "identity", "identity_edge", "intake_balance", "dirty_hour", "import_batch"):
            assert ask(opened.warehouse, f"SELECT COUNT(*) AS n FROM {table}") == [{"n": 0}], table
        first, again = take(opened, path), take(opened, path)
        assert (first.rows_added, first.persons_changed, again.rows_added, again.rows_known) == (30, 5, 0, 30)
        assert ask(opened.warehouse, "SELECT COUNT(*) AS n FROM event") == [{"n": 30}]


def test_who_stops_an_import_leaves_nothing_of_it(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (load, subject):
        monkeypatch.setattr(module, "CHUNK", 8)
    path = write(tmp_path / "events.parquet", 30)

    def stop(done: int, _whole: int) -> None:
        if done > 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        subject.import_events(workspace, path, cli_actor(), source="history", progress=stop)
    assert ask(workspace.warehouse, "SELECT (SELECT COUNT(*) FROM event) + (SELECT COUNT(*) FROM identity) AS n") == [{"n": 0}]
    assert take(workspace, path).rows_added == 30


def test_large_chunks_lie_beside_the_table_until_nothing_else_is_to_do(workspace: Workspace, tmp_path: Path, how: str) -> None:
    take(workspace, write(tmp_path / "events.parquet", 30))
    parts = workspace.home / "parts"
    assert how == "in the table" or len(list(parts.iterdir())) == 1
    before = ask(workspace.warehouse, "SELECT * FROM event ORDER BY ts_ms")
    assert len(before) == 30
    drain_all(workspace)
    assert ask(workspace.warehouse, "SELECT * FROM event ORDER BY ts_ms") == before
    assert how == "in the table" or not list(parts.iterdir())


def test_undoing_an_import_takes_its_events_back(workspace: Workspace, tmp_path: Path) -> None:
    done = take(workspace, write(tmp_path / "events.parquet", 30))
    imports.undo(workspace, cli_actor(), done.batch_id)
    found = ask(
        workspace.warehouse,
        "SELECT (SELECT COUNT(*) FROM event) AS e, (SELECT COUNT(*) FROM event_key) AS k, (SELECT COUNT(*) FROM identity_edge) AS l",
    )
    assert found == [{"e": 0, "k": 0, "l": 0}]
    assert take(workspace, tmp_path / "events.parquet").rows_added == 30
