"""The second wall: with the checker switched off, an escape finds nothing, writes nothing and calls nobody; bad ones harm only themselves."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.analyses.sql_make import T, seed
from tests.analyses.test_sql_check import CORPUS, filled
from tests.conditions.world import World
from windsock.analyses.sql.catalogue import BY_NAME, sources_of
from windsock.analyses.sql.run import desk_of, run_statement
from windsock.analyses.sql.terminal import answer_csv, answer_json
from windsock.governance import cli_actor
from windsock.kernel.errors import InvalidInput, TooLarge, TooMany, WindsockError
from windsock.rooms import plug
from windsock.warehouse import Limits, Statement, View, run_apart, statement
from windsock.workspace import Workspace

ME = cli_actor("lin")
SECRET = "the-secret-nobody-may-read"
TIGHT = Limits(seconds=2, memory_bytes=200_000_000, rows=200, answer_bytes=4_000_000)
NAMES = ("events", "all_events", "orders")


@pytest.fixture
def large(workspace: Workspace) -> Workspace:
    plug()
    seed(workspace)
    made = World()
    for number in range(3_000):
        made.event(10 + number % 300, T + number * 1000, "search", device="ios")
    return seed(workspace, made)


@pytest.fixture
def url() -> Iterator[tuple[str, list[object]]]:
    """A server that notes who calls."""
    calls: list[object] = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def serve() -> None:
            while True:
                try:
                    connection, address = listening.accept()
                except OSError:
                    return
                calls.append(address)
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", calls
        listening.shutdown(socket.SHUT_RDWR)


def raw(text: str) -> Statement:
    made = Statement(text)
    vars(made)["text"] = text
    return made


def _put(workspace: Workspace, sql: str) -> str:
    """Put a statement to the process without the checker, and return whatever came of it."""
    views = [View(name, statement(BY_NAME[name].select())) for name in NAMES]
    with desk_of(workspace).keeper.lend(sources_of(NAMES)) as lent:
        try:
            told = run_apart(raw(sql), lent.pieces, views, TIGHT, zone=workspace.zone)
        except (InvalidInput, TooLarge) as error:
            return f"{error.code} {error}"
    assert told.rows.num_rows <= TIGHT.rows
    return f"answered {told.rows.column_names} {told.rows.to_pylist()}"


def _all(large: Workspace, tmp_path: Path, url: tuple[str, list[object]], statements: list[str]) -> None:
    secret, out = tmp_path / "secret.csv", tmp_path / "out.csv"
    secret.write_text(f"a,b\n{SECRET},1\n{SECRET},2\n")
    given = {"{secret}": str(secret), "{out}": str(out), "{url}": url[0]}
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda sql: _put(large, filled(sql, given)), statements))
    for sql, one in zip(statements, told, strict=True):
        assert SECRET not in one, sql
        assert "root:" not in one, sql
        assert str(large.home / "warehouse") not in one, sql
    assert not out.exists()
    assert url[1] == []
    assert answer_json(run_statement(large, ME, "SELECT COUNT(*) FROM events"))["rows"] == [[3_006]]


def test_a_few_escapes_find_nothing_without_the_checker(large: Workspace, tmp_path: Path, url: tuple[str, list[object]]):
    _all(large, tmp_path, url, [CORPUS[kind][0] for kind in ("files", "replacement", "write", "network", "attach", "settings")])


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_no_escape_finds_anything_without_the_checker(large: Workspace, tmp_path: Path, url: tuple[str, list[object]]):
    _all(large, tmp_path, url, [sql for listed in CORPUS.values() for sql in listed])


def _outcome(workspace: Workspace, sql: str) -> str:
    try:
        answer_csv(run_statement(workspace, ME, sql))
    except WindsockError as error:
        return error.code
    return "answered"


@pytest.mark.nightly
@pytest.mark.timeout(600)
@pytest.mark.parametrize("sql", CORPUS["bounded"])
def test_what_takes_too_much_ends_within_its_bounds(large: Workspace, sql: str):
    settings = large.settings.sql
    for name, value in (("timeout_s", 3.0), ("memory_limit", "300MB")):
        object.__setattr__(settings, name, value)
    began = time.monotonic()
    assert _outcome(large, sql) in ("answered", "query_timeout", "out_of_memory", "process_ended", "engine_refused")
    assert time.monotonic() - began < 60
    assert answer_json(run_statement(large, ME, "SELECT COUNT(*) FROM events"))["rows"] == [[3_006]]


@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_twenty_bad_ones_at_once_hold_nobody_up(large: Workspace):
    """Half of them burn time, half memory; meanwhile events are written and analyses are asked, and nothing waits for longer than a moment."""
    for name, value in (("timeout_s", 4.0), ("memory_limit", "300MB"), ("wait_s", 3.0)):
        object.__setattr__(large.settings.sql, name, value)
    bad = [CORPUS["bounded"][number % 2] for number in range(20)]

    longest = 0.0
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(_outcome, large, sql) for sql in bad]
        written = 0
        while not all(one.done() for one in waiting):
            began = time.monotonic()
            made = World()
            made.event(7_000 + written, T + written, "search")
            seed(large, made)
            found = large.warehouse.query(statement("SELECT COUNT(*) AS n FROM event")).to_pylist()[0]["n"]
            longest = max(longest, time.monotonic() - began)
            written += 1
            assert found >= 3_000 + written
            time.sleep(0.05)
        outcomes = [one.result() for one in waiting]
    assert set(outcomes) <= {"query_timeout", "out_of_memory", "process_ended", TooMany.code}
    assert {"query_timeout", TooMany.code} <= set(outcomes) or "out_of_memory" in outcomes
    assert written > 10
    assert longest < 10
    object.__setattr__(large.settings.sql, "fresh_s", 0.0)
    assert answer_json(run_statement(large, ME, "SELECT COUNT(*) FROM events"))["rows"] == [[3_006 + written]]
