"""Values as people write them: Chinese units, full width, dates in many ways, offsets, counted days; exact, or an error."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from windsock.sources import LINE_COLUMN, Chunk, Form, Target, columns_of, compile_mapping, map_rows, read_mapping, try_rows

FORM = Form(
    "things",
    "A thing",
    {
        "text": Target("text"),
        "count": Target("integer", least=-(10**9), most=10**9),
        "money": Target("money"),
        "day": Target("date"),
        "at": Target("instant"),
        "flag": Target("boolean"),
    },
)


def run(target: str, typed: str, *cells: str | None, read: str = "{}") -> list[Any]:
    """Map one column of cells to a field; None where a cell was refused."""
    text = f"{{mapping: m, kind: things, read: {read}, columns: {{x: {typed}}}, fields: {{{target}: x}}}}"
    mapping = read_mapping(text, "m.yaml", FORM)
    lines = range(2, 2 + len(cells))
    rows = pa.table({LINE_COLUMN: pa.array(lines, pa.int64()), "x": pa.array(cells, pa.string())})
    good, _ = map_rows(compile_mapping(mapping, ["x"], "Asia/Shanghai"), Chunk(rows), columns_of(FORM))
    name = "at_ms" if target == "at" else target
    found = dict(zip(good["source_line"].to_pylist(), good[name].to_pylist(), strict=True))
    return [found.get(line) for line in lines]


def ms(*parts: int) -> int:
    return round(dt.datetime(*parts, tzinfo=dt.UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.2万", "12000"), ("１.２万", "12000"), ("￥1.2万元", "12000"), ("3亿", "300000000"), ("0.5 万", "5000"),
        ("1,234.5万", "12345000"), ("2千", "2000"),
        ("1万亿", "1000000000000"), ("￥１，２３４．５０", "1234.50"), ("¥99", "99"), ("CNY 1,000.00", "1000"), ("1000元", "1000"),
        ("-5.5万", "-55000"),
        ("USD 12", "12"), ("12.30 €", "12.30"), ("1,2,3", None), ("万", None), ("1.2.3万", None), ("一百", None), ("12万3", None), ("--", None),
    ],
)  # fmt: skip
def test_money_as_it_is_written_in_chinese(cell: str, value: str | None):
    assert run("money", "money", cell, read='{thousands: ","}') == [Decimal(value) if value is not None else None]


@pytest.mark.parametrize(
    ("cell", "value"), [("1.2万", 12_000), ("3万", 30_000), ("１２", 12), ("1.00005万", None), ("1,200", 1_200), ("12.0", 12), ("1.5", None)]
)
def test_counts_are_whole(cell: str, value: int | None):
    assert run("count", "integer", cell, read='{thousands: ","}') == [value]


DAY = dt.date(2026, 1, 5)


@pytest.mark.parametrize(
    "cell",
    ["2026年1月5日", "2026年01月05日", "2026-1-5", "2026/01/05", "2026.1.5", "20260105", "2026-01-05 00:00:00", "２０２６年１月５日", " 2026-01-05 "],
)
def test_a_date_in_many_ways(cell: str):
    assert run("day", "{type: date, format: auto}", cell) == [DAY]


@pytest.mark.parametrize("cell", ["2026年2月30日", "2026-13-01", "05/01/2026", "20261301", "2026-01-05 10:00:00", "昨天", "1899-01-01"])
def test_what_is_no_date_is_refused(cell: str):
    assert run("day", "{type: date, format: auto}", cell) == [None]


@pytest.mark.parametrize(
    ("cell", "hour", "minute", "second"),
    [
        ("2026年1月5日 下午3:05", 15, 5, 0), ("2026年1月5日下午3:05:09", 15, 5, 9), ("2026/1/5 上午9:05", 9, 5, 0), ("2026-01-05 15:05:09", 15, 5, 9),
        ("2026-01-05T15:05:09", 15, 5, 9), ("2026年1月5日15时5分", 15, 5, 0), ("2026年1月5日 15时05分09秒", 15, 5, 9),
        ("2026-01-05 3:05 PM", 15, 5, 0),
        ("2026-01-05 12:05 AM", 0, 5, 0), ("2026年1月5日 中午12:05", 12, 5, 0), ("2026年1月5日 凌晨12:05", 0, 5, 0),
        ("2026年1月5日 下午15:05", 15, 5, 0),
        ("2026-01-05", 0, 0, 0), ("20260105150509", 15, 5, 9), ("2026-01-05 15:05:09.250", 15, 5, 9), ("2026/1/5  15:05", 15, 5, 0),
    ],
)  # fmt: skip
def test_a_time_in_many_ways_is_of_the_file_s_zone(cell: str, hour: int, minute: int, second: int):
    found = run("at", "{type: datetime, format: auto}", cell, read="{zone: Europe/Rome}")[0]
    assert found // 1000 == ms(2026, 1, 5, hour, minute, second) // 1000 - 3_600


@pytest.mark.parametrize("cell", ["2026年1月5日 下午13:61", "2026-01-05 25:00", "下午3:05", "2026-01-05 3:05 XM", "2026-01-05 10:00+08:00"])
def test_what_is_no_time_is_refused(cell: str):
    assert run("at", "{type: datetime, format: auto}", cell) == [None]


@pytest.mark.parametrize(
    ("cell", "want"),
    [
        ("2026-01-05T15:04:05+08:00", ms(2026, 1, 5, 7, 4, 5)), ("2026-01-05T15:04:05Z", ms(2026, 1, 5, 15, 4, 5)),
        ("2026-01-05 15:04:05+0800", ms(2026, 1, 5, 7, 4, 5)),
        ("2026-01-05T15:04:05.250-05:30", ms(2026, 1, 5, 20, 34, 5) + 250), ("2026-01-05 15:04+08", ms(2026, 1, 5, 7, 4)),
        ("2026-01-05T15:04:05", None), ("2026-01-05", None),
    ],
)  # fmt: skip
def test_an_offset_is_believed_whatever_the_zone(cell: str, want: int | None):
    assert run("at", "instant", cell, read="{zone: America/New_York}") == [want]


def test_an_instant_in_the_hour_that_comes_twice_stays_itself():
    cells = ("2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00")
    assert run("at", "instant", *cells, read="{zone: America/New_York}") == [ms(2026, 11, 1, 5, 30), ms(2026, 11, 1, 6, 30)]


def test_counted_instants_and_days():
    assert run("at", "{type: instant, format: unix_ms}", "1767578645250", "x") == [1_767_578_645_250, None]
    assert run("at", "{type: instant, format: unix}", "1767578645") == [1_767_578_645_000]
    assert run("day", "{type: date, format: excel}", "46027", "46027.5", "9999999") == [DAY, DAY, None]
    assert run("at", "{type: datetime, format: excel}", "46027.75", read="{zone: UTC}") == [ms(2026, 1, 5, 18)]


def test_yes_and_no_in_chinese():
    assert run("flag", "boolean", "是", "否", "TRUE", "maybe") == [True, False, True, None]


def test_signs_around_values_are_taken_off():
    assert run("text", "text", "`420001", "=", "\tx\t", "　全角　", read='{strip: "`="}') == ["420001", None, "x", "全角"]


@pytest.mark.slow
@given(st.decimals(min_value=-99_999_999, max_value=99_999_999, places=2), st.sampled_from(["", "万", "亿"]), st.booleans())
@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_whatever_is_written_is_read_back(number: Decimal, unit: str, wide: bool):  # noqa: FBT001 - hypothesis
    size = {"": 1, "万": 10**4, "亿": 10**8}[unit]
    number = number if unit != "亿" else number / 100_000
    number = number.quantize(Decimal("0.01"))
    text = f"{number:,}{unit}"
    text = text.translate({**{ord(str(n)): ord("０") + n for n in range(10)}, ord(","): "，", ord("."): "．"}) if wide else text
    value = number * size
    want = value if abs(value) < 10**14 else None
    assert run("money", "money", text, read='{thousands: ","}') == [want]


def test_every_thing_that_is_wrong_with_a_row_is_told_at_once():
    text = "{mapping: m, kind: things, columns: {a: integer, b: {type: date, format: auto}}, let: {twice: a + a}, fields: {count: twice, day: b}}"
    rows = pa.table({LINE_COLUMN: pa.array([2, 3]), "a": ["x", "1"], "b": ["y", "2026-01-05"]})
    plan = compile_mapping(read_mapping(text, "m", FORM), ["a", "b"], "UTC")
    mapped, failed = try_rows(plan, Chunk(rows))
    assert [(row["count"], row["day"]) for row in mapped] == [(None, None), (2, DAY)]
    assert {line: [(plan.checks[number][0], value) for number, value in found] for line, found in failed.items()} == {
        2: [("a", "x"), ("b", "y")],
        3: [],
    }
    assert plan.sees == {"count": frozenset({"a"}), "day": frozenset({"b"})}


def test_rows_can_be_left_out():
    text = "{mapping: m, kind: things, columns: {a: integer}, only: \"b <> 'sum'\", fields: {count: a}}"
    rows = pa.table({LINE_COLUMN: pa.array([2, 3, 4]), "a": ["1", "x", "y"], "b": ["", "sum", "z"]})
    plan = compile_mapping(read_mapping(text, "m", FORM), ["a", "b"], "UTC")
    good, bad = map_rows(plan, Chunk(rows), columns_of(FORM))
    assert (good["count"].to_pylist(), [one.line for one in bad]) == ([], [4]), "an empty cell is no 'z' either: it is left out"
