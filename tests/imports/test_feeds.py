"""Imports that come again: databases by their cursor, watch folders, and what the command line does."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.imports.make import ask
from tests.imports.test_wizard import LEAD, doors
from windsock import jobs
from windsock.cli.wrap import with_home
from windsock.governance import ROLES, Actor
from windsock.imports import commands, connections, feeds, shapes, watch
from windsock.jobs import JobContext
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.workspace import Workspace

__all__ = ["doors"]
ADMIN = Actor("mem_9", "Ada", "admin", ROLES["admin"], "session")
PRICE_MAPPING = shapes.MappingBody(
    columns={"goods": "goods_id", "day": "travel_date", "price": "price"}, types={"day": "date", "price": "money"}, constants={"currency": "CNY"}
)


@pytest.fixture
def shop(workspace: Workspace, tmp_path: Path) -> Path:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE price (id INTEGER PRIMARY KEY, goods TEXT, day TEXT, price TEXT)")
        connection.execute("INSERT INTO price VALUES (1, 'R1', '2026-05-01', '100'), (2, 'R2', '2026-05-01', '200')")
    connection.close()
    connections.save(workspace, ADMIN, shapes.ConnectionRequest(name="shop", kind="sqlite", database=str(path), password="top secret"))
    return path


def feed(**given: Any) -> shapes.ScheduleRequest:
    query = shapes.QueryBody(connection="shop", table="price", cursor_column="id")
    base: dict[str, Any] = {
        "name": "prices",
        "kind": "prices",
        "source": "shop",
        "mapping": PRICE_MAPPING,
        "query": query,
        "every_minutes": 10,
        "reason": "daily",
    }
    return shapes.ScheduleRequest(**(base | given))


def turn(workspace: Workspace, name: str = "prices") -> shapes.ScheduleItem:
    feeds.run_feed(workspace, JobContext({"feed": name}))
    return next(item for item in feeds.items(workspace) if item.name == name)


def add(path: Path, *rows: tuple[int, str, str, str]) -> None:
    with sqlite3.connect(path) as connection:
        connection.executemany("INSERT OR REPLACE INTO price VALUES (?, ?, ?, ?)", rows)
    connection.close()


def test_a_database_comes_again_from_its_cursor(workspace: Workspace, shop: Path):
    assert feeds.save(workspace, LEAD, feed()).version == 1
    first = turn(workspace)
    assert (first.cursor, first.last_note) == ("2", "2 added, 0 known, 0 kept apart")
    add(shop, (3, "R3", "2026-05-01", "300"))
    second = turn(workspace)
    assert (second.cursor, second.last_note) == ("3", "1 added, 1 known, 0 kept apart")
    third = turn(workspace)
    assert (third.last_note, third.last_batch) == ("0 added, 1 known, 0 kept apart", second.last_batch)
    assert len(ask(workspace, "SELECT 1 FROM import_batch")) == 2
    add(shop, (4, "R4", "no date", "1"), (5, "R5", "2026-05-02", "500"))
    assert turn(workspace).last_note == "1 added, 1 known, 1 kept apart"
    assert ask(workspace, "SELECT column_name FROM import_rejection") == [{"column_name": "day"}]
    workspace.clock.ms += 1  # pyright: ignore[reportAttributeAccessIssue]
    add(shop, (6, "R6", "no date", "1"))
    assert turn(workspace).cursor == "6", "one good row is read again; the bad one is counted, the cursor goes on"


def test_the_cursor_and_the_rows_are_one(workspace: Workspace, shop: Path, monkeypatch: pytest.MonkeyPatch):
    feeds.save(workspace, LEAD, feed())
    from windsock.imports import queries

    def die(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(queries, "save_cursor", die)
        with pytest.raises(RuntimeError):
            turn(workspace)
    assert ask(workspace, "SELECT 1 FROM stock_day") == []
    assert turn(workspace).cursor == "2"


def test_secrets_stay_sealed(workspace: Workspace, shop: Path):
    assert connections.place_of(workspace, "shop").password == "top secret"
    assert "top secret" not in repr(connections.place_of(workspace, "shop"))
    assert "top secret" not in json.dumps([item.model_dump() for item in connections.items(workspace)])
    assert b"top secret" not in (workspace.home / "records.sqlite").read_bytes()
    with pytest.raises(NotFound):
        connections.place_of(workspace, "nosuch")
    connections.drop(workspace, ADMIN, "shop")
    assert connections.items(workspace) == []
    with pytest.raises(NotFound):
        connections.drop(workspace, ADMIN, "shop")


@pytest.mark.parametrize("name", ["records.sqlite", "warehouse.duckdb", "../home/records.sqlite"])
def test_the_workspace_s_own_files_are_out_of_reach(workspace: Workspace, name: str):
    kind: Any = "duckdb" if "duckdb" in name else "sqlite"
    with pytest.raises(InvalidInput):
        connections.save(workspace, ADMIN, shapes.ConnectionRequest(name="own", kind=kind, database=str(workspace.home / name)))
    with pytest.raises(InvalidInput):
        connections.save(workspace, ADMIN, shapes.ConnectionRequest(name="own", kind="sqlite", database="relative.sqlite"))


def test_what_is_due_is_asked_for_once(workspace: Workspace, shop: Path, clock: FixedClock):
    feeds.save(workspace, LEAD, feed())
    feeds.save(workspace, LEAD, feed(name="off", enabled=False))

    def due() -> int:
        feeds.ask_due(workspace, JobContext({}))
        with workspace.records.read() as session:
            return len(jobs.read_page(session, kind=feeds.KIND, limit=50).items)

    assert due() == 0, "a new one begins with its next time"
    clock.ms += 11 * 60_000
    assert due() == 1
    assert due() == 1
    clock.ms += 10 * 60_000
    assert due() == 2


@pytest.mark.parametrize(
    "given",
    [
        {"every_minutes": 0},
        {"at_local": "08:00"},
        {"query": None},
        {"query": shapes.QueryBody(connection="shop", select="DELETE FROM price")},
        {"query": shapes.QueryBody(connection="shop", table="nosuch")},
        {"mapping": shapes.MappingBody(columns={"goods": "goods_id"})},
    ],
)
def test_a_feed_that_cannot_be_is_refused(workspace: Workspace, shop: Path, given: dict[str, Any]):
    with pytest.raises(InvalidInput):
        feeds.save(workspace, LEAD, feed(**given))


def test_a_query_is_looked_at_and_guessed(doors: Any, shop: Path):
    seen = doors.post("/api/imports/connections/preview", {"connection": "shop", "table": "price"}).json()
    assert [column["name"] for column in seen["columns"]] == ["id", "goods", "day", "price"]
    assert seen["kind"] in ("prices", "stock")
    assert doors.post("/api/imports/connections/preview", {"connection": "shop", "select": "DROP TABLE price"}).status_code == 422
    assert doors.get("/api/imports/connections").json()["items"][0]["name"] == "shop"


def put(folder: Path, name: str, text: str, age_s: float = 60) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age_s, time.time() - age_s))
    return path


def test_a_watch_folder_takes_what_has_settled(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watch, "LOOK_S", 0.01)
    feeds.save(workspace, LEAD, feed(query=None, every_minutes=0))
    folder = watch.root(workspace) / "prices"
    head = "goods,day,price\n"
    put(folder, "a.csv", head + "R1,2026-05-01,1\n")
    put(folder, "b.csv", "something,else\n1,2\n")
    growing = put(folder, "c.csv", head + "R2,2026-05-01,1\n", age_s=0)
    put(folder, "d.csv.part", head)
    (folder / "link.csv").symlink_to(workspace.home / "windsock.toml")
    assert [path.name for path in watch.waiting(workspace, "prices")] == ["a.csv", "b.csv", "c.csv"]
    done = turn(workspace)
    assert done.last_note == "1 file taken, 1 failed"
    assert done.folder == "watch/prices"
    taken, failed = sorted((folder / "done").iterdir()), sorted((folder / "failed").iterdir())
    assert [path.name.split("-", 1)[1] for path in taken] == ["a.csv", "a.csv.report.json"]
    assert json.loads(taken[1].read_text())["rows_added"] == 1
    assert "no column" in json.loads(failed[1].read_text())["error"]["what"]
    assert growing.exists()
    assert [row["goods_id"] for row in ask(workspace, "SELECT goods_id FROM stock_day")] == ["R1"]


def test_the_commands_take_any_kind(home: Path, tmp_path: Path):
    from windsock.rooms import ROOMS  # which puts the commands below the groups of the orders

    groups = {command.name: with_home(command.load()) for room in ROOMS if room.name == "orders" for command in room.commands}

    def do(*words: str) -> str:
        result = CliRunner().invoke(groups[words[0]], [*words[1:], "--home", str(home)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    (tmp_path / "fares.csv").write_text("商品编号,日期,价格\nR1,2026年5月1日,￥1.2万\n", encoding="gb18030")
    told = json.loads(do("import", "prices", str(tmp_path / "fares.csv"), "--guess", "--source", "fares", "--format", "json"))
    assert (told["rows_added"], told["source"]) == (1, "fares")
    assert "prices" in do("imports", "show", told["batch_id"])
    assert "1 row taken back" in do("imports", "undo", told["batch_id"])
    (tmp_path / "m.yaml").write_text("{mapping: m, kind: goods, fields: {goods_id: id, kind: \"'room'\"}}")
    (tmp_path / "g.csv").write_text("id\nH1\nH2\n")
    again = json.loads(do("import", "file", str(tmp_path / "g.csv"), "--mapping", str(tmp_path / "m.yaml"), "--format", "json"))
    (tmp_path / "g.csv").write_text("id\nH1\n")
    assert "rows added" in do("imports", "replace", again["batch_id"], str(tmp_path / "g.csv"), "--mapping", str(tmp_path / "m.yaml"))
    assert "built in" in do("imports", "mappings")
    assert commands.IMPORT
    with pytest.raises(InvalidInput):
        do("import", "prices", str(tmp_path / "g.csv"), "--mapping", str(tmp_path / "m.yaml"))
    with pytest.raises(InvalidInput):
        do("import", "goods", str(tmp_path / "g.csv"))
