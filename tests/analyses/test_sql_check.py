"""What may be written: each of a corpus of escapes is refused with a reason, a place and advice; what analysts write passes, printed anew."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from windsock.analyses.sql.catalogue import VIEWS, sources_of
from windsock.analyses.sql.check import NESTED_MOST, TEXT_MOST, check, find, place
from windsock.analyses.sql.examples import EXAMPLES
from windsock.identity import shown_trait
from windsock.kernel.errors import InvalidInput, TooLarge, UserError

CORPUS: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("sql_escapes.yaml").read_text(encoding="utf-8"))
REFUSED = [pytest.param(sql, id=f"{kind}-{number}") for kind, listed in CORPUS.items() if kind != "bounded" for number, sql in enumerate(listed)]
GIVEN = {"{secret}": "/srv/secret.csv", "{out}": "/srv/out.csv", "{url}": "http://127.0.0.1:9"}


def filled(sql: str, given: dict[str, str] = GIVEN) -> str:
    for name, value in given.items():
        sql = sql.replace(name, value)
    return sql


def test_the_corpus_is_large():
    assert sum(map(len, CORPUS.values())) >= 200


@pytest.mark.parametrize("sql", REFUSED)
def test_an_escape_is_refused(sql: str):
    with pytest.raises(UserError) as caught:
        check(filled(sql))
    assert caught.value.what
    assert caught.value.where
    assert caught.value.fix


@pytest.mark.parametrize("sql", CORPUS["bounded"])
def test_what_only_takes_too_much_is_left_to_the_bounds(sql: str):
    assert check(sql).printed


GOOD = [
    "SELECT device, COUNT(*), COUNT(DISTINCT person) FILTER (WHERE price > 1) FROM events GROUP BY ALL ORDER BY 2 DESC NULLS LAST LIMIT 5 OFFSET 1",
    "WITH a AS (SELECT person, MIN(at) AS at FROM events GROUP BY 1), b AS (SELECT * FROM a) SELECT COUNT(*) FROM b JOIN orders AS o USING (person)",
    "SELECT QUANTILE_CONT(price, 0.5), MEDIAN(price), PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY price), STDDEV(price), MODE(device) FROM events",
    "SELECT LAG(price) OVER (PARTITION BY person ORDER BY at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM events",
    "SELECT RANK() OVER w FROM events WINDOW w AS (ORDER BY at)",
    "SELECT DATE_TRUNC('month', at), DATE_DIFF('day', at, CURRENT_DATE), at + INTERVAL '1 day' FROM events",
    "SELECT EXTRACT(HOUR FROM at), STRFTIME(date, '%Y-%m') FROM events",
    "SELECT CASE WHEN price > 5 THEN 'a' ELSE 'b' END AS c, TRY_CAST(properties.page AS INTEGER), e.properties.page, price::DOUBLE FROM events AS e",
    "SELECT * EXCLUDE (ts_ms) FROM events QUALIFY ROW_NUMBER() OVER (PARTITION BY person ORDER BY at) = 1",
    "SELECT event FROM events UNION ALL SELECT state FROM orders EXCEPT SELECT 'x'",
    "SELECT a.person FROM events AS a ASOF JOIN orders AS b ON a.person = b.person AND a.at >= b.booked_at",
    "SELECT EXISTS (SELECT 1 FROM orders WHERE orders.person = events.person), person IN (SELECT person FROM orders) FROM events",
    "SELECT t.a FROM (VALUES (1, 'x'), (2, 'y')) AS t(a, b)",
    "SELECT device, GROUPING(device), COUNT(*) FROM events GROUP BY ROLLUP (device)",
    "SELECT LOWER(device) || '-' || UPPER(route), SPLIT_PART(route, '-', 1), REGEXP_MATCHES(route, '^PVG'), route ILIKE '%sin' FROM events",
    "SELECT TIME_BUCKET(INTERVAL '15 minutes', at), SUM(price) / NULLIF(COUNT(*), 0) FROM events GROUP BY 1",
    "FROM events SELECT device WHERE date BETWEEN DATE '2026-01-01' AND DATE '2026-01-31'",
    "(SELECT 1) UNION (SELECT 2);",
]


@pytest.mark.parametrize("sql", [*GOOD, *(one.sql for one in EXAMPLES)])
def test_what_analysts_write_passes(sql: str):
    once = check(sql)
    assert check(once.printed).printed == once.printed


def test_what_runs_is_printed_from_the_tree_without_comments():
    checked = check("select /* read_text('/etc/passwd') */ device -- ; drop\nfrom EVENTS")
    assert checked.printed == "SELECT device FROM EVENTS"
    assert checked.views == ("events",)


def test_a_view_behind_a_name_of_its_own_is_still_read():
    assert check("WITH events AS (SELECT * FROM events WHERE price > 1) SELECT COUNT(*) FROM events").views == ("events",)


def test_a_name_counts_only_where_its_with_gives_it():
    inner = "SELECT * FROM (WITH mine AS (SELECT 1 AS a) SELECT * FROM mine) AS x"
    assert check(inner).views == ()
    with pytest.raises(InvalidInput, match="no table 'mine'"):
        check(f"{inner}, mine")
    with pytest.raises(InvalidInput, match="no table 'later'"):
        check("WITH first AS (SELECT * FROM later), later AS (SELECT 1) SELECT * FROM first")


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("SELECT a,\n  foo(b)\nFROM events", "line 2, column 3"),
        ("SELECT *\nFROM nowhere", "line 2, column 6"),
        ("SELECT * FROM events;\nSELECT 2", "line 1, column 21"),
        ("  DROP TABLE x", "line 1, column 3"),
        ("SELECT 1 FROM events\nWHERE LIST_VALUE(1)", "line 2, column 7"),
    ],
)
def test_a_refusal_names_the_place(sql: str, where: str):
    with pytest.raises(UserError) as caught:
        check(sql)
    assert caught.value.where == where


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "(" * 5_000 + "1" + ")" * 4_000,
        "SELECT " + "CASE WHEN 1=1 THEN " * 100 + "1" + " END" * 100,
        "SELECT " + "NOT " * 2_000 + "TRUE",
        "SELECT " + "- " * 2_000 + "1",
        "SELECT " + "1+" * 2_500 + "1",
        "SELECT '" + "x" * 3_000 + "'",
        "SELECT * FROM " + " JOIN ".join(f"events AS e{n}" for n in range(40)),
        "SELECT " + " UNION ALL SELECT ".join("1" * 1 for _ in range(1_200)),
        "SELECT " + "x" * TEXT_MOST,
        "SELECT " + "(SELECT " * (NESTED_MOST + 1) + "1" + ")" * (NESTED_MOST + 1),
        "SELECT " + " OR ".join(["1=1"] * 900),
    ],
)
def test_size_and_depth_are_bounded(sql: str):
    began = time.monotonic()
    with contextlib.suppress(UserError):
        check(sql)
    assert time.monotonic() - began < 10  # seconds where it should take a tenth: the parser alone would take hours over joins without ON


def test_joins_are_bounded():
    with pytest.raises(TooLarge, match="12 joins"):
        check("SELECT * FROM events " + " ".join(f"JOIN events AS e{n} ON TRUE" for n in range(14)))
    with pytest.raises(TooLarge, match="tangled"):
        check("SELECT * FROM events " + " ".join(f"JOIN events AS e{n}" for n in range(30)))


@pytest.mark.parametrize("sql", ["", " \n", ";", "-- only a comment", "\0", "SELECT", "SELECT FROM WHERE", "'", '"', "/*", "SELECT 1 FROM"])
def test_what_is_no_statement_is_an_error_of_its_writer(sql: str):
    try:
        printed = check(sql).printed
    except (InvalidInput, TooLarge):
        return
    assert printed in ("SELECT", "SELECT 1")


def test_no_view_has_a_personal_column():
    for view in VIEWS:
        for column in view.columns:
            assert shown_trait(column.name, "plain", unmasked=False) == "plain", (view.name, column.name)
            read = set(re.findall(r"x\.(\w+)", column.sql))
            banned = {"order_ref"} if column.name != "order_code" else set[str]()
            assert not read & ({"member_no", "properties", "uncleaned", "message_id", "agent", "batch_id", "attributes", "row_hash"} | banned)


def test_views_are_wholly_explained():
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for view in VIEWS:
        told: list[Any] = [view, *view.columns]
        assert all(one.en and chinese.search(one.zh) for one in told)
        assert len({column.name for column in view.columns}) == len(view.columns)
    assert [source.name for source in sources_of(["events", "all_events"])] == ["events", "aliases"]


def test_places():
    assert place("ab\ncd", 4) == "line 2, column 2"
    assert find("SELECT a, Nope FROM x", "nope") == "line 1, column 11"
    assert find("SELECT 1", "nope") == ""


def test_the_guide_lists_every_table_and_column():
    guide = (Path(__file__).parents[2] / "docs/guide/sql.md").read_text(encoding="utf-8")
    for view in VIEWS:
        section = guide.partition(f"### {view.name}\n")[2].partition("\n### ")[0]
        assert view.en in section
        listed = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", section, re.MULTILINE)
        assert listed == [(column.name, column.kind, column.en) for column in view.columns]
