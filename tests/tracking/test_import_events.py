"""A Parquet file of events comes in whole, once, with its people; what is wrong with it is said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from tests.tracking.test_load import ask
from windsock.cli.wrap import with_home
from windsock.governance import cli_actor
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.rooms import ROOMS
from windsock.tracking import import_events as subject
from windsock.tracking import load
from windsock.workspace import Workspace

T0 = dt.datetime(2025, 12, 1, 12, tzinfo=dt.UTC)


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


def test_a_file_comes_in_once_with_its_people_and_its_batch(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (load, subject):
        monkeypatch.setattr(module, "CHUNK", 8)
    path = write(tmp_path / "events.parquet", 30)
    told: list[tuple[int, int]] = []
    done = subject.import_events(workspace, path, cli_actor(), source="history", progress=lambda now, whole: told.append((now, whole)))
    assert (done.rows_read, done.rows_added, done.rows_known, done.rows_rejected, done.persons_changed) == (30, 30, 0, 0, 5)
    assert told[-1] == (30, 30)
    assert len(told) >= 4
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
