"""Statements as they run: their numbers are those of the analyses, nothing personal comes out, what is read is fresh, each run is written down."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from fastapi import FastAPI, Request
from sqlalchemy import text

from tests.analyses.sql_make import DAY, MINUTE, SECRETS, T, seed
from tests.conditions.world import World
from windsock.analyses.sql.catalogue import VIEWS
from windsock.analyses.sql.commands import COMMANDS
from windsock.analyses.sql.draft import draft_of
from windsock.analyses.sql.examples import EXAMPLES
from windsock.analyses.sql.routes import router
from windsock.analyses.sql.run import desk_of, run_statement
from windsock.analyses.sql.terminal import answer_csv, answer_json
from windsock.governance import ROLES, Actor, cli_actor
from windsock.http import errors
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Cancelled, InvalidInput, TooLarge, TooMany
from windsock.kernel.period import Period
from windsock.metrics.compile import Scope, compile_query
from windsock.metrics.model.definition import metric_from
from windsock.rooms import plug
from windsock.warehouse import Cancel, statement
from windsock.workspace import Workspace, open_workspace

ME = cli_actor("lin")


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    plug()
    return seed(workspace)


@pytest.fixture(scope="module")
def still(_template: Path) -> Iterator[Workspace]:
    """One workspace for all that only read."""
    plug()
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        home = shutil.copytree(_template, Path(folder) / "home")
        with open_workspace(home, own=True, clock=FixedClock(T + DAY)) as opened:
            yield seed(opened)


def rows(workspace: Workspace, sql: str) -> list[list[Any]]:
    return answer_json(run_statement(workspace, ME, sql))["rows"]


def test_events_are_those_that_count(still: Workspace):
    assert rows(still, "SELECT COUNT(*), COUNT(DISTINCT person) FROM events WHERE date >= DATE '2026-01-01'") == [[5, 2]]
    assert rows(still, "SELECT person, COUNT(*) FROM events WHERE event = 'search' GROUP BY 1 ORDER BY 1") == [[1, 3], [2, 1]]
    told = rows(still, "SELECT robot, internal, person IS NULL, COUNT(*) FROM all_events GROUP BY ALL ORDER BY ALL")
    assert told == [[False, False, False, 6], [False, False, True, 1], [False, True, False, 1], [True, False, False, 1]]


def test_instants_are_local(still: Workspace):
    assert rows(still, "SELECT MAX(at), MAX(date), MAX(ts_ms) FROM events") == [["2026-01-01 09:31:00", "2026-01-01", T + 31 * MINUTE]]


def test_orders_are_as_they_are_known_and_join(still: Workspace):
    sql = "SELECT o.order_id, l.nights, SUM(l.amount) FROM orders AS o JOIN order_lines AS l USING (order_id) GROUP BY ALL"
    assert rows(still, sql) == [[1, 2, "800.0000"]]
    assert rows(still, "SELECT COUNT(*) FROM events AS e JOIN orders AS o ON o.order_code = e.order_code AND o.person = e.person") == [[3]]


def test_nothing_personal_is_in_any_view_or_file(still: Workspace):
    for view in VIEWS:
        told = json.dumps(answer_json(run_statement(still, ME, f"SELECT * FROM {view.name}")), ensure_ascii=False)
        assert not [secret for secret in SECRETS if secret in told], view.name
    kept = b"".join(path.read_bytes() for path in (still.home / "sql").rglob("*.parquet"))
    assert kept
    assert not [secret for secret in SECRETS if secret.encode() in kept]


def test_properties_are_columns_without_what_names_somebody(still: Workspace):
    assert rows(still, "SELECT DISTINCT properties.page, properties.n FROM events WHERE properties.page IS NOT NULL") == [["home", "3"]]
    assert rows(still, "SELECT DISTINCT properties.day FROM events WHERE properties.day IS NOT NULL") == [["2026-01-01T09:00:00"]]
    for name in ("email", "clientIp"):
        with pytest.raises(InvalidInput) as caught:
            rows(still, f"SELECT properties.{name} FROM events")
        assert caught.value.where.startswith("line 1, column")
    left_out = ("who", "list", "note", '"from"', '"by"')
    assert rows(still, f"SELECT {', '.join(f'COUNT(properties.{name})' for name in left_out)} FROM events") == [[0] * 5]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.en)
def test_examples_run(still: Workspace, example: Any):
    assert answer_json(run_statement(still, ME, example.sql))["columns"]


def test_what_is_kept_is_written_again_only_where_something_happened(workspace: Workspace):
    plug()
    seed(workspace)
    object.__setattr__(workspace.settings.sql, "fresh_s", 0.0)
    sql = "SELECT COUNT(*) FROM events"
    first = rows(workspace, sql)[0][0]
    written = {path.name for path in (workspace.home / "sql").rglob("events-*.parquet")}
    assert {name.removeprefix("events-").rpartition("-")[0] for name in written} == {"2025-11", "2026-01-01"}
    made = World()
    made.event(9, T, "search")
    made.event(9, T + DAY, "search")
    seed(workspace, made)
    assert rows(workspace, sql) == [[first + 2]]
    again = {path.name for path in (workspace.home / "sql").rglob("events-*.parquet")}
    assert {name.removeprefix("events-").rpartition("-")[0] for name in again - written} == {"2026-01-01", "2026-01-02"}
    assert {name.removeprefix("events-").rpartition("-")[0] for name in written & again} == {"2025-11"}


def test_the_days_of_events_are_asked_once_until_there_may_be_another(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    plug()
    seed(workspace)
    object.__setattr__(workspace.settings.sql, "fresh_s", 0.0)
    query, asked = workspace.warehouse.query, 0

    def counted(select: Any, *args: Any, **more: Any) -> Any:
        nonlocal asked
        asked += str(select).startswith("SELECT DISTINCT e.dt AS day")
        return query(select, *args, **more)

    monkeypatch.setattr(workspace.warehouse, "query", counted)
    sql = "SELECT COUNT(*) FROM events"
    first = rows(workspace, sql)[0][0]
    for at, more, times in ((None, 0, 1), (T, 1, 1), (T + DAY, 2, 2), (T + DAY, 3, 2)):
        if at is not None:
            made = World()
            made.event(9, at, "search")
            seed(workspace, made)
        assert (rows(workspace, sql), asked) == ([[first + more]], times)
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement("DELETE FROM event WHERE did = 9"))
    assert (rows(workspace, sql), asked) == ([[first]], 3)


def test_answers_are_as_old_as_the_bound_allows_and_say_so(seeded: Workspace):
    object.__setattr__(seeded.settings.sql, "fresh_s", 3_600.0)
    first = rows(seeded, "SELECT COUNT(*) FROM events")
    made = World()
    made.event(9, T, "search")
    seed(seeded, made)
    time.sleep(1.1)
    ran = run_statement(seeded, ME, "SELECT COUNT(*) FROM events")
    assert answer_json(ran)["rows"] == first
    assert ran.age_s > 1
    object.__setattr__(seeded.settings.sql, "fresh_s", 60.0)


def test_a_merge_is_seen_without_writing_events_again(workspace: Workspace):
    plug()
    seed(workspace)
    object.__setattr__(workspace.settings.sql, "fresh_s", 0.0)
    assert rows(workspace, "SELECT COUNT(DISTINCT person) FROM events") == [[2]]
    files = {path.name for path in (workspace.home / "sql").rglob("events-*.parquet")}
    made = World()
    made.add("alias", did=2, pid=1, known_from_ms=0, known_to_ms=None)
    seed(workspace, made)
    assert rows(workspace, "SELECT COUNT(DISTINCT person) FROM events") == [[1]]
    assert {path.name for path in (workspace.home / "sql").rglob("events-*.parquet")} == files


def test_the_folder_is_private_and_goes_with_the_workspace(seeded: Workspace):
    rows(seeded, "SELECT COUNT(*) FROM events")
    assert (seeded.home / "sql").stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in (seeded.home / "sql").rglob("*.parquet"))
    assert not list((seeded.home / "sql").rglob("run-*"))
    stale = seeded.home / "sql" / "1-dead"
    stale.mkdir()
    (stale / "lock").touch()
    seeded.close()
    assert not list((seeded.home / "sql").glob("*/*.parquet"))


def test_the_disk_is_bounded(seeded: Workspace):
    object.__setattr__(seeded.settings.sql, "disk_max_bytes", 100)
    try:
        with pytest.raises(TooLarge, match="disk_max_bytes"):
            rows(seeded, "SELECT COUNT(*) FROM events")
    finally:
        object.__setattr__(seeded.settings.sql, "disk_max_bytes", 20_000_000_000)
    assert rows(seeded, "SELECT COUNT(*) FROM orders") == [[1]]


def test_each_run_is_written_down(seeded: Workspace):
    rows(seeded, "SELECT 1 AS a")
    with pytest.raises(InvalidInput):
        rows(seeded, "SELECT * FROM read_text('/etc/passwd')")
    with seeded.records.read() as session:
        noted = [json.loads(one) for one in session.execute(text("SELECT detail FROM audit_entry WHERE action = 'sql.ran' ORDER BY seq")).scalars()]
    assert [(one["statement"], one["outcome"]) for one in noted] == [
        ("SELECT 1 AS a", "ok"),
        ("SELECT * FROM read_text('/etc/passwd')", "not_in_sql"),
    ]
    assert noted[0]["rows"] == 1


def test_places_are_bounded_and_waiting_can_be_given_up(still: Workspace):
    desk = desk_of(still)
    object.__setattr__(desk, "_wait_s", 0.3)
    with desk.place(None), desk.place(None):
        with pytest.raises(TooMany):
            rows(still, "SELECT 1")
        gone = Cancel()
        gone.cancel()
        with pytest.raises(Cancelled):
            run_statement(still, ME, "SELECT 1", cancel=gone)
    assert rows(still, "SELECT 1") == [[1]]


def test_values_travel_exactly(still: Workspace):
    told = rows(still, "SELECT 9007199254740993, 1.10::DECIMAL(9,2), NULL, 'x' = 'x', DATE '2026-01-02', 1e308 * 10, TIME '10:00:00'")
    assert told == [["9007199254740993", "1.10", None, True, "2026-01-02", None, "10:00:00"]]
    file = answer_csv(run_statement(still, ME, "SELECT '=cmd()' AS a, -1 AS b, NULL AS c"))
    assert file == "a,b,c\n'=cmd(),-1,\n"


class Door:
    """The router, opened as a role."""

    def __init__(self, workspace: Workspace, role: Any = "analyst") -> None:
        self.app = FastAPI()
        self.app.include_router(router)
        errors.install(self.app)
        self.app.state.workspace = workspace
        actor = Actor("mem_1", "Lin", role, ROLES[role], "session")

        @self.app.middleware("http")
        async def signed_in(request: Request, call_next: Any) -> Any:
            request.state.actor = actor
            return await call_next(request)

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://t", trust_env=False) as client:
                return await client.request(method, f"/api/sql/{path}", json=body)

        return asyncio.run(send())


def test_the_door_gives_rows_files_and_reasons(still: Workspace):
    door = Door(still)
    told = door.ask("POST", "run", {"sql": "SELECT device, COUNT(*) AS n FROM events GROUP BY device ORDER BY n DESC"}).json()
    assert [column["name"] for column in told["columns"]] == ["device", "n"]
    assert told["rows"][0] == ["ios", 3]
    assert door.ask("POST", "export", {"sql": "SELECT 1 AS a"}).content == b"\xef\xbb\xbfa\n1\n"
    refused = door.ask("POST", "run", {"sql": "SELECT\n  secret FROM events"})
    assert refused.status_code == 422
    assert refused.json()["error"]["where"] == "line 2, column 3"
    assert door.ask("POST", "run", {"sql": "x" * 10_001}).status_code == 422
    book = door.ask("GET", "views").json()
    events = next(view for view in book["views"] if view["name"] == "events")
    names = {column["name"] for column in events["columns"]}
    assert {"person", "properties.page"} <= names
    assert not {"properties.email", "properties.phone", "robot"} & names


def test_viewers_have_no_right_to_it():
    assert "sql.run" not in ROLES["viewer"]
    assert all("sql.run" in ROLES[role] for role in ("admin", "lead", "analyst"))


def test_a_draft_is_read_from_a_simple_statement():
    found = draft_of("SELECT device, COUNT(DISTINCT person) FROM events WHERE event = 'search' AND date >= DATE '2026-01-01' GROUP BY device")
    assert found.definition is not None
    assert found.definition["measures"] == [
        {
            "fact": "event",
            "aggregate": "count_distinct",
            "clocks": ["event"],
            "value": "person",
            "where": "event = 'search' AND NOT bot AND NOT internal AND NOT person IS NULL",
        }
    ]
    assert found.definition["additivity"] == "distinct"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT AVG(price) FROM events",
        "SELECT COUNT(*) FROM orders",
        "SELECT COUNT(*), SUM(price) FROM events",
        "SELECT COUNT(*) FROM events JOIN orders USING (person)",
        "SELECT COUNT(*) FROM events WHERE event LIKE 'a%'",
        "SELECT COUNT(*) FROM events WHERE platform = 'x'",
        "SELECT SUM(DISTINCT price) FROM events",
        "SELECT COUNT(*) FROM events GROUP BY device HAVING COUNT(*) > 1",
        "SELECT COUNT(*) FROM events UNION SELECT 1",
        "SELECT COUNT(*) FROM events WHERE event = 'a' OR date > DATE '2026-01-01'",
    ],
)
def test_what_is_no_metric_says_why(sql: str):
    found = draft_of(sql)
    assert found.definition is None
    assert all(found.notes[0])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT COUNT(*) FROM events WHERE event = 'search' AND {days}",
        "SELECT COUNT(DISTINCT person) FROM events WHERE {days}",
        "SELECT COUNT_IF(event = 'pay') FROM events WHERE {days}",
        "SELECT SUM(price) FROM events WHERE {days}",
        "SELECT SUM(nights * quantity) FROM order_lines WHERE NOT cancelled AND {booked}",
        "SELECT COUNT(DISTINCT order_id) FROM order_lines WHERE {booked}",
    ],
)
def test_a_drafted_metric_has_the_statements_number(still: Workspace, sql: str):
    days = {
        "{days}": "date BETWEEN DATE '2026-01-01' AND DATE '2026-01-31'",
        "{booked}": "booked_date BETWEEN DATE '2026-01-01' AND DATE '2026-01-31'",
    }
    for name, span in days.items():
        sql = sql.replace(name, span)
    found = draft_of(sql)
    assert found.definition is not None
    _check_same(still, found.definition, rows(still, sql)[0][0])


def _check_same(workspace: Workspace, definition: dict[str, Any], expected: Any) -> None:
    words = {"en": "Drafted", "zh": "草稿"}
    body = {
        "name": "drafted", "class": "overall", "scope": "people", "use": ["track"], "monitorable": False, "direction": "up", "owner": "me",
        "title": words, "description": words, "formula": words, **definition,
    }  # fmt: skip
    metric = metric_from(body, "drafted")
    scope = Scope((), (), "total", Period(dt.date(2026, 1, 1), dt.date(2026, 1, 31)), workspace.zone, 0, None)
    compiled = compile_query((metric,), None, scope)
    record = workspace.warehouse.query(compiled.statement, compiled.params.values).to_pylist()[0]
    assert float(record["drafted"]) == float(expected)


def test_the_command_runs_a_statement_or_a_file(seeded: Workspace, tmp_path: Path):
    seeded.close = lambda: None
    command = COMMANDS[0]
    callback = command.callback
    assert callback is not None
    command.callback = lambda **options: callback(lambda **_: seeded, **options)
    try:
        path = tmp_path / "q.sql"
        path.write_text("SELECT COUNT(*) AS n FROM events")
        told = json.loads(CliRunner().invoke(command, [str(path), "--format", "json"]).stdout)
        assert told["rows"] == [[6]]
        assert CliRunner().invoke(command, ["SELECT 1 AS a", "--format", "csv"]).stdout == "a\n1\n"
        table = CliRunner().invoke(command, ["SELECT 1 AS a"])
        assert "1 rows" in table.stderr
        assert "events" in CliRunner().invoke(command, ["--views"]).stdout
        assert isinstance(CliRunner().invoke(command, []).exception, InvalidInput)
    finally:
        command.callback = callback
