"""Mapping files: every mistake is told with its place and its remedy; locales and expressions give exact values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from windsock.kernel.errors import InvalidInput, NotFound
from windsock.orders.map_rows import map_rows
from windsock.orders.mapping import built_in, load_mapping, read_mapping
from windsock.sources import LINE_COLUMN, Chunk, Rejection, compile_mapping


def make(order: str = "", *, columns: str = "{}", read: str = "{}", let: str = "{}", extra: str = "") -> str:
    return f"""
mapping: m
payment_known: false
read: {read}
columns: {columns}
let: {let}
constants: {{kind: hotel, currency: EUR}}
order:
  booked_at: date(2020, 1, 1)
  booked_amount: 1
  {order}
{extra}
"""


def run(text: str, **cells: str | None) -> tuple[dict[str, Any], list[Rejection]]:
    """Map one row of cells; returns it (or {}) and its rejections."""
    rows = pa.table({LINE_COLUMN: pa.array([2]), **{name: pa.array([value], pa.string()) for name, value in cells.items()}})
    plan = compile_mapping(read_mapping(text, "m.yaml"), list(cells), "Asia/Shanghai")
    good, bad = map_rows(plan, Chunk(rows))
    return (good.to_pylist() or [{}])[0], bad


def value(expression: str, target: str = "goods_id", columns: str = "{}", read: str = "{}", **cells: str | None) -> Any:
    row, bad = run(make(f'{target}: "{expression}"', columns=columns, read=read), **({"x": "1"} | cells))
    assert bad == [], bad
    return row[target]


def wrong(text: str, **cells: str | None) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        run(text, **({"x": "1"} | cells))
    assert caught.value.where
    assert caught.value.fix
    return caught.value


def test_the_built_in_mappings_are_found():
    assert built_in() == ["hotel-booking-demand"]
    assert load_mapping("hotel-booking-demand").payment_known is False
    with pytest.raises(NotFound) as caught:
        load_mapping("hotel-booking-demnd")
    assert "hotel-booking-demand" in caught.value.fix


@pytest.mark.parametrize(
    ("text", "what", "where", "fix"),
    [
        ("- a list", "A section", "m.yaml", "mapping"),
        ("mapping: m\norders: {}", "no entry 'orders'", "m.yaml", "order"),
        ("mapping: m\n bad indent: [", "no YAML", "line", "indentation"),
        ("mapping: m\nlet: {a: &x 1}", "anchors", "m.yaml", "quotes"),
        ("mapping: m\norder: {bookd_at: x}", "no field 'bookd_at'", "order.bookd_at", "booked_at"),
        ("mapping: m\norder: {booked_at: x}", "lacks 'booked_amount'", "order", "booked_amount"),
        (make(extra="title: {}\nwhat: 1"), "no entry 'what'", "m.yaml", "Use one of"),
        (make().replace("payment_known: false", ""), "payments are known", "payment_known", "true or false"),
        (make(columns="{x: whole}"), "no type 'whole'", "columns.x", "text"),
        (make(columns="{x: {type: date, format: '%Q'}}"), "no format", "columns.x", "%d/%m/%Y"),
        (make(columns="{y: integer}"), "no column 'y'", "columns.y", "x"),
        (make(read="{decimal: ',', thousands: ','}"), "the same", "read", "differ"),
        (make(read="{zone: Mars/Base}"), "no zone", "read.zone", "Europe/Rome"),
        (make(read="{months: xx}"), "names of months", "read.months", "en"),
        (make("goods_id: y"), "no column 'y'", "order.goods_id", "x"),
        (make("goods_id: lowr(x)"), "no function 'lowr'", "order.goods_id", "lower"),
        (make("goods_id: (select 1)"), "cannot be used", "order.goods_id", "coalesce"),
        (make("goods_id: read_text('x')"), "no function", "order.goods_id", "Use"),
        (make("goods_id: x; drop table y"), "no ", "order.goods_id", ""),
        (make("goods_id: x + 1"), "calculates with text", "order.goods_id", "type"),
        (make("nights: x"), "needs integer", "order.nights", "integer"),
        (make("nights: date(x)"), "year, a month", "order.nights", "date("),
        (make("goods_id: if(x, 1, 2)"), "not a condition", "order.goods_id", "comparison"),
        (make("goods_id: case when x = 1 then 1 end"), "do not go together", "order.goods_id", "one type"),
        (make("goods_id: rows.x"), "a dot", "order.goods_id", "double quotes"),
        (make("goods_id: " + "(" * 900 + "x" + ")" * 900), "", "order.goods_id", ""),
        (make("goods_id: " + "x || " * 399 + "x"), "", "order.goods_id", "let"),
        (make(let="{x: 1}"), "name of two things", "let", "another"),
        (make(extra="file: {encoding: morse}"), "encoding", "encoding", "utf-8"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_remedy(text: str, what: str, where: str, fix: str):
    if "encoding" in text:
        assert read_mapping(text, "m.yaml").shape.encoding == "morse"  # refused where the file is opened
        return
    error = wrong(text)
    assert what in error.what
    assert where in error.where
    assert fix in error.fix


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("concat(x, '-', null, 2)", "1-2"),
        ("x || 'a'", "1a"),
        ("upper(trim('  ab '))", "AB"),
        ("substr('abcdef', 2, 3)", "bcd"),
        ("coalesce(null, x)", "1"),
        ("case x when '1' then 'one' else 'other' end", "one"),
        ("if(x in ('1', '2') and not x = '3', 'in', 'out')", "in"),
        ("if(x is null, 'none', 'some')", "some"),
        ("case when true then lower('A') end", "a"),
    ],
)
def test_expressions_on_text(expression: str, expected: str):
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3 - -1", Decimal(10)),
        ("10 / 4", Decimal("2.5")),
        ("round(10 / 3, 2)", Decimal("3.33")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("days_between(date(2020, 2, 28), date(2020, 3, 1))", Decimal(2)),
        ("month_number('Dec')", Decimal(12)),
    ],
)
def test_expressions_on_numbers(expression: str, expected: Decimal):
    assert value(expression, "stay_amount") == expected


def test_expressions_on_dates():
    assert value("add_days(date(2020, 2, 28), 2)", "arrival_date") == dt.date(2020, 3, 1)
    assert value("date(2020, 1, 1) - 1", "arrival_date") == dt.date(2019, 12, 31)


@pytest.mark.parametrize(
    ("kind", "read", "cell", "expected"),
    [
        ("decimal", "{decimal: ',', thousands: '.'}", "1.234.567,50", Decimal("1234567.5")),
        ("decimal", "{decimal: ',', thousands: '.'}", "-0,05", Decimal("-0.05")),
        ("decimal", "{}", "１２．５", Decimal("12.5")),
        ("decimal", "{}", " 7\u3000", Decimal(7)),
        ("decimal", "{}", ".5", Decimal("0.5")),
        ("money", "{decimal: ',', thousands: '.'}", "€ 1.020,00", Decimal(1020)),
        ("money", "{thousands: ','}", "¥1,020.50元", Decimal("1020.5")),
        ("integer", "{decimal: ',', thousands: '.'}", "1.020", Decimal(1020)),
        ("integer", "{}", "3.0", Decimal(3)),
    ],
)
def test_numbers_are_read_by_their_locale(kind: str, read: str, cell: str, expected: Decimal):
    assert value("x", "stay_amount", f"{{x: {kind}}}", read, x=cell) == expected


@pytest.mark.parametrize("cell", ["1.02", "1.0200,00", "1,2,3", "abc", "1 2", "--1", "1e999", "0x10", "1_000", "NaN", "Infinity", "9" * 40])
def test_what_is_no_number_is_told(cell: str):
    row, bad = run(make("stay_amount: x", columns="{x: decimal}", read="{decimal: ',', thousands: '.'}"), x=cell)
    assert row == {}
    assert (bad[0].line, bad[0].column, bad[0].value) == (2, "x", cell)


@pytest.mark.parametrize(
    ("columns", "cell", "expected"),
    [
        ("{x: {type: date, format: '%d/%m/%Y'}}", "29/02/2016", dt.date(2016, 2, 29)),
        ("{x: {type: date, format: ['%d/%m/%Y', '%Y%m%d']}}", "20160229", dt.date(2016, 2, 29)),
        ("{x: {type: datetime, format: '%d/%m/%Y %H:%M'}}", "29/02/2016 23:59", dt.date(2016, 2, 29)),
        ("{x: date}", "２０１６-02-29", dt.date(2016, 2, 29)),
    ],
)
def test_dates_are_read_by_their_format(columns: str, cell: str, expected: dt.date):
    assert value("x", "arrival_date", columns, x=cell) == expected


@pytest.mark.parametrize("cell", ["30/02/2016", "2016-02-29", "29/02/16", "29/02/0016", "x", "29/02/2016 10:00"])
def test_what_is_no_date_is_told(cell: str):
    row, bad = run(make("arrival_date: x", columns="{x: {type: date, format: '%d/%m/%Y'}}"), x=cell)
    assert (row, bad[0].column, bad[0].value) == ({}, "x", cell)


def test_nulls_and_booleans():
    text = make("cancelled: y\n  goods_id: x", columns="{y: boolean}", read="{nulls: [NULL, '-'], yes: [Si], no: ['No']}")
    row = run(text, x="NULL", y="si")[0]
    assert (row["goods_id"], row["cancelled"]) == (None, True)
    assert run(text, x="-", y="no")[0]["cancelled"] is False
    assert run(text, x="-", y="perhaps")[1][0].reason == "this is no boolean"


@pytest.mark.parametrize(
    ("order", "columns", "cells", "column", "reason"),
    [
        ("arrival_date: date(y, 2, 30)", "{y: integer}", {"y": "2020"}, "arrival_date", "there is no such date"),
        ("stay_amount: 1 / y", "{y: integer}", {"y": "0"}, "stay_amount", "division by zero, or a number too large"),
        ("stay_amount: y * y * y", "{y: integer}", {"y": "9999999999"}, "stay_amount", "the number is too large"),
        ("stay_amount: y", "{y: decimal}", {"y": "999999999999999"}, "stay_amount", "this does not fit"),
        ("goods_id: concat(month_number(x), '')", "{}", {"x": "Brumaire"}, "goods_id", "this is no name of a month"),
        ("sold_as: x", "{}", {"x": "rented"}, "sold_as", "this is none of: own, agency"),
        ("goods_id: x", "{}", {"x": "a" * 501}, "goods_id", "this is longer than 500 characters"),
        ("arrival_date: add_days(date(2020,1,1), y)", "{y: integer}", {"y": "99999999999"}, "arrival_date", "the date is out of range"),
    ],
)
def test_what_fails_on_a_value_costs_its_row_only(order: str, columns: str, cells: dict[str, str], column: str, reason: str):
    row, bad = run(make(order, columns=columns), **({"x": "1"} | cells))
    assert row == {}
    assert (bad[0].column, bad[0].reason) == (column, reason)


def test_a_branch_that_is_not_taken_costs_nothing():
    text = make(
        "stay_amount: if(y = 0, 0, 10 / y)\n  goods_id: case when x = 'no' then 'a' when y > 5 then concat(1 / (y - 6), '') end",
        columns="{y: integer}",
    )
    assert run(text, x="no", y="0")[0]["stay_amount"] == 0
    assert run(text, x="no", y="4")[0]["stay_amount"] == Decimal("2.5")
    assert run(text, x="no", y="6")[1] == []
    assert run(text, x="yes", y="6")[1][0].column == "goods_id"


def test_only_true_and_false_are_booleans_in_yaml():
    assert (
        run(make(extra="attributes: {a: \"'NO'\"}").replace("currency: EUR", "currency: EUR, country: NO, agent: 010"), x="1")[0]["country"] == "NO"
    )
    assert read_mapping(make().replace("currency: EUR", "currency: EUR, agent: 1.10"), "m.yaml").fields[2] == ("agent", "'1.10'")


def test_an_empty_required_field_is_told():
    row, bad = run(make("order_ref: x"), x="")
    assert (row, bad[0].column, bad[0].reason) == ({}, "order_ref", "this must not be empty")
    assert run(make("goods_id: x"), x="")[0]["goods_id"] is None


def test_a_time_of_day_is_one_of_the_files_zone_and_a_date_begins_in_ours():
    text = make(columns="{x: datetime, y: date}", read="{zone: Europe/Rome}").replace(
        "booked_at: date(2020, 1, 1)", "booked_at: x\n  cancelled_at: y"
    )
    row, bad = run(text, x="2020-07-01 20:30:00", y="2020-07-02")
    assert bad == []
    assert row["booked_ms"] == int(dt.datetime(2020, 7, 1, 18, 30, tzinfo=dt.UTC).timestamp() * 1000)
    assert row["booked_date"] == dt.date(2020, 7, 2)
    assert row["cancelled_ms"] == int(dt.datetime(2020, 7, 1, 16, tzinfo=dt.UTC).timestamp() * 1000)


def test_names_of_columns_never_reach_the_statement(tmp_path: Path):
    evil = 'a") FROM rows; DROP TABLE x; --'
    text = make(extra="attributes:\n  note: '\"b\"'")
    row, bad = run(text, **{evil: "1", "b": "';--"})
    assert bad == []
    assert row["attributes"] == '{"note":"\';--"}'
