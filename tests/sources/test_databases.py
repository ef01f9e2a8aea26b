"""Databases are read, never written: SELECTs are checked as trees, connections refuse to write, cursors go on where they ended."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest

from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.sources import Ask, Place, open_query
from windsock.sources.databases.model import cursor_of, moved_back
from windsock.sources.databases.mysql import OPENING
from windsock.sources.databases.select import checked, statement_of

ROWS = [(1, "A", "2026-01-01 10:00:00", 10.5), (2, "乙", "2026-01-01 11:00:00", None), (3, "C", "2026-01-02 10:00:00", 3.0)]


@pytest.fixture(params=["sqlite", "duckdb"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    path = tmp_path / f"x.{request.param}"
    open_it: Any = sqlite3.connect if request.param == "sqlite" else duckdb.connect
    connection = open_it(str(path))
    connection.execute("CREATE TABLE sale (id INTEGER, name TEXT, sold TEXT, price REAL)" if request.param == "sqlite"
                       else "CREATE TABLE sale (id INTEGER, name TEXT, sold TIMESTAMP, price DECIMAL(10, 2))")  # fmt: skip
    connection.executemany("INSERT INTO sale VALUES (?, ?, ?, ?)", ROWS)
    connection.commit()
    connection.close()
    return Place(request.param, str(path))


def read(place: Place, ask: Ask, **given: Any) -> tuple[list[dict[str, Any]], str | None]:
    with open_query(place, ask, **given) as reading:
        rows = [row for chunk in reading.chunks for row in chunk.rows.to_pylist()]
        return rows, reading.cursor


def test_rows_come_as_exact_texts(place: Place):
    rows, cursor = read(place, Ask(table="sale"))
    assert [(row["__line"], row["id"], row["name"], row["sold"]) for row in rows] == [
        (1, "1", "A", "2026-01-01 10:00:00"), (2, "2", "乙", "2026-01-01 11:00:00"), (3, "3", "C", "2026-01-02 10:00:00"),
    ]  # fmt: skip
    assert [row["price"] for row in rows] == (["10.5", None, "3"] if place.kind == "sqlite" else ["10.50", None, "3.00"])
    assert cursor is None
    some, _ = read(place, Ask(select="SELECT name, price * 2 AS double FROM sale WHERE id > 1 ORDER BY id"))
    assert [row["name"] for row in some] == ["乙", "C"]


@pytest.mark.parametrize(
    ("column", "overlap", "again"), [("id", 0, ["3"]), ("id", 1, ["2", "3"]), ("sold", 0, ["3"]), ("sold", 86_400, ["1", "2", "3"])]
)
def test_a_cursor_goes_on_where_it_ended(place: Place, column: str, overlap: int, again: list[str]):
    ask = Ask(table="sale", cursor_column=column, overlap=overlap)
    rows, cursor = read(place, ask)
    assert len(rows) == 3
    assert cursor
    rows, after = read(place, ask, cursor=cursor)
    assert [row["id"] for row in rows] == again
    assert after == cursor


def test_what_is_larger_than_its_bound_is_told_or_read_in_turns(place: Place):
    with pytest.raises(TooLarge, match="more than 2"):
        read(place, Ask(table="sale"), most=2)
    rows, cursor = read(place, Ask(table="sale", cursor_column="id"), most=2)
    assert (len(rows), cursor) == (2, "n:2")
    rows, cursor = read(place, Ask(table="sale", cursor_column="id"), most=2, cursor=cursor)
    assert [row["id"] for row in rows] == ["2", "3"]
    assert len(read(place, Ask(table="sale"), most=1, cut=True)[0]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM sale",
        "SELECT 1; DROP TABLE sale",
        "WITH gone AS (DELETE FROM sale RETURNING *) SELECT * FROM gone",
        "SELECT * INTO copy FROM sale",
        "SELECT * FROM sale FOR UPDATE",
        "ATTACH 'x' AS y",
        "PRAGMA journal_mode = delete",
        "COPY sale TO 'x'",
        "UPDATE sale SET id = 1",
        "SELECT pg_read_file('x')",
        "SELECT load_extension('x')",
        "SELECT * FROM read_csv('x')",
        "SELECT nextval('s')",
        "CREATE TABLE t AS SELECT 1",
        "EXPLAIN SELECT 1",
        "SELECT * FROM",
        "",
    ],
)
@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite", "duckdb"])
def test_only_one_reading_select_gets_through(text: str, dialect: str):
    with pytest.raises(InvalidInput):
        statement_of(Ask(select=text), dialect, None, 10)


def test_a_connection_refuses_to_write_by_itself(place: Place):
    """Even a statement that got past the check."""
    from windsock.sources.databases.read import database

    for text in ("DELETE FROM sale", "CREATE TABLE x (a INTEGER)", "ATTACH ':memory:' AS y"):
        with pytest.raises(InvalidInput), database(place.kind).stream(place, text) as stream:
            list(stream.batches)
    assert len(read(place, Ask(table="sale"))[0]) == 3


def test_files_outside_are_out_of_reach(place: Place, tmp_path: Path):
    from windsock.sources.databases.read import database

    (tmp_path / "secret.csv").write_text("a\n1\n")
    if place.kind == "duckdb":
        with pytest.raises(InvalidInput), database("duckdb").stream(place, f"SELECT * FROM '{tmp_path}/secret.csv'") as stream:
            list(stream.batches)


def test_statements_are_written_anew_in_the_dialect_of_the_database():
    ask = Ask(select="SELECT a, b FROM t WHERE c = 'it''s' -- and so on", cursor_column="up dated", overlap=60)
    assert statement_of(ask, "mysql", "t:2026-01-01 00:01:00", 10) == (
        "SELECT * FROM (SELECT a, b FROM t WHERE c = 'it''s' /* and so on */) AS windsock_rows"
        " WHERE `up dated` >= '2026-01-01 00:00:00' ORDER BY `up dated` LIMIT 10"
    )
    assert (
        statement_of(Ask(table='pub.We"ird'.replace('"', "")), "postgres", None, 5)
        == 'SELECT * FROM (SELECT * FROM "pub"."Weird") AS windsock_rows LIMIT 5'
    )
    hostile = "s:x' OR 1=1 --"
    assert "'x'' OR 1=1 --'" in statement_of(Ask(table="t", cursor_column="c"), "postgres", hostile, 5)
    assert "READ ONLY" in OPENING[0]
    assert checked("SELECT 1 UNION ALL SELECT 2", "mysql").sql() == "SELECT 1 UNION ALL SELECT 2"


@pytest.mark.parametrize("ask", [Ask(), Ask(table="t", select="SELECT 1"), Ask(table="a.b.c.d"), Ask(table=".")])
def test_a_query_names_what_it_reads(ask: Ask):
    with pytest.raises(InvalidInput):
        statement_of(ask, "postgres", None, 1)


def test_cursors_are_kept_as_texts():
    import datetime as dt
    from decimal import Decimal

    assert cursor_of(7) == "n:7"
    assert moved_back("n:7", 2) == ("n", "5")
    assert cursor_of(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) == "t:2026-01-01 00:00:00+00:00"
    assert moved_back("d:2026-01-03", 90_000) == ("d", "2026-01-01")
    assert moved_back("s:2026-01-01T00:00:10", 10) == ("s", "2026-01-01T00:00:00")
    assert moved_back("s:abc", 10) == ("s", "abc")
    assert cursor_of(Decimal("1.5")) == "n:1.5"
    assert cursor_of(None) is None
    with pytest.raises(InvalidInput):
        cursor_of(1.5)
    for text in ("n:x", "q:1", "t:no"):
        with pytest.raises(InvalidInput):
            moved_back(text, 0)


def test_a_wrong_column_or_file_is_told(place: Place, tmp_path: Path):
    with pytest.raises(InvalidInput, match="nosuch"):
        read(place, Ask(table="sale", cursor_column="nosuch"), cut=True)
    with pytest.raises(InvalidInput):
        read(Place(place.kind, str(tmp_path / "nothing.here")), Ask(table="sale"))
    with pytest.raises(InvalidInput):
        read(place, Ask(table="nosuch"))


@pytest.mark.postgres
def test_postgres_is_read_in_a_read_only_transaction(postgres_server: str):
    import psycopg
    from sqlalchemy import make_url

    url = make_url(postgres_server)
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS sale")
        connection.execute("CREATE TABLE sale (id BIGINT, name TEXT, sold TIMESTAMPTZ, price NUMERIC(10, 2), more JSONB)")
        connection.execute("INSERT INTO sale VALUES (1, '甲', '2026-01-01 10:00+08', 10.5, '{\"a\": 1}'), (2, NULL, '2026-01-02 10:00+08', 3, NULL)")
    place = Place("postgres", str(url.database), str(url.query.get("host") or url.host or ""), url.port or 0, url.username or "", url.password or "")
    rows, cursor = read(place, Ask(table="public.sale", cursor_column="sold", overlap=60))
    assert rows[0] == {"__line": 1, "id": "1", "name": "甲", "sold": "2026-01-01 02:00:00+00:00", "price": "10.50", "more": '{"a": 1}'}
    assert cursor == "t:2026-01-02 02:00:00+00:00"
    assert [row["id"] for row in read(place, Ask(table="public.sale", cursor_column="sold", overlap=60), cursor=cursor)[0]] == ["2"]
    from windsock.sources.databases.read import database

    with pytest.raises(InvalidInput, match="PostgreSQL"), database("postgres").stream(place, "DELETE FROM sale RETURNING *") as stream:
        list(stream.batches)
    assert len(read(place, Ask(table="sale"))[0]) == 2
    with pytest.raises(InvalidInput) as caught:
        read(Place("postgres", "nosuch", place.host, place.port, place.user, "hidden-word"), Ask(table="sale"))
    assert "hidden-word" not in str(caught.value)
