"""Constant statements: read at their first use, once, and every one of the house can be read."""

from __future__ import annotations

import gc
import importlib
import pkgutil

import pytest
import sqlglot
from sqlglot.errors import ParseError

import windsock
from windsock.warehouse import Statement, statement

LEAST = 60
"""So many constants stood at the heads of modules when this was written: fewer would mean that the test looks in the wrong place."""


def test_a_statement_is_read_when_it_is_used_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    parse = sqlglot.parse_one

    def counted(text: str, **given: str) -> object:
        read.append(text)
        return parse(text, **given)  # pyright: ignore[reportArgumentType, reportCallIssue] - passed on as they come

    monkeypatch.setattr(sqlglot, "parse_one", counted)
    text = "SELECT a FROM t WHERE b = $b AND c = $c"
    made = Statement(text)
    assert text not in read
    assert made.text == made.text == made.tree.sql("duckdb") == text
    assert made.names == {"b", "c"}
    assert read.count(text) == 1


def test_the_same_text_is_the_same_statement() -> None:
    assert statement("SELECT 1 AS one") is statement("SELECT 1 AS one")
    assert statement("SELECT 1 AS one") is not statement("SELECT 2 AS two")


def test_what_is_no_sql_says_so_when_it_is_used() -> None:
    with pytest.raises(ParseError):
        _ = Statement("SELECT FROM WHERE (").text
    with pytest.raises(ParseError):
        _ = Statement("SELECT 1; SELECT FROM WHERE (").text


def test_every_constant_statement_of_the_house_can_be_read() -> None:
    for module in pkgutil.walk_packages(windsock.__path__, "windsock."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    found = [one for one in gc.get_objects() if type(one) is Statement and "FROM WHERE" not in one._written]
    assert len(found) >= LEAST
    for one in found:
        assert one.text
