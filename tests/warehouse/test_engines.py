"""What becomes of a tree on its way to another engine; none of them is needed to see it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from sqlglot import parse_one

from windsock.kernel.errors import Fault, NotAvailable
from windsock.kernel.settings import ClickHouseSettings, Settings, SparkSettings
from windsock.warehouse import engines
from windsock.warehouse.engines import clickhouse, clickhouse_link, spark, spark_link
from windsock.warehouse.engines.shape import shape_of, shaped

DIALECTS = [clickhouse, spark]


def text(dialect: Any, sql: str, **params: Any) -> str:
    return dialect.written(parse_one(sql, read="duckdb"), params, "w").text


def test_nothing_is_missing_where_it_could_be_missing_on_clickhouse():
    made = text(clickhouse, "SELECT LEAD(e.ts_ms) OVER (ORDER BY e.ts_ms) AS n, MAX(e.did) AS m, SUM(e.did) AS s FROM event AS e GROUP BY ALL")
    assert "lead(toNullable(e.ts_ms), 1) OVER" in made
    assert "MAX(toNullable(e.did))" in made
    assert "SUM(toNullable(e.did) * CAST(1 AS Nullable(Decimal(38, 0))))" in made


def test_values_travel_beside_the_text():
    made = text(
        clickhouse,
        "SELECT COUNT(*) AS n FROM event AS e WHERE e.route = $r AND e.price > $p AND e.dt = $d",
        r="x'; --",
        p=Decimal("1.50"),
        d=dt.date(2026, 1, 1),
    )
    assert "{r: String}" in made
    assert "{p: Decimal(38, 2)}" in made
    assert "{d: Date32}" in made
    assert "--" not in made
    assert ":r" in text(spark, "SELECT COUNT(*) AS n FROM event AS e WHERE e.route = $r", r="x'; --")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT SOUNDEX(e.route) AS x FROM event AS e", "SOUNDEX"),
        ("SELECT SUM(CAST(e.price AS DOUBLE)) AS x FROM event AS e", "floating"),
        ("SELECT e.key_hi FROM event_key AS e", "event_key"),
        ("SELECT e.properties FROM event AS e", "All properties"),
        ("SELECT e.properties ->> '$.a.b' AS x FROM event AS e", "deeper"),
        ("SELECT COUNT(*) OVER (ORDER BY e.ts_ms RANGE BETWEEN CURRENT ROW AND 5 FOLLOWING) AS n FROM event AS e", "any order"),
        ("SELECT e.did FROM event AS e FULL JOIN alias AS a ON a.did = e.did", "FULL"),
        ("SELECT e.price / 2 AS x FROM event AS e", "Dividing"),
        ("SELECT LIST(e.did ORDER BY e.ts_ms DESC) AS x FROM event AS e", "from the last on"),
        ("SELECT CAST(e.route AS INT) AS x FROM event AS e", "whole number"),
    ],
)
def test_what_has_no_exact_form_is_refused_with_a_sentence(dialect: Any, sql: str, said: str):
    with pytest.raises(NotAvailable) as refused:
        text(dialect, sql)
    assert said.lower() in refused.value.what.lower()
    assert dialect.NAME in refused.value.what
    assert "duckdb" in refused.value.fix


def test_a_decimal_is_rounded_and_written_with_its_zeros_on_clickhouse():
    assert "round(" in text(
        clickhouse,
        "SELECT CAST(x.amount * x.fx AS DECIMAL(18, 4)) AS y FROM (SELECT l.booked_amount AS amount, l.take_rate AS fx FROM order_line AS l) AS x",
    )
    assert "toDecimalString(e.price, 4)" in text(clickhouse, "SELECT CAST(e.price AS TEXT) AS y FROM event AS e")


def test_months_are_boundaries_on_spark():
    made = text(spark, "SELECT DATE_DIFF('month', e.dt, e.dt + INTERVAL '1' MONTH) AS n FROM event AS e")
    assert "MONTHS_BETWEEN" not in made.upper()
    assert "month(" in made


def test_a_join_in_time_becomes_a_run_on_spark():
    made = text(spark, "SELECT e.did, a.pid FROM event AS e ASOF LEFT JOIN alias AS a ON e.did = a.did AND e.ts_ms >= a.known_from_ms")
    assert "ASOF" not in made
    assert "IGNORE NULLS OVER (PARTITION BY `_k0` ORDER BY `_t` ASC, `_s`" in made


def test_what_is_blank_within_a_row_comes_last_everywhere():
    least = "SELECT MIN({'t': e.ts_ms}) AS b FROM event AS e"
    assert "('t_blank', (`e`.`ts_ms`) IS NULL, 't', `e`.`ts_ms`)" in text(spark, least)
    assert "tuple((e.ts_ms) IS NULL, e.ts_ms)" in text(clickhouse, least)


def test_digits_of_products_are_known():
    """Of a price times a rate there are ten digits behind the point, however the library counts them; cut to four they would be another amount."""
    product = "(SELECT l.booked_amount * l.take_rate AS x FROM order_line AS l)"
    assert "toDecimalString(p.x, 10)" in text(clickhouse, f"SELECT CAST(p.x AS TEXT) AS y FROM {product} AS p")
    assert "DECIMAL(38, 10)" in text(clickhouse, f"SELECT COALESCE(p.x, CAST('1' AS DECIMAL(18, 4))) AS y FROM {product} AS p").upper()


def test_parts_that_are_computed_again_and_again_are_held():
    parts = ", ".join(f"p{n} AS (SELECT a.did FROM p{n - 1} AS a JOIN p{n - 1} AS b ON a.did = b.did)" for n in range(1, 12))
    tree = parse_one(f"WITH p0 AS (SELECT e.did FROM event AS e), {parts} SELECT p.did FROM p11 AS p", read="duckdb")
    made = clickhouse.written(tree, {}, "w")
    assert made.held
    assert all(len(sql) < 6_000 for _, sql in made.held)
    assert "w_p" in made.text


def test_the_shape_is_our_own_engines():
    wanted = shape_of("SELECT COUNT(*) AS n, SUM(e.did) AS s, MAX(e.dt) AS d, BOOL_OR(e.bot) AS b FROM event AS e WHERE e.route = $r", {"r": "x"})
    assert [str(field.type) for field in wanted] == ["int64", "decimal128(38, 0)", "date32[day]", "bool"]
    given = pa.table(
        {
            "a": pa.array([3], pa.uint64()),
            "b": pa.array([None], pa.decimal128(38, 0)),
            "c": pa.array([None], pa.date32()),
            "d": pa.array([1], pa.uint8()),
        }
    )
    assert shaped(given, wanted).to_pylist() == [{"n": 3, "s": None, "d": None, "b": True}]


def test_a_value_that_does_not_fit_is_no_answer():
    with pytest.raises(Fault):
        shaped(pa.table({"a": [2**40]}), pa.schema([("a", pa.int32())]))
    with pytest.raises(Fault):
        shaped(pa.table({"a": [1], "b": [2]}), pa.schema([("a", pa.int32())]))


def test_what_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch):
    def missing(name: str) -> Any:
        raise ImportError(name)

    for module in (clickhouse_link, spark_link):
        monkeypatch.setattr(module, "importlib", SimpleNamespace(import_module=missing))
    with pytest.raises(NotAvailable, match="not installed"):
        engines.open_link("clickhouse", Settings(clickhouse=ClickHouseSettings()))
    with pytest.raises(NotAvailable, match="folder"):
        engines.open_link("spark", Settings())
    with pytest.raises(NotAvailable, match="not installed"):
        engines.open_link("spark", Settings(spark=SparkSettings(folder="nowhere")))
