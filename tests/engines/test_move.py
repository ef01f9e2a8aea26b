"""Moving and asking: what is there is passed over, what differs is written again, and bounds hold on the other side as on ours."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.conditions.world import DAY, T0, ZONE, World
from tests.engines.conftest import PATIENT
from windsock.conditions import Frame, people_of
from windsock.conditions.model import read_condition
from windsock.kernel.errors import Cancelled, NotAvailable, QueryTimeout, TooLarge
from windsock.warehouse import Cancel, Moment, schema, statement
from windsock.warehouse.engines import Link, Moved, MovedWarehouse, move
from windsock.warehouse.engines.clickhouse_link import ClickHouseLink
from windsock.warehouse.engines.move import _write
from windsock.workspace import Workspace

pytestmark = [pytest.mark.engines, pytest.mark.timeout(0), pytest.mark.filterwarnings("default")]
LONG = (
    "SELECT COUNT(*) AS n FROM event AS a"
    " CROSS JOIN event AS b CROSS JOIN event AS c CROSS JOIN event AS d WHERE a.ts_ms + b.ts_ms <> c.ts_ms + d.ts_ms"
)


def again(golden: Workspace, link: Link, folder: Path, *, cancel: Cancel | None = None, days: list[dt.date] | None = None) -> list[Moved]:
    with golden.warehouse.snapshot() as snapshot:
        return move(Moment(snapshot, 1_774_000_000_001, folder, days), link, told=lambda _: None, cancel=cancel)


def test_what_is_there_and_equal_is_passed_over(golden: Workspace, link: Link, moved: MovedWarehouse, tmp_path: Path):
    assert not [piece for piece in again(golden, link, tmp_path) if piece.written]
    assert moved.version() == 1_774_000_000_001
    assert moved.changes(0).everything
    assert not moved.changes(1_774_000_000_001).everything


def test_what_differs_is_written_again(golden: Workspace, clickhouse_link: ClickHouseLink, tmp_path: Path):
    again(golden, clickhouse_link, tmp_path)
    with clickhouse_link._speaker() as speaker:  # damage on the other side: a row twice, a cell changed, a day that never was
        speaker.tell("INSERT INTO event SELECT * FROM event WHERE dt = '2026-11-01' LIMIT 1", {}, {})
        speaker.tell("INSERT INTO event SELECT * REPLACE (toDate32('2020-02-02') AS dt) FROM event LIMIT 3", {}, {})
        speaker.tell("ALTER TABLE alias UPDATE pid = pid + 1 WHERE did = 5", {}, {"mutations_sync": 2})
    written = [(piece.table, str(piece.day)) for piece in again(golden, clickhouse_link, tmp_path) if piece.written]
    assert written == [("event", "2020-02-02"), ("event", "2026-11-01"), ("alias", "None")]
    assert not [piece for piece in again(golden, clickhouse_link, tmp_path) if piece.written]


def test_a_block_that_is_sent_twice_is_there_once(golden: Workspace, clickhouse_link: ClickHouseLink, tmp_path: Path):
    """As after an answer that was lost, or a writer that was killed while the other side went on."""
    again(golden, clickhouse_link, tmp_path)
    table, day, file = schema.BY_NAME["event"], dt.date(2026, 11, 1), tmp_path / "rows.parquet"
    before = clickhouse_link.digests(table, [day])
    with golden.warehouse.snapshot() as snapshot:
        _write(snapshot, table, day, file)
    clickhouse_link.put(table, day, file, "token")
    with clickhouse_link._speaker() as speaker:
        speaker.load("event", file, "token")
    assert clickhouse_link.digests(table, [day]) == before
    with clickhouse_link._speaker() as speaker:
        speaker.load("event", file, "another")
    assert clickhouse_link.digests(table, [day]) != before
    assert [str(piece.day) for piece in again(golden, clickhouse_link, tmp_path, days=[day]) if piece.written] == ["2026-11-01"]
    assert clickhouse_link.digests(table, [day]) == before


def test_only_days_that_may_have_changed_are_compared(golden: Workspace, clickhouse_link: ClickHouseLink, tmp_path: Path):
    again(golden, clickhouse_link, tmp_path)
    with clickhouse_link._speaker() as speaker:
        speaker.tell("INSERT INTO event SELECT * FROM event WHERE dt = '2026-11-01' LIMIT 1", {}, {})
    assert not [piece for piece in again(golden, clickhouse_link, tmp_path, days=[dt.date(2026, 11, 2)]) if piece.written]
    assert not [piece for piece in again(golden, clickhouse_link, tmp_path, days=[]) if piece.table == "event"]
    assert [str(piece.day) for piece in again(golden, clickhouse_link, tmp_path) if piece.written] == ["2026-11-01"]


def test_a_move_can_be_stopped(golden: Workspace, clickhouse_link: Link, tmp_path: Path):
    switch = Cancel()
    switch.cancel()
    with pytest.raises(Cancelled):
        again(golden, clickhouse_link, tmp_path, cancel=switch)


def test_bounds_hold(link: Link, moved: MovedWarehouse):
    with pytest.raises(QueryTimeout):
        moved.query(statement(LONG), timeout_s=2)
    few = MovedWarehouse(link, PATIENT.model_copy(update={"rows_max": 10}))
    with pytest.raises(TooLarge):
        few.query(statement("SELECT did FROM event ORDER BY did"))
    assert moved.query(statement("SELECT COUNT(*) AS n FROM event")).to_pylist()[0]["n"] > 1_000


def test_a_statement_can_be_cancelled_on_spark(spark_link: Link, golden: Workspace, tmp_path: Path):
    again(golden, spark_link, tmp_path)
    switch = Cancel()
    threading.Timer(3, switch.cancel).start()
    with pytest.raises(Cancelled):
        MovedWarehouse(spark_link, PATIENT).query(statement(LONG), cancel=switch)


def test_it_is_asked_and_not_written_to(moved: MovedWarehouse):
    with pytest.raises(NotAvailable, match="Writing"):
        moved.transaction()
    with pytest.raises(NotAvailable, match="event_key, which is not moved"):
        moved.query(statement("SELECT COUNT(*) AS n FROM event_key"))


def test_a_number_that_only_our_engine_reads_stops_the_statement(golden: Workspace, link: Link, moved: MovedWarehouse, tmp_path: Path):
    del moved
    world = World()
    for number, text in enumerate(["1e3", "7", "no", "2026-01-02"]):
        world.event(950_000 + number, T0, "loose", properties=f'{{"n": "{text}"}}')
    world.save(golden.warehouse)  # type: ignore[arg-type]
    again(golden, link, tmp_path)
    asked = read_condition({"did": "loose", "where": [{"field": "properties.n", "op": ">", "value": 5}]})
    with pytest.raises(NotAvailable, match="no plain number"):
        people_of(MovedWarehouse(link, PATIENT), asked, Frame(T0 + DAY, ZONE))


def test_the_commands_ask_the_engine_that_was_moved_to(tmp_path: Path):
    pytest.importorskip("chdb")
    home, tool = tmp_path / "home", [sys.executable, "-c", "from windsock.cli.main import main; main()"]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("WINDSOCK_")} | {
        "WINDSOCK_CLICKHOUSE__FOLDER": str(tmp_path / "ch")
    }

    def run(*given: str, engine: str = "duckdb") -> subprocess.CompletedProcess[str]:
        return subprocess.run([*tool, *given], env=plain | {"WINDSOCK_WAREHOUSE__ENGINE": engine}, text=True, capture_output=True, check=False)

    assert run("init", "--home", str(home)).returncode == 0
    moved = run("warehouse", "move", "--to", "clickhouse", "--home", str(home))
    assert "all equal" in moved.stdout, moved.stderr
    answers = {
        run("analyse", "funnel", str(_definition(tmp_path)), "--home", str(home), "--format", "csv", engine=one).stdout
        for one in ("duckdb", "clickhouse")
    }
    assert len(answers) == 1
    assert "serv" in run("serve", "--home", str(home), engine="clickhouse").stderr.lower()


def _definition(folder: Path) -> Path:
    path = folder / "funnel.yaml"
    path.write_text("steps: [a, b]\nwindow: 1 hour\nperiod: {from: 2026-03-01, to: 2026-03-02}\n", "utf-8")
    return path
